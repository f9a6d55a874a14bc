"""Killing an agent in the middle of what it does."""

import signal
import threading
import time

from .processes import Process, children, kill, processes_in, read_process
from .scene import Scene

# What "any" action of an agent means: those that do something to an instance, or look at it.
ANY_ACTION = ("start", "stop", "promote", "demote", "monitor", "notify")


def kill_agent(
    scene: Scene, action: str, node: str, after: float = 0, at_most: float = 0, times: int = 1
) -> None:
    """From now on, kill the agent when it is seen doing `action`, `times` times: each time `after` seconds later, or at
    a moment drawn from the seed between `after` and `at_most`; sooner, if it has ended by then."""
    delays = [scene.draw.uniform(after, max(after, at_most)) for _ in range(times)]
    hunter = threading.Thread(target=_hunt, args=(scene, action, scene.nodes(node), delays), daemon=True)
    scene.hunters.append(hunter)
    hunter.start()


def _hunt(scene: Scene, action: str, nodes: list[str], delays: list[float]) -> None:
    # What is no action of Pacemaker's is a worker, which has a session of its own.
    kind = _Executor if action in (*ANY_ACTION, "any") else _Everything
    starters = [kind(scene, node) for node in nodes]
    done: set[int] = set()
    while delays and not scene.over.wait(0.002):
        for starter in starters:
            for pid in starter.children():
                process = read_process(pid) if pid not in done else None
                if not delays or process is None or not _is_agent(process, action):
                    continue
                done.add(pid)
                name, delay = process.arguments[-1], delays.pop(0)
                time.sleep(delay)
                if _is_agent(read_process(pid), action):
                    kill(pid, signal.SIGKILL)
                    scene.killed_agents.append(f"{name} on {starter.node}")
                    scene.say(f"the agent was killed {delay * 1000:.0f} ms into {name} on {starter.node}")
                else:
                    delays.insert(0, delay / 2)
                    scene.say(f"the agent had ended before it could be killed {delay * 1000:.0f} ms into {name} on {starter.node}")


class _Everything:
    """All that runs on a node."""

    def __init__(self, scene: Scene, node: str) -> None:
        self.node, self._scene = node, scene

    def children(self) -> list[int]:
        space = self._scene.lab.namespace(self.node)
        return [process.pid for process in processes_in(space)] if space else []


class _Executor:
    """Pacemaker's executor on a node, which starts the agents: to ask it alone is quick, even where much else runs."""

    def __init__(self, scene: Scene, node: str) -> None:
        self.node, self._scene = node, scene
        self._pid, self._looked = 0, 0.0

    def children(self) -> list[int]:
        process = read_process(self._pid) if self._pid else None
        if process is None or process.name != "pacemaker-execd":
            self._find()
        return children(self._pid) if self._pid else []

    def _find(self) -> None:
        if time.monotonic() < self._looked + 0.1:
            return
        self._looked, self._pid = time.monotonic(), 0
        space = self._scene.lab.namespace(self.node)
        for process in processes_in(space) if space else ():
            if process.name == "pacemaker-execd":
                self._pid = process.pid


def _is_agent(process: Process | None, action: str) -> bool:
    """The database's agent itself: a program or a script below /usr/lib/ocf, with the action as its last argument."""
    words = process.arguments if process else ()
    wanted = ANY_ACTION if action == "any" else (action,)
    return len(words) >= 2 and words[-1] in wanted and any("/ocf/resource.d/" in word for word in words[:-1])
