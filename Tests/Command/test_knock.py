"""How a sentinel wakes a server up that does nothing: the agents' own program connects to its Unix socket and leaves."""

import pathlib
import socket
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
AGENTS = [ROOT / f".build/release/{name}-agent" for name in ("postgresql", "mysql")]
SERVER = """
import socket, sys, time
server = socket.socket(socket.AF_UNIX)
server.bind(sys.argv[1])
server.listen(int(sys.argv[2]))
print("ready", flush=True)
while sys.argv[3] == "accepts":
    connection, _ = server.accept()
    print("accepted", flush=True)
    connection.close()
time.sleep(60)
"""


class Knock(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.path = f"{place.name}/socket"

    def serve(self, backlog: int, how: str) -> subprocess.Popen:
        server = subprocess.Popen([sys.executable, "-c", SERVER, self.path, str(backlog), how], stdout=subprocess.PIPE, text=True)
        self.addCleanup(server.stdout.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        self.assertEqual(server.stdout.readline(), "ready\n")
        return server

    def knock(self, agent: pathlib.Path, pid: int) -> int:
        return subprocess.run([agent, "knock", str(pid)], timeout=10).returncode

    def test_who_listens_is_woken_up(self):
        server = self.serve(5, "accepts")
        for agent in AGENTS:
            self.assertEqual(self.knock(agent, server.pid), 0)
            self.assertEqual(server.stdout.readline(), "accepted\n")

    def test_so_many_wait_that_no_more_may(self):
        server = self.serve(0, "waits")
        held = []
        for _ in range(10):
            connection = socket.socket(socket.AF_UNIX)
            self.addCleanup(connection.close)
            connection.setblocking(False)
            try:
                connection.connect(self.path)
            except BlockingIOError:
                break
            held.append(connection)
        else:
            self.fail("the queue has no end")
        self.assertEqual(self.knock(AGENTS[0], server.pid), 0)

    def test_nobody_was_woken_up(self):
        server = self.serve(5, "waits")
        pathlib.Path(self.path).unlink()
        for pid in (server.pid, 1 << 30, 0):
            self.assertEqual(self.knock(AGENTS[0], pid), 1)

    def test_another_who_listens_there_is_not_the_server(self):
        first = self.serve(5, "waits")
        pathlib.Path(self.path).unlink()
        self.serve(5, "waits")
        self.assertEqual(self.knock(AGENTS[0], first.pid), 1)


if __name__ == "__main__":
    unittest.main()
