"""Whether a password of the lab can be read where none may be: in logs, in the cluster's configuration, in arguments."""

import json
from pathlib import Path
from typing import Iterable



def exposed(lab) -> list[str]:
    """One sentence for each place; empty when no password is to be found, or the database needs none."""
    try:
        passwords = json.loads(lab.layout.secrets.read_text())
    except OSError:
        return []
    found = []
    for node in lab.nodes:
        files = [*lab.layout.logs(node).rglob("*"), *(lab.layout.node(node) / "lib/pacemaker").rglob("*.xml")]
        found += [f"{node}: {sentence}" for sentence in in_files(files, passwords)]
        for process in lab.processes(node):
            words = " ".join(process.arguments)
            found += [
                f"{node}: the password of {user} is an argument of {process.name}"
                for user, password in passwords.items() if password in words
            ]  # fmt: skip
    return found


def in_files(files: Iterable[Path], passwords: dict[str, str]) -> list[str]:
    found = []
    for path in files:
        try:
            content = path.read_bytes() if path.is_file() else b""
        except OSError:
            continue
        found += [
            f"the password of {user} is in {path.name}" for user, password in passwords.items() if password.encode() in content
        ]
    return found
