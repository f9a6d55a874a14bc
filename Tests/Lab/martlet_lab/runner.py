"""Runs cases one after another on one cluster, and writes the report."""

import random
import time
from pathlib import Path
from typing import Callable

from . import actions, conditions, fencing, health, ledger, repair
from .cases import Case
from .client import Client
from .cluster import query, view
from .control import Lab
from .exposure import exposed
from .judge import Evidence, judge
from .logs import save_logs
from .report import HEADER, Result
from .scene import Scene
from .settings import ROWS, LabError
from .timeline import Timeline
from .watcher import Change, Roles, Watcher

# Actions after which a server is a new one because a person wanted it so.
BY_HAND = ("restart-server", "move-primary-by-hand")

# Parameters for which Pacemaker has to restart an instance.
RESTARTING = {"start_options"}


class Runner:
    """Runs cases on a lab that is up and healthy."""

    def __init__(self, lab: Lab, report: Path, seed: int, live: bool) -> None:
        self.lab, self.report, self.seed, self.live = lab, report, seed, live
        self._run = int(time.time())

    def run(self, case: Case, results: list[Result]) -> None:
        """One case from health to health, its result added to `results`. What goes wrong is in there; LabError only if the
        lab is beyond repair."""
        repair.wait_healthy(self.lab, 30)
        self._configure(case)
        began = time.time()
        result = Result(case, timeline=Timeline(self.live))
        scene = self._scene(case, result)
        seen = Evidence(bound=scene.bound, timeline_before=self._era(0), resource=self.lab.database.resource)
        result.seen = seen
        client, watcher = None, Watcher(self.lab)
        try:
            watcher.start()
            if case.client:
                self._run += 1
                client = scene.client = Client(self.lab, self._run, self.lab.layout.state / f"client-{self._run}.ledger")
                client.wait_for_rows(20, seconds=10)
            result.against += self._play(case, scene)
            result.against += self._end(case, scene, result)
        except LabError as problem:
            result.against.append(str(problem))
        finally:
            scene.end()
            if case.disk:
                actions.perform(scene, "thaw-disk", {"node": "all"})
                actions.perform(scene, "free-disk", {"node": "all"})
            if client:
                seen.client_ended = time.time()
                seen.acknowledged = client.stop()
            if scene.patient:
                seen.acknowledged_late = scene.patient.stop()
            roles = watcher.stop()
        seen.servers_before = scene.servers
        if result.against:  # a case that broke off may have left replication held
            repair.tidy_servers(self.lab)
        self._collect(case, scene, seen, result, roles, began)
        result.against += [sentence for sentence in judge(case, seen) if sentence not in result.against]
        result.seconds = time.time() - began
        results.append(result)
        self._tidy(case, result)

    def _configure(self, case: Case, undo: bool = False) -> None:
        """Give the database resource and the cluster what the case wants, or take it away again, and wait for health."""
        if case.parameters.keys() & RESTARTING:
            self._forget_demotes()
        for name, value in case.parameters.items():
            how = ("--delete-parameter", name) if undo else ("--set-parameter", name, "--parameter-value", value)
            where = self.lab.reachable()[0]
            self.lab.run(where, "crm_resource", "--resource", self.lab.database.resource, *how)
            self.lab.run(where, "crm_resource", "--wait", "--timeout", "30s", timeout=40, check=False)
        for name, value in case.properties.items():
            how = ("--delete",) if undo else ("--update", value)
            self.lab.run(self.lab.reachable()[0], "crm_attribute", "--name", name, *how)
        if case.parameters or case.properties:
            repair.wait_healthy(self.lab, 60)

    def _forget_demotes(self) -> None:
        """Pacemaker compares the parameters of an instance with those of its last start, promote or probe, and with
        nothing if it was demoted since (process_rsc_history): it would not be restarted for a new parameter."""
        resource, where = self.lab.database.resource, self.lab.reachable()[0]
        demoted = f"//lrm_rsc_op[@id='{resource}_last_0'][@operation='demote']"
        found = self.lab.run(where, "cibadmin", "--query", "--xpath", demoted, check=False).stdout
        for node in self.lab.nodes:
            if f'on_node="{node}"' in found:
                self.lab.run(where, "crm_resource", "--refresh", "--resource", resource, "--node", node, timeout=40)
                self.lab.run(where, "crm_resource", "--wait", "--timeout", "30s", timeout=40, check=False)

    def _scene(self, case: Case, result: Result) -> Scene:
        now = view(self.lab)
        if len(now.promoted) != 1:
            raise LabError("no case can begin: " + "; ".join(health.examine(self.lab)))
        standbys = sorted(set(self.lab.nodes) - set(now.promoted))
        bound = {"primary": now.promoted, "standbys": standbys, "all": self.lab.nodes}
        bound |= {f"standby-{letter}": [name] for letter, name in zip("abcdefg", standbys)}
        draw = random.Random(f"{self.seed} {case.name}")  # the same for a case run alone
        scene = Scene(self.lab, bound, result.timeline.say, draw)
        policy = case.parameters.get("rejoin", self.lab.database.rejoin)
        scene.rejoins = self.lab.agent == "martlet" and policy in self.lab.database.rejoins
        scene.servers = self._servers()
        scene.primary_server = scene.servers[scene.node("primary")]
        result.recloned = scene.recloned
        return scene

    def _servers(self) -> dict[str, str | None]:
        return {node: self.lab.database.identity(self.lab, node) for node in self.lab.nodes}

    def _play(self, case: Case, scene: Scene) -> list[str]:
        """The steps, up to the first that fails."""
        for step in case.steps:
            scene.step_began = time.time()
            scene.say(step_text(step, scene))
            if step.kind == "do":
                actions.perform(scene, step.name, step.arguments)
                if step.name in BY_HAND:
                    scene.servers = self._servers()
                if step.name == "restart-server":
                    scene.restarts.append((scene.node(step.arguments["node"]), scene.step_began, time.time()))
                continue
            waiting = conditions.wait if step.kind == "wait" else conditions.stays
            missing = waiting(scene, step.name, step.arguments, step.seconds)
            if missing is not None:
                return [f"{step}: {missing}"]
        return []

    def _end(self, case: Case, scene: Scene, result: Result) -> list[str]:
        """Every case ends with everything healthy, and the client writing."""
        if result.against:
            return []
        for name in ("healthy", *(("writes",) if case.client else ())):
            scene.step_began = time.time()
            missing = conditions.wait(scene, name, {}, case.healthy_within)
            if missing is not None:
                return [f"not {name} {case.healthy_within:g} s after the last step: {missing}"]
        return []

    def _era(self, promotions: int) -> int:
        """A number that grows by one with each promotion; 0 if there is no primary."""
        for node in view(self.lab).promoted:
            return self.lab.database.era(self.lab, node, promotions)
        return 0

    def _collect(self, case: Case, scene: Scene, seen: Evidence, result: Result, roles: Roles, began: float) -> None:
        now = view(self.lab)
        changes = news(roles.changes, scene.node("primary"))
        seen.became_writable = {change.node for change in changes if change.writable}
        seen.timeline_after = self._era(promotions(changes, scene.node("primary"), scene.primary_server, scene.by_hand))
        seen.fail_counts = now.fail_counts
        seen.servers_after = self._servers()
        seen.fenced = fencing.history(self.lab.layout.state / "fencing.log", since=began)
        seen.overlaps = roles.overlaps
        # ocf:heartbeat:mariadb has the password among its parameters.
        seen.exposed = exposed(self.lab) if self.lab.agent == "martlet" else []
        if case.client:
            seen.present = self._present(now.promoted)
        result.acknowledged = len(seen.acknowledged)
        result.outage = ledger.longest_outage(seen.acknowledged, seen.client_ended)
        result.lost = max((len(ledger.lost(seen.acknowledged, there)) for there in seen.present.values()), default=0)
        result.timeline.add_roles(changes)
        result.timeline.add_fencing(seen.fenced)
        result.timeline.add_outages(seen.acknowledged, seen.client_ended)

    def _present(self, promoted: list[str]) -> dict[str, set[int]]:
        """The client's rows on every node that answers, once the standbys have applied what the primary has."""
        there: dict[str, set[int]] = {}
        position, database = None, self.lab.database
        for node in promoted + [name for name in self.lab.powered() if name not in promoted]:
            if node in promoted:
                position = database.position(self.lab, node)
            elif position:
                database.wait_applied(self.lab, node, position, seconds=5)
            rows = query(self.lab, node, ROWS.format(run=self._run), seconds=5)
            if rows is not None:
                there[node] = {row[0] for row in rows}
        return there

    def _tidy(self, case: Case, result: Result) -> None:
        """Save what explains a failure, then make the cluster as it was, for the next case."""
        self.report.mkdir(parents=True, exist_ok=True)
        text = f"{HEADER}\n{result.line}\n{case.purpose}\n\n{result.timeline.text()}\n"
        text += "".join(f"against: {sentence}\n" for sentence in result.against)
        (self.report / f"{case.name}.txt").write_text(text)
        if result.against:
            save_logs(self.lab, self.report / case.name, result.timeline.began)
            repair.restore(self.lab)
        self._configure(case, undo=True)
        if any(step.name in BY_HAND for step in case.steps):
            repair.restart_all(self.lab)
        seen = view(self.lab)
        if seen.fail_counts or seen.failures:
            repair.clean_fail_counts(self.lab)
            repair.wait_healthy(self.lab, 30)
        self.lab.ask("after-fencing", mode="off")


def news(changes: list[Change], primary: str) -> list[Change]:
    """What changed: the watcher's first word on the server that was the primary already is none."""
    known = next((change for change in changes if change.node == primary), None)
    return [change for change in changes if change is not known or not change.writable]


def promotions(changes: list[Change], primary: str, server: str | None, by_hand: Callable[[str, float], bool]) -> int:
    """How often another server than before became writable, be it the same one started again, but not `by_hand`. One that
    only ceased to be writable for a moment is the same. `server` is the run of the primary's server at the beginning."""
    count, before = 0, (primary, server)
    for change in changes:
        if change.writable:
            now = (change.node, change.server)
            count += now != before and not by_hand(change.node, change.time)
            before = now
    return count


def step_text(step, scene: Scene) -> str:
    """A step with the names of the nodes it means, for the timeline."""
    text = str(step)
    for role in ("primary", "standby-a", "standby-b"):
        text = text.replace(f" {role}", f" {scene.node(role)} ({role})") if role in step.arguments.values() else text
    return text
