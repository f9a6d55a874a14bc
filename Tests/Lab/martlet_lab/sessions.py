"""Sessions that are in the way: all that a server can have, or one that holds a lock."""

import threading
import time

from .control import Lab
from .databases import Full, Unanswered
from .settings import LabError


class Sessions:
    """Superuser sessions on one node's server, the reserved connections included.

    A connection that somebody else gives back meanwhile is taken, too: the table stays full until close().
    """

    def __init__(self, lab: Lab, node: str) -> None:
        self.node = node
        self._lab = lab
        self._held: list = []
        self._full = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def fill(self, seconds: float) -> int:
        """Start taking connections; how many there are once the server refuses one more."""
        self._thread.start()
        if not self._full.wait(seconds):
            raise LabError(f"{self.node}: its connections are not full after {seconds:g} s, {len(self._held)} were taken")
        return len(self._held)

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                self._held.append(self._lab.database.filler(self._lab, self.node))
            except Unanswered as problem:
                if isinstance(problem, Full):
                    self._full.set()
                time.sleep(0.01)

    def close(self) -> None:
        """Give all back; it is no error to do so twice."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        while self._held:
            self._held.pop().close()


class HeldSession:
    """One session of the application on one node's server, until the case ends it or the server does."""

    def __init__(self, lab: Lab, node: str, statement: str, stays: bool) -> None:
        """Returns when the statement has its effect: when it was answered if it `stays`, else when it runs."""
        self.node = node
        self._connection = lab.database.session(lab, node, seconds=120)
        self._thread = threading.Thread(target=self._run, args=(statement,), daemon=True)
        self._thread.start()
        self._thread.join(timeout=5 if stays else 0.5)
        if self._thread.is_alive() == stays:
            raise LabError(f"{node}: {statement!r} {'waits' if stays else 'ended at once'}")

    def _run(self, statement: str) -> None:
        try:
            self._connection.execute(statement)
        except Unanswered:
            pass  # it was ended

    def run(self, statement: str) -> None:
        """One more statement, that is answered."""
        self._connection.execute(statement)

    def close(self) -> None:
        self._connection.abort()
