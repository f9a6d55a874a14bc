"""A case while it runs."""

import threading
from dataclasses import dataclass, field
from random import Random
from typing import Callable

from .client import Client
from .cluster import view
from .control import Lab
from .load import Load
from .sessions import HeldSession, Sessions
from .settings import LabError
from .suspension import Suspension


@dataclass
class Scene:
    """A case while it runs: the lab, which nodes its roles mean, and what the actions left for the conditions."""

    lab: Lab
    bound: dict[str, list[str]]
    say: Callable[[str], None]
    draw: Random = field(default_factory=Random)
    killed_agents: list[str] = field(default_factory=list)
    killed_daemons: dict[tuple[str, str], int] = field(default_factory=dict)
    servers: dict[str, str | None] = field(default_factory=dict)
    primary_server: str | None = None  # as it was at the beginning
    restarts: list[tuple[str, float, float]] = field(default_factory=list)
    hunters: list[threading.Thread] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    client: Client | None = None
    patient: Client | None = None
    prepared: int = 0
    stray: int = 0  # the row that was written by hand
    step_began: float = 0
    recloned: list[str] = field(default_factory=list)
    why_held: dict[str, str] = field(default_factory=dict)  # for those who only watch
    extend: bool = False
    rejoins: bool = False  # the agent brings diverged nodes back by itself
    streaming_since: float = 0
    sessions: list[Sessions | HeldSession | Suspension | Load] = field(default_factory=list)
    load: Load | None = None
    said: set[str] = field(default_factory=set)

    def nodes(self, word: str) -> list[str]:
        if word == "promoted":
            return view(self.lab).promoted
        return self.bound.get(word, [word])

    def node(self, word: str) -> str:
        names = self.nodes(word)
        if not names:
            raise LabError(f"no node is {word}")
        return names[0]

    def by_hand(self, node: str, when: float) -> bool:
        """Whether a change seen then comes from a restart that a person made; the watcher sees it a little later."""
        return any(node == name and began <= when <= ended + 1 for name, began, ended in self.restarts)

    def once(self, text: str) -> None:
        """Say it, unless it was said before."""
        if text not in self.said:
            self.said.add(text)
            self.say(text)

    def end(self) -> None:
        """Nothing that the case started goes on after this."""
        self.over.set()
        for sessions in self.sessions:
            sessions.close()

    def anyone(self) -> str:
        """A node that cluster commands can be typed on."""
        reachable = self.lab.reachable()
        if not reachable:
            raise LabError("no node is on and plugged in")
        return reachable[0]
