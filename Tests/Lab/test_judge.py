"""The judge: each condition is made to fail once."""

import tempfile
import unittest
from dataclasses import replace
from pathlib import Path

from martlet_lab.cases import NEVER, Case, Step
from martlet_lab.exposure import in_files
from martlet_lab.fencing import Fencing
from martlet_lab.judge import Evidence, judge
from martlet_lab.ledger import Acknowledgement

CASE = Case("x", "p.", "f", (Step("do", "refresh", {}),), NEVER, promotions=(1,), outage_within=3)


def good() -> Evidence:
    return Evidence(
        acknowledged=[Acknowledgement(1, 10.0, "node1"), Acknowledgement(2, 12.0, "node2")],
        present={"node1": {1, 2}, "node2": {1, 2, 3}},
        servers_before={"node1": "7 started 1"}, servers_after={"node1": "7 started 1"},
        timeline_before=4, timeline_after=5, client_ended=12.1,
        bound={"primary": ["node1"], "standbys": ["node2"]},
    )  # fmt: skip


class Judge(unittest.TestCase):
    def against(self, case: Case = CASE, **changes) -> str:
        return "; ".join(judge(case, replace(good(), **changes)))

    def test_a_password_in_a_log_speaks_against_every_case(self):
        with tempfile.TemporaryDirectory() as directory:
            log = Path(directory) / "pacemaker.log"
            log.write_text("CHANGE MASTER TO MASTER_PASSWORD='s3cr3t'")
            sentences = in_files([log, Path(directory)], {"repl": "s3cr3t", "app": "another"})
        self.assertEqual(sentences, ["the password of repl is in pacemaker.log"])
        self.assertEqual(self.against(exposed=sentences), sentences[0])

    def test_nothing_speaks_against_a_good_run(self):
        self.assertEqual(self.against(), "")

    def test_a_lost_row(self):
        self.assertRegex(self.against(present={"node1": {1, 2}, "node2": {1}}), "1 acknowledged rows are missing on node2")

    def test_nobody_to_ask_for_the_rows_is_no_proof(self):
        self.assertRegex(self.against(present={}), "no server could be asked")

    def test_two_writable_primaries(self):
        self.assertRegex(self.against(overlaps=["node1 and node2 were writable at the same time"]), "node1 and node2")

    def test_fencing(self):
        self.assertRegex(self.against(fenced=[Fencing(11, "node1", "off")]), "node1 was fenced")

    def test_a_fail_count(self):
        self.assertRegex(self.against(fail_counts={("node1", "pgsql"): 1}), "pgsql has the fail-count 1 on node1")

    def test_an_announced_fail_count_counts_only_where_it_was_announced(self):
        case = replace(CASE, leaves=("pgsql@primary",))
        self.assertEqual(self.against(case, fail_counts={("node1", "pgsql"): 1}), "")
        self.assertRegex(self.against(case, fail_counts={("node2", "pgsql"): 1}), "on node2")
        self.assertRegex(self.against(case, fail_counts={("node1", "writer-ip"): 1}), "writer-ip")

    def test_the_database_of_a_case_is_the_one_of_the_lab(self):
        case = replace(CASE, leaves=("database@primary",))
        counts = {("node1", "mysql"): 1}
        self.assertEqual(self.against(case, fail_counts=counts, resource="mysql"), "")
        self.assertRegex(self.against(case, fail_counts=counts), "mysql has the fail-count 1")

    def test_a_patient_client_was_told_too_early(self):
        late = [Acknowledgement(1_000_000_000, 15.0, "node1")]
        self.assertRegex(self.against(acknowledged_late=late), "1 acknowledged rows are missing on node1")
        there = {"node1": {1, 2, 1_000_000_000}}
        self.assertEqual(self.against(acknowledged_late=late, present=there), "")  # and its wait is no outage

    def test_a_node_that_must_not_be_promoted(self):
        case = replace(CASE, never_promoted=("standbys",))
        self.assertEqual(self.against(case, became_writable={"node1"}), "")
        self.assertRegex(self.against(case, became_writable={"node2"}), "node2 was promoted")

    def test_a_restarted_server(self):
        self.assertRegex(self.against(servers_after={"node1": "7 started 2"}), "node1 was restarted")

    def test_promoted_twice_or_not_at_all(self):
        self.assertRegex(self.against(timeline_after=6), "2 promotions instead of 1")
        self.assertRegex(self.against(timeline_after=4), "0 promotions instead of 1")
        self.assertRegex(self.against(timeline_after=0), "no primary at the end")

    def test_one_of_several_numbers_of_promotions(self):
        case = replace(CASE, promotions=(0, 1))
        self.assertEqual(self.against(case), "")
        self.assertEqual(self.against(case, timeline_after=4), "")
        self.assertRegex(self.against(case, timeline_after=6), "2 promotions instead of 0 or 1")

    def test_too_long_an_outage(self):
        self.assertRegex(self.against(client_ended=20.0), "waited 8.0 s, longer than 3 s")

    def test_a_client_that_never_wrote_proves_nothing(self):
        self.assertRegex(self.against(acknowledged=[]), "not one row")

    def test_what_a_case_does_not_forbid_is_no_failure(self):
        self.assertEqual(self.against(replace(CASE, never=()), fenced=[Fencing(11, "node1", "off")]), "")


if __name__ == "__main__":
    unittest.main()
