"""The command's manual page names every subcommand and option, and troff and the shells accept what is generated."""

import pathlib
import re
import shutil
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / ".build/release/martlet"


def martlet(*words: str) -> str:
    return subprocess.run([PROGRAM, *words], capture_output=True, text=True, check=True).stdout


class Page(unittest.TestCase):
    def test_every_subcommand_with_every_option(self):
        page = martlet("manual", "command").replace("\\-", "-")
        names = re.findall(r"^  ([a-z]+) ", martlet("--help").split("SUBCOMMANDS:")[1], re.M)
        self.assertIn("switchover", names)
        for name in names:
            if name == "help":
                continue
            self.assertIn(f'.SS "{name}"', page)
            for option in re.findall(r"^  (--[a-z-]+)", martlet("help", name), re.M):
                if option != "--version":
                    self.assertIn(option, page, f"{name} {option}")

    def test_troff_has_nothing_to_complain_of(self):
        for topic in ("command", "postgresql", "mysql"):
            done = subprocess.run(["groff", "-man", "-Tascii", "-ww", "-z"], input=martlet("manual", topic), capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stderr), (0, ""), topic)

    def test_completions_are_programs_of_their_shells(self):
        for shell in ("bash", "zsh", "fish"):
            text = martlet("--generate-completion-script", shell)
            self.assertIn("switchover", text)
            if not shutil.which(shell):
                continue  # only bash is on every machine
            done = subprocess.run([shell, "-n"], input=text, capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stderr), (0, ""), shell)


if __name__ == "__main__":
    unittest.main()
