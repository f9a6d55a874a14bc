"""Case files: every one in cases/ is understood, and what is not understood is named."""

import unittest
from pathlib import Path

from martlet_lab import actions, conditions
from martlet_lab.cases import ACTIONS, CONDITIONS, NEVER, duration, load, parse
from martlet_lab.judge import _NEVER
from martlet_lab.settings import LabError

CASES = Path(__file__).parent / "cases"
GOOD = 'name = "x"\npurpose = "p"\nfault = "f"\npromotions = 0\nnever = ["fenced"]\n'


class Cases(unittest.TestCase):
    def refused(self, text: str, why: str):
        with self.assertRaisesRegex(LabError, why):
            parse(text, "x.toml")

    def test_every_file_is_understood(self):
        found = load(CASES, [])
        self.assertEqual(len(found), len(list(CASES.glob("*.toml"))))
        for case in found:
            self.assertTrue(case.purpose.endswith("."), case.name)
            # A person makes a second one writable there.
            if not any(step.name in ("stray-write", "promote-by-hand") for step in case.steps):
                self.assertIn("two-writable-primaries", case.never, case.name)
            self.assertTrue(not case.client or "acknowledged-row-lost" in case.never, case.name)

    def test_names_and_files_agree(self):
        for path in CASES.glob("*.toml"):
            self.assertEqual(parse(path.read_text(), path.name).name, path.stem.split("-", 1)[1])

    def test_everything_a_case_can_say_exists(self):
        self.assertEqual(set(ACTIONS), set(actions._ACTIONS))
        self.assertEqual(set(CONDITIONS), set(conditions._CONDITIONS))
        self.assertEqual(set(NEVER), set(_NEVER))

    def test_a_step(self):
        case = parse(GOOD + '[[steps]]\nwait = "streaming"\nnode = "all"\nwithin = "1.5s"\n', "x.toml")
        self.assertEqual((case.steps[0].kind, case.steps[0].name, case.steps[0].seconds), ("wait", "streaming", 1.5))
        self.assertEqual(str(case.steps[0]), "wait for streaming all within 1.5 s")

    def test_patience_gives_more_time_to_what_must_follow_and_none_to_what_must_stay(self):
        text = 'outage_within = "3s"\n' + GOOD + '[[steps]]\nwait = "healthy"\nwithin = "4s"\n[[steps]]\nstays = "healthy"\nfor = "2s"\n'
        case = parse(text, "x.toml").patiently(1.5)
        self.assertEqual(([step.seconds for step in case.steps], case.outage_within, case.healthy_within), ([6, 2], 4.5, 45))
        self.assertIsNone(parse(text.split("\n", 1)[1], "x.toml").patiently(2).outage_within)

    def test_what_is_not_understood_is_named(self):
        self.refused(GOOD, "x.toml: no steps")
        self.refused(GOOD + '[[steps]]\ndo = "explode"\n', "'explode': unknown")
        self.refused(GOOD + '[[steps]]\ndo = "cut"\n', "needs node")
        self.refused(GOOD + '[[steps]]\ndo = "cut"\nnode = "primary"\nhow = "x"\n', "does not know how")
        self.refused(GOOD + '[[steps]]\ndo = "cut"\nnode = "primray"\n', "neither a role")
        self.refused(GOOD + '[[steps]]\nwait = "healthy"\n', "needs `within`")
        self.refused(GOOD + '[[steps]]\nnode = "primary"\n', "exactly one of do, wait and stays")
        self.refused(GOOD.replace("fenced", "bad-luck") + '[[steps]]\ndo = "refresh"\n', "bad-luck: unknown")
        self.refused("colour = 1\n" + GOOD + '[[steps]]\ndo = "refresh"\n', "colour")

    def test_one_or_more_numbers_of_promotions_are_right(self):
        step = '[[steps]]\ndo = "refresh"\n'
        self.assertEqual(parse(GOOD + step, "x.toml").promotions, (0,))
        self.assertEqual(parse(GOOD.replace("= 0", "= [0, 1]") + step, "x.toml").promotions, (0, 1))

    def test_parameters_for_one_case(self):
        case = parse(GOOD + '[properties]\nbatch-limit = "1"\n[[steps]]\ndo = "refresh"\n', "x.toml")
        self.assertEqual(case.properties, {"batch-limit": "1"})
        case = parse(GOOD + '[parameters]\non_crash = "recover"\n[[steps]]\ndo = "pause"\nlength = "2s"\n', "x.toml")
        self.assertEqual((case.parameters, case.steps[0].arguments), ({"on_crash": "recover"}, {"length": 2}))

    def test_a_case_is_for_all_databases_or_for_those_it_names(self):
        step = '[[steps]]\ndo = "refresh"\n'
        self.assertIn("mariadb", parse(GOOD + step, "x.toml").databases)
        self.assertEqual(parse(GOOD + 'databases = ["mysql"]\n' + step, "x.toml").databases, ("mysql",))
        self.refused(GOOD + 'databases = ["oracle"]\n' + step, "oracle")
        self.refused(GOOD + 'agents = ["other"]\n' + step, "other")

    def test_durations(self):
        self.assertEqual([duration("300ms"), duration("2s"), duration("1.5min")], [0.3, 2, 90])
        with self.assertRaises(LabError):
            duration("5")

    def test_a_case_that_does_not_exist_is_named(self):
        with self.assertRaisesRegex(LabError, "nonsense"):
            load(CASES, ["nonsense"])


if __name__ == "__main__":
    unittest.main()
