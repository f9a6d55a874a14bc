"""MySQL and MariaDB: their agents, and what is asked of their servers."""

import json
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator

from ..settings import DATABASE, WRITER_ADDRESS, LabError, node_address
from . import mysql_by_hand as by_hand
from . import mysql_files as files
from .base import Agent, Full, Unanswered, WithFaults
from .mysql_dialect import HEARTBEAT_PASSWORD, MARIADB_DIALECT, MYSQL_DIALECT, Dialect


class MySQL(WithFaults):
    """MySQL 9.7, from Debian's unstable suite."""

    rejoins: tuple[str, ...] = ("reclone",)
    name = "mysql"
    port = files.PORT
    title = "MySQL"
    resource = "mysql"
    agents: tuple[str, ...] = ("martlet",)
    agent_type = "mysql"
    user = "mysql"
    run_directory = "/run/mysqld"
    log_directory = "mysql"
    log_file = "error.log"
    replica = "replica"
    follows = "replicates from"
    following = "replicating"
    held = ("diverged", "foreign", "left-behind")
    checksum = ("SELECT run, COUNT(*), CONCAT(BIT_XOR(CRC32(CONCAT(id, ' ', node))), ' ', SUM(CRC32(CONCAT(id, ' ', node)))) "
                "FROM written GROUP BY run ORDER BY run")  # fmt: skip
    start_seconds = 120
    promote_seconds = 60
    demote_seconds = 120
    dialect: Dialect = MYSQL_DIALECT

    def missing_packages(self, agent: str) -> set[str]:
        packages = {needed for file, needed in self.dialect.needs if not file.exists()}
        try:
            import pymysql  # noqa: F401
        except ImportError:
            packages.add("python3-pymysql")
        return packages

    def configured(self, agent: str, nodes: list[str]) -> Agent:
        parameters = {
            "datadir": files.DATADIR, "binary": str(self.dialect.server), "config_file": files.CONFIG,
            "socket": files.SOCKET, "pid_file": files.PID_FILE, "replication_user": "repl",
            "credentials_file": files.CREDENTIALS, "system_user": "mysql",
        }  # fmt: skip
        return Agent("martlet", self.agent_type, parameters)

    def create(self, layout: Any, nodes: list[str], agent: str) -> None:
        files.create(layout, nodes, self.dialect, agent)

    def server(self, lab: Any, node: str) -> int | None:
        try:
            return int(Path(f"{lab.root(node)}{files.PID_FILE}").read_text())
        except (OSError, ValueError):
            return None

    def identity(self, lab: Any, node: str) -> str | None:
        """Process id and start time; None for a process that is gone, whatever its pid file says."""
        pid = self.server(lab, node)
        try:
            fields = Path(f"{lab.root(node)}/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        except (OSError, IndexError):
            return None
        return None if fields[0] in "ZX" else f"{pid} started {fields[19]}"

    def connect(self, lab: Any, node: str, seconds: float = 2, user: str = "root") -> Any:
        """Through the server's own socket. Raises Unanswered."""
        from .mysql_sql import Connection  # PyMySQL is needed only by those who ask a server

        root = lab.root(node)
        if root is None:
            raise Unanswered(f"{node}: is powered off")
        # root is who it is, to the kernel, and needs no password.
        password = "" if user == "root" else self.password(lab.layout.secrets, user)
        return Connection(seconds, self.dialect.full, unix_socket=f"{root}{files.SOCKET}", user=user, password=password,
                          database=DATABASE)  # fmt: skip

    def look(self, lab: Any, node: str, seconds: float) -> Any:
        """A connection that gets in where others do not, and takes no place that the agent or the application could have:
        on the reserved port if the socket is refused. Raises Unanswered."""
        from .mysql_sql import Connection

        try:
            return self.connect(lab, node, seconds, "watch")
        except Full:
            return Connection(seconds, inside=lab.init(node), tls=self.dialect.tls, host="127.0.0.1", port=files.RESERVED_PORT,
                              user="watch", password=self.password(lab.layout.secrets, "watch"), database=DATABASE)  # fmt: skip

    @staticmethod
    def password(secrets: Path, user: str) -> str:
        return json.loads(secrets.read_text())[user]

    def query(self, lab: Any, node: str, statement: str, seconds: float = 2) -> list[tuple] | None:
        try:
            with self.look(lab, node, seconds) as connection:
                return connection.execute(statement)
        except Unanswered:
            return None

    def writable(self, lab: Any, node: str, seconds: float = 2) -> bool | None:
        answer = self.query(lab, node, f"SELECT {self.dialect.read_only}", seconds)
        return None if answer is None else answer[0][0] == 0

    def replicating(self, lab: Any, primary: str) -> set[str]:
        return {node for node in lab.powered() if node != primary and self._follows(lab, node, primary)}

    def _follows(self, lab: Any, node: str, primary: str) -> bool:
        """It receives from the primary and applies, and the primary waits for its acknowledgements."""
        try:
            with self.look(lab, node, 2) as connection:
                status = connection.record(self.dialect.status)
                semi_sync = connection.execute(f"SHOW STATUS LIKE '{self.dialect.semi_sync}'")
        except Unanswered:
            return False
        running = status.get(self.dialect.receiving) == status.get(self.dialect.applying) == "Yes"
        return running and status[self.dialect.source] in (primary, node_address(primary)) and semi_sync[0][1] == "ON"

    def position(self, lab: Any, primary: str) -> Any:
        rows = self.query(lab, primary, self.dialect.position)
        return rows[0][0].replace("\n", "") if rows else None

    def wait_applied(self, lab: Any, node: str, position: Any, seconds: float) -> None:
        self.query(lab, node, self.dialect.applied.format(position=position, seconds=seconds), seconds + 1)

    def era(self, lab: Any, primary: str, promotions: int) -> int:
        """Nothing in these databases counts promotions: the watcher does."""
        return 1 + promotions

    def trouble_in_log(self, text: list[str]) -> str | None:
        return next((line for line in reversed(text[-12:]) if any(sign in line for sign in self.dialect.trouble)), None)

    def writer(self, secrets: Path, address: str, connect: float, answer: float) -> Any:
        from .mysql_sql import Writer

        return Writer(connect, answer, tls=self.dialect.tls, host=address, port=files.PORT, user="app",
                      password=self.password(secrets, "app"), database=DATABASE)  # fmt: skip

    def load_options(self, secrets: Path) -> dict[str, str]:
        return {"db-driver": "mysql", "mysql-host": WRITER_ADDRESS, "mysql-port": str(files.PORT), "mysql-user": "app",
                "mysql-password": self.password(secrets, "app"), "mysql-db": DATABASE}  # fmt: skip

    def limit_logs(self, lab: Any) -> None:
        for node in lab.powered():
            by_hand.administrate(
                lab, node, "SET GLOBAL max_binlog_size = 64 * 1024 * 1024", "SET GLOBAL binlog_expire_logs_seconds = 600")

    def filler(self, lab: Any, node: str) -> Any:
        """An administrator's."""
        return self.connect(lab, node, 1)

    def reclone(self, lab: Any, node: str, primary: str, seconds: float) -> None:
        by_hand.clone(lab, node, primary, seconds)

    def restart(self, lab: Any, node: str) -> None:
        by_hand.restart(lab, node)

    def move_primary(self, lab: Any, old: str, new: str) -> None:
        raise LabError(f"{self.title}: moving the primary by hand is not among the lab's tricks")

    def break_login(self, lab: Any, node: str) -> None:
        by_hand.lock_account(lab, node, "LOCK")

    def mend_login(self, lab: Any, node: str) -> None:
        by_hand.lock_account(lab, node, "UNLOCK")

    def end_sessions(self, lab: Any, node: str) -> None:
        by_hand.end_sessions(lab, node)

    def tidy(self, lab: Any, node: str) -> None:
        by_hand.tidy(lab, node)

    def session(self, lab: Any, node: str, seconds: float) -> Any:
        return self.connect(lab, node, seconds, "app")

    def hold_replication(self, lab: Any, node: str, to: str | None = None, answers: bool = False) -> None:
        by_hand.hold(lab, node, to, answers)

    def stray_write(self, lab: Any, node: str) -> None:
        by_hand.stray_write(lab, node)

    def release_replication(self, lab: Any, node: str) -> None:
        by_hand.release(lab, node)

    def waits(self, lab: Any, node: str, id: int) -> bool:
        # One waits for the acknowledgement, and those after it for the one: the state does not tell.
        running = f"SELECT 1 FROM information_schema.processlist WHERE user = 'app' AND info LIKE 'INSERT%{id}%'"
        return bool(self.query(lab, node, running))

    def write_locally(self, lab: Any, node: str, *statements: str) -> None:
        by_hand.locally(lab, node, *statements)

    def write_by_hand(self, lab: Any, node: str, statement: str) -> None:
        by_hand.write(lab, node, statement)

    def stop_acknowledging(self, lab: Any, node: str) -> None:
        by_hand.stop_acknowledging(lab, node)

    def spoil_relay_logs(self, lab: Any, node: str) -> None:
        by_hand.spoil_relay_logs(lab, node)

    def mend_conflict(self, lab: Any, node: str) -> None:
        by_hand.mend_conflict(lab, node)

    def xa_prepare(self, lab: Any, node: str, number: int) -> None:
        by_hand.administrate(lab, node, f"XA START 'lab-{number}'", f"INSERT INTO held VALUES ({number}, 'xa')",
                             f"XA END 'lab-{number}'", f"XA PREPARE 'lab-{number}'")  # fmt: skip

    def xa_count(self, lab: Any, node: str, number: int) -> int | None:
        rows = self.query(lab, node, "XA RECOVER")
        return None if rows is None else by_hand.branches(rows).count(f"lab-{number}")

    def xa_commit(self, lab: Any, node: str, number: int) -> None:
        by_hand.administrate(lab, node, f"XA COMMIT 'lab-{number}'")

    @contextmanager
    def ahead(self, lab: Any, node: str, processes: list[Any]) -> Iterator[None]:
        with by_hand.unacknowledged(lab, node):
            yield


class MariaDB(MySQL):
    """MariaDB 10.11, as Debian 12 has it."""

    name = "mariadb"
    title = "MariaDB"
    agents = ("martlet", "heartbeat")
    dialect = MARIADB_DIALECT

    def missing_packages(self, agent: str) -> set[str]:
        packages = super().missing_packages(agent)
        if agent == "heartbeat" and not Path("/usr/bin/bc").exists():
            packages.add("bc")
        return packages

    def configured(self, agent: str, nodes: list[str]) -> Agent:
        if agent == "martlet":
            return super().configured(agent, nodes)
        parameters = {
            "binary": str(self.dialect.server), "client_binary": "/usr/bin/mariadb", "config": files.CONFIG,
            "datadir": files.DATADIR, "pid": files.PID_FILE, "socket": files.SOCKET, "log": "/var/log/mysql/error.log",
            "node_list": " ".join(nodes), "replication_user": "repl", "replication_passwd": HEARTBEAT_PASSWORD, "test_user": "root",
            # Without it a server is writable from its start until the agent has connected.
            "additional_parameters": "--read-only",
        }  # fmt: skip
        return Agent("heartbeat", "mariadb", parameters)
