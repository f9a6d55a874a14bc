"""The monitor's statement, taken from the sources, by psql: as a superuser, and as a role that has pg_monitor only."""

import re
from pathlib import Path

from .instance import Instance, settled_at

SOURCE = Path(__file__).resolve().parents[3] / "Sources/PostgreSQL/Actions/ServerQuery.swift"
AGES = {"silence", "replay_age", "oldest"}


def text():
    found = re.search(r'static let statement = """\n(.*?)\n\s*"""', SOURCE.read_text(), re.S)
    lines = [line.strip() for line in found[1].splitlines()]
    # A backslash at the end joins lines.
    return " ".join(line.removesuffix("\\").rstrip() for line in lines)


def row(instance, user):
    said = instance.server(
        "psql", *instance.psql_arguments(user), "-x", "-P", "null=NULL", "-c", text())
    return dict(line.split("|", 1) for line in said.splitlines() if "|" in line)


def run(check, agent, server, home):
    a = Instance(agent, server, home, "c", 6003).initialise()
    for action in ("start", "promote"):
        check.exits(f"{action}, for the statement", a.act(action), 0)
    a.sql("CREATE ROLE watcher LOGIN IN ROLE pg_monitor")
    b = Instance(agent, server, home, "d", 6004).copy_of(a)
    check.exits("start of a standby, for the statement", b.act("start"), 0)
    alone = row(b, "watcher")
    check.equal("statement on a standby that follows nobody: status", alone["status"], "NULL")
    b.follow(a)
    a.streams_to(b)
    a.server(
        "psql", *a.psql_arguments(), "-c", "BEGIN", "-c", "CREATE TABLE x ()", "-c", "PREPARE TRANSACTION 'one'")
    primary, watched = row(a, "postgres"), row(a, "watcher")
    check("statement on a primary", primary["recovery"] == "f" and primary["timeline"] == "2", primary)
    check("it counts standbys and prepared transactions", (primary["standbys"], primary["prepared"]) == ("1", "1"),
          primary)
    check("and their age", float(primary["oldest"]) >= 0, primary)
    same(check, "a primary", primary, watched)
    settled_at(a, b)
    standby, watched = row(b, "postgres"), row(b, "watcher")
    check("statement on a standby", standby["recovery"] == "t" and standby["timeline"] == "2", standby)
    check("it streams", standby["status"] == "streaming" and float(standby["silence"]) < 60, standby)
    places = [standby[name] for name in ("received", "replayed", "senders_end")]
    check("its places are LSNs", all(re.fullmatch("[0-9A-F]+/[0-9A-F]+", place) for place in places), standby)
    check("its connection is told", f"host={a.home}" in standby["conninfo"], standby)
    check("replay is not paused", standby["paused"] == "f", standby)
    same(check, "a standby", standby, watched)
    b.sql("SELECT pg_wal_replay_pause()")
    check("a replay that pauses is told", row(b, "watcher")["paused"] == "t")
    for instance in (b, a):
        check.exits("stop, after the statement", instance.act("stop"), 0)


def same(check, name, one, other):
    differing = {key for key in one if one[key] != other.get(key)} - AGES
    check(f"pg_monitor sees the same on {name}", not differing and one.keys() == other.keys(), f"{one} {other}")
