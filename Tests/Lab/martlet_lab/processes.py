"""Processes of the machine and of the nodes, read from /proc."""

import ctypes
import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

_libc = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """For preexec_fn: the kernel kills this process when the one that started it ends, however it ends."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def run(*command: str, timeout: float = 30, check: bool = True, input: str = "", **options) -> subprocess.CompletedProcess:
    """Run a command to its end, with its output as text."""
    return subprocess.run(command, input=input, capture_output=True, text=True, timeout=timeout, check=check, **options)


def end(process: subprocess.Popen) -> None:
    """Tell one of our own to end, and kill it if it has not after five seconds; it is no error if it has ended."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@dataclass(frozen=True)
class Process:
    """One process: its id on the machine, its id inside its node, and what it runs."""

    pid: int
    inner: int
    parent: int
    state: str
    arguments: tuple[str, ...]

    @property
    def name(self) -> str:
        return os.path.basename(self.arguments[0]) if self.arguments else ""


def pid_namespace(pid: int) -> int | None:
    """The inode of a process's PID namespace; None once the process is gone."""
    try:
        return os.stat(f"/proc/{pid}/ns/pid").st_ino
    except OSError:
        return None


def read_process(pid: int) -> Process | None:
    """None if the process ended meanwhile, or is a kernel thread."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return None
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    return Process(
        pid=pid,
        inner=int(fields.get("NSpid", str(pid)).split()[-1]),
        parent=int(fields["PPid"]),
        state=fields["State"][0],
        arguments=tuple(part.decode(errors="replace") for part in arguments.split(b"\0") if part),
    )


def processes_in(namespace: int) -> Iterator[Process]:
    """Every process of one node, by the inode of the node's PID namespace."""
    for entry in os.listdir("/proc"):
        if entry.isdigit() and pid_namespace(int(entry)) == namespace:
            process = read_process(int(entry))
            if process:
                yield process


def children(pid: int) -> list[int]:
    """Those that its first thread started; none once it is gone."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def first_child(pid: int) -> int | None:
    return next(iter(children(pid)), None)


def kill(pid: int, number: signal.Signals) -> None:
    """Signal a process; it is no error if it is gone."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass
