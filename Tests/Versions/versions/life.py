"""A primary and a standby, from initdb to the end, through a switchover and crashes."""

import subprocess
from contextlib import contextmanager

from .instance import CONNECTIONS, Instance, wait_for


def run(check, agent, server, home):
    a = Instance(agent, server, home, "a", 6001).initialise()
    b = Instance(agent, server, home, "b", 6002)
    parameters(check, a)
    first_start(check, a)
    standby(check, a, b)
    for instance, role, healthy, degraded in ((a, "Promoted", 8, 191), (b, "Unpromoted", 0, 190)):
        unanswered(check, instance, role, healthy, degraded)
    switchover(check, a, b)
    crash(check, a, b)
    end(check, a, b)


def parameters(check, a):
    check.exits("validate-all, level 10", a.act("validate-all", OCF_CHECK_LEVEL=10), 0)
    bare = {"pgdata": a.data}
    wanted = 0 if a.server.is_debians else 5
    words = [] if a.server.is_debians else [f"bindir: no postgres {a.server.major} in /usr/lib/postgresql/"]
    check.exits(
        "validate-all without bindir", a.agent("validate-all", a.name, bare, OCF_CHECK_LEVEL=10), wanted, *words)
    wrong = {**bare, "bindir": "/nowhere"}
    for action, code in (("validate-all", 5), ("start", 5), ("monitor", 7), ("stop", 0)):
        check.exits(f"{action} with a wrong bindir", a.agent(action, a.name, wrong, OCF_CHECK_LEVEL=10), code)


def first_start(check, a):
    check.exits("probe before the first start", a.monitor(), 7, 'pg_control says "shut down"')
    check.exits("start", a.act("start"), 0)
    check.exits("start of what runs", a.act("start"), 0)
    check.exits("monitor, unpromoted", a.monitor("Unpromoted"), 0)
    check.equal("the server is of the version", a.sql("SHOW server_version").split()[0], a.server.version)
    check.exits("promote", a.act("promote"), 0)
    check.exits("monitor, promoted", a.monitor("Promoted"), 8)
    check.exits("probe of a primary", a.monitor(), 8)
    timeline = a.timeline()
    check.exits("promote again", a.act("promote"), 0)
    check.equal("promote again promotes nothing", a.timeline(), timeline)
    check.exits("start of a primary is refused", a.act("start"), 1, "it runs as a primary")
    a.sql("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS id")


def standby(check, a, b):
    b.copy_of(a)
    check.exits("probe of a base backup", b.monitor(), 7, "backup_label is there")
    check.exits("start of a base backup", b.act("start"), 0)
    b.follow(a)
    a.streams_to(b)
    check.exits("monitor of a streaming standby", b.monitor("Unpromoted"), 0)
    a.sql("INSERT INTO kept SELECT generate_series(1001, 2000)")
    check("the standby has the rows", b.has_rows("kept", 2000), f"{b.sql('SELECT count(*) FROM kept')} of 2000")


def unanswered(check, instance, role, healthy, degraded):
    """The server serves others, but not the agent: it is not restarted for that."""
    state = "in production" if role == "Promoted" else "in archive recovery"
    name = "primary" if role == "Promoted" else "standby"
    with full(instance):
        check.exits(
            f"monitor of a {name} whose connection table is full", instance.monitor(role), degraded,
            "too many clients", f'pg_control says "{state}"')
    wait_for("a free connection", lambda: instance.monitor(role).code == healthy)
    access = instance.data / "pg_hba.conf"
    before = access.read_text()
    access.write_text("local all all reject\nlocal replication all trust\n")
    instance.reload()
    try:
        wait_for("the rejection", lambda: instance.monitor(role).code != healthy)
        check.exits(
            f"monitor of a {name} whose pg_hba.conf rejects the agent", instance.monitor(role), degraded,
            "pg_hba.conf rejects connection", "SQLSTATE 28000", f'pg_control says "{state}"')
    finally:
        access.write_text(before)
        instance.reload()
    wait_for("a login", lambda: instance.monitor(role).code == healthy)
    check.exits(f"monitor of a {name} that lets the agent in again", instance.monitor(role), healthy)


