"""In place of Pacemaker's tools: one that writes down what the agent would tell the cluster, and tells it where
node-a is reached."""

import subprocess
from contextlib import contextmanager
from pathlib import Path

NAMES = ["attrd_updater", "crm_attribute", "cibadmin"]
_record = None


@contextmanager
def tools_that_record(record, cib=""):
    """Only in this mount namespace."""
    global _record
    _record = record
    tool, answer = Path(f"{record}.tool"), Path(f"{record}.cib")
    answer.write_text(cib)
    tool.write_text(f'#!/bin/sh\n[ "${{0##*/}}" = cibadmin ] && exec cat {answer}\necho "$@" >>{record}\n')
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


def recorded(words):
    """The value of the last update whose line has `words`; empty if there is none."""
    lines = _record.read_text().splitlines() if _record.exists() else []
    mine = [line for line in lines if words in line and "--update=" in line]
    return mine[-1].partition("--update=")[2] if mine else ""


def cib(resource, address):
    """node-a is reached at `address`."""
    nodes = "".join(f'<node id="{number}" uname="{name}">{attributes}</node>' for number, name, attributes in (
        (1, "node-a", '<instance_attributes id="a"><nvpair id="a-1" name="'
         f'{resource}-address" value="{address}"/></instance_attributes>'), (2, "node-b", "")))
    states = "".join(
        f'<node_state id="{number}" uname="{name}" in_ccm="true" crmd="online" join="member" expected="member"/>'
        for number, name in ((1, "node-a"), (2, "node-b")))
    return (
        '<cib crm_feature_set="3.16.2" validate-with="pacemaker-3.9" epoch="1" num_updates="0" admin_epoch="0" '
        f'have-quorum="1"><configuration><crm_config/><nodes>{nodes}</nodes><resources/><constraints/></configuration>'
        f"<status>{states}</status></cib>\n")
