"""Chaos: what is drawn depends on the seed alone, every fault can be undone, the judge catches what it is there for."""

import unittest
import xml.etree.ElementTree as ET
from dataclasses import replace

from martlet_lab.chaos import picture, verdict
from martlet_lab.chaos.abilities import ABILITIES
from martlet_lab.chaos.draw import draw, longest, may_fence, slack
from martlet_lab.chaos.faults import ANYWHERE, FAULTS, ONE, THERE
from martlet_lab.chaos.lanes import GONE, PRIMARY, SILENT, STANDBY, Lanes, Span
from martlet_lab.databases import DATABASES
from martlet_lab.fencing import Fencing
from martlet_lab.ledger import Acknowledgement
from martlet_lab.watcher import Sample

MANY = [(database, number, draw(7, database, number)) for database in DATABASES for number in range(1, 400)]


class Draw(unittest.TestCase):
    def test_the_same_seed_draws_the_same_and_another_another(self):
        self.assertEqual(MANY, [(database, number, draw(7, database, number)) for database, number, _ in MANY])
        self.assertNotEqual([draw(7, "mysql", number) for number in range(9)], [draw(8, "mysql", number) for number in range(9)])

    def test_about_a_third_are_two_at_once(self):
        two = sum(len(drawn) == 2 for _, _, drawn in MANY) / len(MANY)
        self.assertTrue(0.2 < two < 0.4, two)
        self.assertTrue(all(drawn[0].fault != drawn[1].fault and 0 <= drawn[1].at <= 5 for _, _, drawn in MANY if len(drawn) == 2))

    def test_two_never_take_two_nodes(self):
        for _, _, drawn in MANY:
            taken = {each.node for each in drawn if FAULTS[each.fault].isolates}
            self.assertLessEqual(len(taken), 1)
            self.assertFalse("all-power-lost" in {each.fault for each in drawn} and len(drawn) > 1)

    def test_every_fault_is_drawn_where_it_may_be_and_for_as_long_as_it_may_last(self):
        for database, _, drawn in MANY:
            for each in drawn:
                fault = FAULTS[each.fault]
                self.assertIn(database, fault.databases)
                self.assertTrue(each.node in fault.places or fault.isolates and each.node in ONE)
                self.assertTrue(fault.lasts[0] - 0.1 <= each.lasts <= fault.lasts[1] + 0.1)
        self.assertEqual({each.fault for _, _, drawn in MANY for each in drawn}, set(FAULTS))

    def test_what_the_judge_is_told_of_them(self):
        drawn = next(drawn for _, _, drawn in MANY if len(drawn) == 2 and drawn[1].lasts)
        self.assertGreaterEqual(longest(drawn), drawn[1].at + drawn[1].lasts)
        for told in (may_fence, slack):
            self.assertEqual({bool(told(drawn)) for _, _, drawn in MANY}, {True, False}, told.__name__)


class Table(unittest.TestCase):
    def test_every_fault_has_a_beginning_an_end_and_a_place(self):
        for name, fault in FAULTS.items():
            self.assertEqual(name, fault.name)
            self.assertTrue(callable(fault.begin) and callable(fault.undo) and fault.places, name)
            self.assertLessEqual(set(fault.databases), set(DATABASES), name)
            self.assertLessEqual(fault.lasts[0], fault.lasts[1], name)
            self.assertIn(fault.fails, ("", THERE, ANYWHERE), name)

    def test_every_database_says_what_its_agent_can_do(self):
        self.assertEqual(set(ABILITIES), set(DATABASES))


ROWS = {1: "node1", 2: "node2"}
GOOD = verdict.Seen(
    nodes=["node1", "node2"], acknowledged=[Acknowledgement(1, 10.0, "node1"), Acknowledgement(2, 12.0, "node2")], client_ended=12.1,
    rows={"node1": ROWS, "node2": ROWS}, sums={"node1": {7: (2, "x")}, "node2": {7: (2, "x")}},
)  # fmt: skip


