"""The interface between the lab and a database. No input or output here."""

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..control import Lab
    from ..settings import Layout


class Unanswered(Exception):
    """The server refused, broke off, or did not answer in time. What was asked may have been done."""


class Full(Unanswered):
    """Every connection that this user could have is taken."""


class Ending(Unanswered):
    """The server is being shut down: it takes nobody in any more, though it may have something left to do."""


@dataclass(frozen=True)
class Agent:
    """How one agent is configured by someone who read its manual."""

    provider: str
    type: str
    parameters: dict[str, str]
    # Where replicas follow the writer's address, it has to outlive the demotion.
    address_outlives_demote: bool = False


class Database(ABC):
    """One for each database; it has no state. Nodes are names; what is asked of a server ends within the seconds given."""

    name: str  # for --db
    port: int
    title: str  # for people
    resource: str  # the cluster's name of it
    agents: tuple[str, ...]  # that can be compared; ours is "martlet"
    agent_type: str  # of ours: its program, and its file among the OCF agents
    user: str  # the operating system's
    run_directory: str  # where its socket is, in a node
    log_directory: str  # below /var/log
    log_file: str  # in it
    replica: str  # what people call the copies
    follows: str  # and what these do
    following: str  # what our agent's attribute RESOURCE-state says then
    held: tuple[str, ...]  # what it says of a node that waits for a person
    rejoin = "hold"  # what its agent does with a diverged node by default
    rejoins: tuple[str, ...] = ()  # with these it brings one back by itself
    checksum: str  # a question: for each run in the client's table how many rows, and a checksum over them
    start_seconds: int  # the operations' timeouts
    promote_seconds: int
    demote_seconds: int

    @property
    def clone(self) -> str:
        return f"{self.resource}-clone"

    @abstractmethod
    def missing_packages(self, agent: str) -> set[str]:
        """Debian's packages (or what else is to be done) without which the lab cannot run this agent."""

    @abstractmethod
    def configured(self, agent: str, nodes: list[str]) -> Agent: ...

    @abstractmethod
    def create(self, layout: "Layout", nodes: list[str], agent: str) -> None:
        """Furnish each node's disk with the database, all with the same history, and with its settings."""

    # Processes.

    @abstractmethod
    def server(self, lab: "Lab", node: str) -> int | None:
        """The server's process, as the node counts it; None where there is none. It may be dead already."""

    @abstractmethod
    def identity(self, lab: "Lab", node: str) -> str | None:
        """Tells one run of the server from the next."""

    # Questions, through the server's own socket, by an administrator. None where it does not answer.

    @abstractmethod
    def query(self, lab: "Lab", node: str, statement: str, seconds: float = 2) -> list[tuple] | None: ...

    @abstractmethod
    def writable(self, lab: "Lab", node: str, seconds: float = 2) -> bool | None: ...

    @abstractmethod
    def replicating(self, lab: "Lab", primary: str) -> set[str]:
        """The nodes that take from `primary`, at this moment, what it writes."""

    @abstractmethod
    def position(self, lab: "Lab", primary: str) -> Any:
        """How far it has written, for `wait_applied`."""

    @abstractmethod
    def wait_applied(self, lab: "Lab", node: str, position: Any, seconds: float) -> None:
        """Returns when the node shows what was written up to there, cannot be asked, or the time is over."""

    @abstractmethod
    def era(self, lab: "Lab", primary: str, promotions: int) -> int:
        """A number that grows by one with each promotion; 0 if it cannot be told. `promotions` are those that the watcher saw."""

    @abstractmethod
    def trouble_in_log(self, text: list[str]) -> str | None:
        """The line in the last of the server's log that says why it cannot follow, for agents that do not say it."""

    # Connections, for those who keep them.

    @abstractmethod
    def writer(self, secrets: Path, address: str, connect: float, answer: float) -> Any:
        """A connection of the application's, by that address: write(run, id) is the node that acknowledged, and
        close(). Raises Unanswered."""

    @abstractmethod
    def load_options(self, secrets: Path) -> dict[str, str]:
        """By which sysbench reaches the writer's address."""

    def limit_logs(self, lab: "Lab") -> None:
        """A long load does not fill the disk with what has been replicated."""

    @abstractmethod
    def filler(self, lab: "Lab", node: str) -> Any:
        """A connection that takes a place, a reserved one if there is no other. Raises Unanswered, Full when none is left."""

    # What people do.

    @abstractmethod
    def reclone(self, lab: "Lab", node: str, primary: str, seconds: float) -> None:
        """Replace a node's stopped database by a copy of the primary's. The node may be powered off."""

    @abstractmethod
    def restart(self, lab: "Lab", node: str) -> None:
        """Restart the server by hand, in the role that it had."""

    @abstractmethod
    def move_primary(self, lab: "Lab", old: str, new: str) -> None:
        """By hand, the address included."""

    @abstractmethod
    def break_login(self, lab: "Lab", node: str) -> None:
        """From now on the server refuses the agent."""

    @abstractmethod
    def mend_login(self, lab: "Lab", node: str) -> None: ...

    @abstractmethod
    def end_sessions(self, lab: "Lab", node: str) -> None:
        """End all sessions of the application's."""

    @abstractmethod
    def tidy(self, lab: "Lab", node: str) -> None:
        """Take away whatever a broken-off case has left on a node that is on."""

    @abstractmethod
    def ahead(self, lab: "Lab", node: str, processes: list[Any]) -> AbstractContextManager[None]:
        """Within, the server has written what no other node gets. `processes` are the server's."""


class WithFaults(Database):
    """A database for which the lab can do these, too. Raises LabError when it does not work."""

    @abstractmethod
    def session(self, lab: "Lab", node: str, seconds: float) -> Any:
        """One of the application's: execute(statement), and abort() from any thread. Raises Unanswered."""

    @abstractmethod
    def hold_replication(self, lab: "Lab", node: str, to: str | None = None, answers: bool = False) -> None:
        """From now on nothing passes between the server and those of the other nodes, or the one: connections stay. With
        `answers`, they get what is written, and what they send back is held."""

    @abstractmethod
    def stray_write(self, lab: "Lab", node: str) -> None:
        """Make a replica writable, and write a row there that replication knows nothing of."""

    @abstractmethod
    def release_replication(self, lab: "Lab", node: str) -> None: ...

    @abstractmethod
    def waits(self, lab: "Lab", node: str, id: int) -> bool:
        """Whether the application's row of that number is being committed, and its client waits for the answer."""

    @abstractmethod
    def write_locally(self, lab: "Lab", node: str, *statements: str) -> None:
        """On this server alone, though it is read-only."""

    @abstractmethod
    def stop_acknowledging(self, lab: "Lab", node: str) -> None:
        """The replica replicates, and its source waits for it no more."""

    @abstractmethod
    def mend_conflict(self, lab: "Lab", node: str) -> None:
        """Delete the row whose `node` is "conflict" there, and let the applier go on."""

    @abstractmethod
    def write_by_hand(self, lab: "Lab", node: str, statement: str) -> None:
        """As an administrator, on a replica, so that it is in its history."""

    @abstractmethod
    def xa_prepare(self, lab: "Lab", node: str, number: int) -> None:
        """Prepare a branch that adds the row `number` to the table `held`."""

    @abstractmethod
    def xa_count(self, lab: "Lab", node: str, number: int) -> int | None:
        """How many prepared branches of that name the server knows."""

    @abstractmethod
    def xa_commit(self, lab: "Lab", node: str, number: int) -> None: ...
