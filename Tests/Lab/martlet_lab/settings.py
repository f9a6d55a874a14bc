"""Where the lab keeps things, how it names them, and what it needs from the machine."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]
LAB = Path(__file__).resolve().parents[1]
DEFAULT_STATE = Path(os.environ.get("MARTLET_LAB_STATE", "/var/tmp/martlet-lab"))

# Only ever used inside network namespaces that the lab made: nothing outside can be reached by mistake.
SUBNET = "10.77.0"
CLIENT_ADDRESS = f"{SUBNET}.200"
WRITER_ADDRESS = f"{SUBNET}.50"

# The application's: a row is told from all others by the client's run and its own number.
DATABASE = "lab"
SCHEMA = "CREATE TABLE written (run bigint, id bigint, node varchar(64), PRIMARY KEY (run, id))"
ROWS = "SELECT id FROM written WHERE run = {run}"

ADDRESS = "writer-ip"
FENCING = "fencing"

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

    def disk(self, name: str) -> Path:
        """What the node sees as /mnt: the database, and its settings."""
        return self.state / name / "data"

    @property
    def scratch(self) -> Path:
        """A directory of the database's user, for whatever is needed while the lab is made."""
        return self.state / "scratch"

    @property
    def secrets(self) -> Path:
        """The passwords of this lab, if its database needs any."""
        return self.state / "secrets.json"

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
    Path("/usr/lib/ocf/resource.d/heartbeat/IPaddr2"): "resource-agents",
}


def default_binary(agent_type: str) -> Path:
    """Where `make build` leaves our agent of this type."""
    return REPOSITORY / f".build/release/{agent_type}-agent"


def missing_requirements(of_database: set[str]) -> list[str]:
    """One line for each thing without which the lab cannot run; empty when all is there. `of_database` are packages."""
    problems = []
    if os.geteuid() != 0:
        problems.append("user: not root (the lab makes namespaces); run it with sudo")
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    packages = {package for program, package in PROGRAMS.items() if not shutil.which(program, path=path)}
    packages |= {package for file, package in FILES.items() if not file.exists()}
    packages |= of_database
    if packages:
        problems.append("packages missing: apt-get install " + " ".join(sorted(packages)))
    return problems
