"""PostgreSQL 17: a subscription through a switchover, its slot kept on the standby by synchronize_slots."""

import os
import signal

from .instance import Instance, wait_for
from .tools import cib, tools_that_record

LISTS = {"notify_active_uname": "node-a node-b", "notify_unpromoted_uname": "node-a node-b"}
# As on two nodes, each of which reaches the other's server by its name and the port that both have.
PORT = 6021


def run(check, agent, server, home):
    if int(server.major) < 17:
        return
    a = Instance(agent, server, home, "i", PORT).initialise()
    a.parameters["synchronize_slots"] = "true"
    for action in ("start", "promote"):
        check.exits(f"{action}, for failover slots", a.act(action), 0)
    a.sql("CREATE TABLE told (id int PRIMARY KEY)")
    a.sql("CREATE PUBLICATION told FOR TABLE told")
    b = Instance(agent, server, home, "j", PORT).copy_of(a)
    b.parameters["synchronize_slots"] = "true"
    for instance in (a, b):
        with open(instance.data / "postgresql.auto.conf", "a") as file:
            file.write("wal_level = logical\nsync_replication_slots = on\nhot_standby_feedback = on\n")
    check.exits("stop, for wal_level", a.act("stop"), 0)
    for action in ("start", "promote"):
        check.exits(f"{action}, with wal_level=logical", a.act(action), 0)
    with tools_that_record(home / "attributes", cib(b.name, a.home)):
        started = b.act(
            "start", on_node="node-b", notify_active_uname="node-a", notify_promoted_uname="node-a",
            notify_unpromoted_uname="", notify_start_uname="node-b")
        check.exits("start of the standby that copies slots", started, 0)
        a.streams_to(b, "node-b")
        tend(a, "Promoted", "node-a")
        tend(b, "Unpromoted", "node-b")
        subscriber = subscribe(check, agent, server, home, a)
        nobody_gets_ahead(check, a, b, subscriber)
        wait_for("the slot is on the standby", lambda: b.sql(
            "SELECT count(*) FROM pg_replication_slots WHERE slot_name = 'told' AND synced AND NOT temporary "
            "AND invalidation_reason IS NULL") == "1")
        check("the standby has the subscription's slot", True)
        switch(check, a, b, subscriber)
    for instance in (subscriber, b, a):
        check.exits("stop, after failover slots", instance.act("stop"), 0)


def tend(instance, role, node):
    """A monitor: it makes the slots, and the settings, what they should be."""
    return instance.act("monitor", role=role, interval=10_000, on_node=node)


def subscribe(check, agent, server, home, a):
    subscriber = Instance(agent, server, home, "k", PORT + 1).initialise()
    for action in ("start", "promote"):
        check.exits(f"{action} of the subscriber", subscriber.act(action), 0)
    subscriber.sql("CREATE TABLE told (id int PRIMARY KEY)")
    subscriber.sql(f"CREATE SUBSCRIPTION told CONNECTION '{connection(a)}' PUBLICATION told WITH (failover = true)")
    a.sql("INSERT INTO told VALUES (1)")
    check("the subscriber gets what is written", subscriber.has_rows("told", 1))
    return subscriber


def connection(instance):
    return f"host={instance.home} port={instance.port} user=postgres dbname=postgres"


def nobody_gets_ahead(check, a, b, subscriber):
    """A standby that streams and has not got it yet: the subscriber has to wait."""
    wait_for("the setting", lambda: a.sql("SHOW synchronized_standby_slots") == "martlet_node_2db")
    receiver = int(b.sql("SELECT pid FROM pg_stat_wal_receiver"))
    os.kill(receiver, signal.SIGSTOP)
    try:
        a.sql("INSERT INTO told VALUES (2)")
        check("the subscriber does not get ahead of the standby", not subscriber.has_rows("told", 2, seconds=3))
    finally:
        os.kill(receiver, signal.SIGCONT)
    check("it gets it once the standby has it", subscriber.has_rows("told", 2))


def switch(check, a, b, subscriber):
    check.exits("demote, with a subscriber", a.act("demote"), 0)
    a.act("notify", on_node="node-a", notify_type="pre", notify_operation="promote", notify_promote_uname="node-b",
          notify_promoted_uname="", **LISTS)
    check.exits("promote of the standby with its slot", b.act("promote"), 0)
    subscriber.sql(f"ALTER SUBSCRIPTION told CONNECTION '{connection(b)}'")
    a.follow(b)
    b.streams_to(a)
    b.sql("INSERT INTO told VALUES (3)")
    check("the subscriber goes on at the new primary", subscriber.has_rows("told", 3))
    lines = subscriber.sql("SELECT string_agg(id::text, ' ' ORDER BY id) FROM told")
    check.equal("and has every row once", lines, "1 2 3")
