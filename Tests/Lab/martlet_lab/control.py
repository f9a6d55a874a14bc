"""A running lab, from outside: ask its supervisor, run commands in its nodes, read what they serve."""

import fcntl
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Iterator

from .databases import DATABASES, Database
from .nodes import SHELL_ENVIRONMENT, enter
from .processes import Process, pid_namespace, processes_in
from .settings import LAB, LabError, Layout


class Lab:
    """A lab that is up."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._status: dict[str, Any] = {}

    def ask(self, verb: str, **arguments: str | int) -> dict[str, Any]:
        """One request to the supervisor. Raises LabError when no lab is up, or when it cannot be done."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(30)
            try:
                connection.connect(str(self.layout.control))
                connection.sendall(json.dumps({"do": verb, **arguments}).encode() + b"\n")
                line = connection.makefile().readline()
            except OSError:
                line = ""
        if not line:
            raise LabError(f"no lab is up in {self.layout.state}; `lab up` starts one")
        answer = json.loads(line)
        if "error" in answer:
            raise LabError(answer["error"])
        return answer

    def refresh(self) -> dict[str, Any]:
        """Read again which nodes are on."""
        self._status = self.ask("status")
        return self._status

    @property
    def agent(self) -> str:
        return (self._status or self.refresh())["agent"]

    @property
    def database(self) -> Database:
        return DATABASES[(self._status or self.refresh())["database"]]

    @property
    def nodes(self) -> list[str]:
        return list((self._status or self.refresh())["nodes"])

    def init(self, node: str) -> int | None:
        """The node's first process, None while it is off."""
        entry = self.refresh()["nodes"].get(node)
        if entry is None:
            raise LabError(f"node {node!r}: the lab has {', '.join(self.nodes)}")
        return entry["init"]

    def powered(self) -> list[str]:
        return [name for name, entry in self.refresh()["nodes"].items() if entry["on"]]

    def reachable(self) -> list[str]:
        """Nodes that are on and plugged in."""
        return [name for name, entry in self.refresh()["nodes"].items() if entry["on"] and entry["plugged"]]

    def namespace(self, node: str) -> int | None:
        init = self.init(node)
        return pid_namespace(init) if init else None

    def processes(self, node: str) -> Iterator[Process]:
        """What runs on the node; nothing while it is off."""
        namespace = self.namespace(node)
        return processes_in(namespace) if namespace else iter(())

    def command(self, node: str, *command: str) -> list[str]:
        init = self.init(node)
        if init is None:
            raise LabError(f"{node}: is powered off; `lab start {node.removeprefix('node')}` starts it")
        return enter(init, *command)

    def run(self, node: str, *command: str, timeout: float = 30, check: bool = True) -> subprocess.CompletedProcess:
        """Run a command inside a node, as root, with its output as text."""
        try:
            return subprocess.run(
                self.command(node, *command), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                timeout=timeout, check=check, env=SHELL_ENVIRONMENT, cwd="/",
            )  # fmt: skip
        except subprocess.CalledProcessError as problem:
            said = (problem.stderr or problem.stdout or "nothing").strip().splitlines()
            raise LabError(f"{node}: `{' '.join(command)}` failed with {problem.returncode}: {said[-1] if said else ''}")
        except subprocess.TimeoutExpired:
            raise LabError(f"{node}: `{' '.join(command)}` did not end within {timeout:g} s")

    def client_command(self, *command: str, disks: bool = False) -> list[str]:
        """The command line that runs `command` on the client host; with `disks` in `/`, where it sees those of all nodes."""
        return ["nsenter", "-t", str(self.refresh()["client"]), "-n", *(["-m"] if disks else []), "--", *command]

    def disk(self, node: str) -> Path:
        """What the node sees as /mnt, whether it is on or off. One of a limited size is mounted where only the supervisor sees it."""
        return Path(f"/proc/{self.refresh()['supervisor']}/root{self.layout.disk(node)}")

    def root(self, node: str) -> str | None:
        """The node's files as seen from the machine, sockets included: reachable with its cable cut, too. None while it is off."""
        init = self.init(node)
        return f"/proc/{init}/root" if init else None


def start(layout: Layout, database: str, agent: str, count: int, monitor_interval: int, binary: str, tied: bool,
          disk: int = 0) -> subprocess.Popen:
    """Start a supervisor and wait until it answers. Keep the result: a tied lab ends when its stdin is closed."""
    layout.state.parent.mkdir(parents=True, exist_ok=True)
    with layout.lock.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise LabError(f"a lab is up in {layout.state} already; `lab down` ends it") from None
    with layout.log.open("w") as log:
        supervisor = subprocess.Popen(
            ["unshare", "-n", "-m", "/usr/bin/python3", str(LAB / "lab"), "--state", str(layout.state), "--db", database,
             "supervise", "--agent", agent, "--nodes", str(count), "--monitor-interval", str(monitor_interval), "--agent-binary", binary,
             "--disk", str(disk), *(["--tied"] if tied else [])],
            stdin=subprocess.PIPE if tied else subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            cwd="/", env={**os.environ, **SHELL_ENVIRONMENT},
        )  # fmt: skip
    try:
        _wait_for_answer(layout, supervisor)
    except KeyboardInterrupt:
        end(supervisor)
        raise
    return supervisor


def _wait_for_answer(layout: Layout, supervisor: subprocess.Popen) -> None:
    lab = Lab(layout)
    while True:
        if supervisor.poll() is not None:
            raise LabError(layout.log.read_text().strip() or "lab: its supervisor ended without a word")
        try:
            if lab.ask("status")["supervisor"] == supervisor.pid:
                return
        except LabError:
            pass
        time.sleep(0.05)


def end(supervisor: subprocess.Popen) -> None:
    """End a lab by its supervisor, whatever it is doing, and wait until all of it is gone."""
    supervisor.terminate()
    supervisor.wait(timeout=30)


def stop(layout: Layout) -> bool:
    """Take a lab down and wait until all of it is gone; False if none was up."""
    lab = Lab(layout)
    try:
        lab.ask("down")
    except LabError:
        return False
    deadline = time.monotonic() + 20
    while layout.state.exists():
        if time.monotonic() > deadline:
            raise LabError(f"{layout.state}: still there 20 s after `down`; see {layout.log}")
        time.sleep(0.05)
    return True


def replace(command: list[str]) -> None:
    """Become a command, with a node's environment."""
    sys.stdout.flush()
    os.chdir("/")
    environment = {**SHELL_ENVIRONMENT, "TERM": os.environ.get("TERM", "dumb")}
    os.execvpe(command[0], command, environment)
