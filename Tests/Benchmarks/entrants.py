"""Clusters that suffer one fault after the other, each with its agent; and what became of it, in words."""

import contextlib
import statistics

from contests import cluster
from hardships import WRITES_WITHIN
from martlet_lab import ledger, repair
from martlet_lab.chaos.command import DISK_MEGABYTES
from martlet_lab.report import Result
from martlet_lab.runner import Runner
from martlet_lab.settings import LabError

SEED = 1
# What the documents advise; the others have no such parameters.
OURS = {"durability": "quorum", "on_sick": "failover"}


class FaultRunner(Runner):
    """The lab's runner, for clusters of which nothing is demanded."""

    def _scene(self, case, result):
        scene = super()._scene(case, result)
        scene.rejoins = self.lab.agent == "martlet"
        return scene


class Entrant:
    """An agent, its cluster, and a new one when that is beyond repair."""

    def __init__(self, contestant, work):
        self.contestant, self.work, self.stack = contestant, work, contextlib.ExitStack()
        self.results = {}
        self.begin()

    def begin(self):
        lab = self.stack.enter_context(cluster(self.contestant, self.work, DISK_MEGABYTES))
        if self.contestant.is_ours:
            comes_back = {"rejoin": lab.database.rejoins[0]} if lab.database.rejoin == "hold" else {}
            repair.set_parameters(lab, OURS | comes_back)
        self.runner = FaultRunner(lab, self.work / f"{self.contestant.slug}-report", SEED, False)

    def suffer(self, hardship, case):
        """One fault, and its result; whatever comes of it, the next one finds a healthy cluster."""
        found = []
        try:
            self.runner.run(case, found)
        except LabError as problem:
            found = found or [Result(case)]
            found[-1].against.append(f"beyond repair: {problem}")
            self.stack.close()
            self.begin()
        self.results.setdefault(hardship.title, []).append(found[-1])
        print(f"  {self.contestant.title:<28}{told(hardship, found[-1:])}", *found[-1].against, sep="\n      ", flush=True)
        return found[-1]


def told(hardship, results):
    """A cell of the table."""
    waits = [result.outage for result in results]
    words = [f"{statistics.median(waits):.1f} s"]
    if max(waits) > WRITES_WITHIN:
        words = [f"down for more than {WRITES_WITHIN} s"]
    return ", ".join(words + troubles(hardship, results))


def troubles(hardship, results):
    """What was not as it should be."""
    words = []
    if hardship.moves and not all(result.seen.became_writable for result in results):
        words.append("not moved")
    if lost := sum(lost_rows(result) for result in results):
        words.append(f"**{lost} rows lost**")
    if any(result.seen.overlaps for result in results):
        words.append("**two writable at once**")
    fenced = sum(len(result.seen.fenced) for result in results)
    if fenced and not hardship.fences:
        words.append("fenced" if fenced == 1 else f"fenced {fenced} times")
    if cloned := sum(len(result.recloned) for result in results):
        words.append("cloned by hand" if cloned == 1 else f"{cloned} cloned by hand")
    if helped := sum(bool(result.against) for result in results):
        words.append("needed hands" + (f" {helped} of {len(results)} times" if len(results) > 1 else ""))
    return words


def lost_rows(result):
    """Acknowledged rows that are not on the primary in the end; a standby that is asked a moment later may lack some still."""
    there = next(iter(result.seen.present.values()), None)
    return len(ledger.lost(result.seen.acknowledged, there)) if there is not None else 0
