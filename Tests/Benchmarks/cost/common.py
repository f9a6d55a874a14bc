"""An agent, called as Pacemaker would call it, and what one call of it costs. The same for every database."""

import os
import pathlib
import re
import shutil
import stat
import subprocess
import tempfile
import time
from dataclasses import dataclass

# What only some actions need is loaded when they need it; Foundation and a shared libstdc++ are needed by none.
UNWANTED = re.compile(r"lib(?:pq|mariadb|ssl|crypto|ldap|xml2|Foundation\w*|icu\w*|stdc\+\+)\.so\S*")
PROCESSES = 0  # that a steady monitor starts
ROLES = {"Promoted": 8, "Unpromoted": 0}  # and what their monitors answer


class Problem(Exception):
    """Why nothing can be measured: one sentence."""


def need(condition, what):
    if not condition:
        raise Problem(what)


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, stdin=subprocess.DEVNULL, **options)
    need(done.returncode == 0, f"{command[0]} ended with {done.returncode}: {done.stderr.strip()[-300:]}")
    return done.stdout


def wait_until(condition, seconds, what):
    deadline = time.monotonic() + seconds
    while not condition():
        need(time.monotonic() < deadline, f"{what} after {seconds} s")
        time.sleep(0.1)


@dataclass(frozen=True)
class Budget:
    """What was measured on Debian 12, and a tenth more."""

    meta_data: float  # millions of instructions
    monitor: dict[str, float]  # by role
    memory: float  # MiB at the highest, of every action with all that it starts and waits for
    start_memory: float  # the same of start, which also asks the server's program for its version


class Report:
    def __init__(self, database):
        self.database, self.failed = database, 0

    def line(self, what, value, limit, unit):
        good = value <= limit
        self.failed += not good
        digits = 2 if isinstance(limit, float) else 0
        verdict = "ok     " if good else "FAILED "
        print(f"{verdict} {self.database:<11} {what:<36} {value:>6.{digits}f} of {limit:>5.{digits}f} {unit}", flush=True)


