"""What a case can do to the servers themselves, beyond killing them: sessions in the way, replication held, rows and branches."""

import os
import signal
import time

from .client import Client
from .cluster import view
from .processes import kill
from .scene import Scene
from .sessions import HeldSession, Sessions


def fill_connections(scene: Scene, node: str) -> None:
    """Returns when the server refuses one more; they are held until the case ends or frees them."""
    sessions = Sessions(scene.lab, scene.node(node))
    scene.sessions.append(sessions)
    scene.say(f"{sessions.fill(seconds=10)} sessions fill the server of {scene.node(node)}")


def free_connections(scene: Scene, node: str) -> None:
    """Ends every session that the case has there."""
    for sessions in scene.sessions:
        if sessions.node == scene.node(node):
            sessions.close()


def lock_table(scene: Scene, node: str, mode: str) -> None:
    """A session of the application holds a lock on the table that the client writes: LOCK TABLES ... READ or WRITE."""
    scene.sessions.append(HeldSession(scene.lab, scene.node(node), f"LOCK TABLES written {mode}", stays=True))


def long_update(scene: Scene, node: str) -> None:
    scene.sessions.append(HeldSession(scene.lab, scene.node(node), "UPDATE held SET note = SLEEP(100)", stays=False))


def write_transaction(scene: Scene, node: str) -> None:
    """A session that has written a row, and does not commit."""
    session = HeldSession(scene.lab, scene.node(node), "BEGIN", stays=True)
    scene.sessions.append(session)
    session.run(f"INSERT INTO written VALUES (0, {int(time.time())}, 'not committed')")


def pause_replay(scene: Scene, node: str) -> None:
    scene.lab.database.query(scene.lab, scene.node(node), "SELECT pg_wal_replay_pause()")


def resume_replay(scene: Scene, node: str) -> None:
    scene.lab.database.query(scene.lab, scene.node(node), "SELECT pg_wal_replay_resume()")


def stop_acknowledging(scene: Scene, node: str) -> None:
    """Somebody switches the replica's side of semi-synchronous replication off, and starts the receiver again."""
    scene.lab.database.stop_acknowledging(scene.lab, scene.node(node))


def promote_by_hand(scene: Scene, node: str) -> None:
    """Somebody promotes a standby behind the cluster's back: it begins a timeline of its own, higher than all others."""
    scene.lab.database.query(scene.lab, scene.node(node), "SELECT pg_promote(wait => false)")


def hold_replication(scene: Scene, node: str, to: str | None = None) -> None:
    """Whatever the node's server commits from now on, no other acknowledges; with `to`, that one does not."""
    scene.lab.database.hold_replication(scene.lab, scene.node(node), scene.node(to) if to else None)


def hold_answers(scene: Scene, node: str, to: str) -> None:
    """What the node's server commits from now on the other gets, and nobody hears that it did."""
    scene.lab.database.hold_replication(scene.lab, scene.node(node), scene.node(to), answers=True)


def stray_write(scene: Scene, node: str) -> None:
    """Somebody makes the node's server writable, and writes a row of no interest, which is logged like any other."""
    scene.lab.database.stray_write(scene.lab, scene.node(node))


def release_replication(scene: Scene, node: str) -> None:
    scene.lab.database.release_replication(scene.lab, scene.node(node))


def conflict(scene: Scene, node: str) -> None:
    """A row that the client is about to write is there already, on this node alone."""
    ahead = scene.client.acknowledged()[-1].id + 50
    scene.lab.database.write_locally(
        scene.lab, scene.node(node), f"INSERT INTO written VALUES ({scene.client.run}, {ahead}, 'conflict')"
    )


def spoil_relay_logs(scene: Scene, node: str) -> None:
    """Something in the middle of what a replica has received and not applied is no event, as after a disk that was full."""
    scene.lab.database.spoil_relay_logs(scene.lab, scene.node(node))


def forbid_wal(scene: Scene, node: str) -> None:
    """No new file of WAL can be made, so that a promotion ends the server; what is there can be written."""
    scene.lab.run(scene.node(node), "chmod", "0500", "/mnt/pgdata/pg_wal")


