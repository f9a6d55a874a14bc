"""The excerpt of the nodes' logs: the telling lines of all nodes in order, and nothing else."""

import tempfile
import time
import unittest
from pathlib import Path

from martlet_lab import logs

NODE1 = """\
Nov 29 10:24:53.015 node1 pacemaker-controld  [54] (log_executor_event) 	notice: Result of demote operation for pgsql on node1: ok | rc=0
Nov 29 10:24:53.039 node1 pacemaker-schedulerd[53] (set_instance_role) 	info: Choosing pgsql:0 (Promoted) on node1 for promotion
Nov 29 10:24:53  martlet(postgresql:pgsql)[148]:    INFO: follows node2 from now on, at node2
Nov 29 10:24:55.071 node1 pacemaker-attrd     [52] (update_attr_on_host) 	notice: Setting master-pgsql[node2]: 1000 -> 10 | from node2 with no write delay
"""
NODE2 = """\
Nov 29 10:24:50.071 node2 pacemaker-attrd     [52] (update_attr_on_host) 	notice: Setting master-pgsql[node2]: 5 -> 1000 | from node2 with no write delay
Nov 29 10:24:53.500 node2 pacemaker-attrd     [52] (update_attr_on_host) 	notice: Setting master-pgsql[node2]: 1000 -> 10 | from node2 with no write delay
a line without a time
"""


class Excerpt(unittest.TestCase):
    def setUp(self):
        self.directory = Path(self.enterContext(tempfile.TemporaryDirectory()))
        for node, text in (("node1", NODE1), ("node2", NODE2)):
            (self.directory / "round-001" / node / "pacemaker").mkdir(parents=True)
            (self.directory / "round-001" / node / "pacemaker" / "pacemaker.log").write_text(text)

    def excerpt(self, since: str = "2026-11-29 10:24:51") -> list[str]:
        began = time.mktime(time.strptime(since, "%Y-%m-%d %H:%M:%S"))
        return logs.excerpt(self.directory / "round-001", ["node1", "node2", "node3"], began)

    def test_telling_lines_of_all_nodes_in_order_without_what_others_repeat(self):
        self.assertEqual(self.excerpt(), [
            "10:24:53.015 node1  Result of demote operation for pgsql on node1: ok | rc=0",
            "10:24:53.500 node2  Setting master-pgsql[node2]: 1000 -> 10 | from node2 with no write delay",
            "10:24:53     node1  INFO: follows node2 from now on, at node2",
        ])  # fmt: skip

    def test_nothing_from_before(self):
        self.assertEqual(len(self.excerpt("2026-11-29 10:24:00")), 4)
        self.assertEqual(self.excerpt("2026-11-29 10:25:00"), [])

    def test_the_last_lines_if_there_are_many(self):
        line = "Nov 29 10:24:{:02}  martlet(postgresql:pgsql)[1]:    INFO: line {}\n"
        log = self.directory / "round-001" / "node1" / "pacemaker" / "pacemaker.log"
        log.write_text("".join(line.format(number // 10, number) for number in range(500)))
        shown = self.excerpt("2026-11-29 10:24:00")
        self.assertEqual(len(shown), logs.MOST_LINES)
        self.assertTrue(shown[-3].endswith("node1  INFO: line 499"))  # two of node2 came later

    def test_it_stands_below_what_speaks_against_the_round(self):
        (self.directory / "round-001" / logs.EXCERPT).write_text("10:24:53 node1  follows node2\n")
        text = logs.excerpts(self.directory, {"round-001": ["node1 was fenced", "a row is lost"], "no-logs": ["x"]})
        self.assertEqual(text, "\nround-001: node1 was fenced; a row is lost\n10:24:53 node1  follows node2\n")
        self.assertEqual(logs.excerpts(self.directory, {}), "")


if __name__ == "__main__":
    unittest.main()
