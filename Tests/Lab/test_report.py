"""The report and the demo's account: what failed and what was not run can be read from them."""

import unittest
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from random import Random
from unittest.mock import patch

from martlet_lab import report
from martlet_lab.actions import Scene, _in_order
from martlet_lab.cases import Case, Step
from martlet_lab.cluster import ClusterView
from martlet_lab.demo import Demo as Demonstration
from martlet_lab.demo import Story, longest_gap
from martlet_lab.ledger import Acknowledgement

CASE = Case("kill-it", "p.", "f", (Step("do", "refresh", {}),), (), promotions=(1,))


class Report(unittest.TestCase):
    def test_one_row_for_a_case_in_the_columns_of_the_header(self):
        row = report.Result(CASE, seconds=12.34, outage=0.5, acknowledged=600, lost=2).line
        self.assertEqual(row.split(), ["passed", "kill-it", "0.50", "s", "600", "2", "12.3", "s"])
        self.assertEqual(len(row), len(report.HEADER))
        self.assertLessEqual(len(row), 100)

    def test_a_failed_case_says_why(self):
        lines = report.Result(CASE, against=["node1 was fenced"]).lines
        self.assertTrue(lines[0].startswith("FAILED"))
        self.assertEqual(lines[1].strip(), "node1 was fenced")

    def test_what_was_not_run_is_named(self):
        text = report.text([report.Result(CASE, against=["x"])], [CASE], 60, "seed 7", ["the lab was beyond repair"])
        self.assertIn("1 cases run, 1 failed, 1 not run (kill-it); 60 s, seed 7", text)
        self.assertIn("the lab was beyond repair", text)


class Drawn(unittest.TestCase):
    def order(self, seed: int) -> list[str]:
        nodes = [f"node{number}" for number in range(1, 6)]
        scene = Scene(None, {"all": nodes}, lambda text: None, Random(seed))
        return _in_order(scene, "all", "random", "power is lost")

    def test_the_same_seed_draws_the_same_order(self):
        self.assertEqual(self.order(3), self.order(3))
        self.assertEqual(sorted(self.order(3)), sorted(self.order(4)))
        self.assertTrue(any(self.order(seed) != self.order(3) for seed in range(4, 9)))

    def test_otherwise_the_order_is_the_one_given(self):
        scene = Scene(None, {"all": ["b", "a"]}, lambda text: None)
        self.assertEqual(_in_order(scene, "all", "given", "x"), ["b", "a"])


class Demo(unittest.TestCase):
    ROWS = [Acknowledgement(number, when, "node1") for number, when in enumerate((0.0, 0.1, 5.1, 5.2, 6.2, 6.3), start=1)]

    def test_each_event_has_its_own_longest_wait(self):
        self.assertAlmostEqual(longest_gap(self.ROWS, 0.05, 5.5), 5.0)
        self.assertAlmostEqual(longest_gap(self.ROWS, 5.5, 9), 1.0)
        self.assertEqual(longest_gap(self.ROWS, 6.25, 9), 0.0)

    def test_a_write_that_was_waiting_when_the_event_began_counts(self):
        self.assertAlmostEqual(longest_gap(self.ROWS, 0.2, 5.5), 5.0)

    def test_a_story_fits_the_screen(self):
        told: list[str] = []
        Story(told.append).say("word " * 60)
        lines = told[0].splitlines()
        self.assertGreater(len(lines), 2)
        self.assertLessEqual(max(map(len, lines)), 100)
        self.assertTrue(all(line.startswith(" " * 11) for line in lines[1:]))

    def ended(self, present: list[int], trouble: list[str]) -> int:
        """The exit code of a demo whose client was promised ROWS, with `present` on the primary."""
        demo = Demonstration(None, Path("logs"))
        rows = [(number,) for number in present]
        with patch.multiple("martlet_lab.demo", view=lambda lab: ClusterView(roles={"node1": "Promoted"}),
                            query=lambda *_, **__: rows, save_logs=lambda *_: None), \
                patch.object(Demonstration, "_crm_mon", lambda self: []), redirect_stdout(StringIO()):  # fmt: skip
            return demo._account(self.ROWS, 7.0, trouble)

    def test_a_lost_row_or_what_did_not_come_back_is_a_failure(self):
        self.assertEqual(self.ended([1, 2, 3, 4, 5, 6], []), 0)
        self.assertEqual(self.ended([1, 2, 3, 5, 6], []), 1)
        self.assertEqual(self.ended([1, 2, 3, 4, 5, 6], ["node2 does not stream"]), 1)


if __name__ == "__main__":
    unittest.main()
