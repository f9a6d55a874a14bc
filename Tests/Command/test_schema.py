"""What `martlet status --json` prints is what docs/status.schema.json describes; and the schema would notice if it were not."""

import copy
import json
import unittest
from pathlib import Path

import jsonschema

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs/status.schema.json").read_text())
SAMPLES = sorted((ROOT / "Tests/OverviewTests/Samples").glob("*.json"))


class Schema(unittest.TestCase):
    def setUp(self):
        self.validator = jsonschema.Draft202012Validator(SCHEMA) if hasattr(jsonschema, "Draft202012Validator") else jsonschema.Draft7Validator(SCHEMA)

    def test_it_is_a_schema(self):
        self.validator.check_schema(SCHEMA)

    def test_every_sample_fits(self):
        self.assertGreater(len(SAMPLES), 5)
        for sample in SAMPLES:
            with self.subTest(sample.name):
                self.validator.validate(json.loads(sample.read_text()))

    def test_what_is_missing_or_unknown_does_not(self):
        good = json.loads(SAMPLES[0].read_text())
        for spoil in (
            lambda it: it.pop("condition"), lambda it: it["resources"][0].pop("failover"),
            lambda it: it["resources"][0]["instances"][0].update(role="master"), lambda it: it["cluster"].update(more=1),
        ):  # fmt: skip
            bad = copy.deepcopy(good)
            spoil(bad)
            self.assertFalse(self.validator.is_valid(bad))


if __name__ == "__main__":
    unittest.main()
