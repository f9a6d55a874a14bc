"""A cluster that exists only as a CIB: filled by crmsh or pcs, moved on by Pacemaker's own scheduler (crm_simulate)."""

import copy
import os
import re
import shutil
import subprocess
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

TOOLS = {
    "crm": "crmsh", "pcs": "pcs", "cibadmin": "pacemaker-cli-utils", "crm_verify": "pacemaker-cli-utils",
    "crm_simulate": "pacemaker-cli-utils", "crm_resource": "pacemaker-cli-utils",
}


class Refused(Exception):
    """A tool did not accept what it was given."""


def run(*command, env=None, data=None):
    """Standard output and standard error in one, and the exit code; a hanging tool is a failure."""
    environment = dict(os.environ, LC_ALL="C.UTF-8", **(env or {}))
    done = subprocess.run(
        [str(part) for part in command], env=environment, input=data, text=True, timeout=600,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.stdout, done.returncode


def empty_cib(nodes):
    # From the installed Pacemaker itself: a tool refuses to write a CIB of a newer feature set than its own
    # ("Protocol not supported").
    text, code = run("cibadmin", "--empty")
    if code != 0:
        raise Refused(f"cibadmin --empty: {text}")
    cib = ET.fromstring(text)
    cib.set("have-quorum", "1")
    for number, node in enumerate(nodes, 1):
        ET.SubElement(cib.find("configuration/nodes"), "node", id=str(number), uname=node)
    return cib


def missing_agents(text):
    """The agents that an example names and this machine lacks; their metadata cannot be asked for."""
    used = set(re.findall(r"\b(?:ocf:\w+:\w+|fence_\w+)\b", re.sub(r"(?m)^\s*#.*$", "", text)))
    ocf = Path("/usr/lib/ocf/resource.d")
    places = {name: ocf.joinpath(*name.split(":")[1:]) if ":" in name else Path("/usr/sbin", name) for name in used}
    return {name for name, place in places.items() if not place.exists()}


def from_crmsh(example, nodes):
    """What `crm configure load update EXAMPLE` leaves in an empty cluster of these nodes."""
    absent = missing_agents(example.read_text())
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "cib.xml")
        ET.ElementTree(empty_cib(nodes)).write(file)
        # -F only where an agent is not installed: crmsh refuses it without its metadata. Whatever else it complains
        # of is an error.
        force = ["-F"] if absent else []
        output, _ = run(
            "crm", *force, "-D", "plain", "configure", "load", "update", example,
            env={"CIB_file": str(file), "HOME": folder})
        plain = re.sub(r"\x1b\[[0-9;]*m", "", output)
        known = [f"{name}:" for name in absent] + ["INFO: commit forced"]
        complaints = [line for line in plain.splitlines() if line and not any(word in line for word in known)]
        if complaints:
            raise Refused("; ".join(complaints))
        return ET.parse(file).getroot()


SHIM = """#!/bin/sh
case "$1 $2" in
"cluster cib") exec cp "$SEED" "$3" ;;
"cluster cib-push") exec cp "$3" "$RESULT" ;;
esac
for word; do case " $ABSENT " in *" $word "*) exec "$PCS" "$@" --force ;; esac; done
exec "$PCS" "$@"
"""


def from_pcs(example, nodes):
    """What the script pushes into an empty cluster of these nodes."""
    with tempfile.TemporaryDirectory() as folder:
        seed, result, shim = (Path(folder, name) for name in ("seed.xml", "result.xml", "pcs"))
        ET.ElementTree(empty_cib(nodes)).write(seed)
        shim.write_text(SHIM)
        shim.chmod(0o755)
        # A pcs that has no cluster to ask, and gets --force only for agents that are not installed.
        env = {
            "PATH": f"{folder}:{os.environ['PATH']}", "PCS": shutil.which("pcs"), "SEED": str(seed),
            "RESULT": str(result), "ABSENT": " ".join(missing_agents(example.read_text())),
        }
        output, code = run("sh", example, env=env)
        errors = [line for line in output.splitlines() if line.startswith("Error") or "eprecat" in line]
        if code != 0 or errors or not result.exists():
            raise Refused(output.strip() or f"exit code {code}, nothing pushed")
        return ET.parse(result).getroot()


