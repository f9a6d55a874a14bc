"""Where distributions put servers, data and configuration: found with no parameter but pgdata."""

import os
import shutil
import subprocess
from contextlib import contextmanager, ExitStack
from pathlib import Path

PORT = 6007
SOCKETS = Path("/run/postgresql")


def prepare(work):
    """Makes what is changed below private: the directories of the host stay as they are."""
    mount("-t", "tmpfs", "tmpfs", "/run")
    SOCKETS.mkdir(mode=0o2775)
    shutil.chown(SOCKETS, "postgres", "postgres")
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for place in ("/usr", "/var/lib"):
        over = work / f"over{place.replace('/', '-')}"
        for name in ("upper", "work"):
            (over / name).mkdir(parents=True)
        mount("-t", "overlay", "overlay", "-o", f"lowerdir={place},upperdir={over}/upper,workdir={over}/work", place)
    for place in ("/etc/postgresql", "/var/lib/postgresql", "/var/log/postgresql"):
        own = work / f"own{place.replace('/', '-')}"
        own.mkdir()
        shutil.chown(own, "postgres", "postgres")
        mount("--bind", own, place)


def mount(*arguments):
    subprocess.run(["mount", *map(str, arguments)], check=True)


@contextmanager
def bound(source, place):
    place.mkdir(parents=True, exist_ok=True)
    mount("--bind", source, place)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def run(check, agent, server, work):
    nothing = work / "nothing"
    nothing.mkdir(exist_ok=True)
    with check.survives("PGDG's layout"), ExitStack() as stack:
        put(stack, server, Path(f"/usr/pgsql-{server.major}"))
        if server.is_debians:
            stack.enter_context(bound(nothing, server.bindir))
        pgdg(check, agent, server)
    with check.survives("Debian's layout"), ExitStack() as stack:
        if not server.is_debians:
            put(stack, server, Path(f"/usr/lib/postgresql/{server.major}"))
        debian(check, agent, server)


def put(stack, server, prefix):
    """The server's programs below `prefix`, and the libraries beside them where the programs look for them."""
    stack.enter_context(bound(server.bindir.parent, prefix))
    for above in (server.bindir.parents[1], server.bindir.parents[2]):
        for libraries in above.glob("*.libs"):
            place = os.path.normpath(prefix / "bin" / os.path.relpath(libraries, server.bindir))
            stack.enter_context(bound(libraries, Path(place)))


def psql(server, text):
    return server("psql", "-XAtq", "-h", SOCKETS, "-p", str(PORT), "-U", "postgres", "-c", text, "postgres").strip()


def through_life(check, agent, layout, pgdata, name):
    """Start to stop with nothing but pgdata."""
    parameters = {"pgdata": pgdata}
    check.exits(f"{layout}: validate-all", agent("validate-all", name, parameters, OCF_CHECK_LEVEL=10), 0)
    check.exits(f"{layout}: probe", agent("monitor", name, parameters), 7, 'pg_control says "shut down"')
    for action, code in (("start", 0), ("monitor", 0), ("promote", 0), ("monitor", 8)):
        check.exits(f"{layout}: {action}", agent(action, name, parameters), code)
    yield
    for action, code in (("demote", 0), ("monitor", 0), ("stop", 0), ("monitor", 7)):
        check.exits(f"{layout}: {action}", agent(action, name, parameters), code)


def pgdg(check, agent, server):
    data = Path(f"/var/lib/pgsql/{server.major}/data")
    data.parent.mkdir(parents=True)
    for directory in (data.parent, data.parent.parent):
        shutil.chown(directory, "postgres", "postgres")
    server_here = type(server)(f"/usr/pgsql-{server.major}/bin")
    server_here("initdb", "-D", data, "-A", "peer", "-U", "postgres", "--no-sync")
    with open(data / "postgresql.conf", "a") as file:
        file.write(
            f"port = {PORT}\nunix_socket_directories = '{SOCKETS}'\nlogging_collector = on\nlog_directory = 'log'\n"
            "log_connections = on\n")
    for _ in through_life(check, agent, "PGDG's layout", data, f"pgdg{server.major}"):
        check.equal("PGDG's layout: configuration", psql(server_here, "SHOW config_file"), f"{data}/postgresql.conf")
        running = Path(f"/proc/{(data / 'postmaster.pid').read_text().split()[0]}/exe").readlink()
        check("PGDG's layout: programs", str(running).startswith(f"/usr/pgsql-{server.major}/"), running)
        # While the server starts, its pid file names no socket yet; that is no reason to try a login by TCP, which
        # pg_hba.conf treats otherwise, and which another server may answer.
        logs = "".join(log.read_text(errors="replace") for log in [*data.glob("log/*"), data.parent / "pgstartup.log"])
        tcp = [line for line in logs.splitlines() if "connection received" in line and "host=[local]" not in line]
        check("PGDG's layout: start logs in by the Unix socket alone", not tcp, tcp[:1])
        check("PGDG's layout: first words", (data.parent / "pgstartup.log").stat().st_size > 0)


def debian(check, agent, server):
    major = server.major
    subprocess.run(
        ["pg_createcluster", major, "main", "-p", str(PORT), "-u", "postgres", "--", "-A", "peer", "--no-sync"],
        check=True, capture_output=True, text=True)
    data, etc = Path(f"/var/lib/postgresql/{major}/main"), Path(f"/etc/postgresql/{major}/main")
    check("Debian's layout: no postgresql.conf with the data", not (data / "postgresql.conf").exists())
    for _ in through_life(check, agent, "Debian's layout", data, f"debian{major}"):
        for setting, wanted in (
                ("config_file", etc / "postgresql.conf"), ("hba_file", etc / "pg_hba.conf"),
                ("ident_file", etc / "pg_ident.conf"), ("data_directory", data),
                ("external_pid_file", f"/var/run/postgresql/{major}-main.pid"), ("port", PORT)):
            check.equal(f"Debian's layout: {setting}", psql(server, f"SHOW {setting}"), str(wanted))
        check.equal("Debian's layout: restart_after_crash", psql(server, "SHOW restart_after_crash"), "off")
        listed = subprocess.run(["pg_lsclusters", "-h"], capture_output=True, text=True).stdout.split("\n")[0].split()
        check.equal("Debian's layout: pg_lsclusters", listed[:4], [major, "main", str(PORT), "online"])
        log = Path(f"/var/log/postgresql/postgresql-{major}-main.log")
        check("Debian's layout: the log", "database system is ready" in log.read_text())
        check.equal("Debian's layout: the log's owner", log.owner(), "postgres")
    subprocess.run(["pg_dropcluster", major, "main"], check=True, capture_output=True)
