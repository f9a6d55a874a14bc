"""PostgreSQL's data directories: one is made, the others are copied from it, and a diverged one is cloned again."""

import shutil
from pathlib import Path

from ..processes import run
from ..settings import DATABASE, SCHEMA, SUBNET, WRITER_ADDRESS

BIN = Path("/usr/lib/postgresql/15/bin")
PGDATA = "/mnt/pgdata"
PORT = 5432

COMMON = """
# The lab's settings, the same on every node.
listen_addresses = '*'
hot_standby = on
wal_log_hints = on
wal_keep_size = 256MB
max_wal_size = 256MB
max_connections = 60
shared_buffers = 32MB
tcp_keepalives_idle = 5
wal_receiver_timeout = 10s
wal_sender_timeout = 10s
wal_retrieve_retry_interval = 1s
logging_collector = on
log_directory = '/var/log/postgresql'
log_filename = 'postgresql.log'
log_line_prefix = '%m [%p] %q%a '
# What differs from node to node is kept out of the data directory: it is copied when a node is cloned.
include_if_exists = '/mnt/node.conf'
"""


def _as_postgres(*command: str, **options) -> str:
    return run(*command, user="postgres", group="postgres", extra_groups=[], cwd="/", **options).stdout


def common_settings(agent: str, nodes: list[str]) -> str:
    """heartbeat:pgsql writes synchronous_standby_names itself; the others leave it to the administrator."""
    if agent == "pgsql":
        return COMMON
    return COMMON + f"synchronous_standby_names = 'ANY 1 ({','.join(nodes)})'\n"


def node_settings(agent: str, node: str) -> str:
    """The file /mnt/node.conf. PAF wants the administrator to name the primary's address and the node's own name."""
    lines = f"cluster_name = '{node}'\n"
    if agent == "paf":
        lines += f"primary_conninfo = 'host={WRITER_ADDRESS} port={PORT} user=postgres application_name={node}'\n"
        lines += "recovery_target_timeline = 'latest'\n"
    return lines


def create(directories: dict[str, Path], agent: str, scratch: Path) -> None:
    """Fill an empty data directory for each node: all hold the same, and all but the first are marked as standbys.

    `directories` maps a node's name to what it will see as /mnt; `scratch` is a directory of postgres' own.
    """
    nodes = list(directories)
    for node, directory in directories.items():
        directory.mkdir(parents=True, exist_ok=True)
        (directory / "node.conf").write_text(node_settings(agent, node))
        (directory / "tmp").mkdir()
        for path in (directory, directory / "tmp"):
            shutil.chown(path, "postgres", "postgres")
    first = directories[nodes[0]] / "pgdata"
    _as_postgres(f"{BIN}/initdb", "-D", str(first), "-A", "trust", "-U", "postgres", "-k", "-E", "UTF8",
                 "--locale=C.UTF-8", "--no-sync", "--no-instructions")  # fmt: skip
    with (first / "postgresql.conf").open("a") as settings:
        settings.write(common_settings(agent, nodes))
    with (first / "pg_hba.conf").open("a") as hba:
        hba.write(f"host all all {SUBNET}.0/24 trust\nhost replication all {SUBNET}.0/24 trust\n")
    _as_postgres(f"{BIN}/pg_ctl", "-D", str(first), "-w", "-l", str(scratch / "log"), "start",
                 "-o", f"-k {scratch} -c listen_addresses= -c logging_collector=off -c synchronous_standby_names=")  # fmt: skip
    try:
        psql = ("psql", "-h", str(scratch), "-v", "ON_ERROR_STOP=1", "-qAtX")
        _as_postgres(*psql, "-d", "postgres", "-c", f"CREATE DATABASE {DATABASE}")
        _as_postgres(*psql, "-d", DATABASE, "-c", SCHEMA)
    finally:
        _as_postgres(f"{BIN}/pg_ctl", "-D", str(first), "-w", "-m", "fast", "stop")
    # Copies of a stopped server need no recovery: three base backups cost the first start seconds.
    for node in nodes[1:]:
        copy = directories[node] / "pgdata"
        run("cp", "-a", "--reflink=auto", str(first), str(copy))
        (copy / "standby.signal").touch()
        shutil.chown(copy / "standby.signal", "postgres", "postgres")


def reclone_script(primary_address: str, pgdata: str = PGDATA) -> str:
    """What an operator types on a node, as root, to replace its stopped database by a copy of the primary's. ocf:heartbeat:pgsql
    does not start where it was the primary when it crashed, until its lock is removed."""
    return (
        f"rm -rf {pgdata} {Path(pgdata).parent}/tmp/PGSQL.lock && runuser -u postgres -- {BIN}/pg_basebackup -h {primary_address} "
        f"-D {pgdata} -c fast -X stream --no-sync && "
        f"runuser -u postgres -- touch {pgdata}/standby.signal"
    )
