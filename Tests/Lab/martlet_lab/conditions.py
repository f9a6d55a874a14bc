"""What a case can wait for: one function for each condition in cases.CONDITIONS.

Each answers None when it holds, and otherwise what is still missing, in the words of the report.
"""

import time
from typing import Callable

from . import health
from .client import PATIENT_FIRST, Client
from .cluster import query, view
from .repair import held, reclone
from .scene import Scene
from .settings import WRITER_ADDRESS

Answer = str | None

STABLE_SECONDS = 1.5


def promoted(scene: Scene, node: str) -> Answer:
    name = scene.node(node)
    now = view(scene.lab).promoted
    if now != [name]:
        return f"promoted is {', '.join(now) or 'no node'}"
    return None if scene.lab.database.writable(scene.lab, name) else f"{name} cannot be written to"


def promoted_elsewhere(scene: Scene) -> Answer:
    now = view(scene.lab).promoted
    if len(now) != 1 or now == scene.nodes("primary"):
        return f"promoted is {', '.join(now) or 'no node'}"
    return None if scene.lab.database.writable(scene.lab, now[0]) else f"{now[0]} cannot be written to"


def one_primary(scene: Scene) -> Answer:
    now = view(scene.lab).promoted
    if len(now) != 1:
        return f"promoted is {', '.join(now) or 'no node'}"
    return None if scene.lab.database.writable(scene.lab, now[0]) else f"{now[0]} cannot be written to"


def writes(scene: Scene) -> Answer:
    """The client has had a row acknowledged since this was first asked."""
    client: Client | None = scene.client
    if client is None:
        return "no client runs"
    rows = client.acknowledged()
    return None if rows and rows[-1].time > scene.step_began else "no row acknowledged"


def no_writes(scene: Scene) -> Answer:
    """The client has had no row acknowledged since this was first asked."""
    return "a row was acknowledged" if writes(scene) is None else None


def promise(scene: Scene, copies: int, of: str) -> Answer:
    """The durability record in the cluster's configuration."""
    option = f"{scene.lab.database.resource}-durability"
    shown = scene.lab.run(
        scene.anyone(), "crm_attribute", "--type=crm_config", "--set-name=martlet", f"--name={option}", "--query",
        "--quiet", check=False,
    ).stdout.strip()  # fmt: skip
    wanted = " ".join([str(copies), *sorted(name for word in of.split() for name in scene.nodes(word))])
    return None if shown == wanted else f"{option} is {shown or 'not set'} and not {wanted}"


def is_streaming(scene: Scene, node: str) -> Answer:
    now = view(scene.lab).promoted
    if len(now) != 1:
        return "no primary to stream from"
    missing = set(scene.nodes(node)) - set(now) - scene.lab.database.replicating(scene.lab, now[0])
    return f"{', '.join(sorted(missing))} does not stream" if missing else None


def rejoined(scene: Scene, node: str) -> Answer:
    """It streams again. A node held as diverged is cloned again, as an operator would, and that is said: unless its agent
    brings it back by itself."""
    missing = is_streaming(scene, node)
    seen = view(scene.lab)
    if missing is None and not any(word in seen.state(name) for name in scene.nodes(node) for word in ("diverged", "rejoin")):
        # A diverged standby streams, too, for a moment in every attempt.
        scene.streaming_since = scene.streaming_since or time.monotonic()
        stable = time.monotonic() - scene.streaming_since >= STABLE_SECONDS
        return None if stable else "it streams only since a moment"
    scene.streaming_since = 0
    for name in sorted(set(scene.nodes(node)) - set(seen.promoted)):
        if scene.rejoins:
            scene.once(f"{name}: {seen.state(name) or 'does not run'}")
            continue
        reason = held(scene.lab, name)
        if reason and name not in scene.recloned:
            scene.recloned.append(name)
            because = scene.why_held.get(name)
            scene.say(f"{name} is held: {reason}{f' ({because})' if because else ''}; it is cloned again")
            reclone(scene.lab, name)
            scene.say(f"{name} was cloned again")
            scene.extend = True
    return missing or "it is held"


def abandoned_kept(scene: Scene, node: str, commits: str = "some") -> Answer:
    """What the node had alone is kept on it, with a report, which lists commits unless there were none."""
    name = scene.node(node)
    script = f"cat /var/lib/martlet/{scene.lab.database.resource}/abandoned/*/report.txt"
    report = scene.lab.run(name, "sh", "-c", script, check=False).stdout
    abandoned = [line for line in report.splitlines() if line.startswith("abandoned:")]
    for line in abandoned:
        scene.once(f"{name}: {' '.join(line.split())}")
    if not abandoned:
        return f"{name} has kept no report"
    # The newest, by the names of their directories: an earlier case may have left others.
    empty = commits == "some" and abandoned[-1].endswith(" 0 commits")
    return f"{name} has kept no commit" if empty else None


