"""Connections to MySQL and MariaDB that never wait longer than they were told to.

A frozen server (SIGSTOP) accepts connections in its kernel and keeps them open: so every single read has a time limit.
"""

import ctypes
import os
import socket
import ssl
from typing import Any

import pymysql
from pymysql.constants import CLIENT

from .base import Full, Unanswered

_CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


class Connection:
    """In autocommit mode, closed at the end of the `with` block."""

    def __init__(self, seconds: float, full: tuple[int, ...] = (1040,), inside: int | None = None, tls: bool = False,
                 connect: float | None = None, **where: Any) -> None:
        """Connect within `seconds`; every answer has to come within the same time. With `inside`, the process whose network
        is to be used for it. Raises Unanswered; Full for the error numbers in `full`."""
        self._full = full
        options = {"ssl": _anyone()} if tls else {}
        try:
            self._connection = pymysql.connect(
                connect_timeout=connect or seconds, read_timeout=seconds, write_timeout=seconds, autocommit=True,
                auth_plugin_map={b"auth_socket": _BySocket, "auth_socket": _BySocket}, defer_connect=inside is not None,
                client_flag=CLIENT.FOUND_ROWS, **options, **where,
            )  # fmt: skip
            if inside is not None:
                self._connection.connect(_socket_inside(inside, where["host"], where["port"], seconds))
        except (pymysql.Error, OSError, RuntimeError) as problem:
            raise self._unanswered(problem) from None

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """A farewell needs no answer; without it the server would note an aborted connection."""
        try:
            self._connection.close()
        except (pymysql.Error, OSError):
            self._connection._force_close()

    def abort(self) -> None:
        """End it from another thread, whatever it waits for."""
        try:
            self._connection._sock.shutdown(socket.SHUT_RDWR)
        except (OSError, AttributeError):
            pass

    def execute(self, statement: str, parameters: tuple | None = None) -> list[tuple]:
        """Run one statement; its rows, if it has any. Raises Unanswered, after which the connection is of no use."""
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(statement, parameters)
                return list(cursor.fetchall())
        except (pymysql.Error, OSError, AttributeError) as problem:
            raise self._unanswered(problem) from None

    def record(self, statement: str) -> dict[str, Any]:
        """The first row by the columns' names; empty without one. Raises Unanswered."""
        try:
            with self._connection.cursor(pymysql.cursors.DictCursor) as cursor:
                cursor.execute(statement)
                return cursor.fetchone() or {}
        except (pymysql.Error, OSError, AttributeError) as problem:
            raise self._unanswered(problem) from None

    def _unanswered(self, problem: Exception) -> Unanswered:
        number = problem.args[0] if problem.args else 0
        text = f"{number}: {problem.args[1]}" if len(problem.args) > 1 else str(problem) or type(problem).__name__
        return Full(text) if number in self._full else Unanswered(text)


class Writer:
    """The application's connection. Which server it reached does not change while it lasts."""

    def __init__(self, connect: float, answer: float, **where: Any) -> None:
        self._connection = Connection(answer, connect=connect, **where)
        self._node = self._connection.execute("SELECT @@hostname")[0][0]

    def write(self, run: int, id: int) -> str:
        self._connection.execute("INSERT INTO written (run, id, node) VALUES (%s, %s, %s)", (run, id, self._node))
        return self._node

    def close(self) -> None:
        self._connection.close()


class _BySocket:
    """The server asks the kernel who we are; it wants one empty packet for it."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def authenticate(self, _: Any) -> Any:
        self._connection.write_packet(b"")
        return self._connection._read_packet()


def _anyone() -> ssl.SSLContext:
    """Encrypted, because the server wants it for passwords; the certificate is the server's own."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _socket_inside(pid: int, host: str, port: int, seconds: float) -> socket.socket:
    """A connection within another process's network: this thread visits it, for as long as the socket is made."""
    home, there = os.open("/proc/thread-self/ns/net", os.O_RDONLY), None
    try:
        there = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY)
        if _libc.setns(there, _CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"the network of process {pid} cannot be entered")
        try:
            connected = socket.create_connection((host, port), timeout=seconds)
        finally:
            if _libc.setns(home, _CLONE_NEWNET):
                os._exit(70)  # never go on in the wrong network
        return connected
    finally:
        os.close(home)
        if there is not None:
            os.close(there)
