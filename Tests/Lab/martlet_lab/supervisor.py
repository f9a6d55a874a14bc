"""The process that owns a running lab: nodes, switch, power and fencing. When it ends, everything it made is gone.

It is started by `lab up` and `lab run`, in a network namespace of its own, and does what it is asked on a Unix socket,
one line of JSON in, one out. One thread: the kernel kills its children when that thread ends, even by SIGKILL.
"""

import fcntl
import json
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import time
import traceback
from pathlib import Path
from typing import Any, Callable

from . import configuration, fencing, network
from .databases import DATABASES, Database
from .nodes import Node
from .processes import die_with_parent
from .settings import CLIENT_ADDRESS, LAB, LabError, Layout, node_names


# No machine boots before Corosync has noticed its absence (3.6 s here); one that did would hide its own fencing.
REBOOT_SECONDS = 5


class Stop(Exception):
    """The lab is to be taken down."""


# Requests that name a node and nothing else.
NODE_VERBS: dict[str, Callable[[Node], None]] = {
    "start": Node.power_on, "cut": Node.cut, "heal": Node.heal, "mend": Node.mend,
    "freeze-disk": Node.freeze_disk, "thaw-disk": Node.thaw_disk, "break-disk": Node.break_disk, "mend-disk": Node.mend_disk,
}  # fmt: skip


