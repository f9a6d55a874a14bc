"""What a case can do to the cluster: one function for each action in cases.ACTIONS."""

import signal
import threading
import time
from dataclasses import dataclass, field
from random import Random
from typing import Callable

from .client import Client
from .cluster import query, view
from .control import Lab
from .processes import Process, kill, processes_in, read_process
from .sessions import HeldSession, Sessions
from .settings import WRITER_ADDRESS, LabError


@dataclass
class Scene:
    """A case while it runs: the lab, which nodes its roles mean, and what the actions left for the conditions."""

    lab: Lab
    bound: dict[str, list[str]]
    say: Callable[[str], None]
    draw: Random = field(default_factory=Random)
    killed_agents: list[str] = field(default_factory=list)
    killed_daemons: dict[tuple[str, str], int] = field(default_factory=dict)
    servers: dict[str, str | None] = field(default_factory=dict)
    primary_server: str | None = None  # as it was at the beginning
    restarts: list[tuple[str, float, float]] = field(default_factory=list)
    hunters: list[threading.Thread] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    client: Client | None = None
    patient: Client | None = None
    prepared: int = 0
    step_began: float = 0
    recloned: list[str] = field(default_factory=list)
    extend: bool = False
    streaming_since: float = 0
    sessions: list[Sessions | HeldSession] = field(default_factory=list)
    said: set[str] = field(default_factory=set)

    def nodes(self, word: str) -> list[str]:
        return self.bound.get(word, [word])

    def node(self, word: str) -> str:
        return self.nodes(word)[0]

    def by_hand(self, node: str, when: float) -> bool:
        """Whether a change seen then comes from a restart that a person made; the watcher sees it a little later."""
        return any(node == name and began <= when <= ended + 1 for name, began, ended in self.restarts)

    def once(self, text: str) -> None:
        """Say it, unless it was said before."""
        if text not in self.said:
            self.said.add(text)
            self.say(text)

    def end(self) -> None:
        """Nothing that the case started goes on after this."""
        self.over.set()
        for sessions in self.sessions:
            sessions.close()

    def anyone(self) -> str:
        """A node that cluster commands can be typed on."""
        reachable = self.lab.reachable()
        if not reachable:
            raise LabError("no node is on and plugged in")
        return reachable[0]


def _server(scene: Scene, node: str) -> tuple[Process, list[Process]]:
    """The server's first process on a node, and all its children."""
    namespace = scene.lab.namespace(node)
    inner = scene.lab.database.server(scene.lab, node)
    everything = list(processes_in(namespace)) if namespace else []
    for process in everything:
        if process.inner == inner:
            return process, [child for child in everything if child.parent == process.pid]
    raise LabError(f"{node}: no server runs there")


def kill_server(scene: Scene, node: str) -> None:
    kill(_server(scene, scene.node(node))[0].pid, signal.SIGKILL)


def kill_ahead(scene: Scene, node: str) -> None:
    """Kills the whole server just after it has written what no other node has got."""
    name = scene.node(node)
    leader, children = _server(scene, name)
    with scene.lab.database.ahead(scene.lab, name, children):
        for process in (leader, *children):
            kill(process.pid, signal.SIGKILL)


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


def power_off(scene: Scene, node: str, order: str = "given", gap: float = 0) -> None:
    for name in _in_order(scene, node, order, "power is lost"):
        scene.lab.ask("kill", node=name)
        time.sleep(gap)


def power_on(scene: Scene, node: str, order: str = "given", gap: float = 0) -> None:
    for name in _in_order(scene, node, order, "power comes back"):
        scene.lab.ask("start", node=name)
        time.sleep(gap)


def _in_order(scene: Scene, node: str, order: str, what: str) -> list[str]:
    """With order="random", in one drawn from the run's seed: another for each of a case's steps."""
    names = list(scene.nodes(node))
    if order == "random":
        scene.draw.shuffle(names)
        scene.say(f"{what} in the order {', '.join(names)}")
    return names


def cut(scene: Scene, node: str) -> None:
    scene.lab.ask("cut", node=scene.node(node))


def heal(scene: Scene, node: str) -> None:
    scene.lab.ask("heal", node=scene.node(node))