class Verdict(unittest.TestCase):
    def against(self, **changes) -> str:
        return "; ".join(verdict.judge(replace(GOOD, **changes)))

    def test_nothing_speaks_against_a_good_round(self):
        self.assertEqual(self.against(), "")

    def test_a_lost_row(self):
        less = {"node1": {1: "node1"}, "node2": {1: "node1"}}
        self.assertRegex(self.against(rows=less), "1 acknowledged rows are missing on node2, the first is row 2")
        self.assertEqual(self.against(rows=less, must_keep=False), "")
        self.assertEqual(replace(GOOD, rows=less).lost, 1)

    def test_rows_that_are_not_the_same(self):
        more = {"node1": ROWS, "node2": {**ROWS, 3: "node1"}}
        self.assertRegex(self.against(rows=more), "node2 has 1 rows that node1 has not, and lacks 0")

    def test_another_checksum(self):
        other = {"node1": {7: (2, "x")}, "node2": {7: (2, "y")}}
        self.assertRegex(self.against(sums=other), "the checksum of node2 is not that of node1")

    def test_what_was_there_in_earlier_rounds_stays(self):
        self.assertEqual(self.against(earlier={7: (2, "x")}), "")
        self.assertRegex(self.against(earlier={6: (9, "z")}), "1 earlier rounds")

    def test_a_node_that_cannot_be_asked_is_no_proof(self):
        self.assertRegex(self.against(rows={"node1": ROWS}), "node2 could not be asked")

    def test_two_primaries(self):
        self.assertRegex(self.against(overlaps=["node1 and node2 were writable at the same time"]), "at the same time")

    def test_what_does_not_get_well(self):
        self.assertRegex(self.against(unhealthy="no quorum"), "not healthy: no quorum")
        self.assertRegex(self.against(acknowledged=[]), "not one row")

    def test_too_long_an_outage_is_longer_than_the_faults_and_a_minute(self):
        self.assertRegex(self.against(client_ended=100.0, faults_lasted=20), "waited 88.0 s, longer than 80 s")
        self.assertEqual(self.against(client_ended=100.0, faults_lasted=30), "")
        self.assertEqual(self.against(client_ended=100.0, slack=30), "")

    def test_fencing(self):
        once = [Fencing(11, "node1", "reboot")]
        self.assertRegex(self.against(fenced=once), "no fault of this round explains")
        self.assertEqual(self.against(fenced=once, may_fence=True), "")
        self.assertRegex(self.against(fenced=once * 3, may_fence=True), "node1 was fenced 3 times")

    def test_an_action_that_failed_without_a_reason(self):
        failures = ("pgsql_promote_0 on node2: error (no)", "pgsql_monitor_10000 on node1: not running (none)")
        self.assertEqual(self.against(failures=failures), "no fault of this round explains: pgsql_promote_0 on node2: error (no)")
        self.assertEqual(self.against(failures=failures, may_fail=frozenset(["node2"])), "")
        self.assertRegex(self.against(failures=failures, may_fail=frozenset(["node1"])), "promote")

    def test_a_promotion_is_refused_where_nobody_could_be_asked(self):
        refused = ("mysql_promote_0 on node1: error (x: promotion refused: acknowledged commits are on 2 of node1 node2 node3, and)",)
        off, struck = [Fencing(11, "node2", "reboot")], frozenset(["node3"])
        seen = {"failures": refused, "may_fence": True}
        self.assertEqual(self.against(fenced=off, may_fail=struck, **seen), "")
        self.assertRegex(self.against(fenced=off, **seen), "no fault of this round explains: mysql_promote_0")
        self.assertRegex(self.against(may_fail=struck, **seen), "no fault of this round explains: mysql_promote_0")
        self.assertRegex(self.against(fenced=off, may_fail=struck, may_fence=True, failures=("mysql_promote_0 on node1: error (no)",)),
                         "no fault of this round explains")  # fmt: skip

    def test_hands_are_a_failure_once_the_agent_needs_none(self):
        self.assertEqual(self.against(cloned=["node2"]), "")
        self.assertRegex(self.against(cloned=["node2"], rejoins=True), "node2 had to be cloned by hand")


class Picture(unittest.TestCase):
    def test_the_states_of_a_node_are_spans(self):
        lanes = Lanes()
        for sample in ((1, "a", True), (2, "a", True), (3, "a", None), (4, None, False), (5, "b", False)):
            lanes.add(Sample(sample[0], "node1", *sample[1:]))
        self.assertEqual(lanes.lanes["node1"], [Span(1, 3, PRIMARY), Span(3, 4, SILENT), Span(4, 5, GONE), Span(5, 5, STANDBY)])
        self.assertEqual(len(lanes.changes), 2)

    def test_it_is_one_well_formed_file_whatever_the_text(self):
        strip = picture.Strip(
            "round 1: <&'\"> - FAILED", True, 100, 130, {"node1": [Span(100, 110, PRIMARY), Span(110, 130, GONE)]},
            [picture.Mark(["node1", "node9"], 105, 105, "power-lost <node1>")], [(105, 112)], [(106, "node1"), (106, "node9")],
        )  # fmt: skip
        text = picture.draw("Chaos: <seed> & more", [strip, replace(strip, failed=False, lanes={})])
        root = ET.fromstring(text)
        self.assertEqual(root.tag, "{http://www.w3.org/2000/svg}svg")
        self.assertNotRegex(text.replace("http://www.w3.org/2000/svg", ""), "http|<script|@import|href")
        self.assertIn("the client waits", text)

    def test_a_run_without_rounds_has_one_too(self):
        ET.fromstring(picture.draw("nothing", []))


if __name__ == "__main__":
    unittest.main()
