"""The verdict on one case, from what was seen. Pure: everything it needs is in `Evidence`."""

from dataclasses import dataclass, field

from . import ledger
from .cases import Case
from .fencing import Fencing
from .ledger import Acknowledgement


@dataclass
class Evidence:
    """What was seen from the beginning of a case to its end. Nodes are names; times are seconds since 1970."""

    acknowledged: list[Acknowledgement] = field(default_factory=list)
    client_ended: float = 0
    # Told to a client that waited as long as it took.
    acknowledged_late: list[Acknowledgement] = field(default_factory=list)
    present: dict[str, set[int]] = field(default_factory=dict)
    overlaps: list[str] = field(default_factory=list)
    became_writable: set[str] = field(default_factory=set)
    fenced: list[Fencing] = field(default_factory=list)
    fail_counts: dict[tuple[str, str], int] = field(default_factory=dict)
    servers_before: dict[str, str | None] = field(default_factory=dict)
    servers_after: dict[str, str | None] = field(default_factory=dict)
    timeline_before: int = 0
    timeline_after: int = 0
    # Which nodes the case meant by "primary", "standbys" and so on.
    bound: dict[str, list[str]] = field(default_factory=dict)
    resource: str = "pgsql"  # the database's
    exposed: list[str] = field(default_factory=list)  # where a password can be read


def judge(case: Case, seen: Evidence) -> list[str]:
    """Everything that speaks against the case, one sentence each; empty when it passed."""
    against = [sentence for name in case.never for sentence in _NEVER[name](case, seen)] + seen.exposed
    if not seen.timeline_after:
        return [*against, "there is no primary at the end"]
    promotions = seen.timeline_after - seen.timeline_before
    if promotions not in case.promotions:
        against.append(
            f"{promotions} promotion{'' if promotions == 1 else 's'} instead of "
            f"{' or '.join(str(number) for number in case.promotions)} "
            f"(timeline {seen.timeline_before} before, {seen.timeline_after} after)"
        )
    for role in case.never_promoted:
        for node in sorted(set(seen.bound.get(role, [role])) & seen.became_writable):
            against.append(f"{node} was promoted")
    if case.client and not seen.acknowledged:
        against.append("the client had not one row acknowledged")
    if case.outage_within is not None:
        outage = ledger.longest_outage(seen.acknowledged, seen.client_ended)
        if outage > case.outage_within:
            against.append(f"the client waited {outage:.1f} s, longer than {case.outage_within:g} s")
    return against


def unexpected_fail_counts(case: Case, seen: Evidence) -> dict[tuple[str, str], int]:
    """Fail-counts that the case does not announce in `leaves` ("database@primary", "writer-ip@all")."""
    announced = set()
    for entry in case.leaves:
        resource, _, role = entry.partition("@")
        resource = seen.resource if resource == "database" else resource
        announced |= {(node, resource) for node in seen.bound.get(role, [role])}
    return {key: count for key, count in seen.fail_counts.items() if key not in announced}


def _two_primaries(_: Case, seen: Evidence) -> list[str]:
    return list(seen.overlaps)


def _lost(_: Case, seen: Evidence) -> list[str]:
    found = []
    for node, present in seen.present.items():
        missing = ledger.lost([*seen.acknowledged, *seen.acknowledged_late], present)
        if missing:
            first = missing[0]
            found.append(f"{len(missing)} acknowledged rows are missing on {node}, the first is row {first.id} "
                         f"acknowledged by {first.node}")  # fmt: skip
    if seen.acknowledged and not seen.present:
        found.append("no server could be asked for the acknowledged rows")
    return found


def _fenced(_: Case, seen: Evidence) -> list[str]:
    return [f"{entry.node} was fenced ({entry.action})" for entry in seen.fenced]


def _failcount(case: Case, seen: Evidence) -> list[str]:
    return [f"{resource} has the fail-count {count} on {node}"
            for (node, resource), count in sorted(unexpected_fail_counts(case, seen).items())]  # fmt: skip


def _restarted(_: Case, seen: Evidence) -> list[str]:
    return [f"the server of {node} was restarted" for node, before in seen.servers_before.items()
            if seen.servers_after.get(node) != before]  # fmt: skip


_NEVER = {
    "two-writable-primaries": _two_primaries,
    "acknowledged-row-lost": _lost,
    "fenced": _fenced,
    "failcount": _failcount,
    "server-restarted": _restarted,
}
