"""Watches every server directly for the one thing that must never be: two of them writable at the same time."""

import threading
import time
from dataclasses import dataclass

from .control import Lab
from .settings import LabError


@dataclass(frozen=True)
class Sample:
    """One look at one server: is it there (which run of it), and what did it answer (None: nothing)?"""

    time: float
    node: str
    server: str | None
    writable: bool | None


@dataclass(frozen=True)
class Change:
    """A server that began or ceased to be writable."""

    time: float
    node: str
    writable: bool
    server: str | None = None  # which run of it


class Roles:
    """Who can write, from a stream of samples. No input or output.

    A server that does not answer keeps its last known role for as long as the same server lives: a frozen primary
    that is thawed goes on writing.
    """

    def __init__(self) -> None:
        self._last: dict[str, Sample] = {}
        self._since: dict[str, float] = {}
        self.changes: list[Change] = []
        self.overlaps: list[str] = []

    def add(self, sample: Sample) -> None:
        before = self._last.get(sample.node)
        was = bool(before and before.writable)
        now = sample.writable
        if now is None:
            now = was and before is not None and sample.server == before.server
        self._last[sample.node] = Sample(sample.time, sample.node, sample.server, now)
        if now != was:
            self.changes.append(Change(sample.time, sample.node, now, sample.server))
            if now:
                self._since[sample.node] = sample.time
        self._judge(sample.node, now)

    def _judge(self, node: str, now: bool) -> None:
        """Servers are asked one after the other. Each is known to have been writable from its first such sample to its
        last; two of these spans that share a moment are an overlap, two single samples in a row are not."""
        others = [
            name for name, last in self._last.items()
            if now and name != node and last.writable and self._since.get(name, 0) < self._last[node].time
            and self._since.get(node, 0) < last.time
        ]  # fmt: skip
        for other in others:
            text = " and ".join(sorted((node, other))) + " were writable at the same time"
            if text not in self.overlaps:
                self.overlaps.append(text)

    @property
    def writable(self) -> list[str]:
        return [node for node, last in self._last.items() if last.writable]


class Watcher(threading.Thread):
    """Looks at all servers every 0.2 s, through their own sockets: a cut cable hides nothing."""

    def __init__(self, lab: Lab, interval: float = 0.2) -> None:
        super().__init__(daemon=True)
        self._lab = Lab(lab.layout)
        self._nodes = lab.nodes
        self._interval = interval
        self._over = threading.Event()
        self.roles = Roles()

    def look(self, node: str) -> Sample:
        """Read the process before and after the question: an answer counts for the one that was there all along."""
        database = self._lab.database
        try:
            on = self._lab.init(node) is not None
        except LabError:
            on = False
        if not on:
            return Sample(time.time(), node, None, False)
        before = database.identity(self._lab, node)
        answer = database.writable(self._lab, node, seconds=0.5)
        after = database.identity(self._lab, node)
        writable = answer if before == after else None
        if writable is None and not self._alive(node, database.server(self._lab, node)):
            return Sample(time.time(), node, None, False)
        return Sample(time.time(), node, after, writable)

    def _alive(self, node: str, inner: int | None) -> bool:
        init = self._lab.init(node)
        return init is not None and inner is not None and _exists(init, inner)

    def run(self) -> None:
        while not self._over.wait(self._interval):
            for node in self._nodes:
                try:
                    self.roles.add(self.look(node))
                except (LabError, OSError):
                    continue
            if len(self.roles.writable) > 1:  # an overlap must not end before it is confirmed
                for node in self.roles.writable:
                    self.roles.add(self.look(node))

    def stop(self) -> Roles:
        self._over.set()
        self.join(timeout=10)
        return self.roles


def _exists(init: int, inner: int) -> bool:
    """Whether the node whose first process is `init` has a process `inner` that is not dead yet."""
    try:
        with open(f"/proc/{init}/root/proc/{inner}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except (OSError, IndexError):
        return False
