"""The command line of the lab."""

import argparse
import contextlib
import os
import random
import signal
import subprocess
import shutil
import sys
import time
from pathlib import Path
from typing import Callable, Iterator

from . import cases, control, health, logs, report, supervisor, suspension
from .chaos import command as chaos
from .control import Lab
from .demo import Demo
from .runner import Runner
from .databases import AGENTS, DATABASES, Database
from .settings import COVERED, DEFAULT_STATE, LAB, LabError, Layout, default_binary, missing_requirements, node_name


# On a machine that does several things at once.
PATIENCE = {"type": float, "default": 1.0, "metavar": "F", "help": "give everything F times as long (default 1: a quiet machine)"}


def _up_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--nodes", type=int, default=3, choices=range(2, 10), metavar="N", help="how many (default 3)")
    parser.add_argument("--agent", choices=AGENTS, default="martlet", help=f"which agent: {_agents()} (default martlet)")
    parser.add_argument("--agent-binary", metavar="FILE",
                        help="Martlet's agent (default: the one in .build/release)")  # fmt: skip
    parser.add_argument("--monitor-interval", type=int, default=10, metavar="SECONDS", help="(default 10)")


def _agents() -> str:
    """With which database each agent can be tried."""
    return "; ".join(f"{name}: {', '.join(database.agents)}" for name, database in DATABASES.items())


def parser() -> argparse.ArgumentParser:
    """Every command with its help."""
    top = argparse.ArgumentParser(prog="lab", description="A real Pacemaker cluster with a database on this machine.")
    top.add_argument("--state", type=Path, default=DEFAULT_STATE, help=f"where the lab lives (default {DEFAULT_STATE})")
    top.add_argument("--db", choices=DATABASES, help="which database (default: that of the lab that is up, else postgresql)")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, help: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=help, description=help[0].upper() + help[1:] + ".")

    _up_options(command("up", "bring a cluster up and leave it running"))
    command("down", "take the cluster down and remove everything it made")
    command("status", "show the nodes and what crm_mon says")
    for name, help in (
        ("shell", "open a shell in a node"), ("kill", "pull a node's power cord"), ("start", "power a node on"),
        ("cut", "unplug a node's network cable"), ("heal", "plug a node's network cable in again"),
    ):  # fmt: skip
        command(name, help).add_argument("node", type=node_name, metavar="N", help="the node: 2, or node2")
    execute = command("exec", "run a command in a node (N, or client): lab exec 2 -- crm_mon -1")
    execute.add_argument("node", metavar="N")
    execute.add_argument("words", nargs=argparse.REMAINDER, metavar="-- COMMAND")
    run = command("run", "run the cases (all of them, or those named) and judge the agent")
    _up_options(run)
    run.add_argument("cases", nargs="*", metavar="CASE", help="(default: all; `lab list` shows them)")
    run.add_argument("--keep-going", action="store_true", help="go on after a failed case")
    run.add_argument("--report", type=Path, metavar="DIR", help="where the report goes (default: beside the lab's state)")
    run.add_argument("--seed", type=int, help="for what happens in random order (default: drawn, and shown)")
    run.add_argument("--verbose", action="store_true", help="show every step as it happens")
    run.add_argument("--patience", **PATIENCE)
    random_faults = command("chaos", "let faults happen at random, under a writing client, and judge after each round")
    _up_options(random_faults)
    chaos.add_options(random_faults)
    random_faults.add_argument("--patience", **PATIENCE)
    _up_options(command("demo", "show a failover and a switchover, with a client writing, in under three minutes"))
    command("list", "list the cases")
    install = command("install", "replace the agent in a running lab by a newly built one")
    install.add_argument("--agent-binary", metavar="FILE")
    supervise = command("supervise", "(used by `up` and `run`) own a lab until told to end")
    _up_options(supervise)
    supervise.add_argument("--disk", type=int, default=0, metavar="MB", help="the size of each node's disk (default: no limit)")
    supervise.add_argument("--tied", action="store_true", help="end when standard input is closed")
    return top


