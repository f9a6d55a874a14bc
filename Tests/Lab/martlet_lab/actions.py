"""What a case can do to the cluster: one function for each action in cases.ACTIONS."""

import random
import signal
import threading
import time
from dataclasses import dataclass, field
from typing import Callable

from .client import Client
from .cluster import query, view
from .control import Lab
from .database import postmaster
from .processes import Process, kill, processes_in, run
from .settings import CLONE, PGDATA, POSTGRESQL_BIN, RESOURCE, WRITER_ADDRESS, LabError, node_address


@dataclass
class Scene:
    """A case while it runs: the lab, which nodes its roles mean, and what the actions left for the conditions."""

    lab: Lab
    bound: dict[str, list[str]]
    say: Callable[[str], None]
    seed: int = 0
    killed_agents: list[str] = field(default_factory=list)
    killed_daemons: dict[tuple[str, str], int] = field(default_factory=dict)
    servers: dict[str, str | None] = field(default_factory=dict)
    hunters: list[threading.Thread] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    client: Client | None = None
    step_began: float = 0
    recloned: list[str] = field(default_factory=list)
    extend: bool = False

    def nodes(self, word: str) -> list[str]:
        return self.bound.get(word, [word])

    def node(self, word: str) -> str:
        return self.nodes(word)[0]

    def anyone(self) -> str:
        """A node that cluster commands can be typed on."""
        reachable = self.lab.reachable()
        if not reachable:
            raise LabError("no node is on and plugged in")
        return reachable[0]


def _server(scene: Scene, node: str) -> tuple[Process, list[Process]]:
    """The postmaster of a node and all its children."""
    namespace = scene.lab.namespace(node)
    inner = postmaster(scene.lab.layout.pgdata(node))
    everything = list(processes_in(namespace)) if namespace else []
    for process in everything:
        if process.inner == inner:
            return process, [child for child in everything if child.parent == process.pid]
    raise LabError(f"{node}: no server runs there")


def kill_postmaster(scene: Scene, node: str) -> None:
    kill(_server(scene, scene.node(node))[0].pid, signal.SIGKILL)


def kill_backend(scene: Scene, node: str) -> None:
    """The backend of any client; one of the lab's own if there is no other."""
    name = scene.node(node)
    rows = query(scene.lab, name, "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' "
                                  "ORDER BY application_name = 'client' DESC")  # fmt: skip
    if not rows:
        raise LabError(f"{name}: has no client to kill")
    for child in _server(scene, name)[1]:
        if child.inner == rows[0][0]:
            kill(child.pid, signal.SIGKILL)


def freeze(scene: Scene, node: str) -> None:
    leader, children = _server(scene, scene.node(node))
    for process in (leader, *children):
        kill(process.pid, signal.SIGSTOP)


def thaw(scene: Scene, node: str) -> None:
    namespace = scene.lab.namespace(scene.node(node))
    for process in processes_in(namespace) if namespace else ():
        if process.state == "T":
            kill(process.pid, signal.SIGCONT)


def power_off(scene: Scene, node: str) -> None:
    for name in scene.nodes(node):
        scene.lab.ask("kill", node=name)


def power_on(scene: Scene, node: str, order: str = "given", gap: float = 0) -> None:
    """With order="random", in an order drawn from the run's seed, `gap` seconds apart."""
    names = list(scene.nodes(node))
    if order == "random":
        random.Random(scene.seed).shuffle(names)
        scene.say(f"power comes back in the order {', '.join(names)} (seed {scene.seed})")
    for name in names:
        scene.lab.ask("start", node=name)
        time.sleep(gap)


def cut(scene: Scene, node: str) -> None:
    scene.lab.ask("cut", node=scene.node(node))


def heal(scene: Scene, node: str) -> None:
    scene.lab.ask("heal", node=scene.node(node))


def switchover(scene: Scene, node: str) -> None:
    """As an operator does it: move the promoted role, wait, and take the constraint away again."""
    target, where = scene.node(node), scene.anyone()
    scene.lab.run(where, "crm_resource", "--move", "--resource", CLONE, "--promoted", "--node", target)
    deadline = time.monotonic() + 30
    while not _settled_on(scene, target) and time.monotonic() < deadline:
        time.sleep(0.1)
    scene.lab.run(where, "crm_resource", "--clear", "--resource", CLONE)


def _settled_on(scene: Scene, target: str) -> bool:
    """Promoted there, and its promotion score is the highest: without the constraint it will not move back."""
    seen = view(scene.lab)
    scores = {node: int(score) for node in scene.lab.nodes
              if (score := seen.attributes.get(node, {}).get(f"master-{RESOURCE}", "")).lstrip("-").isdigit()}  # fmt: skip
    return seen.promoted == [target] and scores.get(target) == max(scores.values(), default=None)


def kill_agent(scene: Scene, action: str, node: str, after: float = 0, times: int = 1) -> None:
    """From now on, kill the agent as soon as it is seen doing `action` (or `after` seconds later), `times` times."""
    hunter = threading.Thread(target=_hunt, args=(scene, action, scene.nodes(node), after, times), daemon=True)
    scene.hunters.append(hunter)
    hunter.start()