def switchover(scene: Scene, node: str) -> None:
    """As an operator does it: move the promoted role, wait, and take the constraint away again."""
    target, where = scene.node(node), scene.anyone()
    scene.lab.run(where, "crm_resource", "--move", "--resource", scene.lab.database.clone, "--promoted", "--node", target)
    deadline = time.monotonic() + 30
    while not _settled_on(scene, target) and time.monotonic() < deadline:
        time.sleep(0.1)
    scene.lab.run(where, "crm_resource", "--clear", "--resource", scene.lab.database.clone)


def _settled_on(scene: Scene, target: str) -> bool:
    """Promoted there, and its promotion score is the highest: without the constraint it will not move back."""
    seen = view(scene.lab)
    scores = {node: score for node in scene.lab.nodes if (score := seen.score(node)) is not None}
    return seen.promoted == [target] and scores.get(target) == max(scores.values(), default=None)


def kill_agent(
    scene: Scene, action: str, node: str, after: float = 0, at_most: float = 0, times: int = 1
) -> None:
    """From now on, kill the agent when it is seen doing `action`, `times` times: each time `after` seconds later, or at
    a moment drawn from the seed between `after` and `at_most`."""
    delays = [scene.draw.uniform(after, max(after, at_most)) for _ in range(times)]
    hunter = threading.Thread(target=_hunt, args=(scene, action, scene.nodes(node), delays), daemon=True)
    scene.hunters.append(hunter)
    hunter.start()


def _hunt(scene: Scene, action: str, nodes: list[str], delays: list[float]) -> None:
    spaces = {scene.lab.namespace(node): node for node in nodes}
    done: set[int] = set()
    while delays and not scene.over.wait(0.005):
        for space, node in spaces.items():
            for process in processes_in(space) if space else ():
                if not delays or process.pid in done or not _is_agent(process, action):
                    continue
                done.add(process.pid)
                delay = delays.pop(0)
                time.sleep(delay)
                if _is_agent(read_process(process.pid), action):
                    kill(process.pid, signal.SIGKILL)
                    scene.killed_agents.append(f"{action} on {node}")
                    scene.say(f"the agent was killed {delay * 1000:.0f} ms into {action} on {node}")
                else:
                    scene.say(f"the agent had ended before it could be killed {delay * 1000:.0f} ms into {action} on {node}")


def _is_agent(process: Process | None, action: str) -> bool:
    """The database's agent itself: a program or a script below /usr/lib/ocf, with the action as its last argument."""
    words = process.arguments if process else ()
    return len(words) >= 2 and words[-1] == action and any("/ocf/resource.d/" in word for word in words[:-1])


def maintenance(scene: Scene, mode: str) -> None:
    scene.lab.run(scene.anyone(), "crm_attribute", "--name", "maintenance-mode", "--update", "true" if mode == "on" else "false")
    deadline = time.monotonic() + 10
    while view(scene.lab).maintenance != (mode == "on") and time.monotonic() < deadline:
        time.sleep(0.1)
    # Up to two seconds pass until the monitors are cancelled, or scheduled again: --wait sees a cluster that is idle still.
    time.sleep(2.5)
    scene.lab.run(scene.anyone(), "crm_resource", "--wait", "--timeout", "20s", timeout=30, check=False)


def restart_server(scene: Scene, node: str) -> None:
    scene.lab.database.restart(scene.lab, scene.node(node))


def move_primary_by_hand(scene: Scene, node: str, to: str) -> None:
    scene.lab.database.move_primary(scene.lab, scene.node(node), scene.node(to))


def break_login(scene: Scene, node: str) -> None:
    scene.lab.database.break_login(scene.lab, scene.node(node))


def mend_login(scene: Scene, node: str) -> None:
    scene.lab.database.mend_login(scene.lab, scene.node(node))


def fill_connections(scene: Scene, node: str) -> None:
    """Returns when the server refuses one more; they are held until the case ends or frees them."""
    sessions = Sessions(scene.lab, scene.node(node))
    scene.sessions.append(sessions)
    scene.say(f"{sessions.fill(seconds=10)} sessions fill the server of {scene.node(node)}")


