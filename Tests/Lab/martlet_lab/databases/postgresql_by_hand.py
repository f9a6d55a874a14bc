"""What an administrator does to the servers behind the cluster's back, with PostgreSQL's own tools."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Callable

from ..processes import run
from ..settings import WRITER_ADDRESS, node_address
from .postgresql_files import BIN, PGDATA, PORT

if TYPE_CHECKING:
    from ..control import Lab

# The agent asks as postgres, through the socket, in a database of its own choice; the lab's own questions are not refused.
REJECTED = "local postgres all reject"


def pg_ctl(lab: "Lab", node: str, *words: str) -> None:
    """Run pg_ctl as postgres, and wait until it has done its work. Raises LabError."""
    lab.run(node, "runuser", "-u", "postgres", "--", f"{BIN}/pg_ctl", "-D", PGDATA, "-w", "-s",
            "-l", "/var/log/postgresql/by-hand.log", *words, timeout=60)  # fmt: skip


def wait_replayed(query: Callable[[str], list[tuple] | None], lsn: str, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if query(f"SELECT pg_last_wal_replay_lsn() >= '{lsn}'") in ([(True,)], None):
            return
        time.sleep(0.05)


def move_primary(lab: "Lab", old: str, new: str) -> None:
    """Stop the primary cleanly, promote another, let the rest follow it, and take the address along."""
    pg_ctl(lab, old, "-m", "fast", "stop")
    pg_ctl(lab, new, "promote")
    conninfo = f"host={node_address(new)} port=5432 user=postgres"
    for follower in sorted(set(lab.nodes) - {new}):
        setting = f"primary_conninfo = '{conninfo} application_name={follower}'"
        lab.run(follower, "runuser", "-u", "postgres", "--", "sh", "-c",
                f"echo \"{setting}\" >> {PGDATA}/postgresql.auto.conf && touch {PGDATA}/standby.signal")  # fmt: skip
        pg_ctl(lab, follower, *(("start",) if follower == old else ("reload",)))
    lab.run(old, "ip", "address", "del", f"{WRITER_ADDRESS}/24", "dev", "eth0")
    lab.run(new, "ip", "address", "add", f"{WRITER_ADDRESS}/24", "dev", "eth0")
    # The client's host knows the old owner's hardware address; IPaddr2 would announce the new one.
    run(*lab.client_command("ip", "neighbour", "flush", "all"))


def break_login(lab: "Lab", node: str) -> None:
    """Put a line on top of pg_hba.conf that refuses the agent."""
    lab.run(node, "sed", "-i", f"1i {REJECTED}", f"{PGDATA}/pg_hba.conf")
    pg_ctl(lab, node, "reload")


def mend_login(lab: "Lab", node: str) -> None:
    if REJECTED not in _text(lab.disk(node) / "pgdata/pg_hba.conf"):
        return
    lab.run(node, "sed", "-i", f"/^{REJECTED}$/d", f"{PGDATA}/pg_hba.conf")
    pg_ctl(lab, node, "reload")


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def hold(lab: "Lab", node: str, to: str | None = None, answers: bool = False) -> None:
    """Nobody gets anything from its server any more, or with `to` that one does not; it still gets what it asks for."""
    rules = _rules([to] if to else [name for name in lab.nodes if name != node], "-I")
    lab.run(node, "sh", "-c", rules.split("; ")[-1] if answers else rules)


def release(lab: "Lab", node: str) -> None:
    # One by one: which of them are held is not known.
    for name in lab.nodes:
        if name != node:
            lab.run(node, "sh", "-c", _rules([name], "-D"), check=False)


def _rules(peers: list[str], verb: str) -> str:
    others = ",".join(node_address(name) for name in peers)
    return (f"iptables -w {verb} OUTPUT -p tcp -d {others} --sport {PORT} -j DROP; "
            f"iptables -w {verb} INPUT -p tcp -s {others} --dport {PORT} -j DROP")  # fmt: skip
