"""`martlet metrics`: what promtool says of it, and that a file is replaced as a whole."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / ".build/release/martlet"
SAMPLES = sorted((ROOT / "Tests/OverviewTests/Samples").glob("*.xml"))


class Metrics(unittest.TestCase):
    @unittest.skipUnless(shutil.which("promtool"), "promtool is not installed (Debian's package prometheus)")
    def test_promtool_has_nothing_to_complain_of(self):
        for sample in SAMPLES:
            text = subprocess.run([PROGRAM, "metrics", "--cib", sample], capture_output=True, text=True, check=True).stdout
            done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""), sample.name)

    def test_a_file_that_others_may_read(self):
        with tempfile.TemporaryDirectory() as place:
            file = pathlib.Path(place) / "martlet.prom"
            file.write_text("old")
            subprocess.run([PROGRAM, "metrics", "--cib", SAMPLES[0], "--output", file], check=True)
            self.assertEqual(file.read_text(), SAMPLES[0].with_suffix(".prom").read_text())
            self.assertEqual(file.stat().st_mode & 0o777, 0o644)
            self.assertEqual([each.name for each in pathlib.Path(place).iterdir()], ["martlet.prom"])

    def test_what_cannot_be_written_is_said(self):
        done = subprocess.run([PROGRAM, "metrics", "--cib", SAMPLES[0], "--output", "/nowhere/x.prom"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("martlet metrics: /nowhere", done.stderr)

    def test_a_cluster_that_cannot_be_read_is_not_up(self):
        done = subprocess.run([PROGRAM, "metrics", "--cib", "/nowhere.xml"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0)
        self.assertTrue(done.stdout.endswith("martlet_up 0\n"))
        self.assertIn("/nowhere.xml", done.stderr)


if __name__ == "__main__":
    unittest.main()
