"""A node: a set of namespaces with Corosync and Pacemaker in it, that can lose its power and its cable."""

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from . import configuration, network
from .databases import Database
from .processes import die_with_parent, first_child, kill, run
from .settings import LAB, LabError, Layout, node_address

# A test that forgets a frozen disk must not leave processes that nobody can end.
LONGEST_FREEZE = 240

SHELL_ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LC_ALL": "C.UTF-8",
    "OCF_ROOT": "/usr/lib/ocf",
}


def enter(pid: int, *command: str) -> list[str]:
    """The command line that runs `command` inside the node whose first process is `pid`."""
    return ["nsenter", "-t", str(pid), "-m", "-p", "-u", "-i", "-n", "--", *command]


@dataclass
class Node:
    """One node, as the supervisor sees it. `init` is its first process, None while it is powered off."""

    name: str
    layout: Layout
    database: Database
    launcher: subprocess.Popen | None = None
    init: int | None = None
    plugged: bool = True
    spoiled: tuple[int, str] | None = None  # by which delay, and what is lost
    bad_cable: subprocess.Popen | None = None
    off_because: str = "never started"
    thaw_at: float = 0.0  # when its frozen disk goes on by itself; 0 for one that is not frozen

    @property
    def directory(self) -> Path:
        return self.layout.node(self.name)

    @property
    def port(self) -> str:
        return f"port-{self.name}"

    def furnish(self, nodes: list[str], cib: str) -> None:
        """Make the node's own files: configuration, cluster information base, empty logs."""
        etc = self.directory / "etc/upper"
        (etc / "corosync").mkdir(parents=True)
        (etc / "corosync/corosync.conf").write_text(configuration.corosync_conf(nodes))
        (etc / "hosts").write_text(configuration.hosts(nodes))
        (etc / "hostname").write_text(self.name + "\n")
        logs = f"log/{self.database.log_directory}"
        for path in ("lib/corosync", "lib/martlet", "log/pacemaker", "log/crmsh", "log/corosync", logs):
            (self.directory / path).mkdir(parents=True)
        for path in ("cib", "pengine", "blackbox", "cores"):
            directory = self.directory / "lib/pacemaker" / path
            directory.mkdir(parents=True)
            shutil.chown(directory, "hacluster", "haclient")
            directory.chmod(0o750)
        shutil.chown(self.directory / "lib/pacemaker", "hacluster", "haclient")
        shutil.chown(self.directory / "log/pacemaker", "hacluster", "haclient")
        shutil.chown(self.directory / logs, self.database.user, self.database.user)
        stored = self.directory / "lib/pacemaker/cib/cib.xml"
        stored.write_text(cib)
        stored.chmod(0o600)
        shutil.chown(stored, "hacluster", "haclient")

    def make_disk(self, megabytes: int) -> None:
        """One of its own, that can be full. It is mounted in the supervisor's mount namespace, and ends with it."""
        image, disk = self.directory / "disk.img", self.layout.disk(self.name)
        disk.mkdir(parents=True)
        run("truncate", "--size", f"{megabytes}M", str(image))
        run("mkfs.ext4", "-q", "-m", "0", "-O", "^has_journal", str(image))
        self._mount()
        (disk / "lost+found").rmdir()

    def _mount(self) -> None:
        options = "loop,noatime,errors=remount-ro"
        run("mount", "-o", options, str(self.directory / "disk.img"), str(self.layout.disk(self.name)))

    def freeze_disk(self) -> None:
        """Nothing that writes there goes on, nor ends, until it is thawed, or the node is switched off."""
        run("fsfreeze", "--freeze", str(self.layout.disk(self.name)))
        self.thaw_at = time.monotonic() + LONGEST_FREEZE

    def thaw_disk(self) -> None:
        if self.thaw_at:
            run("fsfreeze", "--unfreeze", str(self.layout.disk(self.name)), check=False)
        self.thaw_at = 0.0

    def break_disk(self) -> None:
        """The file system becomes read-only, as after an error of the device."""
        # What nobody has asked to be on the disk may not be: the copy of the data that the lab made.
        run("sync", "-f", str(self.layout.disk(self.name)))
        run("mount", "-o", "remount,abort", str(self.layout.disk(self.name)))

    def mend_disk(self) -> None:
        """What an operator does with such a file system; the node must be off."""
        if self.init:
            raise LabError(f"{self.name}: is on; its disk cannot be mended")
        image, broken = self.directory / "disk.img", self.directory / "broken.img"
        run("umount", str(self.layout.disk(self.name)))
        # The mount namespaces of the other nodes still have the old mount: the same file would be the same, broken one.
        image.rename(broken)
        run("cp", "--sparse=always", str(broken), str(image), timeout=60)
        broken.unlink()
        run("e2fsck", "-p", str(image), check=False)
        self._mount()

    def remove_disk(self) -> None:
        run("umount", "--lazy", str(self.layout.disk(self.name)), check=False)

    def power_on(self) -> None:
        """Start the node; it is running, and plugged in unless its cable was cut, when this returns."""
        if self.init:
            return
        self.launcher = subprocess.Popen(
            ["unshare", "-n", "-m", "-p", "-u", "-i", "--fork", "--kill-child",
             str(LAB / "node-boot"), self.name, str(self.layout.state), self.database.user, self.database.run_directory],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=open(self.directory / "log/boot.out", "a"),
            env=SHELL_ENVIRONMENT, cwd="/", start_new_session=True, preexec_fn=die_with_parent,
        )  # fmt: skip
        assert self.launcher.stdin and self.launcher.stdout
        if self.launcher.stdout.readline() != b"ready\n":
            self.launcher.wait()
            reason = (self.directory / "log/boot.out").read_text().strip() or "no output"
            raise LabError(f"{self.name}: its namespaces cannot be made ({reason}); the lab needs a kernel that "
                           "allows namespaces and overlayfs, and real root rights")  # fmt: skip
        network.connect(self.launcher.pid, self.port, node_address(self.name))
        if not self.plugged:
            network.cut(self.port)
        if self.spoiled:
            self.bad_cable = network.spoil(self.port, *self.spoiled)
        self.init = first_child(self.launcher.pid)
        self.launcher.stdin.write(b"go\n")
        self.launcher.stdin.close()
        self.launcher.stdout.close()

    def power_off(self, because: str) -> None:
        """Nothing of the node runs any more when this returns, as after pulling its power cord."""
        if not self.init or not self.launcher:
            return
        kill(self.init, signal.SIGKILL)
        # Without power nothing waits for a disk; here the dead would, in the kernel.
        self.thaw_disk()
        self.launcher.wait()
        deadline = time.monotonic() + 5
        while os.path.exists(f"/proc/{self.init}") and time.monotonic() < deadline:
            time.sleep(0.005)
        self.init, self.launcher, self.off_because = None, None, because

    def notice_death(self) -> bool:
        """True once, when the node went off by itself (its Pacemaker asked for it, or a person killed it)."""
        if not self.launcher or self.launcher.poll() is None:
            return False
        self.init, self.launcher, self.off_because = None, None, "switched itself off"
        return True

    def cut(self) -> None:
        self.plugged = False
        if self.init:
            network.cut(self.port)

    def heal(self) -> None:
        self.plugged = True
        if self.init:
            network.heal(self.port)

    def spoil(self, delay: int, loses: str) -> None:
        """From now on the cable is a bad one, until it is mended: see bad_cable.py."""
        self.mend()
        self.spoiled = (delay, loses)
        if self.init:
            self.bad_cable = network.spoil(self.port, delay, loses)

    def mend(self) -> None:
        if self.bad_cable:
            network.mend(self.port, self.bad_cable, plugged=bool(self.init))
        self.spoiled, self.bad_cable = None, None