def verify(cib):
    """What crm_verify has to say; empty when it accepts without a word."""
    with tempfile.NamedTemporaryFile(suffix=".xml") as file:
        ET.ElementTree(cib).write(file.name)
        output, code = run("crm_verify", "-V", "-x", file.name)
        return output.strip() or (f"exit code {code}" if code else "")


class Cluster:
    """The state of the cluster: the CIB, and after a step what the scheduler did, in its order."""

    def __init__(self, cib, nodes):
        self.cib, self.nodes = copy.deepcopy(cib), nodes
        self.actions, self.roles = [], {}
        status = self.cib.find("status")
        status.clear()
        for number, node in enumerate(nodes, 1):
            ET.SubElement(ET.SubElement(status, "node_state", {
                "id": str(number), "uname": node, "in_ccm": "true", "crmd": "online", "join": "member",
                "expected": "member"}), "lrm", id=str(number))

    def copy(self):
        return copy.deepcopy(self)

    def set(self, attribute, values):
        """Transient node attributes, as the agent publishes them; None removes one."""
        for node, value in values.items():
            state = self.cib.find(f"status/node_state[@uname='{node}']")
            number = str(self.nodes.index(node) + 1)
            if state.find("transient_attributes") is None:
                ET.SubElement(ET.SubElement(
                    state, "transient_attributes", id=number), "instance_attributes", id=f"status-{number}")
            known = state.find("transient_attributes/instance_attributes")
            for pair in known.findall(f"nvpair[@name='{attribute}']"):
                known.remove(pair)
            if value is not None:
                ET.SubElement(
                    known, "nvpair", id=f"status-{number}-{attribute}", name=attribute, value=str(value))

    def step(self, *events):
        """Lets the events happen and the scheduler react, until it has nothing left to do."""
        self.actions = []
        for attempt in range(5):
            done = self.transition(*(events if attempt == 0 else ()))
            self.actions += done
            if not done:
                return self
        raise Refused(f"the scheduler does not come to rest: {done}")

    def transition(self, *events):
        with tempfile.TemporaryDirectory() as folder:
            before, after = Path(folder, "before.xml"), Path(folder, "after.xml")
            ET.ElementTree(self.cib).write(before)
            output, code = run("crm_simulate", "--output-as=xml", "-S", "-x", before, "-O", after, *events)
            if code != 0:
                raise Refused(f"crm_simulate {' '.join(events)}: {output}")
            result = ET.fromstring(output[output.index("<pacemaker-result"):])
            self.cib = ET.parse(after).getroot()
        self.roles = {}
        for resource in result.iterfind("revised_cluster_status/resources//resource"):
            for node in resource.iterfind("node"):
                self.roles.setdefault(resource.get("id"), {})[node.get("name")] = resource.get("role")
        # ("promote", "pgsql", "pg2"), in their order; a fencing has the node in the resource's place.
        actions = []
        for action in result.iterfind("transition/*"):
            if action.tag == "fencing_action":
                actions.append(("fence", action.get("target"), None))
            elif action.tag == "rsc_action":
                # "pgsql:0" until the scheduler knows which instance it is; the number means nothing.
                actions.append((action.get("op"), action.get("resource").split(":")[0], action.get("node")))
        return actions

    def graph(self, *events):
        """The transition as it would be sent to the nodes, as text."""
        with tempfile.TemporaryDirectory() as folder:
            before, graph = Path(folder, "before.xml"), Path(folder, "graph.xml")
            ET.ElementTree(self.cib).write(before)
            output, code = run("crm_simulate", "-S", "-x", before, "-G", graph, *events)
            if code != 0:
                raise Refused(f"crm_simulate {' '.join(events)}: {output}")
            return graph.read_text()

    def command(self, *command):
        """Runs one of Pacemaker's tools on this CIB, as an operator would on the cluster."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "cib.xml")
            ET.ElementTree(self.cib).write(file)
            output, code = run(*command, env={"CIB_file": str(file)})
            if code != 0:
                raise Refused(f"{' '.join(command)}: {output}")
            self.cib = ET.parse(file).getroot()

    def place(self, resource, role="Started"):
        """Where a resource is: a node's name, a list of names if there are more, or None."""
        nodes = sorted(node for node, its in self.roles.get(resource, {}).items() if its == role)
        return nodes[0] if len(nodes) == 1 else nodes or None

    def moved(self):
        """What was started, stopped, promoted or demoted by the last step."""
        return [action for action in self.actions if action[0] in ("start", "stop", "promote", "demote", "fence")]
