"""Who can write: two at once are seen, one after the other are not, and a frozen one is not forgotten."""

import unittest

from martlet_lab.watcher import Roles, Sample


def roles(*samples: tuple) -> Roles:
    """Samples as (time, node, postmaster, writable)."""
    found = Roles()
    for sample in samples:
        found.add(Sample(*sample))
    return found


class Watching(unittest.TestCase):
    def test_a_failover_is_no_overlap(self):
        seen = roles((1, "node1", "a", True), (1.1, "node2", "b", False), (2, "node1", None, False), (2.1, "node2", "b", True))
        self.assertEqual(seen.overlaps, [])
        self.assertEqual([(change.node, change.writable) for change in seen.changes],
                         [("node1", True), ("node1", False), ("node2", True)])  # fmt: skip

    def test_one_sample_of_each_is_no_proof(self):
        self.assertEqual(roles((1, "node1", "a", True), (1.1, "node2", "b", True), (1.2, "node1", None, False)).overlaps, [])

    def test_a_repeated_sample_is(self):
        seen = roles((1, "node1", "a", True), (1.1, "node2", "b", True), (1.2, "node1", "a", True))
        self.assertEqual(seen.overlaps, ["node1 and node2 were writable at the same time"])

    def test_a_frozen_primary_is_still_one(self):
        seen = roles((1, "node1", "a", True), (2, "node1", "a", None), (2.1, "node2", "b", True), (2.2, "node1", "a", None))
        self.assertEqual(seen.overlaps, ["node1 and node2 were writable at the same time"])

    def test_a_silent_new_server_is_not(self):
        seen = roles((1, "node1", "a", True), (2, "node1", "z", None), (2.1, "node2", "b", True), (2.2, "node1", "z", None))
        self.assertEqual(seen.overlaps, [])


if __name__ == "__main__":
    unittest.main()
