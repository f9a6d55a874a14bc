"""Cases are data: what is done to a healthy cluster, what must follow and by when, and what must never be seen."""

import re
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from .databases import AGENTS, DATABASES
from .settings import LabError

# What can be done, and what each needs (a name with "?" may be left out).
ACTIONS: dict[str, tuple[str, ...]] = {
    "kill-server": ("node",), "kill-ahead": ("node",),
    "kill-backend": ("node",),
    "freeze": ("node",),
    "thaw": ("node",),
    "suspend": ("node",), "resume": ("node",),
    "power-off": ("node", "order?", "gap?"),
    "power-on": ("node", "order?", "gap?"),
    "cut": ("node",),
    "heal": ("node",),
    "switchover": ("node",),
    "command": ("words", "node?", "fails?"),
    "kill-agent": ("action", "node", "after?", "at_most?", "times?"),
    "maintenance": ("mode",),
    "restart-server": ("node",),
    "move-primary-by-hand": ("node", "to"),
    "refresh": (),
    "cleanup": (),
    "hold-replay": ("node",), "release-replay": ("node",),
    "freeze-cluster": ("node",),
    "freeze-disk": ("node",), "thaw-disk": ("node",), "break-disk": ("node",), "mend-disk": ("node",),
    "kill-daemon": ("name", "node"),
    "remove-address": ("node",),
    "fenced-nodes": ("mode",),
    "fill-connections": ("node",),
    "free-connections": ("node",),
    "break-login": ("node",),
    "mend-login": ("node",),
    "node-standby": ("node",),
    "node-online": ("node",),
    "patient-client": ("node",),
    "hold-replication": ("node", "to?"), "hold-answers": ("node", "to"),
    "stray-write": ("node",),
    "release-replication": ("node",),
    "lock-table": ("node", "mode"),
    "long-update": ("node",),
    "end-sessions": ("node",),
    "conflict": ("node",),
    "mend-conflict": ("node",),
    "write-by-hand": ("node",),
    "xa-prepare": ("node",),
    "xa-commit": (),
    "accept-loss": ("node",),
    "fill-wal": ("node", "megabytes?"), "reclone": ("node",),
    "begin-move": ("node",), "end-move": (),
    "ban": ("node",), "unban": (),
    "logical-slot": ("node",), "drop-logical-slot": ("node",),
    "stop-acknowledging": ("node",), "promote-by-hand": ("node",),
    "pause-replay": ("node",), "resume-replay": ("node",),
    "write-transaction": ("node",),
    "pause": ("length",),
    "load": ("longest",), "end-load": (),
    "name-successor": (),
    "fill-disk": ("node",), "spoil-relay-logs": ("node",), "forbid-wal": ("node",), "allow-wal": ("node",),
    "free-disk": ("node",),
}

# What can be waited for (within a time), or required to stay so (for a time).
CONDITIONS: dict[str, tuple[str, ...]] = {
    "promoted": ("node",),
    "promoted-elsewhere": (),
    "one-primary": (),
    "writes": (),
    "no-writes": (),
    "promise": ("copies", "of"),
    "streaming": ("node",),
    "rejoined": ("node",),
    "abandoned-kept": ("node", "commits?"),
    "no-worker": ("node",),
    "online": ("node",),
    "offline": ("node",),
    "healthy": (),
    "settled": (),
    "same-server": ("node",),
    "new-server": ("node",),
    "address": ("node",),
    "agent-was-killed": ("times?",),
    "daemon-is-back": ("name", "node"),
    "degraded": ("node",),
    "unpromotable": ("node",),
    "readable": ("node", "is"),
    "read-only": ("node",),
    "patient-client-waits": ("node",),
    "nowhere-else": ("node",),
    "xa-prepared": (),
    "xa-committed": (),
    "state": ("node", "is"),
    "storage": ("node", "is"),
    "archiver-failed": ("node",), "archive-complete": ("node",),
    "move-refused": ("node", "says"),
    "slot": ("node", "of", "is"),
}

NEVER = ("two-writable-primaries", "acknowledged-row-lost", "fenced", "failcount", "server-restarted")

# Names bound when the case begins; node1.. and these can be used wherever a node is asked for.
# "promoted" is whoever is it when the step is done; "successor" whoever was it when it was named.
ROLES = ("primary", "standby-a", "standby-b", "standbys", "all", "promoted", "successor")


@dataclass(frozen=True)
class Step:
    """One thing to do, or one thing to wait for. Durations are in seconds."""

    kind: str  # "do", "wait" or "stays"
    name: str
    arguments: dict[str, Any]
    seconds: float = 0

    def __str__(self) -> str:
        words = " ".join(str(value) for value in self.arguments.values())
        text = f"{self.name} {words}".strip()
        if self.kind == "wait":
            return f"wait for {text} within {self.seconds:g} s"
        return f"{text} stays for {self.seconds:g} s" if self.kind == "stays" else text


