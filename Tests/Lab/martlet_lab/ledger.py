"""What the client was promised: the rows a server acknowledged, and what follows from them. No input or output here
but reading the client's file."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Iterable


@dataclass(frozen=True)
class Acknowledgement:
    """One row that a server said is committed: its id, when (seconds since 1970), and the node that said so."""

    id: int
    time: float
    node: str


@dataclass(frozen=True)
class Outage:
    """A time without acknowledgements, from the last one before it to the first one after it."""

    began: float
    ended: float
    before: str
    after: str

    @property
    def seconds(self) -> float:
        return self.ended - self.began


def parse(lines: Iterable[str]) -> list[Acknowledgement]:
    """Read the client's file. A last line cut short by the client's end is not counted: nobody relied on it yet."""
    found = []
    for line in lines:
        if line.endswith("\n"):
            found.append(Acknowledgement(*json.loads(line)))
    return found


def read(path: Path) -> list[Acknowledgement]:
    if not path.exists():
        return []
    with path.open() as file:
        return parse(file)


def lost(acknowledged: Iterable[Acknowledgement], present: set[int]) -> list[Acknowledgement]:
    """Rows that were acknowledged and are not there."""
    return [entry for entry in acknowledged if entry.id not in present]


def outages(acknowledged: list[Acknowledgement], until: float = 0, longer_than: float = 0.3) -> list[Outage]:
    """The gaps between acknowledgements, longest first. `until`, when the client ended, is one that never came."""
    ends = acknowledged[1:]
    if acknowledged and until > acknowledged[-1].time:
        ends.append(Acknowledgement(0, until, "none"))
    gaps = [
        Outage(earlier.time, later.time, earlier.node, later.node)
        for earlier, later in zip(acknowledged, ends)
        if later.time - earlier.time > longer_than
    ]
    return sorted(gaps, key=lambda gap: gap.seconds, reverse=True)


def longest_outage(acknowledged: list[Acknowledgement], until: float = 0) -> float:
    """Seconds; 0 when there was none worth the name."""
    return next((gap.seconds for gap in outages(acknowledged, until)), 0.0)
