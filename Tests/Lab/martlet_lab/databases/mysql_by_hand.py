"""What an administrator does to MySQL's and MariaDB's servers behind the cluster's back."""

import shlex
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Iterator

from ..settings import LabError, node_address
from .base import Unanswered
from .mysql_files import CONFIG, DATADIR, PID_FILE, PORT

if TYPE_CHECKING:
    from ..control import Lab


def restart(lab: "Lab", node: str) -> None:
    """As from a shell: it ends in order, and comes back with what its file says, writable if it was so."""
    database = lab.database
    options = "" if database.writable(lab, node) else "--read-only"
    lab.run(node, "sh", "-c",
            f"pid=$(cat {PID_FILE}) && kill $pid && while [ -d /proc/$pid ]; do sleep 0.05; done && runuser -u mysql -- "
            f"setsid {database.dialect.server} --defaults-file={CONFIG} {options} </dev/null >/dev/null 2>&1 &", timeout=60)  # fmt: skip
    old, deadline = database.identity(lab, node), time.monotonic() + 60
    while database.identity(lab, node) in (None, old) or database.writable(lab, node) is None:
        if time.monotonic() > deadline:
            raise LabError(f"{node}: its server was not back within 60 s")
        time.sleep(0.1)


def locally(lab: "Lab", node: str, *statements: str) -> None:
    """As root, on this server alone: in no binary log, and through MySQL's super_read_only. It stays read-only for others."""
    database = lab.database
    try:
        with database.connect(lab, node, 5) as connection:
            connection.execute("SET SESSION sql_log_bin = 0")
            guarded = database.dialect.tls and connection.execute("SELECT @@GLOBAL.super_read_only")[0][0]
            if guarded:
                connection.execute("SET GLOBAL super_read_only = 0")
            for statement in statements:
                connection.execute(statement)
            if guarded:
                connection.execute("SET GLOBAL super_read_only = 1")
    except Unanswered as problem:
        raise LabError(f"{node}: {problem}") from None


def administrate(lab: "Lab", node: str, *statements: str) -> list[tuple]:
    """As root, in one session; the last statement's rows."""
    try:
        with lab.database.connect(lab, node, 5) as connection:
            return [connection.execute(statement) for statement in statements][-1]
    except Unanswered as problem:
        raise LabError(f"{node}: {problem}") from None


def write(lab: "Lab", node: str, statement: str) -> None:
    """As root, into the binary log, on a server that stays read-only for others: MariaDB lets root through, MySQL does without
    super_read_only."""
    guard = "SET GLOBAL super_read_only = {}" if lab.database.dialect.tls else "DO {}"
    administrate(lab, node, guard.format(0), statement, guard.format(1))


def end_sessions(lab: "Lab", node: str) -> None:
    """One of them may have ended by itself before its turn comes."""
    for (number,) in administrate(lab, node, "SELECT id FROM information_schema.processlist WHERE user = 'app'"):
        with suppress(LabError):
            administrate(lab, node, f"KILL {number}")


def branches(rows: list[tuple]) -> list[str]:
    """The names that XA RECOVER tells: text with MySQL, bytes with MariaDB."""
    return [row[3].decode() if isinstance(row[3], bytes) else row[3] for row in rows]


def mend_conflict(lab: "Lab", node: str) -> None:
    """Take away the row that was in the applier's way, and let it go on."""
    locally(lab, node, "DELETE FROM written WHERE node = 'conflict'")
    administrate(lab, node, lab.database.dialect.start_applier)


def tidy(lab: "Lab", node: str) -> None:
    """What cannot be done now, the next round does, or the server is not there."""
    release(lab, node)
    try:
        if lab.database.query(lab, node, "SELECT 1") is not None:
            lock_account(lab, node, "UNLOCK")
        if lab.database.query(lab, node, "SELECT 1 FROM written WHERE node = 'conflict' LIMIT 1"):
            mend_conflict(lab, node)
        if lab.database.writable(lab, node):
            for branch in branches(administrate(lab, node, "XA RECOVER")):
                administrate(lab, node, f"XA ROLLBACK '{branch}'")
    except LabError:
        pass


def lock_account(lab: "Lab", node: str, how: str) -> None:
    """LOCK or UNLOCK the agent's account."""
    locally(lab, node, f"ALTER USER mysql@localhost ACCOUNT {how}")