def main() -> int:
    """Run one command. LabError is for people: one sentence on standard error, and exit code 1."""
    options = parser().parse_args()
    options.database = options.db or "postgresql"
    if options.command != "supervise":  # it has its own; to all others, being told to end is the same as Ctrl-C
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _interrupt)
    layout = Layout(options.state.resolve())
    try:
        if any(layout.state.is_relative_to(covered) for covered in COVERED):
            raise LabError(f"--state {layout.state}: the nodes have their own {', '.join(COVERED)}; choose another place")
        code = COMMANDS[options.command](layout, options)
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # `lab status | head` has seen enough; nothing more is written when this process ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except LabError as problem:
        print(f"lab: {problem}" if not str(problem).startswith("lab:") else problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _interrupt(number: int, _: object) -> None:
    raise KeyboardInterrupt


def require(database: Database, agent: str) -> None:
    if agent not in database.agents:
        raise LabError(f"agent {agent}: is none for {database.title}; there are {', '.join(database.agents)}")
    if problems := missing_requirements(database.missing_packages(agent)):
        raise LabError("cannot run here:\n  " + "\n  ".join(problems))


def bring_up(layout: Layout, options: argparse.Namespace, tied: bool, disk: int = 0) -> subprocess.Popen:
    """Start a lab and wait until it is healthy. One that is not stays up, to be looked at, unless it is tied."""
    database = DATABASES[options.database]
    require(database, options.agent)
    began = time.monotonic()
    binary = str(options.agent_binary or default_binary(database.agent_type))
    process = control.start(layout, database.name, options.agent, options.nodes, options.monitor_interval, binary, tied, disk)
    print(f"lab: {options.nodes} nodes are on after {time.monotonic() - began:.1f} s", flush=True)
    try:
        _wait_for_health(layout, began)
    except BaseException as problem:
        if tied or isinstance(problem, KeyboardInterrupt):
            control.end(process)
        raise
    return process


def _wait_for_health(layout: Layout, began: float) -> None:
    lab = Lab(layout)
    found = ["nothing seen yet"]
    while time.monotonic() - began < 90:
        found = health.examine(lab)
        if not found:
            print(f"lab: healthy after {time.monotonic() - began:.1f} s", flush=True)
            return
        time.sleep(0.2)
    raise LabError("not healthy after 90 s: " + "; ".join(found) + f"\n  the nodes' logs: {layout.state}/node*/log")


def _up(layout: Layout, options: argparse.Namespace) -> int:
    bring_up(layout, options, tied=False)
    if layout.state == DEFAULT_STATE.resolve():
        print("lab: `make lab-shell NODE=1` opens a shell in node1, `make lab-down` removes the lab; Tests/Lab/lab --help")
    else:
        lab = f"Tests/Lab/lab --state {layout.state}"
        print(f"lab: `{lab} shell 1` opens a shell in node1, `{lab} down` removes the lab; Tests/Lab/lab --help")
    return 0


def _down(layout: Layout, options: argparse.Namespace) -> int:
    print("lab: gone" if control.stop(layout) else "lab: none was up")
    return 0


def _status(layout: Layout, options: argparse.Namespace) -> int:
    lab = Lab(layout)
    for name, entry in lab.refresh()["nodes"].items():
        power = "on" if entry["on"] else f"off ({entry['off_because']})"
        print(f"{name}: {power}{'' if entry['plugged'] else ', cable cut'}")
    for name in lab.reachable()[:1]:
        print(lab.run(name, "crm_mon", "-1", "-A", "-f", check=False).stdout)
    return 0


def _power(layout: Layout, options: argparse.Namespace) -> int:
    Lab(layout).ask(options.command, node=options.node)
    return 0


def _shell(layout: Layout, options: argparse.Namespace) -> int:
    control.replace(Lab(layout).command(options.node, "bash", "--rcfile", "/dev/null", "-i"))
    return 0


def _exec(layout: Layout, options: argparse.Namespace) -> int:
    words = options.words[1:] if options.words[:1] == ["--"] else options.words
    if not words:
        raise LabError("exec: no command; for example: lab exec 1 -- crm_mon -1")
    lab = Lab(layout)
    if options.node == "client":
        control.replace(lab.client_command(*words))
    control.replace(lab.command(node_name(options.node), *words))
    return 0


def _install(layout: Layout, options: argparse.Namespace) -> int:
    agent_type = Lab(layout).database.agent_type
    supervisor.install_agent(layout, agent_type, options.agent_binary or str(default_binary(agent_type)))
    return 0


def _supervise(layout: Layout, options: argparse.Namespace) -> int:
    return supervisor.main(
        layout, options.database, options.agent, options.nodes, options.monitor_interval, options.agent_binary, options.tied, options.disk
    )


def _list(layout: Layout, options: argparse.Namespace) -> int:
    for case in cases.load(LAB / "cases", []):
        if not options.db or options.db in case.databases:
            print(f"{case.name:<30} {case.purpose}")
    return 0


def _run(layout: Layout, options: argparse.Namespace) -> int:
    chosen = cases.load(LAB / "cases", options.cases)
    if options.cases and options.db and not any(options.db in case.databases for case in chosen):
        print(f"lab: none of these cases is for {DATABASES[options.db].title}")
        return 0
    with borrowed_or_own(layout, options) as renew:
        return run_cases(layout, options, chosen, renew)


def _demo(layout: Layout, options: argparse.Namespace) -> int:
    with contextlib.suppress(LabError):  # that of the lab that is up, if one is
        options.database = options.db or Lab(layout).database.name
    title = DATABASES[options.database].title
    print(f"Three machines (here: namespaces of one) become a cluster: Pacemaker decides, Martlet knows {title}."
          if options.nodes == 3 else f"A cluster of {options.nodes} nodes is made.", flush=True)  # fmt: skip
    with borrowed_or_own(layout, options):
        print(flush=True)
        return Demo(Lab(layout), layout.state.with_name(layout.state.name + "-demo")).run()


def _chaos(layout: Layout, options: argparse.Namespace) -> int:
    """Its nodes' disks are its own: a lab that is up is left alone."""
    with own(layout, options, chaos.DISK_MEGABYTES) as renew:
        return chaos.play(layout, options, renew)


@contextlib.contextmanager
def own(layout: Layout, options: argparse.Namespace, disk: int = 0) -> Iterator[Callable[[], None]]:
    """A lab that is gone afterwards, whatever happens; what is yielded replaces it by a new one."""
    process = [bring_up(layout, options, tied=True, disk=disk)]

    def renew(disk: int = disk) -> None:
        control.end(process[0])
        process[0] = bring_up(layout, options, tied=True, disk=disk)

    try:
        yield renew
    finally:
        control.end(process[0])


@contextlib.contextmanager
def borrowed_or_own(layout: Layout, options: argparse.Namespace) -> Iterator[Callable[[], None] | None]:
    """The lab that is up, or else one of our own that is gone afterwards, whatever happens: then what is yielded replaces
    it by a new one."""
    try:
        up = Lab(layout).refresh()["database"]
    except LabError:
        with own(layout, options) as renew:
            yield renew
        return
    if options.db not in (None, up):
        raise LabError(f"a lab with {DATABASES[up].title} is up in {layout.state}; `lab down` ends it")
    print("lab: using the cluster that is up")
    yield None


def run_cases(layout: Layout, options: argparse.Namespace, chosen: list[cases.Case],
              renew: Callable[[], None] | None) -> int:
    """Run them in turn; 0 only if every one passed. A lab of our own that is beyond repair is replaced."""
    directory = options.report or layout.state.with_name(layout.state.name + "-report")
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    seed = options.seed if options.seed is not None else random.randrange(10000)
    lab, began = Lab(layout), time.monotonic()
    # A lab whose nodes have disks is another one, for the last of them.
    chosen.sort(key=lambda case: case.disk)
    has_disks = False
    chosen = [case.patiently(options.patience) for case in chosen if lab.agent in case.agents and lab.database.name in case.databases]
    if why := suspension.unavailable():
        for case in chosen:
            if case.suspends:
                print(f"skipped {case.name}: {why}")
        chosen = [case for case in chosen if not case.suspends]
    circumstances = f"{lab.database.title}, agent {lab.agent}, {len(lab.nodes)} nodes, seed {seed}"
    circumstances += f", patience {options.patience:g}" if options.patience != 1 else ""
    print(f"lab: {len(chosen)} cases, {circumstances}, report in {directory}\n{report.HEADER}", flush=True)
    runner = Runner(lab, directory, seed, options.verbose)
    results: list[report.Result] = []
    trouble: list[str] = []
    broken = 0
    for case in chosen:
        try:
            if case.disk and not has_disks:
                if renew is None:
                    raise LabError(f"{case.name}: needs a lab of its own: `lab down`")
                renew(chaos.DISK_MEGABYTES)
                runner = Runner(Lab(layout), directory, seed, options.verbose)
                has_disks = True
            runner.run(case, results)
        except LabError as problem:
            trouble.append(f"the lab was beyond repair after {case.name}: {problem}")
            print(trouble[-1], flush=True)
            if not results or results[-1].case is not case:
                results.append(report.Result(case, [str(problem)]))
        print("\n".join(results[-1].lines), flush=True)
        left_out = chosen[len(results):]
        whole = report.text(results, left_out, time.monotonic() - began, circumstances, trouble)
        (directory / "report.txt").write_text(whole)
        if results[-1].against and not options.keep_going or trouble and not renew:
            break
        if len(trouble) > broken:
            broken = len(trouble)
            renew(chaos.DISK_MEGABYTES if has_disks else 0)
    print(logs.excerpts(directory, {result.case.name: result.against for result in results if result.against}), end="")
    print(report.summary(results, left_out, time.monotonic() - began, circumstances))
    passed = len(results) == len(chosen) and not trouble and not any(result.against for result in results)
    return 0 if passed and chosen else 1


COMMANDS = {
    "up": _up, "down": _down, "status": _status, "kill": _power, "start": _power, "cut": _power, "heal": _power,
    "shell": _shell, "exec": _exec, "install": _install, "supervise": _supervise,
    "run": _run, "chaos": _chaos, "demo": _demo, "list": _list,
}  # fmt: skip
