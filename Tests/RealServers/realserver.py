"""Real servers of one's own, each in a directory of its own, which end with the `with` that began them."""

import os
import pwd
import re
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path

import pymysql

USER = "mysql"
MYSQL_SERVER = Path(__file__).resolve().parents[1] / "mysql-server"


class Unavailable(Exception):
    """There is no such server here."""


begun = []


def end(process):
    """Kills it and what it began: nothing of the data is kept."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def end_on_signals(*places):
    """Whoever ends the script ends its servers."""

    def stop(*_):
        for process in begun:
            end(process)
        for place in places:
            shutil.rmtree(place, ignore_errors=True)
        # Not sys.exit(), which would wait for the threads.
        os._exit(143)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


def mysqld():
    """The program of a MySQL server that can be run as it is."""
    got = subprocess.run([MYSQL_SERVER], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if got.returncode:
        raise Unavailable(got.stderr.strip())
    return got.stdout.strip() + "/bin/mysqld"


def program(name):
    found = shutil.which(name)
    if not found:
        raise Unavailable(f"there is no {name} in PATH")
    return found


MYSQL_OPTIONS = ["--no-defaults", "--mysqlx=OFF", "--secure-file-priv=NULL", "--innodb-buffer-pool-size=16M"]
MARIADB_OPTIONS = [
    "--no-defaults", "--innodb-buffer-pool-size=16M", "--innodb-flush-log-at-trx-commit=0", "--sync-binlog=0"]


def mysql_commands(*options):
    """How a MySQL server is made and run."""
    command = [mysqld(), *MYSQL_OPTIONS, *options]
    return [*command, "--initialize-insecure"], command


def mariadb_commands(*options):
    """How a MariaDB server is made and run."""
    make = [program("mariadb-install-db"), *MARIADB_OPTIONS, "--auth-root-authentication-method=normal", "--skip-test-db"]
    return make, [program("mariadbd"), *MARIADB_OPTIONS, *options]


class Server:
    """`make` and `run` are commands; options that both families share are added. With a `template`, a server that has ended,
    its data is copied. Without a `port` it listens on its Unix socket only."""

    def __init__(self, place, make, run, template=None, port=None):
        self.place, self.log, self.template = place, place / "log", template
        self.socket, self.port = place / "socket", port
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
        listening = [f"--port={port}", "--bind-address=127.0.0.1"] if port else ["--skip-networking"]
        self.make = [*make, *options]
        self.run = [*run, *options, *listening, f"--socket={self.socket}", f"--pid-file={place / 'pid'}"]

    def __enter__(self):
        try:
            if self.template:
                subprocess.run(["cp", "-a", self.template.place / "data", self.place], check=True)
                # A server without an identity makes itself one.
                (self.place / "data/auto.cnf").unlink(missing_ok=True)
            else:
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

    def stop(self):
        """Ends it in peace, so that its data can be copied."""
        self.process.terminate()
        self.process.wait(30)

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


def swift_tests(suite, variable, path, limit=120, **environment):
    """What the tests of a suite print, which find the file in a variable of the environment, and whether they passed."""
    # By itself, for what is in the environment of the tests would make SwiftPM build its plugins again.
    built = subprocess.run(
        ["swift", "build", "--build-tests", "--disable-xctest"], cwd=MYSQL_SERVER.parents[1], text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if built.returncode:
        return built.stdout, False
    process = subprocess.Popen(
        ["swift", "test", "--skip-build", "--disable-xctest", "--filter", suite], cwd=MYSQL_SERVER.parents[1], text=True,
        env={**os.environ, **environment, variable: str(path)}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, start_new_session=True)
    begun.append(process)
    # A test that hangs is not to hang its servers.
    timer = threading.Timer(limit, end, [process])
    timer.start()
    printed, _ = process.communicate()
    timer.cancel()
    ran = re.search(r"Test run with (\d+) tests?", printed)
    return printed, process.returncode == 0 and ran is not None and int(ran[1]) > 0
