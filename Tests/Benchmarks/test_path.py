"""What the time of a failover went on, from logs as Pacemaker writes them."""

import time
import unittest

import path

BEGAN = time.mktime((2026, 11, 29, 14, 50, 0, 0, 0, -1))
LOG = """\
Nov 29 14:49:59.900 node1 pacemaker-controld  [11] (log_executor_event) 	error: Result of monitor operation for db on node1: promoted (failed) | an earlier one
Nov 29 14:50:00.050 node1 pacemaker-controld  [11] (log_executor_event) 	error: Result of asyncmon operation for db on node1: error (Simulated failure) | CIB update 39
Nov 29 14:50:00.060 node2 pacemaker-controld  [12] (abort_transition_graph) 	info: Transition 11 aborted by operation db_asyncmon_0 'modify' on node1
Nov 29 14:50:00.100 node2 pacemaker-controld  [12] (execute_rsc_action) 	notice: Initiating notify operation db_pre_notify_demote_0 locally on node2 | action 60
Nov 29 14:50:00.200 node1 pacemaker-controld  [11] (log_executor_event) 	notice: Result of stop operation for writer-ip on node1: ok | CIB update 41
Nov 29 14:50:00.300 node1 pacemaker-controld  [11] (log_executor_event) 	notice: Result of stop operation for db on node1: ok | CIB update 45
Nov 29 14:50:00.500 node2 pacemaker-controld  [12] (execute_rsc_action) 	notice: Initiating promote operation db_promote_0 locally on node2 | action 8
Nov 29 14:50:00.700 node2 pacemaker-controld  [12] (log_executor_event) 	notice: Result of promote operation for db on node2: ok | CIB update 91
Nov 29 14:50:00.750 node2 pacemaker-controld  [12] (execute_rsc_action) 	notice: Initiating start operation writer-ip_start_0 locally on node2 | action 39
Nov 29 14:50:01.000 node2 pacemaker-controld  [12] (log_executor_event) 	notice: Result of start operation for writer-ip on node2: ok | CIB update 96
Nov 29 14:50:09.000 node2 pacemaker-controld  [12] (log_executor_event) 	notice: Result of demote operation for db on node2: ok | of a later one
"""


class PathTest(unittest.TestCase):
    def measure(self, log=LOG):
        events = list(path.parse(log.splitlines(), BEGAN))
        taken = path.measure(events, BEGAN, BEGAN + 1.1, path.steps("db"))
        return {title: round(seconds * 1000) for title, seconds in taken.items()}

    def test_each_step_ends_where_the_log_says(self):
        self.assertEqual(self.measure(), {
            "the failure is told or found": 50, "the cluster plans": 50, "the address is taken away": 100,
            "stop of the dead instance": 100, "election (pre-promote)": 200, "promote": 200,
            "the others follow (post-promote)": 50, "the address is brought up": 250, path.LAST: 100,
        })  # fmt: skip

    def test_it_adds_up_whatever_is_missing(self):
        for lines in ([], LOG.splitlines()[::2], LOG.splitlines()[::3]):
            self.assertEqual(sum(self.measure("\n".join(lines)).values()), 1100)

    def test_medians_are_of_the_runs_that_took_the_step(self):
        runs = [{"promote": 0.1, path.LAST: 1}, {"promote": 0.3, path.LAST: 2}, {path.LAST: 3}]
        self.assertEqual(path.medians(runs, path.steps("db")), {"promote": 0.2, path.LAST: 2})

    def test_what_is_shown_names_every_step(self):
        taken = {"promote": 0.2, path.LAST: 0.1}
        self.assertEqual([row.split("  ")[0].strip() for row in path.table(taken)], list(taken))
        drawn = path.picture("a < b", taken)
        self.assertIn("a &lt; b", drawn)
        self.assertEqual(drawn.count("<rect"), 1 + len(taken))


if __name__ == "__main__":
    unittest.main()