class Instance:
    """An instance without a cluster: one that its node's steady monitor takes for one, if `steady` names the node."""

    def __init__(self, agent, home, parameters, steady=()):
        """`home` is where it may write; `steady` are more variables for recurring monitors."""
        self.agent, self.home, self.steady = agent, home, dict(steady)
        self.environment = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "OCF_ROOT": "/usr/lib/ocf",
            "OCF_RESOURCE_INSTANCE": "cost", "HA_RSCTMP": str(home / "run"), "HA_LOGFILE": str(home / "log"),
            "OCF_RESKEY_CRM_meta_timeout": "60000", **{f"OCF_RESKEY_{name}": str(value) for name, value in parameters.items()},
        }  # fmt: skip
        (home / "run").mkdir()

    def act(self, action, wrapper=(), role=None):
        """Standard error, of an action that must end well; `role` makes it a recurring monitor."""
        environment = dict(self.environment)
        if role:
            environment |= {"OCF_RESKEY_CRM_meta_role": role, "OCF_RESKEY_CRM_meta_interval": "10000", **self.steady}
        expected = ROLES[role] if role else 0
        done = subprocess.run([*wrapper, self.agent, action], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True)  # fmt: skip
        need(done.returncode == expected,
             f"{action} in {self.home.name} ended with {done.returncode} instead of {expected}: {done.stderr.strip()[-300:]}")
        return done.stderr

    def instructions(self, action, **options):
        """Millions, of the agent's own process from its first instruction, the loader's included."""
        said = self.act(action, ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"], **options)
        found = re.search(r"Collected : (\d+)", said)
        need(found, f"callgrind counted nothing of {action}: {said.strip()[-300:]}")
        return int(found[1]) / 1e6

    def memory(self, action, **options):
        """MiB."""
        said = self.act(action, ["/usr/bin/time", "-f", "peak %M"], **options)
        found = re.search(r"peak (\d+)", said)
        need(found, f"no memory was measured of {action}: {said.strip()[-300:]}")
        return int(found[1]) / 1024

    def started(self, action, **options):
        """How many processes and threads it starts: strace writes a file for each, and one for the agent."""
        with tempfile.TemporaryDirectory(dir=self.home) as traces:
            self.act(action, ["strace", "-ff", "-qq", "-e", "trace=process", "-o", f"{traces}/trace"], **options)
            files = len(os.listdir(traces))
        need(files, f"strace saw nothing of {action}")
        return files - 1


def measure_meta_data(agent, budget, report, work):
    """What needs no server."""
    libraries = sorted(set(UNWANTED.findall(run("ldd", agent))))
    report.line(" ".join(["unwanted libraries:", *libraries] if libraries else ["unwanted libraries"]), len(libraries), 0, "")
    home = work / "meta-data"
    home.mkdir()
    report.line("meta-data: instructions", Instance(agent, home, {}).instructions("meta-data"), budget.meta_data, "million")


def measure(primary, standby, budget, report):
    """Both servers run, and the standby receives."""
    for instance, role in [(primary, "Promoted"), (standby, "Unpromoted")]:
        what = f"monitor, {role.lower()}"
        instance.act("monitor", role=role)  # the first one still has news
        report.line(f"{what}: instructions", instance.instructions("monitor", role=role), budget.monitor[role], "million")
        report.line(f"{what}: processes started", instance.started("monitor", role=role), PROCESSES, "")
        report.line(f"{what}: memory", instance.memory("monitor", role=role), budget.memory, "MiB")
    for action in ["notify", "reload-agent", "validate-all", "meta-data", "stop", "start", "promote", "demote"]:
        limit = budget.start_memory if action == "start" else budget.memory
        report.line(f"{action}: memory", standby.memory(action), limit, "MiB")


def pretend_cluster(work, resource, addresses):
    """In this mount namespace Pacemaker's tools take everything that they are told, and know one configuration: a clone that
    is promoted on the first of the nodes. `addresses` are by node."""
    states, nodes = "", ""
    for number, (node, address) in enumerate(addresses.items(), start=1):
        nodes += f'<node id="{number}" uname="{node}"><instance_attributes id="a{number}">' \
                 f'<nvpair id="a{number}-1" name="{resource}-address" value="{address}"/></instance_attributes></node>\n'
        done = ["start", "promote"] if number == 1 else ["start"]
        history = "".join(
            f'<lrm_rsc_op id="{resource}_{action}_0" operation_key="{resource}_{action}_0" operation="{action}" call-id="{call}" '
            f'rc-code="0" op-status="0" interval="0" transition-magic="0:0;{call}:1:0:0-0" on_node="{node}"/>'
            for call, action in enumerate(done, start=1)
        )  # fmt: skip
        states += (f'<node_state id="{number}" uname="{node}" in_ccm="true" crmd="online" join="member" expected="member">'
                   f'<lrm id="{number}"><lrm_resources><lrm_resource id="{resource}" type="x" class="ocf" provider="martlet">'
                   f"{history}</lrm_resource></lrm_resources></lrm></node_state>\n")  # fmt: skip
    cib, tool = work / "cib.xml", work / "tool"
    cib.write_text(f"""<cib validate-with="pacemaker-3.9" have-quorum="1"><configuration><crm_config/><nodes>
{nodes}</nodes><resources><clone id="{resource}-clone"><meta_attributes id="m"><nvpair id="m-1" name="promotable" value="true"/>
</meta_attributes><primitive id="{resource}" class="ocf" provider="martlet" type="x"/></clone></resources><constraints/>
</configuration><status>
{states}</status></cib>
""")
    tool.write_text(f'#!/bin/sh\ncase "$0" in *cibadmin) exec cat {cib};; esac\n')
    tool.chmod(tool.stat().st_mode | stat.S_IXUSR)
    for name in ["cibadmin", "crm_attribute", "attrd_updater"]:
        program = shutil.which(name, path="/usr/sbin:/sbin:/usr/bin")
        need(program, f"there is no {name}; needs: make deps")
        run("mount", "--bind", tool, program)


def owned(path, user):
    """A new directory that the server's user may write to."""
    path.mkdir()
    shutil.chown(path, user, user)
    return pathlib.Path(path)
