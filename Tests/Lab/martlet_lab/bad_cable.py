"""A bad cable: everything that a node sends arrives later, or only one of the two directions works.

`bad_cable.py PORT NEAR DELAY LOSES` passes frames between the node's end and the switch's until it is killed. DELAY is in
milliseconds, for what the node sends; LOSES is "incoming", "outgoing" (as the node sees it) or empty. Not every kernel has
the network emulator, and a firewall's rule in the node would tell the sender: this does neither.
"""

import select
import socket
import sys
import time
from collections import deque

_ALL, _SOL_PACKET, _VNET_HEADER, _OUTGOING = 3, 263, 15, 4
_LARGEST = 70_000


def end(interface: str) -> socket.socket:
    """One end. Each frame carries the kernel's notes on it, so that what is not yet cut up or summed up stays right."""
    raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    raw.setsockopt(_SOL_PACKET, _VNET_HEADER, 1)
    raw.bind((interface, _ALL))
    return raw


def frame(raw: socket.socket) -> bytes | None:
    """The next that came in; None for one's own, or while the interface is down."""
    try:
        data, where = raw.recvfrom(_LARGEST)
    except OSError:
        time.sleep(0.01)
        return None
    return None if where[2] == _OUTGOING else data


def send(raw: socket.socket, data: bytes) -> None:
    try:
        raw.send(data)
    except OSError:
        pass  # as any cable: nobody is told


def main(port: str, near: str, delay: float, loses: str) -> None:
    node, switch = end(port), end(near)
    late: deque[tuple[float, bytes]] = deque()
    while True:
        wait = max(0.0, late[0][0] - time.monotonic()) if late else None
        for ready in select.select([node, switch], [], [], wait)[0]:
            data = frame(ready)
            if data is None:
                continue
            if ready is switch and loses != "incoming":
                send(node, data)
            if ready is node and loses != "outgoing":
                late.append((time.monotonic() + delay, data))
        while late and late[0][0] <= time.monotonic():
            send(switch, late.popleft()[1])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]) / 1000, sys.argv[4])
