"""One connection that never waits longer than it was told to.

A frozen server (SIGSTOP) accepts connections in its kernel and keeps them open: libpq's connect_timeout ends the first
kind of waiting, nothing but a deadline of one's own ends the second. So everything here is asynchronous and watched.
"""

import select
import time

import psycopg2
from psycopg2 import extensions

from .base import Ending, Full, Unanswered

INSERT = "INSERT INTO written (run, id, node) VALUES (%s, %s, current_setting('cluster_name')) RETURNING node"


class Connection:
    """A connection in autocommit mode, closed without ceremony at the end of the `with` block."""

    def __init__(self, conninfo: str, seconds: float) -> None:
        """Connect within `seconds`. Raises Unanswered."""
        try:
            self._connection = psycopg2.connect(conninfo, async_=True)
        except psycopg2.Error as problem:
            raise _unanswered(problem) from None
        try:
            self._wait(seconds, "connect")
        except Unanswered:
            self.close()
            raise

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        try:
            self._connection.close()
        except psycopg2.Error:
            pass

    def execute(self, statement: str, seconds: float, parameters: tuple = ()) -> list[tuple]:
        """Run one statement; its rows, if it has any. Raises Unanswered, after which the connection is of no use."""
        try:
            cursor = self._connection.cursor()
            cursor.execute(statement, parameters)
            self._wait(seconds, "an answer")
            return cursor.fetchall() if cursor.description else []
        except psycopg2.Error as problem:
            raise _unanswered(problem) from None

    def _wait(self, seconds: float, what: str) -> None:
        deadline = time.monotonic() + seconds
        try:
            while (state := self._connection.poll()) != extensions.POLL_OK:
                left = deadline - time.monotonic()
                descriptor = self._connection.fileno()
                reading = [descriptor] if state == extensions.POLL_READ else []
                writing = [descriptor] if state == extensions.POLL_WRITE else []
                if left <= 0 or not any(select.select(reading, writing, [], left)):
                    raise Unanswered(f"waited {seconds:g} s for {what}")
        except psycopg2.Error as problem:
            raise _unanswered(problem) from None


class Session:
    """One of an application's, that stays."""

    def __init__(self, conninfo: str, seconds: float) -> None:
        self._connection = Connection(conninfo, seconds)
        self._seconds = seconds

    def execute(self, statement: str) -> list[tuple]:
        return self._connection.execute(statement, self._seconds)

    def abort(self) -> None:
        self._connection.close()


class Writer:
    """The application's connection."""

    def __init__(self, conninfo: str, connect: float, answer: float) -> None:
        self._connection = Connection(conninfo, connect)
        self._seconds = answer

    def write(self, run: int, id: int) -> str:
        return self._connection.execute(INSERT, self._seconds, (run, id))[0][0]

    def close(self) -> None:
        self._connection.close()


def _unanswered(problem: Exception) -> Unanswered:
    text = (str(problem).strip() or type(problem).__name__).splitlines()[0]
    if "the database system is shutting down" in text:
        return Ending(text)
    full = "too many" in text or "remaining connection slots" in text
    return Full(text) if full else Unanswered(text)
