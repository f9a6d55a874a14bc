"""The report of a run: one row for each case, and below a failed one what speaks against it."""

from dataclasses import dataclass, field

from .cases import Case
from .judge import Evidence
from .timeline import Timeline


@dataclass
class Result:
    """How one case went. `outage` is the client's longest wait, `seconds` the whole case."""

    case: Case
    against: list[str] = field(default_factory=list)
    seconds: float = 0
    outage: float = 0
    acknowledged: int = 0
    lost: int = 0
    recloned: list[str] = field(default_factory=list)
    timeline: Timeline = field(default_factory=Timeline)
    seen: Evidence = field(default_factory=Evidence)

    @property
    def line(self) -> str:
        verdict = "FAILED" if self.against else "passed"
        text = (f"{verdict:<8}{self.case.name:<30}{self.outage:>8.2f} s{self.acknowledged:>8}{self.lost:>6}"
                f"{self.seconds:>9.1f} s")  # fmt: skip
        return text + (f"   cloned again: {', '.join(self.recloned)}" if self.recloned else "")

    @property
    def lines(self) -> list[str]:
        return [self.line, *(f"        {sentence}" for sentence in self.against)]


HEADER = f"{'RESULT':<8}{'CASE':<30}{'OUTAGE':>10}{'ROWS':>8}{'LOST':>6}{'TOOK':>11}"


def summary(results: list[Result], left_out: list[Case], seconds: float, circumstances: str) -> str:
    """The last line; what was not run is said, so that nobody takes it for passed."""
    failed = sum(bool(result.against) for result in results)
    text = f"{len(results)} cases run, {failed} failed"
    if left_out:
        text += f", {len(left_out)} not run ({', '.join(case.name for case in left_out)})"
    return f"{text}; {seconds:.0f} s, {circumstances}"


def text(results: list[Result], left_out: list[Case], seconds: float, circumstances: str, trouble: list[str]) -> str:
    """The whole report. `trouble` is what happened to the lab itself."""
    rows = [line for result in results for line in result.lines]
    return "\n".join([HEADER, *rows, *trouble, summary(results, left_out, seconds, circumstances)]) + "\n"
