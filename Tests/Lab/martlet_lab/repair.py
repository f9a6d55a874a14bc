"""What an operator does to get back to a healthy cluster: clone a held node again, clean up, switch things on."""

import signal
import time

from . import health
from .cluster import ClusterView, view
from .control import Lab
from .processes import kill
from .settings import LabError


def held(lab: Lab, node: str) -> str | None:
    """Why a node cannot stream by itself, if its agent or its server says so.

    Martlet says it in the attribute RESOURCE-state. The other agents say nothing: their server tries for ever, and only its log
    tells that its history is not the primary's, or the resource fails to start.
    """
    seen = view(lab)
    # MariaDB cannot apply what its primary wrote with a number under which it has a transaction of its own.
    if "diverged" in seen.state(node) or "error 1950" in seen.reason(node):
        return seen.said(node)
    if lab.agent == "martlet":
        return None
    return _held_by_log(lab, node) or _failed_start(seen, node)


def _failed_start(seen: ClusterView, node: str) -> str | None:
    return next((failure for failure in seen.failures if f" on {node}:" in failure and "start" in failure), None)


def _held_by_log(lab: Lab, node: str) -> str | None:
    log = lab.layout.logs(node) / lab.database.log_directory / lab.database.log_file
    try:
        return lab.database.trouble_in_log(log.read_text(errors="replace").splitlines())
    except OSError:
        return None


def reclone(lab: Lab, node: str, seconds: float = 60) -> None:
    """Replace a node's database by a copy of the primary's, with the node on standby meanwhile."""
    promoted = view(lab).promoted
    if len(promoted) != 1 or promoted == [node]:
        raise LabError(f"{node}: cannot be cloned, there is no other primary")
    where = promoted[0]
    standby = ("crm_attribute", "--node", node, "--name", "standby", "--lifetime", "forever")
    lab.run(where, *standby, "--update", "on")
    deadline = time.monotonic() + seconds
    while node in view(lab).roles or _serves(lab, node):
        if time.monotonic() > deadline:
            raise LabError(f"{node}: its instance did not stop within {seconds:g} s")
        time.sleep(0.1)
    lab.database.reclone(lab, node, where, seconds)
    lab.run(where, "crm_resource", "--cleanup", "--node", node, timeout=30)
    lab.run(where, *standby, "--delete")


def _serves(lab: Lab, node: str) -> bool:
    """A server's process is there: while it ends, crm_mon may have no role for it any more."""
    return any(process.name in ("postgres", "mysqld", "mariadbd") for process in lab.processes(node))


def wait_healthy(lab: Lab, seconds: float) -> None:
    """Raises LabError, naming what is not healthy, if it takes longer."""
    deadline = time.monotonic() + seconds
    while found := health.examine(lab):
        if time.monotonic() > deadline:
            raise LabError("the cluster is not healthy: " + "; ".join(found))
        time.sleep(0.1)


def set_parameters(lab: Lab, parameters: dict[str, str]) -> None:
    """Give them to the database resource, and wait for health."""
    where = lab.reachable()[0]
    for name, value in parameters.items():
        lab.run(where, "crm_resource", "--resource", lab.database.resource, "--set-parameter", name, "--parameter-value", value)
    if parameters:
        lab.run(where, "crm_resource", "--wait", "--timeout", "30s", timeout=40, check=False)
    wait_healthy(lab, 60)


def restore(lab: Lab, seconds: float = 90) -> None:
    """After a failed case: undo every fault there is, then wait for health. Raises LabError if it does not come."""
    lab.ask("after-fencing", mode="off")
    for node in lab.nodes:
        lab.ask("heal", node=node)
        _switch_on(lab, node, again=lab.agent != "martlet")
        for process in lab.processes(node):
            if process.state == "T":
                kill(process.pid, signal.SIGCONT)
    tidy_servers(lab)
    deadline = time.monotonic() + seconds
    tidy_at, recloned, found = 0.0, set(), ["nothing seen yet"]
    while time.monotonic() < deadline:
        found = health.examine(lab)
        if not found:
            return
        if time.monotonic() > tidy_at:
            tidy_at = time.monotonic() + 10
            for node in set(lab.nodes) - set(lab.powered()):
                _switch_on(lab, node, again=True)
            _tidy(lab)
        for node in lab.reachable():
            seen = view(lab)
            if node in recloned or len(seen.promoted) != 1:
                continue
            if held(lab, node) or _failed_start(seen, node):
                recloned.add(node)
                reclone(lab, node)
        time.sleep(0.3)
    raise LabError("the cluster does not become healthy again: " + "; ".join(found))


def _switch_on(lab: Lab, node: str, again: bool) -> None:
    """Power a node on; with `again`, after cloning its database, because as it is its return ended in its fencing."""
    if node in lab.powered():
        return
    primaries = view(lab).promoted
    if again and primaries:
        lab.database.reclone(lab, node, primaries[0], seconds=60)
    lab.ask("start", node=node)


def _tidy(lab: Lab) -> None:
    """Take away what a broken-off case may have left in the configuration, and old failures."""
    where = next(iter(lab.reachable()), None)
    if where is None:
        return
    lab.run(where, "crm_attribute", "--name", "maintenance-mode", "--delete", check=False)
    lab.run(where, "crm_resource", "--clear", "--resource", lab.database.clone, check=False)
    for node in lab.nodes:
        lab.run(where, "crm_attribute", "--node", node, "--name", "standby", "--delete", check=False)
    tidy_servers(lab)
    lab.run(where, "crm_resource", "--cleanup", check=False, timeout=60)


def tidy_servers(lab: Lab) -> None:
    """Take back what a broken-off case did to the servers themselves."""
    for node in lab.powered():
        lab.database.tidy(lab, node)


def restart_all(lab: Lab) -> None:
    """Let the cluster start every server anew: one that was started by hand lacks what the agent gives it."""
    lab.run(lab.reachable()[0], "crm_resource", "--restart", "--resource", lab.database.clone, timeout=90)
    wait_healthy(lab, 60)


def clean_fail_counts(lab: Lab) -> None:
    """Forget failures, and wait until crm_mon shows none."""
    where = lab.reachable()[0]
    lab.run(where, "crm_resource", "--cleanup", timeout=60, check=False)
    deadline = time.monotonic() + 10
    while (seen := view(lab)).fail_counts or seen.failures:
        if time.monotonic() > deadline:
            raise LabError(f"fail-counts remain after cleanup: {seen.fail_counts} {seen.failures}")
        time.sleep(0.1)
