"""What an operator sees of the cluster: crm_mon, and SQL on each server."""

import xml.etree.ElementTree as ET
from dataclasses import dataclass, field

from .control import Lab
from .settings import ADDRESS, LabError


@dataclass(frozen=True)
class ClusterView:
    """One reading of crm_mon. Nodes and roles by name; `failures` and `fail_counts` as text an operator would read."""

    dc: str | None = None
    quorate: bool = False
    maintenance: bool = False
    online: frozenset[str] = frozenset()
    unclean: frozenset[str] = frozenset()
    roles: dict[str, str] = field(default_factory=dict)
    address_on: str | None = None
    failures: tuple[str, ...] = ()
    fail_counts: dict[tuple[str, str], int] = field(default_factory=dict)
    attributes: dict[str, dict[str, str]] = field(default_factory=dict)
    unmanaged: frozenset[str] = frozenset()
    resource: str = "pgsql"  # the database's

    @property
    def promoted(self) -> list[str]:
        return [node for node, role in self.roles.items() if role == "Promoted"]

    def state(self, node: str) -> str:
        """What the agent says of its database on that node (attribute RESOURCE-state), empty if it says nothing."""
        return self.attributes.get(node, {}).get(f"{self.resource}-state", "")

    def storage(self, node: str) -> str:
        """What is wrong with its storage, in a word; empty if nothing is."""
        return (self.attributes.get(node, {}).get(f"{self.resource}-storage", "").split() or [""])[0]

    def score(self, node: str) -> int | None:
        """Its promotion score, as the agent set it; None if it has none."""
        text = self.attributes.get(node, {}).get(f"master-{self.resource}", "")
        return int(text) if text.lstrip("-").isdigit() else {"INFINITY": 1_000_000, "-INFINITY": -1_000_000}.get(text)

    def reason(self, node: str) -> str:
        """Why the last monitor of the database was not content with it (crm_mon cuts it after 128 bytes); else empty."""
        for failure in self.failures:
            if failure.startswith(f"{self.resource}_monitor") and f" on {node}: " in failure and ") (" in failure:
                return failure.rpartition(") (")[2].removesuffix(")")
        return ""

    def said(self, node: str) -> str:
        """What the agent says of its database there: its state, and why its last monitor was not content."""
        return ": ".join(filter(None, (self.state(node), self.reason(node))))


def parse(text: str, resource: str = "pgsql") -> ClusterView:
    """Read the output of `crm_mon --output-as=xml`; `resource` is the database's."""
    root = ET.fromstring(text)
    dc = root.find("./summary/current_dc")
    options = root.find("./summary/cluster_options")
    nodes = root.findall("./nodes/node")
    roles, unmanaged = {}, set()
    for instance in root.findall(f"./resources/clone[@id='{resource}-clone']/resource"):
        for place in instance.findall("node"):
            if instance.get("role") in ("Promoted", "Unpromoted"):
                roles[place.get("name", "")] = instance.get("role", "")
            if instance.get("managed") == "false":
                unmanaged.add(place.get("name", ""))
    address = root.find(f"./resources/resource[@id='{ADDRESS}']/node")
    counts = {
        (node.get("name", ""), history.get("id", "")): _count(history.get("fail-count"))
        for node in root.findall("./node_history/node")
        for history in node.findall("resource_history")
    }
    return ClusterView(
        dc=dc.get("name") if dc is not None and dc.get("present") == "true" else None,
        quorate=dc is not None and dc.get("with_quorum") == "true",
        maintenance=options is not None and options.get("maintenance-mode") == "true",
        online=frozenset(
            node.get("name", "") for node in nodes
            if node.get("online") == "true" and node.get("pending") == "false" and node.get("standby") == "false"
        ),
        unclean=frozenset(node.get("name", "") for node in nodes if node.get("unclean") == "true"),
        roles=roles,
        address_on=address.get("name") if address is not None else None,
        failures=tuple(
            f"{failure.get('op_key')} on {failure.get('node')}: {failure.get('exitstatus')}"
            f" ({failure.get('exitreason') or failure.get('status')})"
            for failure in root.findall("./failures/failure")
        ),
        fail_counts={key: count for key, count in counts.items() if count},
        attributes={
            node.get("name", ""): {entry.get("name", ""): entry.get("value", "") for entry in node.findall("attribute")}
            for node in root.findall("./node_attributes/node")
        },
        unmanaged=frozenset(unmanaged),
        resource=resource,
    )  # fmt: skip


def _count(text: str | None) -> int:
    if not text:
        return 0
    return int(text) if text.isdigit() else 1_000_000  # INFINITY


def view(lab: Lab, node: str | None = None) -> ClusterView:
    """What crm_mon says on `node`, else on the first reachable node with quorum. An empty view if nobody answers."""
    resource = lab.database.resource
    last = ClusterView(resource=resource)
    for name in [node] if node else lab.reachable():
        try:
            answer = lab.run(name, "crm_mon", "-1", "-A", "-f", "--output-as=xml", timeout=5, check=False)
            last = parse(answer.stdout, resource)
        except (LabError, ET.ParseError):
            continue
        if last.quorate:
            break
    return last


def query(lab: Lab, node: str, statement: str, seconds: float = 2) -> list[tuple] | None:
    """Rows from the server of one node, through its own socket; None if it does not answer in time."""
    return lab.database.query(lab, node, statement, seconds)


def addresses(lab: Lab, node: str) -> str:
    """`ip address` of a node."""
    return lab.run(node, "ip", "-o", "address", check=False).stdout
