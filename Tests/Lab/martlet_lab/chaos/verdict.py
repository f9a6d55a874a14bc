"""The verdict on one round, from what was seen. Pure: everything it needs is in `Seen`."""

from collections import Counter
from dataclasses import dataclass, field

from .. import ledger
from ..fencing import Fencing
from ..ledger import Acknowledgement

# How long the client may wait, beyond the time that the faults themselves last.
OUTAGE_LIMIT = 60.0
# A node that is fenced more often than this in a round is fenced because it was fenced.
FENCED_AT_MOST = 2

# For each run of the client: how many rows, and their checksum.
Sums = dict[int, tuple[int, str]]


NOT_COVERED = "promotion refused: acknowledged commits are on "


@dataclass
class Seen:
    """What was seen in one round. Nodes are names; times are seconds since 1970."""

    nodes: list[str] = field(default_factory=list)
    acknowledged: list[Acknowledgement] = field(default_factory=list)
    client_ended: float = 0
    rows: dict[str, dict[int, str]] = field(default_factory=dict)  # of this round, on each node
    sums: dict[str, Sums] = field(default_factory=dict)  # of the whole table, on each node
    earlier: Sums = field(default_factory=dict)  # of all rounds before, as they were then
    overlaps: list[str] = field(default_factory=list)
    fenced: list[Fencing] = field(default_factory=list)
    unhealthy: str = ""  # what was still missing when the time was over
    cloned: list[str] = field(default_factory=list)
    failures: tuple[str, ...] = ()  # of actions, as crm_mon tells them
    faults_lasted: float = 0
    slack: float = 0
    patience: float = 1  # times as long as on a quiet machine
    may_fail: frozenset[str] = frozenset()  # on these nodes
    may_fence: bool = False
    must_keep: bool = True  # whatever was acknowledged; not so with durability=async
    rejoins: bool = False  # the agent does it without hands

    @property
    def outage(self) -> float:
        return ledger.longest_outage(self.acknowledged, self.client_ended)

    @property
    def lost(self) -> int:
        """Acknowledged rows that are missing, on the node where most are."""
        return max((len(ledger.lost(self.acknowledged, set(there))) for there in self.rows.values()), default=0)


def judge(seen: Seen) -> list[str]:
    """Everything that speaks against the agent, one sentence each; empty when the round passed."""
    return [*_availability(seen), *_lost(seen), *_one_history(seen), *seen.overlaps, *_fencing(seen), *_failed(seen), *_hands(seen)]


def _availability(seen: Seen) -> list[str]:
    against = [f"not healthy: {seen.unhealthy}"] if seen.unhealthy else []
    if not seen.acknowledged:
        return [*against, "the client had not one row acknowledged"]
    limit = OUTAGE_LIMIT * seen.patience + seen.faults_lasted + seen.slack
    if seen.outage > limit:
        against.append(f"the client waited {seen.outage:.1f} s, longer than {limit:.0f} s")
    return against


def _lost(seen: Seen) -> list[str]:
    found = []
    for node, there in seen.rows.items():
        missing = ledger.lost(seen.acknowledged, set(there)) if seen.must_keep else []
        if missing:
            found.append(f"{len(missing)} acknowledged rows are missing on {node}, the first is row {missing[0].id} "
                         f"acknowledged by {missing[0].node}")  # fmt: skip
    return found


def _one_history(seen: Seen) -> list[str]:
    """Row for row what the client wrote in this round, and by checksum the whole table."""
    found = [f"{node} could not be asked for its rows" for node in seen.nodes if node not in seen.rows or node not in seen.sums]
    if seen.rows:
        first, whole = next(iter(seen.rows.items()))
        for node, there in seen.rows.items():
            if there != whole:
                more, fewer = len(there.items() - whole.items()), len(whole.items() - there.items())
                found.append(f"{node} has {more} rows that {first} has not, and lacks {fewer}")
    if seen.sums:
        first, sums = next(iter(seen.sums.items()))
        found += [f"the checksum of {node} is not that of {first}" for node, there in seen.sums.items() if there != sums]
        changed = [run for run, before in seen.earlier.items() if sums.get(run) != before]
        if changed and seen.must_keep:
            found.append(f"what {len(changed)} earlier rounds had left is not the same any more")
    return found


def _fencing(seen: Seen) -> list[str]:
    counts = Counter(entry.node for entry in seen.fenced)
    found = [f"{node} was fenced {count} times" for node, count in sorted(counts.items()) if count > FENCED_AT_MOST]
    if counts and not seen.may_fence:
        found.append(f"{', '.join(sorted(counts))} was fenced, which no fault of this round explains")
    return found


def _failed(seen: Seen) -> list[str]:
    """A monitor's failure is what it saw; anything else is something that the agent could not do."""
    return [f"no fault of this round explains: {failure}" for failure in seen.failures
            if "_monitor_" not in failure and not any(f" on {node}:" in failure for node in seen.may_fail)
            and not _had_nobody_to_ask(seen, failure)]  # fmt: skip


def _had_nobody_to_ask(seen: Seen, failure: str) -> bool:
    """A promotion that was refused, so that nothing acknowledged is lost, while of the others one was off and one was struck."""
    away = seen.may_fail | {entry.node for entry in seen.fenced}
    return NOT_COVERED in failure and len([node for node in away if f" on {node}:" not in failure]) > 1


def _hands(seen: Seen) -> list[str]:
    return [f"{node} had to be cloned by hand" for node in seen.cloned] if seen.rejoins else []
