"""In place of Pacemaker's tools: one that writes down what the agent would tell the cluster."""

import subprocess
from contextlib import contextmanager
from pathlib import Path

NAMES = ["attrd_updater", "crm_attribute"]
_record = None


@contextmanager
def tools_that_record(record):
    """Only in this mount namespace."""
    global _record
    _record = record
    tool = Path(f"{record}.tool")
    tool.write_text(f'#!/bin/sh\necho "$@" >>{record}\n')
    tool.chmod(0o755)
    places = [f"/usr/sbin/{name}" for name in NAMES]
    for place in places:
        Path(place).touch()
        subprocess.run(["mount", "--bind", tool, place], check=True)
    try:
        yield
    finally:
        for place in places:
            subprocess.run(["umount", place], check=True)


def published_position(resource):
    """The last one; the recorded line is `--name=RESOURCE-position --node=NODE --update=VALUE STAMP --private`."""
    lines = _record.read_text().splitlines() if _record.exists() else []
    mine = [line for line in lines if f"--name={resource}-position" in line]
    return mine[-1].partition("--update=")[2].removesuffix(" --private") if mine else ""
