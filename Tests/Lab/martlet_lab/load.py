"""Applications at the machine's limit: sysbench's transactions, from the client host to the writer's address."""

import os
import shutil
import subprocess

from .control import Lab
from .processes import die_with_parent, end
from .settings import LabError

TABLES, ROWS, THREADS = 4, 20_000, 32


class Load:
    """Goes on until it is closed; whatever becomes of its connections, it makes new ones."""

    def __init__(self, lab: Lab, longest: float) -> None:
        """Makes the tables anew and returns when the load is on. It ends by itself after `longest` seconds."""
        if not shutil.which("sysbench"):
            raise LabError("a load needs sysbench, from the package of this name")
        self.node = ""
        self._lab = lab
        self._options = lab.layout.state / "sysbench.options"
        # A password is in it.
        with os.fdopen(os.open(self._options, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as file:
            for name, value in lab.database.load_options(lab.layout.secrets).items():
                file.write(f"{name}={value}\n")
        lab.database.limit_logs(lab)
        for step in ("cleanup", "prepare"):
            done = subprocess.run(self._command(step), capture_output=True, text=True, timeout=300)
            if done.returncode and step == "prepare":
                raise LabError(f"sysbench: {(done.stdout + done.stderr).strip().splitlines()[-1]}")
        self._log = (lab.layout.state / "sysbench.log").open("w")
        # Its errors: a transaction that was rolled back in a deadlock, and a connection that was lost.
        self._process = subprocess.Popen(
            self._command(f"--threads={THREADS}", f"--time={longest:.0f}", "--report-interval=10", "run"), stdin=subprocess.DEVNULL,
            stdout=self._log, stderr=subprocess.STDOUT, preexec_fn=die_with_parent,
        )  # fmt: skip

    def _command(self, *words: str) -> list[str]:
        return self._lab.client_command(
            "sysbench", f"--config-file={self._options}", f"--tables={TABLES}", f"--table-size={ROWS}", "oltp_read_write", *words)

    def close(self) -> None:
        """It is no error to do so twice."""
        end(self._process)
        self._log.close()
        self._options.unlink(missing_ok=True)


def rates(lab: Lab) -> list[float]:
    """Transactions a second of the last load, for each ten seconds; none if there was none."""
    log = lab.layout.state / "sysbench.log"
    return [float(line.split("tps: ")[1].split()[0]) for line in log.read_text().splitlines() if "tps: " in line] if log.exists() else []