@contextmanager
def full(instance):
    """Sessions until the server takes no more, not even a superuser's."""
    sessions = []
    try:
        for _ in range(CONNECTIONS + 3):
            session = subprocess.Popen(
                [instance.server.bindir / "psql", *instance.psql_arguments()], user="postgres", group="postgres",
                extra_groups=[], cwd="/", env={"LC_ALL": "C"}, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, text=True)
            sessions.append(session)
            try:
                session.stdin.write("SELECT 1;\n")
                session.stdin.flush()
            except BrokenPipeError:
                break
            if not session.stdout.readline():
                break
        else:
            raise RuntimeError(f"{len(sessions)} sessions did not fill the connection table")
        yield
    finally:
        for session in sessions:
            session.kill()
            session.wait()


def switchover(check, a, b):
    before = a.timeline()
    check.exits("demote of the primary", a.act("demote"), 0)
    check.exits("monitor of the demoted", a.monitor("Unpromoted"), 0)
    check.exits("demote of a standby", a.act("demote"), 0)
    check.exits("promote of the standby", b.act("promote"), 0)
    check.exits("monitor of the new primary", b.monitor("Promoted"), 8)
    check.equal("one promotion, one timeline", b.timeline(), before + 1)
    check.exits("promote of the new primary again", b.act("promote"), 0)
    check.equal("and still one timeline", b.timeline(), before + 1)
    b.sql("INSERT INTO kept SELECT generate_series(2001, 3000)")
    a.follow(b)
    b.streams_to(a)
    check("the former primary follows and has the rows", a.has_rows("kept", 3000))
    check.exits("monitor of the former primary", a.monitor("Unpromoted"), 0)


def crash(check, a, b):
    before = b.timeline()
    b.crash()
    check.exits("monitor of a primary after kill -9", b.monitor("Promoted"), 9)
    wait_for("the processes' end", lambda: b.monitor().code == 7)
    check.exits("monitor once all of it is gone", b.monitor("Promoted"), 9, 'pg_control says "in production"')
    check.exits("demote of the crashed", b.act("demote"), 0)
    check.exits("stop of the crashed", b.act("stop"), 0)
    check.exits("start of the crashed, as a standby", b.act("start"), 0)
    check.exits("monitor of it", b.monitor("Unpromoted"), 0)
    check("nothing committed is lost", b.has_rows("kept", 3000))
    check.exits("promote of it", b.act("promote"), 0)
    check.exits("monitor of it, promoted", b.monitor("Promoted"), 8)
    check.equal("on a new timeline", b.timeline(), before + 1)
    b.streams_to(a)
    a.crash()
    wait_for("the processes' end", lambda: a.monitor().code == 7)
    check.exits(
        "monitor of a standby after kill -9", a.monitor("Unpromoted"), 7, 'pg_control says "in archive recovery"')
    check.exits("stop of it", a.act("stop"), 0)
    check.exits("start of it", a.act("start"), 0)
    check.exits("monitor of it", a.monitor("Unpromoted"), 0)


def end(check, a, b):
    for instance, name, state in ((a, "standby", "shut down in recovery"), (b, "primary", "shut down")):
        pid = instance.postmaster()
        check.exits(f"stop of the {name}", instance.act("stop"), 0)
        check(f"nothing of the {name} is left", not list_processes(instance), f"postmaster was {pid}")
        check.exits(f"monitor of the stopped {name}", instance.monitor("Promoted"), 7, f'pg_control says "{state}"')
        check.exits(f"stop of the stopped {name}", instance.act("stop"), 0)


def list_processes(instance):
    done = subprocess.run(["pgrep", "-f", str(instance.data)], capture_output=True, text=True)
    return done.stdout.split()
