"""One line a check, and what became of all of them."""

from contextlib import contextmanager


class Report:
    def __init__(self):
        self.passed, self.failed, self.skipped = 0, 0, {}

    def of(self, version):
        return Check(self, version)

    def skip(self, version, reason):
        self.skipped[version] = reason
        print(f"skipped {version:6} {reason}", flush=True)

    def line(self, holds, version, name, evidence):
        self.passed, self.failed = self.passed + bool(holds), self.failed + (not holds)
        word = "ok     " if holds else "FAILED "
        print(f"{word} {version:6} {name}" + ("" if holds else f": {evidence}"), flush=True)


class Check:
    """The checks of one version."""

    def __init__(self, report, version):
        self.report, self.version = report, version

    def __call__(self, name, holds, evidence=""):
        self.report.line(holds, self.version, name, evidence)

    def equal(self, name, found, wanted):
        self(name, found == wanted, f"found {found!r}, expected {wanted!r}")

    def exits(self, name, result, code, *words):
        """The action ended with `code`, and its reason has all of `words`."""
        missing = [word for word in words if word not in result.reason]
        self(
            f"{name} -> {code}", result.code == code and not missing,
            f"exit {result.code}, {result.reason!r}" + (f", without {missing}" if missing else ""))

    @contextmanager
    def survives(self, name):
        """What could not go on is a failed check, and the others still run."""
        try:
            yield
        except Exception as error:  # whatever it is, it belongs in the report
            self(name, False, f"{type(error).__name__}: {error}")
