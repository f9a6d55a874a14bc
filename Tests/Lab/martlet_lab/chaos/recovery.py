"""After the faults of a round: nothing of them is left, and the cluster has to get well by itself."""

import subprocess
import time

from .. import health, repair
from ..cluster import view
from ..control import Lab
from ..scene import Scene
from ..settings import LabError
from .abilities import Ability

WELL_WITHIN = 90.0
# A look may come before the cluster has noticed anything: a membership that ends takes 3 s to be missed, and to be fenced.
WELL_FOR = 3.0
# A state that passes by itself is nobody's work.
HELD_FOR = 3.0
# A node that was fenced boots after 5 s; one that switched itself off waits for somebody to press the button.
OFF_FOR = 8.0


def leave_nothing(lab: Lab) -> None:
    """Whatever the undoing of a fault may have missed, because the node was off, or another fault in the way."""
    for node in lab.nodes:
        lab.ask("heal", node=node)
        lab.ask("mend", node=node)
        (lab.disk(node) / "filler").unlink(missing_ok=True)


class Recovery:
    """Waits for health, and does what an operator has to do meanwhile, as long as the agent cannot."""

    def __init__(self, scene: Scene, ability: Ability) -> None:
        self.scene, self.lab, self.ability = scene, scene.lab, ability
        self.cloned: list[str] = []
        self._held_since: dict[str, float] = {}
        self._off_since: dict[str, float] = {}

    def wait(self, seconds: float) -> str:
        """Returns what is missing, empty when everything is well and a row was acknowledged since."""
        began, deadline, well_since = time.time(), time.monotonic() + seconds, 0.0
        while True:
            missing = self._missing(began)
            if missing:
                well_since = 0.0
            elif well_since and time.monotonic() - well_since >= WELL_FOR:
                return ""
            else:
                well_since = well_since or time.monotonic()
            if time.monotonic() > deadline:
                return missing
            self._power()
            if missing and not self.ability.rejoin and self._clone():
                deadline = time.monotonic() + seconds  # a person's work in between is not the cluster's time
            time.sleep(0.2)

    def _missing(self, since: float) -> str:
        try:
            found = health.examine(self.lab)
        except (LabError, subprocess.SubprocessError, OSError) as problem:
            return str(problem)
        if not found:
            rows = self.scene.client.acknowledged() if self.scene.client else []
            found = [] if rows and rows[-1].time > since else ["no row acknowledged"]
        return "; ".join(found)

    def _power(self) -> None:
        """A node that Pacemaker switched off would have booted: nobody else does it here."""
        for node, entry in self.lab.refresh()["nodes"].items():
            if entry["on"]:
                self._off_since.pop(node, None)
            elif time.monotonic() - self._off_since.setdefault(node, time.monotonic()) > OFF_FOR:
                self.scene.say(f"{node} is off ({entry['off_because']}), and powered on")
                self.lab.ask("start", node=node)

    def _clone(self) -> bool:
        """Clone one node again that is held as diverged, as an operator would; whether there was one."""
        for node in self.lab.reachable():
            reason = repair.held(self.lab, node)
            if not reason:
                self._held_since.pop(node, None)
                continue
            since = self._held_since.setdefault(node, time.monotonic())
            if time.monotonic() - since < HELD_FOR or len(view(self.lab).promoted) != 1 or node in self.cloned:
                continue
            self.scene.say(f"{node} is held: {reason}; it is cloned by hand")
            self.cloned.append(node)
            repair.reclone(self.lab, node)
            self.scene.say(f"{node} was cloned")
            return True
        return False
