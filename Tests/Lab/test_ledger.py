"""The client's ledger: what it promises, what is missing, how long nothing was promised."""

import unittest

from martlet_lab.ledger import Acknowledgement, longest_outage, lost, outages, parse

ROWS = [Acknowledgement(1, 10.0, "node1"), Acknowledgement(2, 10.1, "node1"), Acknowledgement(5, 12.1, "node2")]


class Ledger(unittest.TestCase):
    def test_reads_what_the_client_writes(self):
        self.assertEqual(parse(['[1, 10.0, "node1"]\n', '[2, 10.1, "node1"]\n']), ROWS[:2])

    def test_a_line_cut_short_is_not_a_promise(self):
        self.assertEqual(parse(['[1, 10.0, "node1"]\n', '[2, 10.1, "no']), ROWS[:1])

    def test_a_missing_row_is_lost_and_an_unanswered_one_is_not(self):
        self.assertEqual(lost(ROWS, {1, 2, 3, 5}), [])
        self.assertEqual(lost(ROWS, {1, 5}), [ROWS[1]])

    def test_the_longest_gap_is_the_outage(self):
        self.assertAlmostEqual(longest_outage(ROWS), 2.0)
        self.assertEqual((outages(ROWS)[0].before, outages(ROWS)[0].after), ("node1", "node2"))
        self.assertEqual(longest_outage(ROWS[:2]), 0.0)

    def test_an_outage_that_never_ended_counts_to_the_end(self):
        self.assertAlmostEqual(longest_outage(ROWS, until=20.1), 8.0)
        self.assertEqual(outages(ROWS, until=20.1)[0].after, "none")


if __name__ == "__main__":
    unittest.main()
