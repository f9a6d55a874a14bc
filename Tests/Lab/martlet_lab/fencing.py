"""The power switch of the lab: what the fence agent asks the supervisor, and the record of it.

A request is a line of JSON on the supervisor's control socket, {"do": "fence", "node": "node2", "action": "off"}; the
answer is given when the node is off.
"""

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Fencing:
    """One node that was fenced: when (seconds since 1970), which, and the action asked for."""

    time: float
    node: str
    action: str


def record(log: Path, node: str, action: str) -> None:
    with log.open("a") as file:
        file.write(json.dumps(asdict(Fencing(time.time(), node, action))) + "\n")


def history(log: Path, since: float = 0) -> list[Fencing]:
    """Everything fenced at or after `since`, oldest first."""
    if not log.exists():
        return []
    entries = [Fencing(**json.loads(line)) for line in log.read_text().splitlines()]
    return [entry for entry in entries if entry.time >= since]


def install(source: Path, directory: Path, control: Path) -> None:
    """Put the fence agent where the nodes find it, knowing where the supervisor listens."""
    directory.mkdir(parents=True)
    target = directory / "fence_lab"
    target.write_text(source.read_text().replace("@CONTROL@", str(control)))
    target.chmod(0o755)
