"""`lab chaos`: rounds until there were enough, or the time is over, with a report and a picture."""

import argparse
import random
import shutil
import subprocess
import time
from pathlib import Path
from typing import Callable, Iterator

from .. import ledger, logs, repair
from ..control import Lab
from ..settings import LabError, Layout
from . import report
from .abilities import ABILITIES
from .picture import Mark, Strip, draw
from .rounds import Player, Round, log_name

ROUNDS = 10
# Of each node's disk, that a fault fills. An hour's rows need less than a tenth of it.
DISK_MEGABYTES = 8000
# An action that was killed, or found the disk full, says nothing of the next try. By default Pacemaker would keep the server
# off the node until somebody comes.
PROPERTIES = {"start-failure-is-fatal": "false"}


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--minutes", type=float, metavar="N", help="begin no round after this time")
    parser.add_argument("--rounds", type=int, metavar="N", help=f"how many ({ROUNDS}, unless --minutes is given)")
    parser.add_argument("--only", type=int, metavar="K", help="only the round of this number")
    parser.add_argument("--seed", type=int, help="what is drawn depends on it alone (default: drawn, and shown)")
    parser.add_argument("--durability", choices=("async", "quorum", "strict"),
                        help="the agent's parameter (default: quorum, where the agent has it)")  # fmt: skip
    parser.add_argument("--report", type=Path, metavar="DIR", help="where the report goes (default: beside the lab's state)")
    parser.add_argument("--keep-going", action="store_true", help="go on after a failed round")
    parser.add_argument("--verbose", action="store_true", help="show everything as it happens")


def prepare(lab: Lab, durability: str | None, rejoin: bool) -> None:
    """Give the cluster and the database resource what chaos wants, and wait for health."""
    where = lab.reachable()[0]
    for name, value in PROPERTIES.items():
        lab.run(where, "crm_attribute", "--name", name, "--update", value)
    parameters = {"durability": durability} if durability else {}
    if rejoin and lab.database.rejoin == "hold":
        parameters["rejoin"] = lab.database.rejoins[0]
    repair.set_parameters(lab, parameters)


def strip(now: Round) -> Strip:
    """A round for the picture."""
    spans = [span for lane in now.lanes.values() for span in lane]
    title = f"round {now.number}: {report.faults(now)}" + (" - FAILED: " + "; ".join(now.against) if now.against else "")
    waits = ledger.outages(now.seen.acknowledged, now.seen.client_ended)
    return Strip(
        title[:180], bool(now.against), min((span.began for span in spans), default=0), max((span.ended for span in spans), default=0),
        now.lanes, [Mark(now.seen.nodes if each.node == "all" else [each.node], each.began, each.ended, each.text) for each in now.struck],
        [(wait.began, wait.ended) for wait in waits], [(entry.time, entry.node) for entry in now.seen.fenced],
    )  # fmt: skip


def again(lab: Lab, options: argparse.Namespace, seed: int, number: int) -> str:
    """What to type to see it again."""
    chosen = f" --durability {options.durability}" if options.durability else ""
    return (f"to play it again: Tests/Lab/lab --db {lab.database.name} chaos --seed {seed} --rounds {number}{chosen}; "
            f"only this round: --only {number} for --rounds {number}")  # fmt: skip


def play(layout: Layout, options: argparse.Namespace, renew: Callable[[], None]) -> int:
    """Rounds on a lab of our own; 0 only if all that were to be played passed. `renew` replaces a lab beyond repair."""
    lab, began = Lab(layout), time.monotonic()
    ability = ABILITIES[lab.database.name]
    if options.durability and not ability.durability:
        raise LabError(f"durability: the agent for {lab.database.title} has no such parameter")
    durability = options.durability or ("quorum" if ability.durability else None)
    directory = options.report or layout.state.with_name(layout.state.name + "-chaos")
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    seed = options.seed if options.seed is not None else random.randrange(10000)
    circumstances = f"{lab.database.title}, {f'durability {durability}, ' if durability else ''}seed {seed}"
    print(f"lab: chaos, {circumstances}, report in {directory}\n{report.HEADER}", flush=True)
    rounds: list[Round] = []
    trouble: list[str] = []
    player = Player(lab, directory, seed, must_keep=durability != "async", live=options.verbose,
                    patience=options.patience)  # fmt: skip
    prepare(lab, durability, ability.rejoin)
    for number in _numbers(options, began):
        broken = ""
        try:
            player.play(number, rounds)
        except (LabError, subprocess.SubprocessError, OSError) as problem:
            broken = f"the lab was beyond repair after round {number}: {problem}"
            trouble.append(broken)
        if rounds and rounds[-1].number == number:
            print(report.lines(rounds[-1]), flush=True)
        if broken or rounds[-1].against:
            print(*(f"        {text}" for text in (broken, again(lab, options, seed, number)) if text), sep="\n", flush=True)
        _write(directory, rounds, time.monotonic() - began, circumstances, trouble)
        if (broken or rounds[-1].against) and not options.keep_going:
            break
        if broken:
            renew()
            lab = Lab(layout)
            player.begin_anew(lab)
            prepare(lab, durability, ability.rejoin)
    print(logs.excerpts(directory, {log_name(now): now.against for now in rounds if now.against}), end="")
    print(report.summary(rounds, time.monotonic() - began, circumstances))
    return 1 if trouble or not rounds or any(now.against for now in rounds) else 0


def _numbers(options: argparse.Namespace, began: float) -> Iterator[int]:
    """The numbers of the rounds, as long as there is time."""
    if options.only is not None:
        yield options.only
        return
    number, most = 0, options.rounds or (None if options.minutes else ROUNDS)
    while number != most and (not options.minutes or time.monotonic() - began < options.minutes * 60):
        number += 1
        yield number


def _write(directory: Path, rounds: list[Round], seconds: float, circumstances: str, trouble: list[str]) -> None:
    """After each round: a run that is broken off has a report, too."""
    (directory / "report.txt").write_text(report.text(rounds, seconds, circumstances, trouble))
    (directory / "timeline.svg").write_text(draw(f"Chaos: {circumstances}", [strip(now) for now in rounds]))
