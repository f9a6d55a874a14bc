"""Processes in a frozen control group: they get no processor, and no signal has stopped them, as under `docker pause`."""

import itertools
import os
import time
from pathlib import Path
from typing import Iterable

from .settings import LabError

_number = itertools.count()


class Suspension:
    """Frozen until it is closed. SIGKILL ends them all the same (kernel, Documentation/admin-guide/cgroup-v2.rst)."""

    def __init__(self, node: str, processes: Iterable[int], mounts: Path = Path("/proc/mounts")):
        self.node = node
        self.group = _mount(mounts) / f"martlet-lab-{os.getpid()}-{next(_number)}"
        try:
            self.group.mkdir()
        except OSError as problem:
            raise LabError(f"{self.group}: a control group cannot be made: {problem.strerror}; needs a writable cgroup2") from None
        for pid in processes:
            try:
                (self.group / "cgroup.procs").write_text(str(pid))
            except ProcessLookupError:
                pass
        (self.group / "cgroup.freeze").write_text("1")

    def close(self) -> None:
        """Whoever is left goes on, in the group above."""
        if not self.group.exists():
            return
        (self.group / "cgroup.freeze").write_text("0")
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            for pid in (self.group / "cgroup.procs").read_text().split():
                try:
                    (self.group.parent / "cgroup.procs").write_text(pid)
                except OSError:
                    pass
            try:
                return self.group.rmdir()
            except OSError:
                time.sleep(0.05)


def unavailable(mounts: Path = Path("/proc/mounts")) -> str | None:
    """Why nothing can be suspended on this machine; None if it can."""
    try:
        Suspension("", [], mounts).close()
    except LabError as problem:
        return str(problem)
    except OSError as problem:
        return f"{problem.filename}: {problem.strerror}"
    return None


def _mount(mounts: Path) -> Path:
    for line in mounts.read_text().splitlines():
        _, place, kind, *_ = line.split()
        if kind == "cgroup2":
            return Path(place)
    raise LabError("no cgroup2 is mounted, by which processes can be suspended")
