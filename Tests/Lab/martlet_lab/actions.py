"""What a case can do to the cluster: one function for each action in cases.ACTIONS."""

import signal
import time
from typing import Callable

from . import faults
from .cluster import query, view
from .hunter import kill_agent
from .load import Load
from .processes import Process, kill
from .repair import reclone
from .scene import Scene
from .settings import REPOSITORY, WRITER_ADDRESS, LabError
from .suspension import Suspension


def _server(scene: Scene, node: str) -> tuple[Process, list[Process]]:
    """The server's first process on a node, and all its children."""
    inner = scene.lab.database.server(scene.lab, node)
    everything = list(scene.lab.processes(node))
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
    for process in scene.lab.processes(scene.node(node)):
        if process.state == "T":
            kill(process.pid, signal.SIGCONT)


def load(scene: Scene, longest: float) -> None:
    """Applications take all that the machine has, for so many seconds or until the case ends."""
    scene.load = Load(scene.lab, longest)
    scene.sessions.append(scene.load)


def end_load(scene: Scene) -> None:
    if scene.load:
        scene.load.close()


def command(scene: Scene, words: str, node: str = "", fails: int = 0) -> None:
    """What an operator types on any node, `martlet` and these words; a role among them is that node's name. It must end with `fails`,
    and leave no constraint of a move behind."""
    typed = [scene.node(word) if word in scene.bound else word for word in words.split()]
    where = scene.node(node) if node else scene.anyone()
    done = scene.lab.run(where, str(REPOSITORY / ".build/release/martlet"), *typed, timeout=150, check=False)
    for line in (done.stdout + done.stderr).splitlines():
        scene.say(f"martlet: {line}")
    if done.returncode != fails:
        raise LabError(f"martlet {' '.join(typed)}: exit code {done.returncode} instead of {fails}: {(done.stderr or done.stdout).strip()}")
    left = scene.lab.run(where, "cibadmin", "--query", "--scope", "constraints").stdout
    if 'id="cli-' in left:
        raise LabError(f"martlet {' '.join(typed)}: left a constraint behind")


def suspend(scene: Scene, node: str) -> None:
    leader, children = _server(scene, scene.node(node))
    scene.sessions.append(Suspension(scene.node(node), [process.pid for process in (leader, *children)]))


def resume(scene: Scene, node: str) -> None:
    for session in scene.sessions:
        if isinstance(session, Suspension) and session.node == scene.node(node):
            session.close()


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


def begin_move(scene: Scene, node: str) -> None:
    """The same, without waiting for what comes of it."""
    scene.lab.run(
        scene.anyone(), "crm_resource", "--move", "--resource", scene.lab.database.clone, "--promoted", "--node", scene.node(node),
    )  # fmt: skip


def end_move(scene: Scene) -> None:
    scene.lab.run(scene.anyone(), "crm_resource", "--clear", "--resource", scene.lab.database.clone)


def ban(scene: Scene, node: str) -> None:
    """The node may not be promoted, as an operator says it."""
    scene.lab.run(
        scene.anyone(), "crm_resource", "--ban", "--resource", scene.lab.database.clone, "--promoted", "--node", scene.node(node),
    )  # fmt: skip


def _settled_on(scene: Scene, target: str) -> bool:
    """Promoted there, and its promotion score is the highest: without the constraint it will not move back."""
    seen = view(scene.lab)
    scores = {node: score for node in scene.lab.nodes if (score := seen.score(node)) is not None}
    return seen.promoted == [target] and scores.get(target) == max(scores.values(), default=None)


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


def node_standby(scene: Scene, node: str) -> None:
    _standby(scene, node, "--update", "on")


def node_online(scene: Scene, node: str) -> None:
    _standby(scene, node, "--delete")


def _standby(scene: Scene, node: str, *how: str) -> None:
    scene.lab.run(scene.anyone(), "crm_attribute", "--node", scene.node(node), "--name", "standby", "--lifetime", "forever", *how)


def accept_loss(scene: Scene, node: str) -> None:
    """The operator allows a promotion by which acknowledged rows may be lost: what the agent's message says to type."""
    option = f"{scene.lab.database.resource}-accept-loss"
    scene.lab.run(
        scene.anyone(), "crm_attribute", "--type=crm_config", "--set-name=martlet", f"--name={option}",
        f"--update={scene.node(node)}",
    )  # fmt: skip


def hold_replay(scene: Scene, node: str) -> None:
    """The process that replays WAL is stopped; the one that receives goes on."""
    for process in _startup(scene, node):
        kill(process.pid, signal.SIGSTOP)


def release_replay(scene: Scene, node: str) -> None:
    for process in _startup(scene, node):
        kill(process.pid, signal.SIGCONT)


def _startup(scene: Scene, node: str) -> list[Process]:
    found = [child for child in _server(scene, scene.node(node))[1] if "startup" in " ".join(child.arguments)]
    if not found:
        raise LabError(f"{node}: no process replays there")
    return found


def fill_wal(scene: Scene, node: str, megabytes: int = 480) -> None:
    """More WAL than the server keeps for nothing, if not told how much, and the checkpoints after which it may remove it."""
    name = scene.node(node)
    for _ in range(megabytes // 80 or 1):
        for _ in range(min(4, megabytes // 20)):
            query(scene.lab, name, "SELECT pg_logical_emit_message(false, 'lab', repeat('x', 20 << 20)) IS NULL", 20)
        query(scene.lab, name, "CHECKPOINT", 20)


def logical_slot(scene: Scene, node: str) -> None:
    """A subscriber's place in the primary's WAL."""
    query(scene.lab, scene.node(node), "SELECT pg_create_logical_replication_slot('subscriber', 'pgoutput')", 10)


def drop_logical_slot(scene: Scene, node: str) -> None:
    query(scene.lab, scene.node(node), "SELECT pg_drop_replication_slot('subscriber')", 10)


def clone_again(scene: Scene, node: str) -> None:
    """As an operator does whose standby has been left behind; it is online afterwards."""
    reclone(scene.lab, scene.node(node))


def refresh(scene: Scene) -> None:
    """Let Pacemaker look at everything afresh, and wait until it has."""
    scene.lab.run(scene.anyone(), "crm_resource", "--refresh", timeout=60)
    scene.lab.run(scene.anyone(), "crm_resource", "--wait", "--timeout", "30s", timeout=60, check=False)


def cleanup(scene: Scene) -> None:
    scene.lab.run(scene.anyone(), "crm_resource", "--cleanup", timeout=60)


def kill_daemon(scene: Scene, name: str, node: str) -> None:
    host = scene.node(node)
    for process in scene.lab.processes(host):
        if process.name == name:
            scene.killed_daemons[name, host] = process.pid
            kill(process.pid, signal.SIGKILL)
            return
    raise LabError(f"{host}: {name} does not run there")


def remove_address(scene: Scene, node: str) -> None:
    scene.lab.run(scene.node(node), "ip", "address", "del", f"{WRITER_ADDRESS}/24", "dev", "eth0")


def fenced_nodes(scene: Scene, mode: str) -> None:
    """What becomes of a node after it was fenced: "off" (until it is powered on), or "reboot"; or that no node can be: "fails"."""
    scene.lab.ask("after-fencing", mode=mode)


def pause(scene: Scene, length: float) -> None:
    """For what shows only after a while: crm_mon tells what was, until the cluster has noticed."""
    time.sleep(length)


def name_successor(scene: Scene) -> None:
    """Whoever is promoted now is called the successor from now on."""
    scene.bound["successor"] = scene.nodes("promoted")


def perform(scene: Scene, name: str, arguments: dict) -> None:
    """Do one step of a case."""
    _ACTIONS[name](scene, **arguments)


_ACTIONS: dict[str, Callable[..., None]] = {
    "kill-server": kill_server, "kill-ahead": kill_ahead, "kill-backend": kill_backend, "freeze": freeze, "thaw": thaw,
    "suspend": suspend, "resume": resume,
    "power-off": power_off, "power-on": power_on, "cut": cut, "heal": heal, "switchover": switchover, "command": command,
    "kill-agent": kill_agent, "maintenance": maintenance, "restart-server": restart_server,
    "move-primary-by-hand": move_primary_by_hand, "refresh": refresh, "cleanup": cleanup,
    "kill-daemon": kill_daemon, "remove-address": remove_address, "fenced-nodes": fenced_nodes,
    "break-login": break_login, "mend-login": mend_login, "pause": pause, "load": load, "end-load": end_load, "node-standby": node_standby, "node-online": node_online,
    "accept-loss": accept_loss, "name-successor": name_successor,
    "hold-replay": hold_replay, "release-replay": release_replay,
    "fill-wal": fill_wal, "reclone": clone_again, "begin-move": begin_move, "end-move": end_move, "logical-slot": logical_slot, "drop-logical-slot": drop_logical_slot,
    "ban": ban, "unban": end_move,
    **faults.ACTIONS,
}  # fmt: skip
