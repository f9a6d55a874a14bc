"""What happens in a round, drawn before it begins: the seed, the database and the round's number decide it, nothing else."""

from random import Random

from .faults import FAULTS, Drawn, Fault

TWO_AT_ONCE = 0.3
SECOND_WITHIN = 5.0


def draw(seed: int, database: str, number: int) -> list[Drawn]:
    """One fault, or two of different kinds. Two that would each take a node from the cluster strike the same node, so that the
    others keep their quorum; when all lose their power, nothing else happens."""
    dice = Random(f"{seed} {database} {number}")
    usable = [fault for fault in FAULTS.values() if database in fault.databases]
    first = _one(dice, usable, at=0)
    alone = dice.random() >= TWO_AT_ONCE
    if alone or _takes_all(FAULTS[first.fault]):
        return [first]
    others = [fault for fault in usable if fault.name != first.fault and not _takes_all(fault)]
    second = _one(dice, others, at=round(dice.uniform(0, SECOND_WITHIN), 1))
    if FAULTS[first.fault].isolates and FAULTS[second.fault].isolates:
        second = Drawn(second.fault, first.node, second.at, second.lasts, second.chance)
    return [first, second]


def _takes_all(fault: Fault) -> bool:
    return fault.isolates and fault.places == ("all",)


def _one(dice: Random, usable: list[Fault], at: float) -> Drawn:
    fault = dice.choices(usable, [each.weight for each in usable])[0]
    return Drawn(fault.name, dice.choice(fault.places), at, round(dice.uniform(*fault.lasts), 1), round(dice.random(), 3))


def longest(drawn: list[Drawn]) -> float:
    """Until when, after the round's beginning, its faults are there."""
    return max(each.at + each.lasts for each in drawn)


def slack(drawn: list[Drawn]) -> float:
    return max(FAULTS[each.fault].slack for each in drawn)


def may_fence(drawn: list[Drawn]) -> bool:
    return any(FAULTS[each.fault].fences for each in drawn)
