"""One switch and its cables.

The bridge lives in the supervisor's own network namespace, and no namespace has a name: when the supervisor ends,
however it ends, the kernel removes the bridge, the cables and every address with it.
"""

import subprocess

from .processes import die_with_parent, run
from .settings import LAB

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


def spoil(port: str, delay: int, loses: str) -> subprocess.Popen:
    """Put a bad cable between a node and the switch: a program that passes on what it gets, later or not at all."""
    near, far = port.replace("port", "near"), port.replace("port", "far")
    run("ip", "link", "del", near, check=False)
    run("ip", "link", "add", near, "type", "veth", "peer", "name", far)
    run("ip", "link", "set", far, "master", BRIDGE, "up")
    run("ip", "link", "set", near, "up")
    run("ip", "link", "set", port, "nomaster")
    return subprocess.Popen(
        ["/usr/bin/python3", "-B", str(LAB / "martlet_lab/bad_cable.py"), port, near, str(delay), loses],
        stdin=subprocess.DEVNULL, preexec_fn=die_with_parent,
    )  # fmt: skip


def mend(port: str, bad_cable: subprocess.Popen, plugged: bool) -> None:
    bad_cable.kill()
    bad_cable.wait()
    run("ip", "link", "del", port.replace("port", "near"), check=False)
    if plugged:
        run("ip", "link", "set", port, "master", BRIDGE)
