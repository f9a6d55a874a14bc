"""What counts as a change: not that the primary was one when the watcher first looked."""

import unittest

from martlet_lab.runner import news, promotions
from martlet_lab.watcher import Change


class Promotions(unittest.TestCase):
    def count(self, *changes: tuple, by_hand=lambda node, when: False) -> int:
        """Changes as (time, node, writable, run of the server), after a beginning with node1's run "a"."""
        return promotions([Change(*change) for change in changes], "node1", "a", by_hand)

    def test_another_node_is_one(self):
        self.assertEqual(self.count((2, "node1", False, None), (3, "node2", True, "b")), 1)

    def test_the_same_node_started_again_is_one_unless_by_hand(self):
        changes = ((2, "node1", False, None), (3, "node1", True, "z"))
        self.assertEqual(self.count(*changes), 1)
        self.assertEqual(self.count(*changes, by_hand=lambda node, when: True), 0)

    def test_a_server_that_was_read_only_for_a_moment_was_not_promoted(self):
        self.assertEqual(self.count((2, "node1", False, "a"), (3, "node1", True, "a")), 0)

    def test_there_and_back_are_two(self):
        self.assertEqual(self.count((2, "node1", False, "a"), (3, "node2", True, "b"), (4, "node1", True, "a")), 2)


class News(unittest.TestCase):
    def test_the_primary_at_the_beginning_is_no_news(self):
        first, later = Change(1, "node1", True), Change(5, "node2", True)
        self.assertEqual(news([first, later], "node1"), [later])

    def test_a_primary_promoted_again_is(self):
        changes = [Change(1, "node1", True), Change(2, "node1", False), Change(3, "node1", True)]
        self.assertEqual(news(changes, "node1"), changes[1:])

    def test_another_that_was_writable_first_is(self):
        changes = [Change(1, "node2", True), Change(1.1, "node1", True)]
        self.assertEqual(news(changes, "node1"), changes[:1])


if __name__ == "__main__":
    unittest.main()
