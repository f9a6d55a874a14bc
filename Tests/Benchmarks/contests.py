"""Which agents are compared, each in a cluster of its own in the lab; and how what was measured is shown."""

import argparse
import contextlib
import datetime
import os
import pathlib
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass

from martlet_lab import commands, control
from martlet_lab.settings import Layout

MONITOR_INTERVAL = 10  # seconds, whichever agent


@dataclass(frozen=True)
class Contestant:
    """An agent with a database, and its name for people."""

    database: str
    agent: str
    title: str

    @property
    def is_ours(self):
        return self.agent == "martlet"

    @property
    def slug(self):
        return f"{self.database}-{self.agent}"


@dataclass(frozen=True)
class Contest:
    """What is compared in one run: in the table's order, Martlet first, to which the ratios are."""

    contestants: list[Contestant]
    packages: list[str]
    reference: Contestant  # says how fast this machine is at this moment, and the budget moves with it:
    reference_cpu: dict[str, float]  # seconds that it took, by role, on the machine on which the budget was set


PAF = Contestant("postgresql", "paf", "PAF (ocf:heartbeat:pgsqlms)")
HEARTBEAT_MARIADB = Contestant("mariadb", "heartbeat", "ocf:heartbeat:mariadb")
CONTESTS = {
    "postgresql": Contest(
        [Contestant("postgresql", "martlet", "Martlet"), PAF, Contestant("postgresql", "pgsql", "ocf:heartbeat:pgsql")],
        ["postgresql-15", "resource-agents-paf"], PAF, {"Promoted": 0.149, "Unpromoted": 0.102},
    ),
    "mariadb": Contest(
        [Contestant("mariadb", "martlet", "Martlet"), HEARTBEAT_MARIADB, Contestant("mysql", "martlet", "Martlet, with MySQL 9.7")],
        ["mariadb-server"], HEARTBEAT_MARIADB, {"Promoted": 0.075, "Unpromoted": 0.119},
    ),
}  # fmt: skip


@contextlib.contextmanager
def cluster(contestant, work, disk=0):
    """A lab of its own for one agent, whose nodes' disks have that many megabytes, if any; gone afterwards, whatever happens."""
    print(f"bench: a cluster of {contestant.title}", flush=True)
    layout = Layout(work / contestant.slug)
    options = argparse.Namespace(database=contestant.database, agent=contestant.agent, nodes=3, monitor_interval=MONITOR_INTERVAL,
                                 agent_binary=None)  # fmt: skip
    process = commands.bring_up(layout, options, tied=True, disk=disk)
    try:
        yield control.Lab(layout)
    finally:
        control.end(process)


@contextlib.contextmanager
def workplace():
    """A directory for clusters; told to end, they end, and it is gone."""
    for ending in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(ending, interrupted)
    work = pathlib.Path(tempfile.mkdtemp(prefix="martlet-bench.", dir="/var/tmp"))
    work.chmod(0o755)
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


@contextlib.contextmanager
def clusters(contestants):
    """All of them, at once."""
    with workplace() as work, contextlib.ExitStack() as stack:
        yield {each: stack.enter_context(cluster(each, work)) for each in contestants}


def interrupted(number, _):
    # No LabError: a case that meets one is only a case that failed.
    sys.exit(f"bench: ended by {signal.Signals(number).name}")


def circumstances(contest):
    """When, on what and with what."""
    found = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    packages = ["pacemaker", "resource-agents", *contest.packages]
    asked = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${Version}, ", *packages], capture_output=True, text=True)
    return (
        f"{datetime.date.today()}, {os.cpu_count()} processors {found[1] if found else platform.machine()}, "
        f"Linux {platform.release()}, {asked.stdout.rstrip(', ')}."
    )


def markdown(rows, left):
    """A table that reads well as text, with its head as the first of the rows; the first columns are words."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    aligned = [
        "| " + " | ".join(cell.ljust(width) if column < left else cell.rjust(width)
                          for column, (cell, width) in enumerate(zip(row, widths))) + " |"
        for row in rows
    ]  # fmt: skip
    rules = ["-" * (width + 2) if column < left else "-" * (width + 1) + ":" for column, width in enumerate(widths)]
    return [aligned[0], "|" + "|".join(rules) + "|", *aligned[1:]]