@dataclass(frozen=True)
class Case:
    """One file in cases/."""

    name: str
    purpose: str
    fault: str
    steps: tuple[Step, ...]
    never: tuple[str, ...]
    promotions: tuple[int, ...]  # how many are right; more than one number if more than one is
    never_promoted: tuple[str, ...] = ()  # nodes, by their roles
    leaves: tuple[str, ...] = ()
    outage_within: float | None = None
    healthy_within: float = 30
    client: bool = True
    disk: bool = False  # the nodes' databases need disks of their own
    databases: tuple[str, ...] = tuple(DATABASES)
    agents: tuple[str, ...] = AGENTS
    # Parameters of the database resource for this case alone, set before it begins.
    parameters: dict[str, str] = field(default_factory=dict)
    # Cluster options, the same way.
    properties: dict[str, str] = field(default_factory=dict)

    @property
    def suspends(self) -> bool:
        """It needs control groups that the lab can make."""
        return any(step.name == "suspend" for step in self.steps)

    def patiently(self, patience: float) -> "Case":
        """The same with `patience` times as long for all that must follow; what must stay so stays as long as before."""
        steps = tuple(replace(step, seconds=step.seconds * patience) if step.kind == "wait" else step for step in self.steps)
        outage = self.outage_within and self.outage_within * patience
        return replace(self, steps=steps, outage_within=outage, healthy_within=self.healthy_within * patience)


def duration(text: Any) -> float:
    """Seconds of "300ms", "1.5s" or "2min"."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|min)", str(text))
    if not match:
        raise LabError(f"duration {text!r}: not understood; write it as 300ms, 1.5s or 2min")
    return float(match[1]) * {"ms": 0.001, "s": 1, "min": 60}[match[2]]


def _step(raw: dict[str, Any]) -> Step:
    given = dict(raw)
    kinds = [kind for kind in ("do", "wait", "stays") if kind in given]
    if len(kinds) != 1:
        raise LabError(f"step {raw}: needs exactly one of do, wait and stays")
    kind = kinds[0]
    name = given.pop(kind)
    known = ACTIONS if kind == "do" else CONDITIONS
    if name not in known:
        raise LabError(f"step {name!r}: unknown; there are {', '.join(known)}")
    limit = {"wait": "within", "stays": "for"}.get(kind)
    seconds = 0.0
    if limit:
        if limit not in given:
            raise LabError(f"step {name!r}: needs `{limit}`")
        seconds = duration(given.pop(limit))
    needed = {word for word in known[name] if not word.endswith("?")}
    allowed = {word.rstrip("?") for word in known[name]}
    if missing := needed - set(given):
        raise LabError(f"step {name!r}: needs {', '.join(sorted(missing))}")
    if surplus := set(given) - allowed:
        raise LabError(f"step {name!r}: does not know {', '.join(sorted(surplus))}")
    for word in ("node", "to"):
        if word in given and given[word] not in ROLES and not re.fullmatch(r"node\d", given[word]):
            raise LabError(f"step {name!r}: {word} {given[word]!r} is neither a role ({', '.join(ROLES)}) nor a node")
    for word in ("after", "at_most", "gap", "length"):
        if word in given:
            given[word] = duration(given[word])
    return Step(kind, name, given, seconds)


def parse(text: str, origin: str) -> Case:
    """A case from TOML. Raises LabError naming `origin` for anything that is not understood."""
    try:
        raw = tomllib.loads(text)
        steps = tuple(_step(step) for step in raw.pop("steps", []))
        if not steps:
            raise LabError("no steps")
        never = tuple(raw.pop("never", ()))
        if unknown := set(never) - set(NEVER):
            raise LabError(f"never {', '.join(sorted(unknown))}: unknown; there are {', '.join(NEVER)}")
        for word, known in (("databases", DATABASES), ("agents", AGENTS)):
            if unknown := set(raw.get(word, ())) - set(known):
                raise LabError(f"{word} {', '.join(sorted(unknown))}: unknown; there are {', '.join(known)}")
        for word in ("outage_within", "healthy_within"):
            if word in raw:
                raw[word] = duration(raw[word])
        if isinstance(raw.get("promotions"), int):
            raw["promotions"] = [raw["promotions"]]
        for word in ("leaves", "never_promoted", "databases", "agents", "promotions"):
            if word in raw:
                raw[word] = tuple(raw[word])
        return Case(steps=steps, never=never, **raw)
    except tomllib.TOMLDecodeError as problem:
        raise LabError(f"{origin}: {problem}") from None
    except TypeError as problem:
        raise LabError(f"{origin}: {str(problem).replace('Case.__init__()', 'a case')}") from None
    except LabError as problem:
        raise LabError(f"{origin}: {problem}") from None


def load(directory: Path, names: list[str]) -> list[Case]:
    """The cases of a directory in the order of their files; only those named, if any are."""
    found = [parse(path.read_text(), path.name) for path in sorted(directory.glob("*.toml"))]
    if unknown := set(names) - {case.name for case in found}:
        raise LabError(f"case {', '.join(sorted(unknown))}: there is none; `lab list` shows all")
    return [case for case in found if not names or case.name in names]
