"""MySQL's and MariaDB's data directories: one is made and filled, and copied to the other nodes; each node's settings."""

import json
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ..processes import die_with_parent, run
from ..settings import DATABASE, SCHEMA, SUBNET, LabError
from .mysql_dialect import HEARTBEAT_ACCOUNT, HEARTBEAT_PASSWORD, Dialect

if TYPE_CHECKING:
    from ..settings import Layout

PORT = 3306
RESERVED_PORT = 33062
DATADIR = "/mnt/datadir"
SOCKET = "/run/mysqld/mysqld.sock"
PID_FILE = "/run/mysqld/mysqld.pid"
CONFIG = "/mnt/my.cnf"
CREDENTIALS = "/mnt/credentials.cnf"

COMMON = f"""
# The lab's settings, the same on every node.
[mysqld]
datadir = {DATADIR}
socket = {SOCKET}
pid_file = {PID_FILE}
log_error = /var/log/mysql/error.log
bind_address = 0.0.0.0
port = {PORT}
# A server that starts removes the temporary tables that it finds, and the nodes have one /tmp.
tmpdir = /mnt/tmp
skip_name_resolve = ON
log_bin = binlog
relay_log = relay
sync_binlog = 1
innodb_flush_log_at_trx_commit = 1
innodb_buffer_pool_size = 32M
max_connections = 40
table_open_cache = 200
table_definition_cache = 400
"""
# What differs from node to node is kept out of the data directory: it is copied when a node is cloned.
INCLUDE = "!include /mnt/node.cnf\n"

ACCOUNTS = (
    f"CREATE DATABASE {DATABASE}",
    f"USE {DATABASE}",
    SCHEMA,
    # For statements that hold locks, or wait.
    "CREATE TABLE held (id int PRIMARY KEY, note varchar(64))",
    "INSERT INTO held VALUES (1, '')",
    f"CREATE USER app@'{SUBNET}.%' IDENTIFIED BY '{{app}}'",
    f"GRANT ALL ON {DATABASE}.* TO app@'{SUBNET}.%'",
    "CREATE USER app@localhost IDENTIFIED BY '{app}'",
    f"GRANT ALL ON {DATABASE}.* TO app@localhost",
    # The lab's own. On the reserved port it gets in where others do not; through the socket it takes nobody's reserved place.
    "CREATE USER watch@localhost IDENTIFIED BY '{watch}'",
    "CREATE USER watch@'127.0.0.1' IDENTIFIED BY '{watch}'",
    "CREATE USER repl@'%' IDENTIFIED BY '{repl}'",
    "GRANT REPLICATION SLAVE ON *.* TO repl@'%'",
)


def create(layout: "Layout", nodes: list[str], dialect: Dialect, agent: str) -> None:
    """Each node gets a copy of the same database, its settings, and the agent's password file."""
    passwords = {name: secrets.token_hex(12) for name in ("app", "repl", "watch")}
    if agent == "heartbeat":
        passwords["repl"] = HEARTBEAT_PASSWORD
    layout.secrets.touch(mode=0o600)
    layout.secrets.write_text(json.dumps(passwords))
    for number, node in enumerate(nodes, start=1):
        disk = layout.disk(node)
        disk.mkdir(parents=True, exist_ok=True)
        _write(disk / "my.cnf", COMMON + dialect.settings.format(reserved_port=RESERVED_PORT) + INCLUDE)
        _write(disk / "node.cnf", f"[mysqld]\nserver_id = {number}\nreport_host = {node}\n")
        _write(disk / "credentials.cnf", f"[replication]\nuser = repl\npassword = {passwords['repl']}\n", 0o600)
        (disk / "tmp").mkdir()
        for path in (disk, *disk.iterdir()):
            shutil.chown(path, "mysql", "mysql")
    first = layout.disk(nodes[0]) / "datadir"
    _initialize(first, dialect)
    extra = (HEARTBEAT_ACCOUNT,) if agent == "heartbeat" else ()
    _fill(first, layout.scratch, dialect, [line.format(**passwords) for line in (*ACCOUNTS, *dialect.accounts, *extra)])
    # A server without this file gives itself a new identity.
    (first / "auto.cnf").unlink(missing_ok=True)
    for node in nodes[1:]:
        run("cp", "-a", "--reflink=auto", str(first), str(layout.disk(node) / "datadir"))


def _write(path: Path, text: str, mode: int = 0o644) -> None:
    path.touch(mode=mode)
    path.write_text(text)


def _initialize(datadir: Path, dialect: Dialect) -> None:
    if dialect.tls:
        as_mysql(str(dialect.server), "--no-defaults", "--initialize-insecure", f"--datadir={datadir}", *dialect.small)
        return
    as_mysql("mariadb-install-db", "--no-defaults", f"--datadir={datadir}", "--skip-test-db", "--skip-name-resolve",
             "--auth-root-authentication-method=socket", f"--tmpdir={datadir.parent}/tmp", *dialect.small)  # fmt: skip


def as_mysql(*command: str, **options) -> subprocess.CompletedProcess:
    return run(*command, user="mysql", group="mysql", extra_groups=[], cwd="/", timeout=90, **options)


def _fill(datadir: Path, scratch: Path, dialect: Dialect, statements: list[str]) -> None:
    """Start a server that nobody else can reach, run the statements, and stop it. They are its binary log's beginning."""
    from .mysql_sql import Connection, Unanswered

    socket, log = str(scratch / "socket"), scratch / "log.err"
    server = subprocess.Popen(
        [str(dialect.server), "--no-defaults", f"--datadir={datadir}", f"--socket={socket}", f"--pid-file={scratch}/pid",
         f"--log-error={log}", "--skip-networking", "--log-bin=binlog", "--server-id=1", *dialect.small, *dialect.bare],
        user="mysql", group="mysql", extra_groups=[], cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, preexec_fn=die_with_parent,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while True:
        try:
            connection = Connection(5, unix_socket=socket, user="root")
            break
        except Unanswered as problem:
            if server.poll() is not None or time.monotonic() > deadline:
                raise LabError(f"{dialect.server}: does not start ({problem}): {log.read_text()[-500:]}")
            time.sleep(0.05)
    with connection:
        for statement in statements:
            connection.execute(statement)
        if not dialect.tls:
            # MariaDB's replicas do not take their own binary log's word for what they have.
            connection.execute("SET GLOBAL gtid_slave_pos = @@GLOBAL.gtid_binlog_pos")
    server.send_signal(signal.SIGTERM)
    server.wait(timeout=60)
