"""What an administrator does to the servers behind the cluster's back, with PostgreSQL's own tools."""

from .control import Lab
from .processes import run
from .settings import PGDATA, POSTGRESQL_BIN, WRITER_ADDRESS, node_address

# The agent asks as postgres, through the socket, in a database of its own choice; the lab's own questions are not refused.
REJECTED = "local postgres all reject"


def pg_ctl(lab: Lab, node: str, *words: str) -> None:
    """Run pg_ctl as postgres, and wait until it has done its work. Raises LabError."""
    lab.run(node, "runuser", "-u", "postgres", "--", f"{POSTGRESQL_BIN}/pg_ctl", "-D", PGDATA, "-w", "-s",
            "-l", "/var/log/postgresql/by-hand.log", *words, timeout=60)  # fmt: skip


def restart(lab: Lab, node: str) -> None:
    pg_ctl(lab, node, "-m", "fast", "restart")


def move_primary(lab: Lab, old: str, new: str) -> None:
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


def break_login(lab: Lab, node: str) -> None:
    """Put a line on top of pg_hba.conf that refuses the agent."""
    lab.run(node, "sed", "-i", f"1i {REJECTED}", f"{PGDATA}/pg_hba.conf")
    pg_ctl(lab, node, "reload")


def mend_login(lab: Lab, node: str) -> None:
    lab.run(node, "sed", "-i", f"/^{REJECTED}$/d", f"{PGDATA}/pg_hba.conf")
    pg_ctl(lab, node, "reload")
