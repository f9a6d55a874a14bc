"""The table and the picture of what agents made of the same faults."""

import pathlib
import sys
import unittest
import xml.dom.minidom

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Lab"))

import rivalry  # noqa: E402


def record(agent, fault, wait, **more):
    return {"agent": agent, "fault": fault, "wait": wait, "fenced": None, "wait_since_fault": wait, "moved": True, "lost": 0,
            "hands": False} | more  # fmt: skip


RECORDS = [
    record("Martlet", "kill", 0.9), record("PAF", "kill", 6.0, hands=True), record("Martlet", "kill", 0.7),
    record("PAF", "kill", 7.0), record("Martlet", "kill", 0.8), record("PAF", "kill", 90.0, lost=3),
    record("Martlet", "power", 4.5, fenced=3.7, wait_since_fault=4.6), record("PAF", "switchover", 0.1, moved=False),
]  # fmt: skip


class RivalryTest(unittest.TestCase):
    def test_a_row_for_each_fault_that_was(self):
        self.assertEqual([[cell.strip() for cell in row.split("|")[1:-1]] for row in rivalry.table(RECORDS)[2:]], [
            ["server killed (`kill -9`)", "0.80 (0.70 to 0.90)", "7.00 (6.00 to 90.00), **3 rows lost**, hands 1 of 3 times"],
            ["power lost", "4.50 (4.50 to 4.50)", ""],
            ["planned switchover", "", "0.10 (0.10 to 0.10), not moved 1 of 1 times"],
        ])  # fmt: skip

    def test_what_is_left_after_fencing(self):
        self.assertEqual(rivalry.beyond_fencing(RECORDS), ["Martlet: 3.70 s until the node was fenced, 0.90 s from there to the next row"])

    def test_the_picture_has_a_mark_for_each_agent_and_fault(self):
        drawn = rivalry.picture("a < b", RECORDS)
        xml.dom.minidom.parseString(drawn)
        self.assertEqual(drawn.count("<circle"), 4)


if __name__ == "__main__":
    unittest.main()
