import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True

from martlet_lab.settings import LabError
from martlet_lab.suspension import Suspension, unavailable


class Suspensions(unittest.TestCase):
    """Against a directory that is no control group: what is written where."""

    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.place = Path(place.name)

    def mounts(self, kind):
        file = self.place / "mounts"
        file.write_text(f"proc /proc proc rw 0 0\nnone {self.place / 'groups'} {kind} rw 0 0\n")
        return file

    def test_processes_are_moved_and_then_frozen(self):
        (self.place / "groups").mkdir()
        suspension = Suspension("node1", [42], self.mounts("cgroup2"))
        self.assertEqual((suspension.group / "cgroup.procs").read_text(), "42")
        self.assertEqual((suspension.group / "cgroup.freeze").read_text(), "1")

    def test_it_is_said_what_is_missing(self):
        self.assertEqual(unavailable(self.mounts("cgroup")), "no cgroup2 is mounted, by which processes can be suspended")
        with self.assertRaisesRegex(LabError, "no cgroup2 is mounted"):
            Suspension("node1", [], self.mounts("cgroup"))
        with self.assertRaisesRegex(LabError, "cannot be made: No such file"):
            Suspension("node1", [], self.mounts("cgroup2"))


if __name__ == "__main__":
    unittest.main()
