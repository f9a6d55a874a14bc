"""A failover and a switchover for people to watch, told in plain words."""

import textwrap
import time
from pathlib import Path
from random import Random
from typing import Callable

from . import actions, conditions
from .client import Client
from .cluster import query, view
from .control import Lab
from .ledger import Acknowledgement, lost, outages
from .logs import save_logs
from .scene import Scene
from .settings import ROWS, WRITER_ADDRESS, LabError
from .watcher import Watcher

WIDTH = 98


class Story:
    """Tells what happens as it happens, with the seconds since the beginning."""

    def __init__(self, tell: Callable[[str], None] = print) -> None:
        self.began = time.time()
        self._tell = tell

    def say(self, text: str) -> None:
        stamp = f"{time.time() - self.began:7.1f} s  "
        self._tell(textwrap.fill(text, WIDTH, initial_indent=stamp, subsequent_indent=" " * len(stamp)))

    def plain(self, text: str = "") -> None:
        self._tell(textwrap.fill(text, WIDTH))


def longest_gap(acknowledged: list[Acknowledgement], began: float, ended: float) -> float:
    """The client's longest wait, in seconds, of those that touch the time from `began` to `ended`; 0 if there was none."""
    touching = [gap.seconds for gap in outages(acknowledged) if gap.ended > began and gap.began < ended]
    return max(touching, default=0.0)


class Demo:
    """One performance. `run` may be called once."""

    def __init__(self, lab: Lab, logs: Path) -> None:
        self.lab, self.logs = lab, logs
        self.story = Story(lambda text: print(text, flush=True))
        self._events: list[tuple[str, float]] = []
        self._run = int(time.time())

    def run(self) -> int:
        """0 if no row was lost and everything came back."""
        now = view(self.lab)
        standbys = sorted(set(self.lab.nodes) - set(now.promoted))
        bound = {"primary": now.promoted, "standbys": standbys, "all": self.lab.nodes}
        scene = Scene(self.lab, bound, self._hear, Random(0))
        self.story.began = time.time()
        self.story.say(f"The cluster is up. {now.promoted[0]} is the primary: it takes the writes. "
                       f"{_and(standbys)} are {self.lab.database.replica}s: each keeps a copy, up to date at every moment.")  # fmt: skip
        watcher = Watcher(self.lab)
        watcher.start()
        client = scene.client = Client(self.lab, self._run, self.lab.layout.state / "demo.ledger")
        trouble: list[str] = []
        try:
            self._perform(scene)
        except LabError as problem:
            trouble.append(str(problem))
        finally:
            scene.end()
            ended = time.time()
            acknowledged = client.stop()
            roles = watcher.stop()
        return self._account(acknowledged, ended, trouble + roles.overlaps)

    def _perform(self, scene: Scene) -> None:
        old = scene.node("primary")
        scene.client.wait_for_rows(50, seconds=20)
        self.story.say(f"A client writes a row, waits until it is told that the row is safe, and writes the next. It only knows "
                       f"the address {WRITER_ADDRESS}, which follows the primary.")  # fmt: skip
        time.sleep(2)
        self._failover(scene, old)
        time.sleep(2)
        self._switchover(scene, old)
        time.sleep(2)

    def _failover(self, scene: Scene, old: str) -> None:
        self._begin("the primary killed", scene)
        self.story.say(f"The server on {old} is killed (kill -9). Nobody tells the cluster; it has to notice.")
        actions.kill_server(scene, "primary")
        scene.why_held[old] = f"it had written what no {self.lab.database.replica} had; the client was never told that it was safe"
        self._wait(scene, "promoted-elsewhere", 40)
        new = view(self.lab).promoted[0]
        self.story.say(f"{new} was promoted: of the {self.lab.database.replica}s none had more of the data. It is the primary now.")
        self._wait(scene, "writes", 20)
        self.story.say(f"The client writes again, to {new}. It still uses the same address.")
        self._wait(scene, "rejoined", 60, node="primary")
        self.story.say(f"{old} is back, as a {self.lab.database.replica}: it {self.lab.database.follows} {new}.")

    def _switchover(self, scene: Scene, target: str) -> None:
        source = view(self.lab).promoted[0]
        self._begin("the planned switchover", scene)
        self.story.say(f"Planned switchover: the administrator asks for {target} to be the primary again "
                       f"(crm_resource --move --promoted --node {target}).")  # fmt: skip
        actions.switchover(scene, target)
        self._wait(scene, "promoted", 30, node=target)
        self._wait(scene, "writes", 20)
        self.story.say(f"{target} is the primary, and the client writes to it.")
        self._wait(scene, "streaming", 30, node="all")
        self.story.say(f"{source} is a {self.lab.database.replica} of {target}, and so is every other node.")
        self._wait(scene, "healthy", 30)
        actions.cleanup(scene)
        for standby in sorted(set(self.lab.nodes) - {target}):
            self._wait(scene, "state", 25, node=standby, **{"is": self.lab.database.following})
        self.story.say("Each node's next look at its database (every 10 s) says the same.")

    def _begin(self, event: str, scene: Scene) -> None:
        self._events.append((event, time.time()))
        scene.step_began = time.time()

    def _wait(self, scene: Scene, condition: str, seconds: float, **arguments: str) -> None:
        missing = conditions.wait(scene, condition, arguments, seconds)
        if missing is not None:
            raise LabError(f"waited {seconds:g} s for \"{condition}\": {missing}")

    def _hear(self, text: str) -> None:
        self.story.say(text[0].upper() + text[1:] + ".")

    def _account(self, acknowledged: list[Acknowledgement], ended: float, trouble: list[str]) -> int:
        missing = self._missing(acknowledged, trouble)
        print(flush=True)
        print(f"Rows acknowledged to the client   {len(acknowledged)}")
        print(f"Rows lost                         {missing}")
        for place, (event, began) in enumerate(self._events):
            until = self._events[place + 1][1] if place + 1 < len(self._events) else ended
            gap = longest_gap(acknowledged, began, until)
            print(f"{'Longest wait for a write':<34}{gap:.1f} s   ({event})")
        print("\nThe cluster's own view at the end (crm_mon):\n")
        for line in self._crm_mon():
            print(f"  {line}"[:WIDTH])
        print(flush=True)
        if trouble:
            save_logs(self.lab, self.logs, self.story.began)
            for sentence in trouble:
                self.story.plain(f"NOT WELL: {sentence}")
            print(f"The nodes' logs are in {self.logs}")
            return 1
        self.story.plain("All is well: the primary was lost and replaced, came back, and no row that the client was promised is missing.")
        return 0

    def _missing(self, acknowledged: list[Acknowledgement], trouble: list[str]) -> int:
        """How many acknowledged rows the primary has not; what cannot be asked is trouble, too."""
        for node in view(self.lab).promoted:
            rows = query(self.lab, node, ROWS.format(run=self._run), seconds=10)
            if rows is not None:
                count = len(lost(acknowledged, {row[0] for row in rows}))
                if count:
                    trouble.append(f"{count} acknowledged rows are missing on {node}")
                return count
        trouble.append("no primary could be asked for the rows")
        return len(acknowledged)

    def _crm_mon(self) -> list[str]:
        """Nodes, resources and the databases' states, as crm_mon shows them."""
        for node in self.lab.reachable():
            shown = self.lab.run(node, "crm_mon", "-1", "-A", check=False).stdout.splitlines()
            start = next((place for place, line in enumerate(shown) if line.startswith("Node List")), 0)
            return shown[start:]
        return []


def _and(names: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
