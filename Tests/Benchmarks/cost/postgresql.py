"""A PostgreSQL primary and a standby that streams from it, both started by the agent."""

import pathlib

from .common import Budget, Instance, need, owned, run, wait_until

NAME, AGENT = "postgresql", "postgresql"
# Of a monitor's instructions the loader takes 11 million: it binds libpq and the 22 libraries that libpq draws in, Kerberos, LDAP
# and GnuTLS among them. The agent's own code takes about 4, and the C library, half of it for the loader, most of the rest. Half of
# meta-data's is loading the program itself.
BUDGET = Budget(meta_data=2.0, monitor={"Promoted": 21.0, "Unpromoted": 21.0}, memory=24.0, start_memory=24.0)
AS_POSTGRES = ["runuser", "-u", "postgres", "--"]


class Server:
    """One instance, with its agent."""

    def __init__(self, agent, work, name, port):
        self.home, self.port = owned(work / name, "postgres"), port
        self.pgdata = self.home / "data"
        self.instance = Instance(agent, self.home, {"pgdata": self.pgdata, "log_file": self.home / "start.log"})

    def settings(self):
        """Appended to postgresql.conf, where the last line for a setting holds."""
        with open(self.pgdata / "postgresql.conf", "a") as conf:
            conf.write(f"port = {self.port}\nunix_socket_directories = '{self.home}'\nlisten_addresses = ''\n")

    def sql(self, statement):
        return run(*AS_POSTGRES, "psql", "-h", self.home, "-p", self.port, "-qAtX", "-c", statement).strip()


def bring_up(agent, work):
    versions = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
    need(versions, "there is no PostgreSQL server; needs: make deps")
    program = versions[-1].parent
    primary, standby = Server(agent, work, "primary", 15998), Server(agent, work, "standby", 15997)
    run(*AS_POSTGRES, program / "initdb", "-D", primary.pgdata, "-A", "peer", "--no-sync", cwd="/")
    primary.settings()
    primary.instance.act("start")
    primary.instance.act("promote")
    run(*AS_POSTGRES, program / "pg_basebackup", "-h", primary.home, "-p", str(primary.port), "-D", standby.pgdata,
        "-c", "fast", "--no-sync", cwd="/")  # fmt: skip
    standby.settings()
    standby.instance.act("start")
    # Without a cluster there is nobody whom the agent would follow.
    standby.sql(f"ALTER SYSTEM SET primary_conninfo = 'host={primary.home} port={primary.port}'")
    standby.sql("SELECT pg_reload_conf()")
    wait_until(lambda: standby.sql("SELECT status FROM pg_stat_wal_receiver") == "streaming", 30, "the standby does not stream")
    return primary.instance, standby.instance