def free_connections(scene: Scene, node: str) -> None:
    """Ends every session that the case has there."""
    for sessions in scene.sessions:
        if sessions.node == scene.node(node):
            sessions.close()


def lock_table(scene: Scene, node: str, mode: str) -> None:
    """A session of the application holds a lock on the table that the client writes: LOCK TABLES ... READ or WRITE."""
    scene.sessions.append(HeldSession(scene.lab, scene.node(node), f"LOCK TABLES written {mode}", stays=True))


def long_update(scene: Scene, node: str) -> None:
    scene.sessions.append(HeldSession(scene.lab, scene.node(node), "UPDATE held SET note = SLEEP(100)", stays=False))


def hold_replication(scene: Scene, node: str) -> None:
    """Whatever the node's server commits from now on, no other acknowledges."""
    scene.lab.database.hold_replication(scene.lab, scene.node(node))


def release_replication(scene: Scene, node: str) -> None:
    scene.lab.database.release_replication(scene.lab, scene.node(node))


def conflict(scene: Scene, node: str) -> None:
    """A row that the client is about to write is there already, on this node alone."""
    ahead = scene.client.acknowledged()[-1].id + 50
    scene.lab.database.write_locally(
        scene.lab, scene.node(node), f"INSERT INTO written VALUES ({scene.client.run}, {ahead}, 'conflict')"
    )


def mend_conflict(scene: Scene, node: str) -> None:
    scene.lab.database.mend_conflict(scene.lab, scene.node(node))


def xa_prepare(scene: Scene, node: str) -> None:
    """A branch of a distributed transaction, prepared, and its session gone."""
    scene.prepared = int(time.time())
    scene.lab.database.xa_prepare(scene.lab, scene.node(node), scene.prepared)


def xa_commit(scene: Scene) -> None:
    """As its transaction manager would, wherever the primary is now."""
    scene.lab.database.xa_commit(scene.lab, view(scene.lab).promoted[0], scene.prepared)


def patient_client(scene: Scene, node: str) -> None:
    """One more client, that writes a row to this node, and waits for the answer as long as it takes."""
    path = scene.client.path.with_name(f"patient-{scene.client.run}.ledger")
    scene.patient = Client(scene.lab, scene.client.run, path, patient_at=scene.node(node))


def node_standby(scene: Scene, node: str) -> None:
    _standby(scene, node, "--update", "on")


def node_online(scene: Scene, node: str) -> None:
    _standby(scene, node, "--delete")


def _standby(scene: Scene, node: str, *how: str) -> None:
    scene.lab.run(scene.anyone(), "crm_attribute", "--node", scene.node(node), "--name", "standby", "--lifetime", "forever", *how)


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


def pause(scene: Scene, length: float) -> None:
    """For what shows only after a while: crm_mon tells what was, until the cluster has noticed."""
    time.sleep(length)


def perform(scene: Scene, name: str, arguments: dict) -> None:
    """Do one step of a case."""
    _ACTIONS[name](scene, **arguments)


_ACTIONS: dict[str, Callable[..., None]] = {
    "kill-server": kill_server, "kill-ahead": kill_ahead, "kill-backend": kill_backend, "freeze": freeze, "thaw": thaw,
    "power-off": power_off, "power-on": power_on, "cut": cut, "heal": heal, "switchover": switchover,
    "kill-agent": kill_agent, "maintenance": maintenance, "restart-server": restart_server,
    "move-primary-by-hand": move_primary_by_hand, "refresh": refresh, "cleanup": cleanup,
    "kill-daemon": kill_daemon, "remove-address": remove_address, "fenced-nodes": fenced_nodes,
    "fill-connections": fill_connections, "free-connections": free_connections,
    "break-login": break_login, "mend-login": mend_login, "pause": pause, "node-standby": node_standby, "node-online": node_online,
    "patient-client": patient_client, "hold-replication": hold_replication, "release-replication": release_replication,
    "lock-table": lock_table, "long-update": long_update, "end-sessions": free_connections, "conflict": conflict,
    "mend-conflict": mend_conflict, "xa-prepare": xa_prepare, "xa-commit": xa_commit,
}  # fmt: skip
