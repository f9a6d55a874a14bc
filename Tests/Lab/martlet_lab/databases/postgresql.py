"""PostgreSQL: its agents, and what is asked of its servers."""

import signal
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator

from ..processes import kill, read_process
from ..settings import DATABASE, WRITER_ADDRESS, LabError, node_address
from . import postgresql_by_hand as by_hand
from . import postgresql_files as files
from .base import Agent, Database, Ending, Unanswered
from .postgresql_files import BIN, PGDATA, PORT


class PostgreSQL(Database):
    """PostgreSQL 15, as Debian 12 has it."""

    name = "postgresql"
    port = PORT
    title = "PostgreSQL"
    resource = "pgsql"
    agents = ("martlet", "paf", "pgsql")
    agent_type = "postgresql"
    user = "postgres"
    run_directory = "/run/postgresql"
    log_directory = "postgresql"
    log_file = "postgresql.log"
    replica = "standby"
    follows = "streams from"
    following = "streaming"
    rejoin = "rewind"
    rejoins = ("rewind", "reclone")
    held = ("diverged", "foreign", "left-behind", "rejoin-failed")
    checksum = ("SELECT run, count(*), sum(hashtextextended(id || ' ' || node, 0))::text "
                "FROM written GROUP BY run ORDER BY run")  # fmt: skip
    start_seconds = 60
    promote_seconds = 30
    demote_seconds = 60

    def missing_packages(self, agent: str) -> set[str]:
        packages = set()
        if not (BIN / "postgres").exists():
            packages.add("postgresql-15")
        if agent == "paf" and not Path("/usr/lib/ocf/resource.d/heartbeat/pgsqlms").exists():
            packages.add("resource-agents-paf")
        try:
            import psycopg2  # noqa: F401
        except ImportError:
            packages.add("python3-psycopg2")
        return packages

    def configured(self, agent: str, nodes: list[str]) -> Agent:
        if agent == "martlet":
            return Agent("martlet", self.agent_type, {"pgdata": PGDATA})
        # With the others the standbys stream through the writer's address.
        if agent == "paf":
            return Agent("heartbeat", "pgsqlms", {"pgdata": PGDATA, "bindir": str(BIN)}, address_outlives_demote=True)
        parameters = {
            "pgctl": str(BIN / "pg_ctl"), "psql": "/usr/bin/psql", "pgdata": PGDATA,
            "rep_mode": "sync", "node_list": " ".join(nodes), "master_ip": WRITER_ADDRESS,
            "tmpdir": "/mnt/tmp", "logfile": "/var/log/postgresql/start.log", "repuser": "postgres",
            "primary_conninfo_opt": "keepalives_idle=60", "restart_on_promote": "false",
        }  # fmt: skip
        return Agent("heartbeat", "pgsql", parameters, address_outlives_demote=True)

    def create(self, layout: Any, nodes: list[str], agent: str) -> None:
        files.create({node: layout.disk(node) for node in nodes}, agent, layout.scratch)

    def _postmaster(self, lab: Any, node: str) -> list[str]:
        try:
            return (lab.disk(node) / "pgdata/postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def server(self, lab: Any, node: str) -> int | None:
        first = (self._postmaster(lab, node) or [""])[0]
        return int(first) if first.isdigit() else None

    def identity(self, lab: Any, node: str) -> str | None:
        """Process id and start time, from postmaster.pid."""
        lines = self._postmaster(lab, node)
        return f"{lines[0]} started {lines[2]}" if len(lines) > 2 else None

    def _local(self, lab: Any, node: str, more: str = "") -> str:
        """How to reach a node's server, with its cable cut, too."""
        root = lab.root(node)
        if root is None:
            raise Unanswered(f"{node}: is powered off")
        return f"host={root}{self.run_directory} port={PORT} user=postgres dbname={DATABASE} {more}"

    def query(self, lab: Any, node: str, statement: str, seconds: float = 2) -> list[tuple] | None:
        try:
            return self._ask(lab, node, statement, seconds)
        except Unanswered:
            return None

    def _ask(self, lab: Any, node: str, statement: str, seconds: float) -> list[tuple]:
        from .postgresql_sql import Connection  # psycopg2 is needed only by those who ask a server

        with Connection(self._local(lab, node), seconds) as connection:
            return connection.execute(statement, seconds)

    def writable(self, lab: Any, node: str, seconds: float = 2) -> bool | None:
        try:
            return not self._ask(lab, node, "SELECT pg_is_in_recovery()", seconds)[0][0]
        except Ending:
            return False
        except Unanswered:
            return None

    def replicating(self, lab: Any, primary: str) -> set[str]:
        rows = self.query(lab, primary, "SELECT application_name FROM pg_stat_replication WHERE state = 'streaming'")
        return {row[0] for row in rows or []}

    def position(self, lab: Any, primary: str) -> Any:
        rows = self.query(lab, primary, "SELECT pg_current_wal_lsn()")
        return rows[0][0] if rows else None

    def wait_applied(self, lab: Any, node: str, position: Any, seconds: float) -> None:
        by_hand.wait_replayed(lambda statement: self.query(lab, node, statement), position, seconds)

    def era(self, lab: Any, primary: str, promotions: int) -> int:
        """The timeline that the primary writes."""
        rows = self.query(lab, primary, "SELECT pg_walfile_name(pg_current_wal_lsn())")
        return int(rows[0][0][:8], 16) if rows else 0

    def trouble_in_log(self, text: list[str]) -> str | None:
        signs = ("is ahead of", "forked off current database system timeline", "requested starting point")
        return next((line.split("  ", 1)[-1] for line in reversed(text[-12:]) if any(sign in line for sign in signs)), None)

    def writer(self, secrets: Path, address: str, connect: float, answer: float) -> Any:
        from .postgresql_sql import Writer

        conninfo = f"host={address} port={PORT} user=postgres dbname={DATABASE} application_name=client"
        return Writer(conninfo, connect, answer)

    def load_options(self, secrets: Path) -> dict[str, str]:
        return {"db-driver": "pgsql", "pgsql-host": WRITER_ADDRESS, "pgsql-port": str(PORT), "pgsql-user": "postgres", "pgsql-db": DATABASE}

    def filler(self, lab: Any, node: str) -> Any:
        from .postgresql_sql import Connection

        return Connection(self._local(lab, node, "application_name=filler"), seconds=1)

    def session(self, lab: Any, node: str, seconds: float) -> Any:
        from .postgresql_sql import Session

        return Session(self._local(lab, node, "application_name=session"), seconds)

    def reclone(self, lab: Any, node: str, primary: str, seconds: float) -> None:
        """On the node; from the client's host if it cannot even boot without being fenced."""
        if node in lab.powered():
            lab.run(node, "sh", "-c", files.reclone_script(node_address(primary)), timeout=seconds)
            return
        script = files.reclone_script(node_address(primary), str(lab.layout.disk(node) / "pgdata"))
        subprocess.run(lab.client_command("sh", "-c", script, disks=True), check=True, cwd="/", capture_output=True, timeout=seconds)

    def restart(self, lab: Any, node: str) -> None:
        by_hand.pg_ctl(lab, node, "-m", "fast", "restart")

    def move_primary(self, lab: Any, old: str, new: str) -> None:
        by_hand.move_primary(lab, old, new)

    def break_login(self, lab: Any, node: str) -> None:
        by_hand.break_login(lab, node)

    def mend_login(self, lab: Any, node: str) -> None:
        by_hand.mend_login(lab, node)

    def end_sessions(self, lab: Any, node: str) -> None:
        self.query(lab, node, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'client'")

    def tidy(self, lab: Any, node: str) -> None:
        by_hand.mend_login(lab, node)
        by_hand.release(lab, node)

    def hold_replication(self, lab: Any, node: str, to: str | None = None, answers: bool = False) -> None:
        by_hand.hold(lab, node, to, answers)

    def release_replication(self, lab: Any, node: str) -> None:
        by_hand.release(lab, node)

    @contextmanager
    def ahead(self, lab: Any, node: str, processes: list[Any]) -> Iterator[None]:
        """Its WAL senders are held, and something is written."""
        senders = {row[0] for row in self.query(lab, node, "SELECT pid FROM pg_stat_activity WHERE backend_type = 'walsender'") or []}
        held = [process for process in processes if process.inner in senders]
        if len(held) < len(senders) or not held:
            raise LabError(f"{node}: {len(held)} of {len(senders)} WAL senders could be held")
        for process in held:
            kill(process.pid, signal.SIGSTOP)
        # One that has been woken sends what it has before it notices.
        while any((now := read_process(process.pid)) and now.state != "T" for process in held):
            time.sleep(0.001)
        if not self.query(lab, node, "SET synchronous_commit = local; CREATE TABLE IF NOT EXISTS ahead (run int); "
                                     "INSERT INTO ahead VALUES (1); SELECT 1"):  # fmt: skip
            raise LabError(f"{node}: wrote nothing ahead of the others")
        yield
