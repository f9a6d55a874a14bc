"""Where the lab keeps things, how it names them, and what it needs from the machine."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]
LAB = Path(__file__).resolve().parents[1]
DEFAULT_STATE = Path(os.environ.get("MARTLET_LAB_STATE", "/var/tmp/martlet-lab"))
DEFAULT_BINARY = REPOSITORY / ".build/release/postgresql-agent"

# Only ever used inside network namespaces that the lab made: nothing outside can be reached by mistake.
SUBNET = "10.77.0"
CLIENT_ADDRESS = f"{SUBNET}.200"
WRITER_ADDRESS = f"{SUBNET}.50"

POSTGRESQL_BIN = Path("/usr/lib/postgresql/15/bin")
PGDATA = "/mnt/pgdata"
PORT = 5432
DATABASE = "lab"

CLONE = "pgsql-clone"
RESOURCE = "pgsql"
ADDRESS = "writer-ip"
FENCING = "fencing"
AGENTS = ("martlet", "paf", "pgsql")

# Directories that a node covers with its own: the state must be visible through the rest.
COVERED = ("/run", "/var/run", "/mnt", "/etc", "/var/lib", "/var/log", "/dev", "/proc")


class LabError(Exception):
    """Something the person at the keyboard has to know; its text is all they see."""


@dataclass(frozen=True)
class Layout:
    """The paths of one lab, all below its state directory."""

    state: Path

    @property
    def lock(self) -> Path:
        """Held by the supervisor for as long as it lives; beside the state, because the state is removed."""
        return self.state.with_name(self.state.name + ".lock")

    @property
    def log(self) -> Path:
        """The supervisor's log; outside the state, so that it survives a failed `up`."""
        return self.state.with_name(self.state.name + ".log")

    @property
    def control(self) -> Path:
        return self.state / "control"

    @property
    def agents(self) -> Path:
        """What the nodes see as /usr/lib/ocf/resource.d/martlet."""
        return self.state / "agents"

    def node(self, name: str) -> Path:
        return self.state / name

    def pgdata(self, name: str) -> Path:
        return self.state / name / "data" / "pgdata"

    def logs(self, name: str) -> Path:
        return self.state / name / "log"


def node_names(count: int) -> list[str]:
    return [f"node{number}" for number in range(1, count + 1)]


def node_address(name: str) -> str:
    return f"{SUBNET}.{name.removeprefix('node')}"


def node_name(text: str) -> str:
    """node2 for "2" and for "node2"."""
    number = text.removeprefix("node")
    if not number.isdigit():
        raise LabError(f"node {text!r}: not a node; give its number or its name (2, node2)")
    return f"node{int(number)}"


# What is looked for, and the Debian package that has it.
PROGRAMS = {
    "corosync": "corosync",
    "pacemakerd": "pacemaker",
    "crm_mon": "pacemaker-cli-utils",
    "crm_resource": "pacemaker-cli-utils",
    "tini": "tini",
    "ip": "iproute2",
    "unshare": "util-linux",
    "nsenter": "util-linux",
}
FILES = {
    POSTGRESQL_BIN / "postgres": "postgresql-15",
    Path("/usr/lib/ocf/resource.d/heartbeat/IPaddr2"): "resource-agents",
}


def missing_requirements(agent: str) -> list[str]:
    """One line for each thing without which the lab cannot run; empty when all is there."""
    problems = []
    if os.geteuid() != 0:
        problems.append("user: not root (the lab makes namespaces); run it with sudo")
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    packages = {package for program, package in PROGRAMS.items() if not shutil.which(program, path=path)}
    packages |= {package for file, package in FILES.items() if not file.exists()}
    if agent == "paf" and not Path("/usr/lib/ocf/resource.d/heartbeat/pgsqlms").exists():
        packages.add("resource-agents-paf")
    try:
        import psycopg2  # noqa: F401
    except ImportError:
        packages.add("python3-psycopg2")
    if packages:
        problems.append("packages missing: apt-get install " + " ".join(sorted(packages)))
    return problems
