"""A server of its own in a directory, on a Unix socket only, which ends with the `with` that began it."""

import os
import pwd
import shutil
import signal
import subprocess
import time

import pymysql

USER = "mysql"


class Unavailable(Exception):
    pass


begun = []


def end(process):
    """Kills it and what it began: nothing of the data is kept."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Server:
    def __init__(self, place, make, run):
        """`make` and `run` are commands; options that both families share are added."""
        self.place, self.log = place, place / "log"
        self.socket = place / "socket"
        # In /tmp two servers of the same PID, in namespaces of their own, would take each other's temporary tables.
        options = [f"--datadir={place / 'data'}", f"--tmpdir={place}"]
        place.mkdir()
        if os.geteuid() == 0:
            try:
                account = pwd.getpwnam(USER)
            except KeyError:
                raise Unavailable(f"there is no user {USER}, and the server does not run as root") from None
            os.chown(place, account.pw_uid, account.pw_gid)
            options.append(f"--user={USER}")
        self.make = [*make, *options]
        self.run = [*run, *options, "--skip-networking", f"--socket={self.socket}", f"--pid-file={place / 'pid'}"]

    def __enter__(self):
        try:
            self.begin(self.make)
            if self.process.wait():
                raise RuntimeError(f"{self.make[0]} ended with {self.process.returncode}: {self.tail()}")
            self.begin(self.run)
            self.await_connections()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        end(self.process)

    def begin(self, command):
        with open(self.log, "ab") as log:
            # mariadb-install-db is a script: what it began ends with its session.
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        begun.append(self.process)

    def await_connections(self):
        deadline = time.monotonic() + 30
        while True:
            try:
                self.connect().close()
                return
            except pymysql.err.OperationalError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"{self.run[0]} does not answer: {self.tail()}") from None
                time.sleep(0.1)

    def connect(self):
        return pymysql.connect(
            unix_socket=str(self.socket), user="root", charset="utf8mb4", autocommit=True, ssl_disabled=True)

    def tail(self):
        return self.log.read_text(errors="replace")[-2000:]


def program(name):
    found = shutil.which(name)
    if not found:
        raise Unavailable(f"there is no {name} in PATH")
    return found