def _hunt(scene: Scene, action: str, nodes: list[str], after: float, times: int) -> None:
    spaces = {scene.lab.namespace(node): node for node in nodes}
    done: set[int] = set()
    while len(done) < times and not scene.over.wait(0.005):
        for space, node in spaces.items():
            for process in processes_in(space) if space else ():
                if process.pid not in done and _is_agent(process, action):
                    time.sleep(after)
                    kill(process.pid, signal.SIGKILL)
                    done.add(process.pid)
                    scene.killed_agents.append(f"{action} on {node}")
                    scene.say(f"the agent was killed while it did {action} on {node}")


def _is_agent(process: Process, action: str) -> bool:
    """The agent itself: a program or a script below /usr/lib/ocf, with the action as its last argument."""
    words = process.arguments
    return len(words) >= 2 and words[-1] == action and any("/ocf/resource.d/" in word for word in words[:-1])


def maintenance(scene: Scene, mode: str) -> None:
    scene.lab.run(scene.anyone(), "crm_attribute", "--name", "maintenance-mode", "--update", "true" if mode == "on" else "false")
    deadline = time.monotonic() + 10
    while view(scene.lab).maintenance != (mode == "on") and time.monotonic() < deadline:
        time.sleep(0.1)


def _pg_ctl(scene: Scene, node: str, *words: str) -> None:
    scene.lab.run(node, "runuser", "-u", "postgres", "--", f"{POSTGRESQL_BIN}/pg_ctl", "-D", PGDATA, "-w", "-s",
                  "-l", "/var/log/postgresql/by-hand.log", *words, timeout=60)  # fmt: skip


def restart_server(scene: Scene, node: str) -> None:
    _pg_ctl(scene, scene.node(node), "-m", "fast", "restart")


def move_primary_by_hand(scene: Scene, node: str, to: str) -> None:
    """Stop the primary cleanly, promote another, let the rest follow it, and take the address along."""
    old, new = scene.node(node), scene.node(to)
    _pg_ctl(scene, old, "-m", "fast", "stop")
    _pg_ctl(scene, new, "promote")
    conninfo = f"host={node_address(new)} port=5432 user=postgres"
    for follower in set(scene.lab.nodes) - {new}:
        setting = f"primary_conninfo = '{conninfo} application_name={follower}'"
        scene.lab.run(follower, "runuser", "-u", "postgres", "--", "sh", "-c",
                      f"echo \"{setting}\" >> {PGDATA}/postgresql.auto.conf && touch {PGDATA}/standby.signal")  # fmt: skip
        _pg_ctl(scene, follower, *(("start",) if follower == old else ("reload",)))
    scene.lab.run(old, "ip", "address", "del", f"{WRITER_ADDRESS}/24", "dev", "eth0")
    scene.lab.run(new, "ip", "address", "add", f"{WRITER_ADDRESS}/24", "dev", "eth0")
    # The client's host knows the old owner's hardware address; IPaddr2 would announce the new one.
    run(*scene.lab.client_command("ip", "neighbour", "flush", "all"))


def refresh(scene: Scene) -> None:
    """Let Pacemaker look at everything afresh, and wait until it has."""
    scene.lab.run(scene.anyone(), "crm_resource", "--refresh", timeout=60)
    scene.lab.run(scene.anyone(), "crm_resource", "--wait", "--timeout", "30s", timeout=60, check=False)


def cleanup(scene: Scene) -> None:
    scene.lab.run(scene.anyone(), "crm_resource", "--cleanup", timeout=60)


def kill_daemon(scene: Scene, name: str, node: str) -> None:
    host = scene.node(node)
    namespace = scene.lab.namespace(host)
    for process in processes_in(namespace) if namespace else ():
        if process.name == name:
            scene.killed_daemons[name, host] = process.pid
            kill(process.pid, signal.SIGKILL)
            return
    raise LabError(f"{host}: {name} does not run there")


def remove_address(scene: Scene, node: str) -> None:
    scene.lab.run(scene.node(node), "ip", "address", "del", f"{WRITER_ADDRESS}/24", "dev", "eth0")


def fenced_nodes(scene: Scene, mode: str) -> None:
    """What becomes of a node after it was fenced: "off" (until it is powered on), or "reboot"."""
    scene.lab.ask("after-fencing", mode=mode)


def perform(scene: Scene, name: str, arguments: dict) -> None:
    """Do one step of a case."""
    _ACTIONS[name](scene, **arguments)


_ACTIONS: dict[str, Callable[..., None]] = {
    "kill-postmaster": kill_postmaster, "kill-backend": kill_backend, "freeze": freeze, "thaw": thaw,
    "power-off": power_off, "power-on": power_on, "cut": cut, "heal": heal, "switchover": switchover,
    "kill-agent": kill_agent, "maintenance": maintenance, "restart-server": restart_server,
    "move-primary-by-hand": move_primary_by_hand, "refresh": refresh, "cleanup": cleanup,
    "kill-daemon": kill_daemon, "remove-address": remove_address, "fenced-nodes": fenced_nodes,
}  # fmt: skip
