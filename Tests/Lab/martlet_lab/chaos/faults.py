"""The faults that chaos draws from: where each can strike, for how long, what it does, and how it is undone."""

import signal
from dataclasses import dataclass
from typing import Callable

from .. import actions, faults
from ..databases import DATABASES
from ..processes import kill
from ..scene import Scene

# As often the primary as any of the others.
ONE = ("primary", "primary", "standby-a", "standby-b")
STANDBY = ONE[2:]

THERE, ANYWHERE = "there", "anywhere"

Step = Callable[[Scene, "Drawn"], None]


@dataclass(frozen=True)
class Drawn:
    """One fault of a round. `node` is a role, as in a case; `at` and `lasts` are seconds; `chance`, between 0 and 1, decides
    what else is left to it."""

    fault: str
    node: str
    at: float
    lasts: float
    chance: float


@dataclass(frozen=True)
class Fault:
    """One kind of fault. `isolates`: the others lose the node, so that no second one may be lost. `fences`: it may end so.
    `fails`: where an action of the agent may fail of it. `slack`: for so long may the client wait beyond the usual limit."""

    name: str
    begin: Step
    undo: Step
    places: tuple[str, ...] = ONE
    lasts: tuple[float, float] = (0, 0)
    weight: int = 4
    isolates: bool = False
    fences: bool = False
    fails: str = ""
    slack: float = 0
    databases: tuple[str, ...] = tuple(DATABASES)


def nothing(scene: Scene, drawn: Drawn) -> None:
    """What the cluster has to undo by itself."""


def _does(action: Callable[..., None], **arguments) -> Step:
    """An action of the cases, on the node drawn."""
    return lambda scene, drawn: action(scene, drawn.node, **arguments)


def _spoil(loses: str) -> Step:
    def spoil(scene: Scene, drawn: Drawn) -> None:
        scene.lab.ask("spoil", node=scene.node(drawn.node), delay=0, loses=loses)

    return spoil


def slow_cable(scene: Scene, drawn: Drawn) -> None:
    delay = round(50 + 250 * drawn.chance)
    scene.say(f"{scene.node(drawn.node)}: what it sends arrives {delay} ms later")
    scene.lab.ask("spoil", node=scene.node(drawn.node), delay=delay, loses="")


def mend_cable(scene: Scene, drawn: Drawn) -> None:
    scene.lab.ask("mend", node=scene.node(drawn.node))


def fill_disk(scene: Scene, drawn: Drawn) -> None:
    faults.fill_disk(scene, drawn.node)


def free_disk(scene: Scene, drawn: Drawn) -> None:
    faults.free_disk(scene, drawn.node)


def hunt_agent(scene: Scene, drawn: Drawn) -> None:
    """The next action of the agent, whatever it is and wherever, dies by SIGKILL up to 0.2 s after it was seen."""
    delay = 0.2 * drawn.chance
    actions.kill_agent(scene, "any", drawn.node, after=delay, at_most=delay)


def end_hunt(scene: Scene, drawn: Drawn) -> None:
    scene.over.set()


def _signal_attrd(number: signal.Signals) -> Step:
    def send(scene: Scene, drawn: Drawn) -> None:
        for process in scene.lab.processes(scene.node(drawn.node)):
            if process.name == "pacemaker-attrd":
                kill(process.pid, number)

    return send


def end_sessions(scene: Scene, drawn: Drawn) -> None:
    scene.lab.database.end_sessions(scene.lab, scene.node(drawn.node))


def clear_move(scene: Scene, drawn: Drawn) -> None:
    """A switchover that was broken off leaves its constraint."""
    scene.lab.run(scene.anyone(), "crm_resource", "--clear", "--resource", scene.lab.database.clone, check=False)


def power_on_all(scene: Scene, drawn: Drawn) -> None:
    actions.power_on(scene, drawn.node, order="random", gap=drawn.chance)


FAULTS = {fault.name: fault for fault in (
    Fault("server-killed", _does(actions.kill_server), nothing, weight=6, fails=THERE),
    Fault("server-frozen", _does(actions.freeze), _does(actions.thaw), lasts=(3, 20), fails=THERE),
    Fault("sessions-ended", end_sessions, nothing, places=("primary",), weight=2),
    Fault("backend-killed", _does(actions.kill_backend), nothing, places=("primary",), weight=2, fails=THERE,
          databases=("postgresql",)),
    # MySQL and MariaDB look again after a minute, without a word to anybody.
    Fault("disk-full", fill_disk, free_disk, lasts=(4, 12), fails=THERE, slack=30),
    Fault("power-lost", _does(actions.power_off), _does(actions.power_on), lasts=(2, 10), weight=6, isolates=True, fences=True),
    Fault("cable-cut", _does(actions.cut), _does(actions.heal), lasts=(2, 12), weight=6, isolates=True, fences=True),
    Fault("incoming-lost", _spoil("incoming"), mend_cable, lasts=(2, 12), weight=3, isolates=True, fences=True),
    Fault("outgoing-lost", _spoil("outgoing"), mend_cable, lasts=(2, 12), weight=3, isolates=True, fences=True),
    Fault("network-slow", slow_cable, mend_cable, lasts=(4, 12), weight=3),
    Fault("agent-killed", hunt_agent, end_hunt, places=("all",), lasts=(6, 12), fences=True, fails=ANYWHERE),
    # Pacemaker's controller gives up for good, and is fenced, when the attribute daemon does not take what it sends for 5 s
    # (2.1.5, update_attrd_list: "Could not update node attribute", exit 100).
    Fault("attrd-frozen", _signal_attrd(signal.SIGSTOP), _signal_attrd(signal.SIGCONT), lasts=(5, 20), weight=3,
          fails=ANYWHERE, fences=True),
    Fault("switchover", _does(actions.switchover), clear_move, places=STANDBY, weight=6),
    Fault("all-power-lost", _does(actions.power_off), power_on_all, places=("all",), lasts=(1, 5), weight=1,
          isolates=True, fences=True),
)}  # fmt: skip
