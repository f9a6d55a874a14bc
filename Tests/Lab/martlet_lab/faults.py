"""What a case can do to the servers themselves, beyond killing them: sessions in the way, replication held, rows and branches."""

import time

from .client import Client
from .cluster import view
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


def hold_replication(scene: Scene, node: str, to: str | None = None) -> None:
    """Whatever the node's server commits from now on, no other acknowledges; with `to`, that one does not."""
    scene.lab.database.hold_replication(scene.lab, scene.node(node), scene.node(to) if to else None)


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


ACTIONS = {
    "fill-connections": fill_connections, "free-connections": free_connections, "lock-table": lock_table,
    "long-update": long_update, "end-sessions": free_connections, "hold-replication": hold_replication,
    "release-replication": release_replication, "conflict": conflict, "stray-write": stray_write, "mend-conflict": mend_conflict,
    "write-by-hand": write_by_hand,
    "xa-prepare": xa_prepare, "xa-commit": xa_commit, "patient-client": patient_client,
}  # fmt: skip
