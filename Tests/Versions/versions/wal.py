"""Where WAL on disk ends, as the agent reads it from pg_waldump: what it publishes before a promotion."""

import re

from .instance import Instance, settled_at, wait_for
from .tools import recorded, tools_that_record


def run(check, agent, server, home):
    a = Instance(agent, server, home, "e", 6005).initialise()
    for action in ("start", "promote"):
        check.exits(f"{action}, for the end of WAL", a.act(action), 0)
    a.sql("CREATE TABLE kept (id int, filler text)")
    b = Instance(agent, server, home, "f", 6006).copy_of(a)
    check.exits("start of a standby, for the end of WAL", b.act("start"), 0)
    b.follow(a)
    a.streams_to(b)
    with tools_that_record(home / "attributes"):
        position(check, b, "a streaming standby", settled_at(a, b))
        # What it has said must stay true until the promotion.
        check.equal("having told it, it receives no more", b.sql("SELECT count(*) FROM pg_stat_wal_receiver"), "0")
        b.follow(a)
        a.streams_to(b)
        for count, name in ((100, "a few records"), (200_000, "three segments")):
            delay(b, "1h")
            a.sql("INSERT INTO kept VALUES (0)")
            a.sql(f"INSERT INTO kept SELECT g, repeat('x', 200) FROM generate_series(1, {count}) g")
            end = settled_at(a, b)
            check.exits(f"stop with {name} to be replayed", b.act("stop"), 0)
            check.exits(f"start with {name} to be replayed", b.act("start"), 0)
            replayed = b.sql(f"SELECT pg_last_wal_replay_lsn() < '{end}'::pg_lsn AND pg_last_wal_receive_lsn() IS NULL")
            check(f"{name} wait on disk alone", replayed == "t", b.sql("SELECT pg_last_wal_replay_lsn()"))
            position(check, b, f"a standby with {name} to be replayed", end)
            delay(b, "0")
            # PostgreSQL 13 waits for as long as was said when the wait began.
            for action in ("stop", "start"):
                check.exits(f"{action}, to replay {name}", b.act(action), 0)
            b.follow(a)
            a.streams_to(b)
    for instance in (b, a):
        check.exits("stop, after the end of WAL", instance.act("stop"), 0)


def delay(instance, value):
    """Replay waits with the next commit, as it does behind a long query or a big transaction."""
    instance.sql(f"ALTER SYSTEM SET recovery_min_apply_delay = '{value}'")
    instance.sql("SELECT pg_reload_conf()")
    wait_for("the delay", lambda: instance.sql("SHOW recovery_min_apply_delay") == value)


def position(check, instance, name, end):
    instance.act(
        "notify", on_node="node-b", notify_type="pre", notify_operation="promote",
        notify_promote_uname="node-a", notify_active_uname="node-a node-b", notify_promoted_uname="",
        notify_unpromoted_uname="node-a node-b")
    told = recorded(f"--name={instance.name}-position ").removesuffix(" --private")
    found = re.match(r"2:([0-9A-F]+/[0-9A-F]+),1@[0-9A-F]+/[0-9A-F]+ \d+$", told)
    check(f"the position of {name}", found and found[1] == end, f"told {told!r}, expected 2:{end}")
