"""What happened, in plain words, with the time since the beginning."""

import sys
import time
from dataclasses import dataclass, field

from .fencing import Fencing
from .ledger import Acknowledgement, outages
from .watcher import Change


@dataclass
class Timeline:
    """Collects events; prints each as it comes if `live`."""

    live: bool = False
    began: float = field(default_factory=time.time)
    events: list[tuple[float, str]] = field(default_factory=list)

    def say(self, text: str, when: float | None = None) -> None:
        moment = when if when is not None else time.time()
        self.events.append((moment, text))
        if self.live:
            print(self.line(moment, text), flush=True)

    def line(self, moment: float, text: str) -> str:
        return f"  {moment - self.began:7.2f} s  {text}"

    def add_roles(self, changes: list[Change]) -> None:
        for change in changes:
            self.events.append((change.time, f"{change.node} {'can be written to' if change.writable else 'no longer can be written to'}"))

    def add_fencing(self, fenced: list[Fencing]) -> None:
        for entry in fenced:
            self.events.append((entry.time, f"{entry.node} was fenced: its power was cut by the cluster"))

    def add_outages(self, acknowledged: list[Acknowledgement], until: float) -> None:
        for gap in outages(acknowledged, until):
            whom = f"{gap.before}, then {gap.after}" if gap.before != gap.after else gap.before
            self.events.append((gap.began, "the client's writes are no longer acknowledged"))
            self.events.append((gap.ended, f"the client writes again, after {gap.seconds:.2f} s ({whom})"))

    def text(self) -> str:
        return "\n".join(self.line(moment, text) for moment, text in sorted(self.events))


def progress(text: str) -> None:
    """A line for the person who waits."""
    print(text, flush=True, file=sys.stdout)