def clone(lab: "Lab", node: str, primary: str, seconds: float) -> None:
    """Copy the running primary's database to the other node's disk, which is shared here. With MariaDB the copy has to be told
    how far it reaches."""
    target = lab.layout.disk(node) / "datadir"
    lab.run(primary, "rm", "-rf", str(target))
    if lab.database.dialect.tls:
        with lab.database.connect(lab, primary, seconds) as connection:
            connection.execute(f"CLONE LOCAL DATA DIRECTORY = '{target}'")
        return
    backup = ("mariadb-backup", f"--defaults-file={CONFIG}", "--user=root", f"--target-dir={target}")
    lab.run(primary, *backup, "--backup", timeout=seconds)
    lab.run(primary, *backup, "--prepare", timeout=seconds)
    lab.run(primary, "chown", "-R", "mysql:mysql", str(target))
    position = lab.run(primary, "cat", f"{target}/xtrabackup_binlog_info").stdout.split()[2]
    # A server in this mode reads a statement a line, and knows no SET GLOBAL gtid_slave_pos.
    lines = ["DELETE FROM mysql.gtid_slave_pos;"]
    for number, gtid in enumerate(position.split(","), start=1):
        domain, server, sequence = gtid.split("-")
        lines.append(f"INSERT INTO mysql.gtid_slave_pos VALUES ({domain}, {number}, {server}, {sequence});")
    bootstrap = (str(lab.database.dialect.server), "--no-defaults", f"--datadir={target}", "--bootstrap", *lab.database.dialect.small)
    lab.run(primary, "sh", "-c", f"printf '%s\\n' {shlex.join(lines)} | runuser -u mysql -- {shlex.join(bootstrap)}", timeout=90)


@contextmanager
def held(lab: "Lab", node: str) -> Iterator[None]:
    """Within, the node's server gets nothing through to the other nodes: connections stay, and no acknowledgement comes."""
    hold(lab, node)
    try:
        yield
    finally:
        if node in lab.powered():
            release(lab, node)


def _rules(lab: "Lab", node: str, what: str, to: str | None = None) -> list[str]:
    """What the server sends, and what it is sent; the application, which is no node, goes on."""
    return [
        f"iptables -w {what} {chain} -p tcp --{port} {PORT} -{side} {node_address(other)} -j DROP"
        for other in ([to] if to else lab.nodes) if other != node for chain, port, side in (("OUTPUT", "sport", "d"), ("INPUT", "dport", "s"))
    ]  # fmt: skip


def hold(lab: "Lab", node: str, to: str | None = None, answers: bool = False) -> None:
    lab.run(node, "sh", "-c", " && ".join(
        rule for rule in _rules(lab, node, "-I", to) if not answers or " INPUT " in rule))


def release(lab: "Lab", node: str) -> None:
    """Of all the others, whichever were held."""
    lab.run(node, "sh", "-c", "; ".join(_rules(lab, node, "-D")), check=False)


def stop_acknowledging(lab: "Lab", node: str) -> None:
    """The replica goes on replicating, and its source counts it no more."""
    switch = lab.database.dialect.semi_sync.replace("_status", "_enabled")
    administrate(lab, node, f"SET GLOBAL {switch} = OFF", "STOP REPLICA IO_THREAD", "START REPLICA IO_THREAD")


_SPOIL = f"""
newest() {{ ls -t {DATADIR}/relay.[0-9]* | head -1; }}
log=$(newest); begun=$(stat -c %s "$log"); sleep 2; size=$(stat -c %s "$log")
[ "$log" = "$(newest)" ] && [ $((size - begun)) -gt 1000 ] || exit 1
head -c 400 /dev/zero | tr '\\0' '\\377' | dd of="$log" bs=1 seek=$(((begun + size) / 2)) conv=notrunc status=none
"""


def spoil_relay_logs(lab: "Lab", node: str) -> None:
    """Bytes of the newest relay log, received while the applier was stopped, are overwritten before it goes on."""
    administrate(lab, node, "STOP REPLICA SQL_THREAD")
    lab.run(node, "sh", "-c", _SPOIL)
    administrate(lab, node, "START REPLICA SQL_THREAD")


def stray_write(lab: "Lab", node: str) -> None:
    read_only = "super_read_only" if lab.database.dialect.tls else "read_only"
    administrate(lab, node, f"SET GLOBAL {read_only} = 0", "SET GLOBAL read_only = 0",
                 f"UPDATE held SET note = 'stray {time.time()}' WHERE id = 1")  # fmt: skip


def _forget_connections(lab: "Lab", node: str) -> None:
    """A dead server's kernel would still send what it had been given to send."""
    which, deadline = ("state", "connected", "sport", "=", f":{PORT}"), time.monotonic() + 2
    while left := lab.run(node, "ss", "-Htn", *which).stdout.strip():
        if time.monotonic() > deadline:
            raise LabError(f"{node}: the connections of its dead server cannot be ended (ss -K): {left.splitlines()[0]}")
        lab.run(node, "ss", "-K", *which, check=False)
        time.sleep(0.05)


@contextmanager
def unacknowledged(lab: "Lab", node: str) -> Iterator[None]:
    """Within, the server has committed to its binary log what no other node has; it is dead at the end."""
    with held(lab, node):
        try:
            with lab.database.connect(lab, node, 0.5) as connection:
                # Each time another value: what changes nothing waits for nobody.
                connection.execute(f"UPDATE held SET note = 'ahead {time.time()}' WHERE id = 1")
        except Unanswered:
            yield
            while lab.database.identity(lab, node):
                time.sleep(0.01)
            _forget_connections(lab, node)
            return
        raise LabError(f"{node}: acknowledged what no other node has")
