"""Lets the faults of a round happen, each at its time, and undoes them."""

import subprocess
import threading
import time
from dataclasses import dataclass, replace

from ..scene import Scene
from ..settings import LabError
from .faults import ANYWHERE, FAULTS, Drawn


@dataclass
class Struck:
    """A fault that happened: where, from when, until when, and what became of it, if that has to be said."""

    drawn: Drawn
    node: str
    began: float = 0
    ended: float = 0
    note: str = ""

    @property
    def text(self) -> str:
        what = f"{self.drawn.fault} {self.node}" + (f" ({self.drawn.node})" if self.node != self.drawn.node else "")
        return what + (f" {self.drawn.lasts:.1f} s" if self.drawn.lasts else "") + (f" [{self.note}]" if self.note else "")


def bind(drawn: Drawn, scene: Scene) -> Struck:
    """Which node its role means now."""
    return Struck(drawn, drawn.node if drawn.node == "all" else scene.node(drawn.node))


def may_fail(struck: list[Struck], scene: Scene) -> frozenset[str]:
    """The nodes on which an action of the agent may fail."""
    found: set[str] = set()
    for each in struck:
        where = FAULTS[each.drawn.fault].fails
        found |= set(scene.lab.nodes if where == ANYWHERE else scene.nodes(each.drawn.node) if where else ())
    return frozenset(found)


def strike(scene: Scene, struck: list[Struck]) -> None:
    """All faults of a round, each at its time; returns when the last one is undone."""
    began = time.time()
    threads = [threading.Thread(target=_one, args=(scene, each, began), daemon=True) for each in struck]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)


def _one(scene: Scene, struck: Struck, began: float) -> None:
    """A fault that finds nothing to strike, or cannot be undone because the node is gone, is no failure: it is said."""
    own, fault = replace(scene, over=threading.Event(), killed_agents=[]), FAULTS[struck.drawn.fault]
    for when, step, what in ((struck.drawn.at, fault.begin, ""), (struck.drawn.at + struck.drawn.lasts, fault.undo, "the end of ")):
        time.sleep(max(0.0, began + when - time.time()))
        struck.began, struck.ended = struck.began or time.time(), time.time()
        if not what or struck.drawn.lasts:
            scene.say(what + struck.text)
        try:
            step(own, struck.drawn)
        except (LabError, subprocess.SubprocessError, OSError) as problem:
            scene.say(f"{what}{struck.drawn.fault} had no effect: {problem}")
            struck.note = struck.note if what else "no effect"
        struck.ended = time.time()
    struck.note = struck.note or ", ".join(own.killed_agents)
