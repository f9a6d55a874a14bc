"""What each server was at each moment, for the picture: kept beside the watcher's own question, who can write."""

from dataclasses import dataclass

from ..watcher import Roles, Sample

PRIMARY, STANDBY, SILENT, GONE = "primary", "standby", "silent", "gone"


@dataclass
class Span:
    """A node in one state, from the first such sample to the next other one."""

    began: float
    ended: float
    state: str


class Lanes(Roles):
    """Keeps the states of every node, too."""

    def __init__(self) -> None:
        super().__init__()
        self.lanes: dict[str, list[Span]] = {}

    def add(self, sample: Sample) -> None:
        super().add(sample)
        state, lane = state_of(sample), self.lanes.setdefault(sample.node, [])
        if lane:
            lane[-1].ended = sample.time
        if not lane or lane[-1].state != state:
            lane.append(Span(sample.time, sample.time, state))


def state_of(sample: Sample) -> str:
    if sample.writable is None:
        return SILENT
    if sample.server is None:
        return GONE
    return PRIMARY if sample.writable else STANDBY
