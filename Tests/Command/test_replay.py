"""`martlet replay`, with what a cluster's scheduler saved during a failover, and beside it what is to be printed."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
INPUTS = pathlib.Path(__file__).resolve().parent / "Inputs"
PROGRAM = ROOT / ".build/release/martlet"


def replay(*words: str, cwd=INPUTS) -> subprocess.CompletedProcess:
    return subprocess.run([PROGRAM, "replay", *words], capture_output=True, text=True, cwd=cwd, env={"TZ": "UTC", "PATH": os.environ["PATH"]})


class Replay(unittest.TestCase):
    maxDiff = None

    def expect(self, name: str, *words: str):
        done = replay(*words)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        kept = INPUTS / name
        if os.environ.get("UPDATE_SAMPLES"):
            kept.write_text(done.stdout)
        self.assertEqual(done.stdout, kept.read_text())

    def test_every_input_in_the_order_of_time(self):
        self.expect("whole.txt", ".")

    def test_a_line_for_what_changed(self):
        self.expect("brief.txt", "--brief", ".")

    def test_only_what_was_decided_in_between(self):
        whole = replay("--brief", ".").stdout.splitlines()
        moment = whole[1][:19].replace("T", " ")
        self.assertEqual(replay("--brief", "--from", moment, "--to", moment, ".").stdout.splitlines(), [whole[1]])
        self.assertEqual(replay("--brief", "--to", moment, ".").stdout.splitlines(), whole[:2])

    def test_the_same_from_files_that_are_unpacked(self):
        with tempfile.TemporaryDirectory() as place:
            for file in INPUTS.glob("*.bz2"):
                shutil.copy(file, place)
            subprocess.run(["bzip2", "-d", *pathlib.Path(place).glob("*.bz2")], check=True)
            for file in list(pathlib.Path(place).iterdir()):
                file.rename(file.with_name(file.name + ".xml"))
            unpacked = replay("--brief", ".", cwd=place).stdout
        self.assertEqual(unpacked.replace(".xml", ".bz2"), (INPUTS / "brief.txt").read_text())

    def test_what_is_wrong_is_one_line(self):
        with tempfile.TemporaryDirectory() as place:
            for words, code, text in [
                ((".",), 1, "martlet replay: no saved input in . between these times\n"),
                (("none.xml",), 1, "none.xml"),
                (("--from", "yesterday", "."), 64, "--from is 'yesterday'; needs a time as 2026-11-29"),
                (("--to", "2026-13-01", "."), 64, "--to is '2026-13-01'"),
            ]:
                done = replay(*words, cwd=place)
                self.assertIn(text, done.stderr)
                self.assertEqual((done.returncode, done.stdout), (code, ""))
            (pathlib.Path(place) / "bad.xml").write_text("<html/>")
            done = replay("bad.xml", cwd=place)
            self.assertEqual(done.returncode, 1)
            self.assertIn("bad.xml: CIB: the outermost element is 'html'", done.stderr)


if __name__ == "__main__":
    unittest.main()
