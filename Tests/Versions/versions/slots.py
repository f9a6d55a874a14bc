"""The agent's replication slots: what it says to a primary and a standby of each version, with no cluster's tools at hand."""

from .instance import Instance, wait_for


def run(check, agent, server, home):
    a = Instance(agent, server, home, "a", 6011).initialise()
    b = Instance(agent, server, home, "b", 6012)
    a.act("start")
    a.act("promote")
    b.copy_of(a)
    b.act("start")
    a.sql("SELECT pg_create_physical_replication_slot('other_people', true)")
    a.sql("SELECT pg_create_physical_replication_slot('martlet_b', true)")
    a.sql("SELECT pg_create_physical_replication_slot('martlet_dead', true)")
    b.sql("ALTER SYSTEM SET primary_slot_name = 'martlet_b'")
    b.follow(a)
    a.streams_to(b)
    a.parameters["slot_limit"] = "1s"
    a.parameters["synchronize_slots"] = "true"
    # A running server is judged by the parameters that it was started with.
    check.exits("reload-agent", a.act("reload-agent", on_node="a"), 0)
    tend(a)
    check.equal("a slot that was idle for a moment stays", names(a), "martlet_b,martlet_dead,other_people")
    try:
        wait_for("the dead one's end", lambda: tend(a) and names(a) == "martlet_b,other_people")
    except TimeoutError:
        pass
    check.equal("one that was idle for slot_limit is dropped, no other", names(a), "martlet_b,other_people")
    if int(server.major) >= 17:
        check.equal("logical decoding waits for the standby that streams", synchronized(a), "martlet_b")
    b.act("stop")
    tend(a)
    if int(server.major) >= 17:
        wait_for("the setting is read", lambda: tend(a) and synchronized(a) == "")
        check.equal("and not for one that is gone", synchronized(a), "")
    a.parameters["slots"] = "false"
    check.exits("reload-agent", a.act("reload-agent", on_node="a"), 0)
    tend(a)
    check.equal("slots=false leaves other people's alone", names(a), "other_people")
    a.act("stop")


def tend(instance):
    return instance.act("monitor", role="Promoted", interval=10_000, on_node="a")


def names(instance):
    return instance.sql("SELECT string_agg(slot_name, ',' ORDER BY slot_name) FROM pg_replication_slots")


def synchronized(instance):
    return instance.sql("SHOW synchronized_standby_slots")
