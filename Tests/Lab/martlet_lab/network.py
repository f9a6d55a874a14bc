"""One switch and its cables.

The bridge lives in the supervisor's own network namespace, and no namespace has a name: when the supervisor ends,
however it ends, the kernel removes the bridge, the cables and every address with it.
"""

from .processes import run

BRIDGE = "switch"


def make_switch() -> None:
    """Call once, in the supervisor's namespace."""
    run("ip", "link", "add", BRIDGE, "type", "bridge")
    run("ip", "link", "set", BRIDGE, "up")


def connect(pid: int, port: str, address: str) -> None:
    """Give the network namespace of `pid` an eth0 with `address`, its other end in the switch as `port`.

    A powered-off node's old cable vanishes with its namespace, a little later than the node: one still there is removed.
    """
    run("ip", "link", "del", port, check=False)
    run("ip", "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", str(pid))
    run("ip", "link", "set", port, "master", BRIDGE, "up")
    inside = ("nsenter", "-t", str(pid), "-n", "ip")
    run(*inside, "link", "set", "lo", "up")
    run(*inside, "address", "add", f"{address}/24", "dev", "eth0")
    run(*inside, "link", "set", "eth0", "up")


def cut(port: str) -> None:
    """Unplug: the node's own interface loses its carrier, as with a real cable."""
    run("ip", "link", "set", port, "down")


def heal(port: str) -> None:
    run("ip", "link", "set", port, "up")
