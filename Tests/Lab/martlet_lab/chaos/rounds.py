"""Plays a round: the client writes, the faults strike, all is undone, the cluster recovers, and its rows are counted."""

import subprocess
import time
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from random import Random
from typing import Callable

from .. import fencing, health, repair
from ..client import Client
from ..cluster import query, view
from ..control import Lab
from ..logs import save_logs
from ..runner import news
from ..scene import Scene
from ..settings import LabError
from ..timeline import Timeline
from ..watcher import Watcher
from .abilities import ABILITIES
from .draw import draw, longest, may_fence, slack
from .lanes import Lanes, Span
from .recovery import WELL_WITHIN, Recovery, leave_nothing
from .strike import Struck, bind, may_fail, strike
from .verdict import Seen, Sums, judge

# A MySQL server that found its disk full looks again after a minute.
APPLIED_WITHIN = 75

ROWS = "SELECT id, node FROM written WHERE run = {run}"


@dataclass
class Round:
    """How one round went."""

    number: int
    struck: list[Struck] = field(default_factory=list)
    against: list[str] = field(default_factory=list)
    seen: Seen = field(default_factory=Seen)
    promoted: list[str] = field(default_factory=list)
    lanes: dict[str, list[Span]] = field(default_factory=dict)
    timeline: Timeline = field(default_factory=Timeline)
    seconds: float = 0


def log_name(now: Round) -> str:
    """What a round's logs are called in the report."""
    return f"round-{now.number:03}"


class Player:
    """Plays rounds on a lab of its own, one after the other; each starts from health."""

    def __init__(self, lab: Lab, report: Path, seed: int, must_keep: bool, live: bool, patience: float) -> None:
        self.lab, self.report, self.seed, self.must_keep, self.live = lab, report, seed, must_keep, live
        self.patience = patience
        self._run = int(time.time())
        self._earlier: Sums = {}

    def begin_anew(self, lab: Lab) -> None:
        """The lab is another one: its tables are empty."""
        self.lab, self._earlier = lab, {}

    def play(self, number: int, rounds: list[Round]) -> None:
        """One round, added to `rounds`. Whatever goes wrong is in there; LabError only if the cluster cannot be brought back."""
        repair.wait_healthy(self.lab, 60)
        self.lab.ask("after-fencing", mode="reboot")
        began, now = time.time(), Round(number, timeline=Timeline(self.live))
        drawn, ability = draw(self.seed, self.lab.database.name, number), ABILITIES[self.lab.database.name]
        scene = self._scene(number, now.timeline.say)
        now.struck = [bind(each, scene) for each in drawn]
        now.seen = Seen(
            self.lab.nodes, earlier=dict(self._earlier), faults_lasted=longest(drawn), slack=slack(drawn), may_fence=may_fence(drawn),
            may_fail=may_fail(now.struck, scene), must_keep=self.must_keep, rejoins=ability.rejoin,
            patience=self.patience,
        )  # fmt: skip
        lanes = self._perform(now, scene, Recovery(scene, ability))
        self._collect(now, scene, lanes, began)
        now.against, now.seconds = judge(now.seen), time.time() - began
        rounds.append(now)
        self._tidy(now)

    def _perform(self, now: Round, scene: Scene, recovery: Recovery) -> Lanes:
        """From the client's first row to its last."""
        self._run += 1
        seen, watcher = now.seen, Watcher(self.lab)
        watcher.roles = lanes = Lanes()
        watcher.start()
        client = scene.client = Client(self.lab, self._run, self.lab.layout.state / f"client-{self._run}.ledger")
        try:
            client.wait_for_rows(20, seconds=30)
            strike(scene, now.struck)
            leave_nothing(self.lab)
            now.timeline.say("all faults are undone")
            seen.unhealthy = recovery.wait(WELL_WITHIN * self.patience)
        except (LabError, subprocess.SubprocessError) as problem:
            seen.unhealthy = str(problem)
        finally:
            scene.end()
            seen.client_ended, seen.acknowledged = time.time(), client.stop()
            watcher.stop()
        seen.cloned = recovery.cloned
        return lanes

    def _collect(self, now: Round, scene: Scene, lanes: Lanes, began: float) -> None:
        seen, last = now.seen, view(self.lab)
        seen.overlaps, now.lanes = lanes.overlaps, lanes.lanes
        seen.fenced = fencing.history(self.lab.layout.state / "fencing.log", since=began)
        seen.failures = tuple(map(unescape, last.failures))
        for node in last.promoted + [name for name in self.lab.nodes if name not in last.promoted]:
            self._count(node, last.promoted, seen)
        if seen.sums:
            self._earlier = next(iter(seen.sums.values()))
        changes = news(lanes.changes, scene.node("primary"))
        now.promoted = [change.node for change in changes if change.writable]
        now.timeline.add_roles(changes)
        now.timeline.add_fencing(seen.fenced)
        now.timeline.add_outages(seen.acknowledged, seen.client_ended)

    def _scene(self, number: int, say: Callable[[str], None]) -> Scene:
        promoted = view(self.lab).promoted
        if len(promoted) != 1:
            raise LabError("no round can begin: " + "; ".join(health.examine(self.lab)))
        standbys = sorted(set(self.lab.nodes) - set(promoted))
        bound = {"primary": promoted, "standbys": standbys, "all": self.lab.nodes}
        bound |= {f"standby-{letter}": [name] for letter, name in zip("abcdefg", standbys)}
        return Scene(self.lab, bound, say, Random(f"{self.seed} {number}"))

    def _count(self, node: str, promoted: list[str], seen: Seen) -> None:
        """The rows on one node, once it has applied what the primary has."""
        database = self.lab.database
        if promoted and node not in promoted:
            database.wait_applied(self.lab, node, database.position(self.lab, promoted[0]), APPLIED_WITHIN)
        rows = query(self.lab, node, ROWS.format(run=self._run), seconds=10)
        sums = query(self.lab, node, database.checksum, seconds=20)
        if rows is not None and sums is not None:
            seen.rows[node] = dict(rows)
            seen.sums[node] = {run: (count, checksum) for run, count, checksum in sums}

    def _tidy(self, now: Round) -> None:
        """Keep what explains a failure, then bring the cluster back to health without old failures."""
        name = log_name(now)
        text = "\n".join([*(f"against: {sentence}" for sentence in now.against), now.timeline.text(),
                          *(f"failed: {failure}" for failure in now.seen.failures)])  # fmt: skip
        (self.report / f"{name}.txt").write_text(text + "\n")
        if now.against:
            save_logs(self.lab, self.report / name, now.timeline.began)
            repair.restore(self.lab)
        seen = view(self.lab)
        if seen.fail_counts or seen.failures:
            repair.clean_fail_counts(self.lab)
