"""An application: it writes a row at a time to the writer's address and notes each acknowledgement.

As a program (`python3 -m martlet_lab.client ...`) it runs on the client host until SIGTERM. A row's id is never used
again, whatever became of the statement: a row without an answer is in doubt, and neither wanted nor missed later.
"""

import errno
import json
import select
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from . import ledger
from .control import Lab
from .databases import DATABASES, Unanswered
from .processes import end
from .settings import LAB, WRITER_ADDRESS, LabError, node_address

# On one machine both take milliseconds. Pacemaker takes the address away before the server ends, so that an unlucky
# statement is never answered: a longer wait would be measured as outage.
CONNECT_SECONDS = 0.25
# The packet that begins a connection is sent again after a second only: one that went to an address that is nowhere would be
# waited for although the address is there by now.
KNOCK_SECONDS = 0.05
STATEMENT_SECONDS = 0.5
PAUSE_SECONDS = 0.01

# A client of the other kind writes one row, and waits until it is told: what it is told too early is a row lost. It talks to the
# node's own address: the writer's is taken away before the server is demoted, and nothing would be heard through it.
PATIENT_SECONDS = 120
PATIENT_FIRST = 1_000_000_000


class Client:
    """The client process of one case."""

    def __init__(self, lab: Lab, run: int, path: Path, patient_at: str | None = None) -> None:
        """Start writing. `run` tells this client's rows from all others; `path` is its ledger. With a node, a patient client that
        writes there; its row has a number that the other's never reach."""
        self.run, self.path = run, path
        how = [str(PATIENT_FIRST), str(PATIENT_SECONDS), node_address(patient_at)] if patient_at else [
            "1", str(STATEMENT_SECONDS), WRITER_ADDRESS]  # fmt: skip
        self._errors = path.with_suffix(".err").open("w")
        self._process = subprocess.Popen(
            lab.client_command("/usr/bin/python3", "-B", "-m", "martlet_lab.client", lab.database.name, str(lab.layout.secrets),
                               str(run), str(path), *how),
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=self._errors, cwd=LAB,
        )  # fmt: skip

    def acknowledged(self) -> list[ledger.Acknowledgement]:
        return ledger.read(self.path)

    def wait_for_rows(self, count: int, seconds: float) -> None:
        """Wait until `count` rows are acknowledged. Raises LabError if that takes too long."""
        deadline = time.monotonic() + seconds
        while len(self.acknowledged()) < count:
            if self._process.poll() is not None:
                raise LabError(f"client: ended by itself: {self.path.with_suffix('.err').read_text().strip()}")
            if time.monotonic() > deadline:
                raise LabError(f"client: fewer than {count} rows acknowledged within {seconds:g} s")
            time.sleep(0.05)

    def stop(self) -> list[ledger.Acknowledgement]:
        """End the client; everything that it was promised."""
        end(self._process)
        self._errors.close()
        return self.acknowledged()


def main(database: str, secrets: str, run: int, path: str, id: int, seconds: float, address: str) -> None:
    """Write until told to stop, or until whoever started this is gone (its pipe to us closes)."""
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: stopped.append(number))
    connection, patient = None, address != WRITER_ADDRESS
    with open(path, "w", buffering=1) as file:
        while not stopped and not select.select([sys.stdin], [], [], PAUSE_SECONDS)[0]:
            try:
                connection = connection or _connect(database, Path(secrets), address, seconds)
                node = connection.write(run, id)
                file.write(json.dumps([id, time.time(), node]) + "\n")
                written = True
            except Unanswered:
                written = connection is not None  # or it may have been
                if connection:
                    connection.close()
                connection = None
            if written and patient:
                return
            id += 1


def _connect(database: str, secrets: Path, address: str, seconds: float) -> Any:
    """A connection, as soon as somebody is at the address."""
    if not _knock((address, DATABASES[database].port)):
        raise Unanswered(f"{address}: nobody is there")
    return DATABASES[database].writer(secrets, address, CONNECT_SECONDS, seconds)


def _knock(place: tuple[str, int]) -> bool:
    """Whether the first of several attempts that is answered has met somebody; none is given up before the time is over."""
    deadline = time.monotonic() + CONNECT_SECONDS
    with ExitStack() as stack:
        waiting: list[socket.socket] = []
        while time.monotonic() < deadline:
            attempt = stack.enter_context(socket.socket())
            attempt.setblocking(False)
            if attempt.connect_ex(place) == errno.EINPROGRESS:
                waiting.append(attempt)
            for done in select.select([], waiting, [], KNOCK_SECONDS)[1]:
                return done.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0
    return False


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4], int(sys.argv[5]), float(sys.argv[6]), sys.argv[7])
