"""The faults by which agents are compared: what is done to a healthy cluster, and nothing that only one of the agents can do."""

from dataclasses import dataclass

from martlet_lab.cases import Case, Step

EVERYWHERE = ("postgresql", "mysql", "mariadb")
# A person helps an agent that needs longer.
WRITES_WITHIN, WHOLE_WITHIN = 90, 90  # seconds
AWAY = 15.0  # for how long a node is gone
STUCK = 30.0  # how long something goes on that the agent can do nothing about: three monitors


@dataclass(frozen=True)
class Hardship:
    """One row of the table. `fences`: it cannot be survived without fencing. `moves`: somebody wants another primary. `word`: its name
    where only some of them are asked for."""

    title: str
    steps: tuple[Step, ...]
    fences: bool = False
    moves: bool = False
    databases: tuple[str, ...] = EVERYWHERE
    word: str = ""

    def case(self, number: int, whole_within: float = WHOLE_WITHIN) -> Case:
        """The fault, then whatever the agent makes of it: the client writes again, and every node follows again."""
        ending = (
            Step("wait", "writes", {}, WRITES_WITHIN), Step("wait", "rejoined", {"node": "all"}, whole_within),
        )  # fmt: skip
        return Case(
            name=f"{number:02}", purpose=self.title, fault=self.title, steps=self.steps + ending, never=(),
            promotions=tuple(range(20)), healthy_within=whole_within,
        )  # fmt: skip


def do(action: str, node: str | None = None, **arguments: object) -> Step:
    return Step("do", action, ({"node": node} if node else {}) | arguments)


def stuck(seconds: float) -> Step:
    return do("pause", length=seconds)


HARDSHIPS = (
    Hardship("the primary's server dies (`kill -9`)", (do("kill-server", "primary"),), word="kill"),
    Hardship("it dies just after it wrote what no other node has", (do("kill-ahead", "primary"),)),
    Hardship("it is frozen (SIGSTOP)", (do("freeze", "primary"), stuck(STUCK), do("thaw", "primary")), word="freeze"),
    Hardship("a standby's server dies", (do("kill-server", "standby-a"),)),
    Hardship("the primary's node loses power for 15 s",
             (do("power-off", "primary"), stuck(AWAY), do("power-on", "primary")), fences=True, word="power"),
    Hardship("the cable of the primary's node is cut for 15 s",
             (do("cut", "primary"), stuck(AWAY), do("heal", "primary"), do("power-on", "primary")), fences=True, word="cable"),
    Hardship("every node loses power, one by one, and they come back in another order",
             (do("fenced-nodes", mode="reboot"), do("power-off", "all", order="random", gap=0.7),
              do("power-on", "all", order="random", gap=1.5)), fences=True),
    Hardship("one standby gets nothing for 3 s, then the primary's node loses power for 15 s",
             (do("hold-replication", "primary", to="standby-b"), stuck(3), do("power-off", "primary"), stuck(AWAY),
              do("power-on", "primary"), do("release-replication", "primary")), fences=True),
    Hardship("a standby's replay is paused by hand, then the primary's server dies",
             (do("pause-replay", "standby-a"), stuck(AWAY), do("kill-server", "primary"), stuck(STUCK),
              do("resume-replay", "standby-a")), databases=("postgresql",)),
    Hardship("the primary is moved to a chosen node", (do("switchover", "standby-b"),), moves=True, word="switchover"),
    Hardship("it is to be moved to a node that gets nothing for 30 s",
             (do("hold-replication", "primary", to="standby-b"), stuck(3), do("begin-move", "standby-b"), stuck(STUCK),
              do("release-replication", "primary"), do("end-move"))),
    Hardship("sessions take every connection of the primary for 30 s",
             (do("fill-connections", "primary"), stuck(STUCK), do("free-connections", "primary"))),
    Hardship("the primary refuses the agent's login for 30 s",
             (do("break-login", "primary"), stuck(STUCK), do("mend-login", "primary")), databases=("postgresql",)),
    Hardship("the disk of the primary is full for 60 s", (do("fill-disk", "primary"), stuck(60), do("free-disk", "primary"))),
    Hardship("Pacemaker's attribute daemon dies on the primary's node", (do("kill-daemon", "primary", name="pacemaker-attrd"),)),
)  # fmt: skip
