"""A standby that the agent itself makes follow the primary, as in a cluster: at start, and when told of a promotion."""

from .instance import Instance, settled_at
from .tools import cib, recorded, tools_that_record

# Two instances on the same port, as on two nodes.
PORT = 6011
LISTS = {"notify_active_uname": "node-a node-b", "notify_promoted_uname": "node-a", "notify_unpromoted_uname": "node-b"}


def run(check, agent, server, home):
    a = Instance(agent, server, home, "g", PORT).initialise()
    for action in ("start", "promote"):
        check.exits(f"{action}, to be followed", a.act(action), 0)
    a.sql("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS id")
    b = Instance(agent, server, home, "h", PORT).copy_of(a)
    with tools_that_record(home / "attributes", cib(b.name, a.home)):
        started = b.act(
            "start", on_node="node-b", notify_active_uname="node-a", notify_promoted_uname="node-a",
            notify_unpromoted_uname="", notify_start_uname="node-b")
        check.exits("start of a standby in a cluster", started, 0)
        with check.survives("start makes it follow the primary"):
            a.streams_to(b, "node-b")
            check("start makes it follow the primary", True)
        # A lag is no delay that can be told while nothing was replayed yet.
        settled_at(a, b)
        monitored = b.act("monitor", on_node="node-b", role="Unpromoted", interval=10_000)
        check.exits("monitor of it in a cluster", monitored, 0)
        for name, value in (("state", "streaming"), ("receiver", "streaming"), ("timeline", "2"), ("readable", "1")):
            check.equal(f"the monitor tells {name}", recorded(f"--name={b.name}-{name} "), value)
        check.equal("the monitor tells its score", recorded(f"--promotion={b.name} "), "100000")
        b.sql("ALTER SYSTEM SET primary_conninfo = 'host=/nowhere'")
        b.sql("SELECT pg_reload_conf()")
        b.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_wal_receiver")
        b.act("notify", on_node="node-b", notify_type="post", notify_operation="promote",
              **LISTS | {"notify_promoted_uname": "", "notify_promote_uname": "node-a"})
        with check.survives("the notification makes it follow the primary"):
            a.streams_to(b, "node-b")
            check("the notification makes it follow the primary", True)
    for instance in (b, a):
        check.exits("stop, after following", instance.act("stop"), 0)