class Supervisor:
    """Makes the lab, serves requests, and removes it."""

    def __init__(self, layout: Layout, database: Database, agent: str, count: int, monitor_interval: int, binary: str,
                 disk: int = 0) -> None:
        self.layout = layout
        self.database = database
        self.agent = agent
        self.monitor_interval = monitor_interval
        self.binary = binary
        self.disk = disk
        self.nodes = {name: Node(name, layout, database) for name in node_names(count)}
        self.client: subprocess.Popen | None = None
        self.after_fencing = "off"
        self.boot_at: dict[str, float] = {}

    def prepare(self) -> None:
        """Make every file of the lab; the state directory is new."""
        state, names = self.layout.state, list(self.nodes)
        state.mkdir(mode=0o755)
        self.layout.agents.mkdir()
        (state / "ocf/martlet").mkdir(parents=True)
        self.layout.scratch.mkdir()
        shutil.chown(self.layout.scratch, self.database.user, self.database.user)
        if self.agent == "martlet":
            install_agent(self.layout, self.database.agent_type, self.binary)
        if self.agent == "pgsql":
            repair_heartbeat_agent(self.layout)
        fencing.install(LAB / "fence_lab", state / "sbin", self.layout.control)
        cib = configuration.cib(self.database, self.agent, names, self.monitor_interval)
        for node in self.nodes.values():
            node.furnish(names, cib)
            if self.disk:
                node.make_disk(self.disk)
        self.database.create(self.layout, names, self.agent)

    def power_up(self) -> None:
        """Switch, client host, and all nodes at once."""
        network.make_switch()
        self.client = subprocess.Popen(
            ["unshare", "-n", "sh", "-c", "echo ready; exec sleep infinity"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, preexec_fn=die_with_parent,
        )  # fmt: skip
        assert self.client.stdout
        self.client.stdout.readline()
        network.connect(self.client.pid, "port-client", CLIENT_ADDRESS)
        for node in self.nodes.values():
            node.power_on()

    def tear_down(self) -> None:
        for node in self.nodes.values():
            node.power_off("the lab is taken down")
        if self.client:
            self.client.kill()
            self.client.wait()
        for node in self.nodes.values():
            node.remove_disk()
        shutil.rmtree(self.layout.state, ignore_errors=True)

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Do what one request asks. Raises LabError when it cannot be done."""
        verb, name = request.get("do"), request.get("node")
        if verb == "status":
            return self.status()
        if verb == "down":
            raise Stop
        if verb == "after-fencing" and request.get("mode") in ("off", "reboot", "fails"):
            self.after_fencing = request["mode"]
            return {}
        node = self.nodes.get(name or "")
        if node is None:
            raise LabError(f"node {name!r}: the lab has {', '.join(self.nodes)}")
        if verb == "kill":
            node.power_off("power cut by the lab")
        elif verb in NODE_VERBS:
            NODE_VERBS[verb](node)
        elif verb == "spoil":
            node.spoil(request.get("delay", 0), request.get("loses", ""))
        elif verb == "fence":
            self.fence(node, request.get("action", "reboot"))
        else:
            raise LabError(f"request {verb!r}: unknown")
        return {}

    def fence(self, node: Node, action: str) -> None:
        if action == "on":
            node.power_on()
            return
        if self.after_fencing == "fails":
            raise LabError(f"{node.name}: its power switch does not answer")
        node.power_off("fenced")
        fencing.record(self.layout.state / "fencing.log", node.name, action)
        if self.after_fencing == "reboot":
            self.boot_at[node.name] = time.monotonic() + REBOOT_SECONDS

    def status(self) -> dict[str, Any]:
        return {
            "database": self.database.name,
            "agent": self.agent,
            "supervisor": os.getpid(),
            "client": self.client.pid if self.client else None,
            "nodes": {
                node.name: {
                    "on": node.init is not None, "init": node.init, "plugged": node.plugged,
                    "off_because": None if node.init else node.off_because,
                } for node in self.nodes.values()
            },
        }  # fmt: skip

    def housekeeping(self) -> None:
        for node in self.nodes.values():
            if node.thaw_at and time.monotonic() >= node.thaw_at:
                node.thaw_disk()
            if node.notice_death():
                print(f"{node.name} switched itself off", flush=True)
        for name, when in list(self.boot_at.items()):
            if time.monotonic() >= when:
                del self.boot_at[name]
                self.nodes[name].power_on()

    def serve(self, listener: socket.socket, lifeline: int | None) -> None:
        """Answer until told to stop, or until `lifeline`, a pipe held by the process that wants the lab, is closed."""
        selector = selectors.DefaultSelector()
        selector.register(listener, selectors.EVENT_READ)
        if lifeline is not None:
            selector.register(lifeline, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select(timeout=0.2):
                if key.fileobj == lifeline:
                    raise Stop
                self.converse(listener)
            self.housekeeping()

    def converse(self, listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(2)
            try:
                reply = self.answer(json.loads(connection.makefile().readline() or "{}"))
            except Stop:
                connection.sendall(b"{}\n")
                raise
            except (LabError, ValueError, OSError, subprocess.SubprocessError) as problem:
                reply = {"error": str(problem)}
            try:
                connection.sendall(json.dumps(reply).encode() + b"\n")
            except OSError:
                pass  # who asked did not wait for the answer


def install_agent(layout: Layout, agent_type: str, binary: str) -> None:
    """Replace the agent that all nodes run; one rename, so that no action ever sees half a file."""
    part = layout.agents / f"{agent_type}.part"
    try:
        shutil.copyfile(binary, part)
    except OSError as problem:
        raise LabError(f"agent binary {binary}: {problem.strerror}; build it first, or name it with --agent-binary")
    part.chmod(0o755)
    part.rename(layout.agents / agent_type)


def repair_heartbeat_agent(layout: Layout) -> None:
    """`crm_attribute -v -INFINITY` is misread by Pacemaker 2.1.5 (exit 105): Debian 12's agent never starts as shipped."""
    broken = Path("/usr/lib/ocf/resource.d/heartbeat/pgsql").read_text()
    mended = broken.replace("ocf_promotion_score -v ", "ocf_promotion_score --update=")
    target = layout.state / "ocf/heartbeat/pgsql"
    target.parent.mkdir()
    target.write_text(mended.replace('-n "master-$3" -v "$2"', '-n "master-$3" --update="$2"'))
    target.chmod(0o755)


def main(layout: Layout, database: str, agent: str, count: int, monitor_interval: int, binary: str, tied: bool,
         disk: int) -> int:
    """Own a lab from beginning to end; the exit code is 0 if it was taken down as asked."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: (_ for _ in ()).throw(Stop()))
    lock = layout.lock.open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        print(f"lab: another lab runs in {layout.state}; `lab down` ends it", file=sys.stderr)
        return 1
    # The lock was free, so whoever made this is gone, and the kernel ended its nodes with it.
    shutil.rmtree(layout.state, ignore_errors=True)
    supervisor = Supervisor(layout, DATABASES[database], agent, count, monitor_interval, binary, disk)
    try:
        supervisor.prepare()
        with socket.socket(socket.AF_UNIX) as listener:
            supervisor.power_up()
            listener.bind(str(layout.control))
            listener.listen(64)
            supervisor.serve(listener, 0 if tied else None)
    except Stop:
        return 0
    except (LabError, subprocess.SubprocessError, OSError) as problem:
        print(f"lab: {problem} {getattr(problem, 'stderr', '') or ''}".rstrip(), file=sys.stderr)
        return 1
    except Exception:
        traceback.print_exc()
        return 1
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        supervisor.tear_down()
    return 0
