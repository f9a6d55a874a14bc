"""What counts as a change: not that the primary was one when the watcher first looked."""

import unittest

from martlet_lab.runner import news
from martlet_lab.watcher import Change


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
