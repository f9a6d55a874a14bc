"""How much processor time a lab's nodes have used, and what for."""

import os
import pathlib

TICKS = os.sysconf("SC_CLK_TCK")
KINDS = ("agents", "sentinels", "Pacemaker and Corosync", "servers")
SERVERS = ("postgres", "mysqld", "mariadbd")


def so_far(lab):
    """Seconds on all nodes together, by kind, processes that have ended included."""
    taken = dict.fromkeys(KINDS, 0.0)
    for node in lab.powered():
        for process in lab.processes(node):
            try:
                fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            own, ended = (int(fields[11]) + int(fields[12])) / TICKS, (int(fields[13]) + int(fields[14])) / TICKS
            if "sentinel" in process.arguments:
                taken["sentinels"] += own + ended
            elif process.name.startswith("pacemaker-execd"):
                # Its children are the agents and what they start.
                taken["Pacemaker and Corosync"] += own
                taken["agents"] += ended
            elif process.name.startswith(("pacemaker", "corosync")):
                taken["Pacemaker and Corosync"] += own + ended
            elif process.name.rstrip(":") in SERVERS:
                taken["servers"] += own + ended
    return taken


def between(before, after):
    """What was used meanwhile; a server that ended between the two may take its past with it."""
    return {kind: max(0.0, after[kind] - before[kind]) for kind in KINDS}