def allow_wal(scene: Scene, node: str) -> None:
    scene.lab.run(scene.node(node), "chmod", "0700", "/mnt/pgdata/pg_wal")


def mend_conflict(scene: Scene, node: str) -> None:
    scene.lab.database.mend_conflict(scene.lab, scene.node(node))


def write_by_hand(scene: Scene, node: str) -> None:
    """A row that an administrator wrote on a replica, and that is in its binary log."""
    scene.stray = int(time.time())
    scene.lab.database.write_by_hand(scene.lab, scene.node(node), f"INSERT INTO held VALUES ({scene.stray}, 'by hand')")


def xa_prepare(scene: Scene, node: str) -> None:
    """A branch of a distributed transaction, prepared, and its session gone."""
    scene.prepared = int(time.time())
    scene.lab.database.xa_prepare(scene.lab, scene.node(node), scene.prepared)


def xa_commit(scene: Scene) -> None:
    """As its transaction manager would, wherever the primary is now."""
    scene.lab.database.xa_commit(scene.lab, view(scene.lab).promoted[0], scene.prepared)


def patient_client(scene: Scene, node: str) -> None:
    """One more client, that writes a row to this node, and waits for the answer as long as it takes."""
    path = scene.client.path.with_name(f"patient-{scene.client.run}.ledger")
    scene.patient = Client(scene.lab, scene.client.run, path, patient_at=scene.node(node))


def fill_disk(scene: Scene, node: str) -> None:
    """Not a block is left where the database is."""
    path = scene.lab.disk(scene.node(node)) / "filler"
    with path.open("wb") as file:
        room = os.statvfs(path)
        used, chunk = 0, room.f_bavail * room.f_frsize
        while chunk >= 4096:
            try:
                os.posix_fallocate(file.fileno(), used, chunk)
                used += chunk
            except OSError:
                chunk //= 2


def free_disk(scene: Scene, node: str) -> None:
    for name in scene.nodes(node):
        (scene.lab.disk(name) / "filler").unlink(missing_ok=True)


def freeze_cluster(scene: Scene, node: str) -> None:
    """The node's Pacemaker does nothing any more, until all that is frozen there is thawed."""
    for process in scene.lab.processes(scene.node(node)):
        if process.name.startswith("pacemaker"):
            kill(process.pid, signal.SIGSTOP)


def freeze_disk(scene: Scene, node: str) -> None:
    """Whatever writes to the node's disk hangs in the kernel, and cannot even be killed."""
    scene.lab.ask("freeze-disk", node=scene.node(node))


def thaw_disk(scene: Scene, node: str) -> None:
    for name in scene.nodes(node):
        scene.lab.ask("thaw-disk", node=name)


def break_disk(scene: Scene, node: str) -> None:
    """The node's file system becomes read-only, as after an error of the device."""
    scene.lab.ask("break-disk", node=scene.node(node))


def mend_disk(scene: Scene, node: str) -> None:
    """The node, which is off, gets its file system checked and mounted anew."""
    scene.lab.ask("mend-disk", node=scene.node(node))


ACTIONS = {
    "freeze-cluster": freeze_cluster,
    "freeze-disk": freeze_disk, "thaw-disk": thaw_disk, "break-disk": break_disk, "mend-disk": mend_disk,
    "fill-disk": fill_disk, "free-disk": free_disk,
    "fill-connections": fill_connections, "free-connections": free_connections, "lock-table": lock_table,
    "long-update": long_update, "end-sessions": free_connections, "hold-replication": hold_replication, "hold-answers": hold_answers,
    "release-replication": release_replication, "conflict": conflict, "spoil-relay-logs": spoil_relay_logs, "forbid-wal": forbid_wal, "allow-wal": allow_wal, "stray-write": stray_write, "mend-conflict": mend_conflict,
    "write-by-hand": write_by_hand, "write-transaction": write_transaction, "stop-acknowledging": stop_acknowledging, "promote-by-hand": promote_by_hand, "pause-replay": pause_replay, "resume-replay": resume_replay,
    "xa-prepare": xa_prepare, "xa-commit": xa_commit, "patient-client": patient_client,
}  # fmt: skip