def no_worker(scene: Scene, node: str) -> Answer:
    """Nothing that could still change the data runs on the node."""
    left = [
        process for process in scene.lab.processes(scene.node(node))
        if process.arguments[-1:] == ("rejoin-worker",) or process.name in ("pg_rewind", "pg_basebackup", "postgres")
    ]
    return f"{scene.node(node)}: still runs " + ", ".join(process.name for process in left) if left else None


def online(scene: Scene, node: str) -> Answer:
    missing = set(scene.nodes(node)) - view(scene.lab).online
    return f"{', '.join(sorted(missing))} is not online" if missing else None


def offline(scene: Scene, node: str) -> Answer:
    running = set(scene.nodes(node)) & set(scene.lab.powered())
    return f"{', '.join(sorted(running))} is still on" if running else None


def healthy(scene: Scene) -> Answer:
    return "; ".join(health.examine(scene.lab)) or None


def same_server(scene: Scene, node: str) -> Answer:
    """The server is the very one that ran at the beginning, or after the last action done by hand."""
    for name in scene.nodes(node):
        if scene.lab.database.identity(scene.lab, name) != scene.servers.get(name):
            return f"the server of {name} is another one"
    return None


def new_server(scene: Scene, node: str) -> Answer:
    for name in scene.nodes(node):
        if scene.lab.database.identity(scene.lab, name) in (None, scene.servers.get(name)):
            return f"the server of {name} is still the old one, or gone"
    return None


def address(scene: Scene, node: str) -> Answer:
    name = scene.node(node)
    shown = scene.lab.run(name, "ip", "-o", "address", check=False).stdout
    return None if f" {WRITER_ADDRESS}/" in shown else f"{name} has not the address {WRITER_ADDRESS}"


def agent_was_killed(scene: Scene, times: int = 1) -> Answer:
    if not scene.killed_agents:
        return "the agent was not seen doing it"
    return None if len(scene.killed_agents) >= times else f"the agent was killed {len(scene.killed_agents)} times so far"


def daemon_is_back(scene: Scene, name: str, node: str) -> Answer:
    host = scene.node(node)
    old = scene.killed_daemons.get((name, host))
    for process in scene.lab.processes(host):
        if process.name == name and process.pid != old:
            return None
    return f"{name} does not run on {host}"


def degraded(scene: Scene, node: str) -> Answer:
    """The monitor says so where an operator looks: in crm_mon, with the node's instance still in its role."""
    name, seen = scene.node(node), view(scene.lab)
    # "promoted (degraded)", or "OCF_DEGRADED"
    shown = [failure for failure in seen.failures if f" on {name}:" in failure and "degraded" in failure.lower()]
    if not shown:
        return f"{name} is not shown as degraded"
    scene.once(f"{name} is shown as degraded: {shown[0]}")
    return None


def storage(scene: Scene, node: str, **wanted: str) -> Answer:
    """What the agent says in the attribute RESOURCE-storage; "sound" where it says nothing."""
    for name in scene.nodes(node):
        found = view(scene.lab).storage(name) or "sound"
        if found != wanted["is"]:
            return f"the storage of {name} is {found}"
    return None


def state(scene: Scene, node: str, **wanted: str) -> Answer:
    """What the agent says in the attribute RESOURCE-state."""
    for name in scene.nodes(node):
        found = view(scene.lab).state(name)
        if found != wanted["is"]:
            return f"the state of {name} is {found or 'not told'}"
    return None


def archiver_failed(scene: Scene, node: str) -> Answer:
    """The primary's archiver has tried, and failed."""
    name = scene.node(node)
    rows = query(scene.lab, name, "SELECT failed_count > 0 AND last_failed_time > coalesce(last_archived_time, '-infinity') FROM pg_stat_archiver")
    return None if rows and rows[0][0] else f"the archiver of {name} has not failed yet"


def archive_complete(scene: Scene, node: str) -> Answer:
    """What the node had to archive when it was the primary is in /var/log/postgresql/archive: every file up to the last of its timeline."""
    name = scene.node(node)
    there = scene.lab.run(name, "sh", "-c", "ls /var/log/postgresql/archive; echo; ls /mnt/pgdata/pg_wal/archive_status", check=False).stdout
    archived, _, status = there.partition("\n\n")
    waiting = [line for line in status.split() if line.endswith(".ready")]
    if waiting:
        return f"{name} has not archived {len(waiting)} files"
    numbers = sorted(int(line[8:16], 16) * 256 + int(line[16:], 16) for line in archived.split() if len(line) == 24)
    gaps = [number for number, following in zip(numbers, numbers[1:]) if following not in (number, number + 1)]
    return f"{name} has archived {len(numbers)} files" if len(numbers) < 5 else "the archive has a gap" if gaps else None


def settled(scene: Scene) -> Answer:
    """The cluster has done what it had to do."""
    name = view(scene.lab).dc
    if name is None:
        return "no node coordinates the cluster"
    said = scene.lab.run(name, "crmadmin", "--status", name, check=False).stdout
    return None if "S_IDLE" in said else f"the coordinator says: {said.strip()}"


