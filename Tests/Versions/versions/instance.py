"""One instance, and the agent that is called for it as Pacemaker would without a cluster."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

CONNECTIONS = 12


class Result:
    def __init__(self, code, output):
        self.code = code
        lines = [line for line in output.splitlines() if line.startswith("ocf-exit-reason:")]
        self.reason = lines[-1].partition(":")[2] if lines else ""


class Agent:
    def __init__(self, path, log):
        self.path, self.log = path, log

    def __call__(self, action, name, parameters, **meta):
        """Calls the agent for the resource `name`. `meta` goes into OCF_RESKEY_CRM_meta_*, in capitals as it is."""
        environment = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "OCF_ROOT": "/usr/lib/ocf", "OCF_RESOURCE_INSTANCE": name,
            "HA_LOGFILE": str(self.log), "HA_LOGFACILITY": "none", "OCF_RESKEY_CRM_meta_timeout": "30000"}
        environment |= {f"OCF_RESKEY_{key}": str(value) for key, value in parameters.items()}
        for key, value in meta.items():
            environment[key if key.isupper() else f"OCF_RESKEY_CRM_meta_{key}"] = str(value)
        done = subprocess.run(
            [self.path, action], env=environment, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=40)
        return Result(done.returncode, done.stdout)

    def last_log(self, count):
        return self.log.read_text(errors="replace").splitlines()[-count:] if self.log.exists() else []


class Instance:
    """A data directory with its own port and socket directory, both private to postgres."""

    def __init__(self, agent, server, home, name, port):
        self.agent, self.server, self.name, self.port = agent, server, f"{name}{server.major}", port
        self.home = home / name
        self.data = self.home / "data"
        self.parameters = {"pgdata": self.data, "bindir": server.bindir}
        self.home.mkdir(parents=True)
        self.home.chmod(0o700)
        shutil.chown(self.home, "postgres", "postgres")

    def initialise(self):
        self.server(
            "initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "--no-locale", "-E", "UTF8", "--no-sync")
        self.configure()
        # Recovery refuses limits lower than those that the WAL was written with, and initdb's are higher than these.
        self.server("pg_ctl", "-D", self.data, "-l", self.home / "first.log", "-w", "start")
        self.server("pg_ctl", "-D", self.data, "-w", "stop")
        return self

    def copy_of(self, other):
        self.server(
            "pg_basebackup", "-D", self.data, "-h", other.home, "-p", str(other.port), "-U", "postgres",
            "--checkpoint=fast", "--no-sync")
        self.configure()
        return self

    def configure(self):
        with open(self.data / "postgresql.conf", "a") as file:
            file.write(
                f"port = {self.port}\nunix_socket_directories = '{self.home}'\nlisten_addresses = ''\n"
                f"max_connections = {CONNECTIONS}\nshared_buffers = 16MB\nmax_prepared_transactions = 5\n"
                "fsync = off\nautovacuum = off\nwal_keep_size = 256MB\n")

    # The agent

    def act(self, action, **meta):
        return self.agent(action, self.name, self.parameters, **meta)

    def monitor(self, role=None):
        """As configured for a role; without one, a probe."""
        return self.act("monitor", **({"role": role, "interval": 10_000} if role else {}))

    # The server, past the agent

    def sql(self, text, user="postgres"):
        return self.server("psql", *self.psql_arguments(user), "-c", text).strip()

    def psql_arguments(self, user="postgres"):
        return ["-XAtq", "-v", "ON_ERROR_STOP=1", "-h", str(self.home), "-p", str(self.port), "-U", user, "postgres"]

    def follow(self, other):
        """What the agent does in a cluster."""
        self.sql(
            f"ALTER SYSTEM SET primary_conninfo = 'host={other.home} port={other.port} user=postgres "
            f"application_name={self.name}'")
        self.sql("SELECT pg_reload_conf()")

    def streams_to(self, other, name=None):
        wait_for(
            f"{other.name} streams", lambda: self.sql(
                f"SELECT count(*) FROM pg_stat_replication WHERE application_name = '{name or other.name}' "
                "AND state = 'streaming'") == "1")

    def has_rows(self, table, count, seconds=15):
        """Whether the table has as many rows within the time."""
        try:
            wait_for("rows", lambda: self.sql(f"SELECT count(*) FROM {table}") == str(count), seconds)
        except TimeoutError:
            return False
        return True

    def timeline(self):
        return int(self.sql("SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)"), 16)

    def postmaster(self):
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def reload(self):
        os.kill(self.postmaster(), signal.SIGHUP)

    def crash(self):
        pid = self.postmaster()
        os.kill(pid, signal.SIGKILL)
        wait_for(f"process {pid} is gone", lambda: not Path(f"/proc/{pid}").exists())


def settled_at(primary, standby):
    """Where the primary's WAL ends, once it is idle and the standby has received all of it."""
    seen = []

    def settled():
        seen.append((
            primary.sql("SELECT pg_current_wal_insert_lsn()"), standby.sql("SELECT pg_last_wal_receive_lsn()")))
        return len(seen) > 5 and len({place for pair in seen[-5:] for place in pair}) == 1

    # What the background would write soon is written now.
    primary.sql("CHECKPOINT")
    try:
        wait_for("the standby has all of the primary's WAL", settled)
    except TimeoutError as error:
        raise TimeoutError(f"{error}, {seen[-3:]}") from None
    return seen[-1][0]


def wait_for(what, holds, seconds=15):
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(f"not within {seconds} s: {what}")
        time.sleep(0.05)
