"""The nodes' logs: kept beside the report of what failed, and an excerpt of them that shows at a glance what happened."""

import re
import shutil
import time
from pathlib import Path

from .control import Lab

EXCERPT = "excerpt.txt"
# What an agent says, how its actions end, what each node tells the others of itself, and who is fenced.
TELLING = re.compile(
    r"^(?P<day>\w{3} +\d+) (?P<time>[\d:.]+) +(?:\S+ +)??"
    r"(?:pacemaker-\w+ +\[\d+\] \((?:log_executor_event|update_attr_on_host|handle_fence_notification|finalize_op)\)\s+\w+: |martlet\(\S+?\)\[\d+\]:\s+)"
    r"(?P<text>.+)$"
)  # fmt: skip
MOST_LINES, MOST_CHARACTERS, MOST_EXCERPTS = 45, 220, 2


def save_logs(lab: Lab, target: Path, since: float) -> None:
    """Copy the nodes' logs, what the cluster says of itself, and an excerpt of what was logged `since`."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for node in lab.nodes:
        shutil.copytree(lab.layout.logs(node), target / node, dirs_exist_ok=True)
    for node in lab.reachable():
        for name, command in (("crm_mon", ("crm_mon", "-1", "-A", "-f", "-r", "-n")), ("cib.xml", ("cibadmin", "-Q"))):
            (target / node / name).write_text(lab.run(node, *command, check=False).stdout)
    (target / EXCERPT).write_text("\n".join(excerpt(target, lab.nodes, since)) + "\n")


def excerpt(logs: Path, nodes: list[str], since: float) -> list[str]:
    """The telling lines of all nodes in the order of their times, the last of them if there are many."""
    found: list[tuple[float, int, str]] = []
    for node in nodes:
        log = logs / node / "pacemaker" / "pacemaker.log"
        lines = log.read_text(errors="replace").splitlines() if log.exists() else []
        for place, line in enumerate(lines):
            told = _told(line, node, since)
            if told and told[0] >= since:
                found.append((told[0], place, told[1]))
    found.sort(key=lambda entry: entry[:2])
    return [text[:MOST_CHARACTERS] for _, _, text in found[-MOST_LINES:]]


def _told(line: str, node: str, near: float) -> tuple[float, str] | None:
    """When a telling line was written, and as it is shown; None for what every node repeats of another one, and for what
    stands in an operation's result. The log names no year. An agent's lines have whole seconds: they are put at the end of
    theirs, after what led to them."""
    match = TELLING.match(line)
    repeated = "update_attr_on_host" in line and f"| from {node} " not in line
    if not match or repeated or " output [ " in line:
        return None
    whole, _, part = match["time"].partition(".")
    year = time.localtime(near).tm_year
    moment = time.mktime(time.strptime(f"{year} {match['day']} {whole}", "%Y %b %d %H:%M:%S"))
    return moment + float(f"0.{part or '999'}"), f"{match['time']:<13}{node}  {match['text']}"


def excerpts(report: Path, failed: dict[str, list[str]]) -> str:
    """The excerpts of the first that failed, each below what speaks against it: where a run's report is not kept, what it
    printed last has to do. `failed` has the names of their logs in the report."""
    text = ""
    for name, against in list(failed.items())[:MOST_EXCERPTS]:
        file = report / name / EXCERPT
        if file.exists():
            text += f"\n{name}: {'; '.join(against)}\n{file.read_text()}"
    return text