def move_refused(scene: Scene, node: str, says: str) -> Answer:
    """The primary says in the attribute RESOURCE-switchover why it was not moved."""
    found = view(scene.lab).attributes.get(scene.node(node), {}).get(f"{scene.lab.database.resource}-switchover", "")
    if says not in found:
        return f"the attribute is {found or 'not set'}"
    scene.once(f"{scene.node(node)}: {found}")
    return None


def slot(scene: Scene, node: str, of: str, **wanted: str) -> Answer:
    """The replication slot of a node on another: active, idle or absent; on all nodes that are named."""
    for name in scene.nodes(node):
        for peer in scene.nodes(of):
            rows = scene.lab.database.query(scene.lab, name, f"SELECT active FROM pg_replication_slots WHERE slot_name = 'martlet_{peer}'")
            found = ("active" if rows[0][0] else "idle") if rows else "absent"
            if name != peer and found != wanted["is"]:
                return f"the slot of {peer} on {name} is {found}"
    return None


def unpromotable(scene: Scene, node: str) -> Answer:
    """Pacemaker would not choose it: no promotion score, or none above zero."""
    for name in scene.nodes(node):
        score = view(scene.lab).score(name)
        if score is not None and score > 0:
            return f"{name} has the promotion score {score}"
    return None


def readable(scene: Scene, node: str, **wanted: str) -> Answer:
    """What the agent says in the attribute RESOURCE-readable; "0" holds without one, too."""
    for name in scene.nodes(node):
        found = view(scene.lab).attributes.get(name, {}).get(f"{scene.lab.database.resource}-readable", "0")
        if found != wanted["is"]:
            return f"the attribute of {name} is {found}"
    return None


def read_only(scene: Scene, node: str) -> Answer:
    able = [name for name in scene.nodes(node) if scene.lab.database.writable(scene.lab, name)]
    return f"{', '.join(able)} can be written to" if able else None


def patient_client_waits(scene: Scene, node: str) -> Answer:
    """Its row is with the server, which has not answered."""
    waits = scene.lab.database.waits(scene.lab, scene.node(node), PATIENT_FIRST)
    return None if waits else f"{scene.node(node)} has no such row"


def nowhere_else(scene: Scene, node: str) -> Answer:
    """The row that was written by hand is on that node and on no other."""
    statement = f"SELECT 1 FROM held WHERE id = {scene.stray}"
    found = [name for name in scene.lab.nodes if scene.lab.database.query(scene.lab, name, statement)]
    return None if found == scene.nodes(node) else f"the row written by hand is on {', '.join(found) or 'no node'}"


def xa_prepared(scene: Scene) -> Answer:
    """The branch is on the primary, once."""
    for name in view(scene.lab).promoted:
        count = scene.lab.database.xa_count(scene.lab, name, scene.prepared)
        return None if count == 1 else f"the branch is on {name} {count} times"
    return "there is no primary"


def xa_committed(scene: Scene) -> Answer:
    """Its row is on every node."""
    statement = f"SELECT 1 FROM held WHERE id = {scene.prepared}"
    missing = [name for name in scene.lab.nodes if not scene.lab.database.query(scene.lab, name, statement)]
    return f"the branch's row is not on {', '.join(missing)}" if missing else None


def wait(scene: Scene, name: str, arguments: dict, seconds: float) -> Answer:
    """Ask until it holds (None), or say what was missing when the time was over."""
    deadline = time.monotonic() + seconds
    scene.streaming_since = 0
    while True:
        scene.extend = False
        missing = _CONDITIONS[name](scene, **arguments)
        if missing is None or time.monotonic() > deadline:
            return missing
        if scene.extend:  # a person's work in between is not the cluster's time
            deadline = time.monotonic() + seconds
        time.sleep(0.1)


def stays(scene: Scene, name: str, arguments: dict, seconds: float) -> Answer:
    """Ask all the time; what was missing as soon as it does not hold."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        missing = _CONDITIONS[name](scene, **arguments)
        if missing is not None:
            return missing
        time.sleep(0.2)
    return None


_CONDITIONS: dict[str, Callable[..., Answer]] = {
    "promoted": promoted, "promoted-elsewhere": promoted_elsewhere, "one-primary": one_primary, "writes": writes,
    "no-writes": no_writes, "promise": promise,
    "streaming": is_streaming, "rejoined": rejoined, "abandoned-kept": abandoned_kept, "no-worker": no_worker, "online": online, "offline": offline, "healthy": healthy, "settled": settled,
    "same-server": same_server, "new-server": new_server, "address": address, "agent-was-killed": agent_was_killed,
    "daemon-is-back": daemon_is_back, "degraded": degraded, "state": state, "storage": storage, "archiver-failed": archiver_failed, "archive-complete": archive_complete, "slot": slot, "move-refused": move_refused,
    "unpromotable": unpromotable, "readable": readable, "read-only": read_only, "nowhere-else": nowhere_else,
    "xa-prepared": xa_prepared,
    "xa-committed": xa_committed, "patient-client-waits": patient_client_waits,
}  # fmt: skip
