"""What the cluster is told: Corosync's configuration, and the cluster information base, one for each agent."""

import xml.etree.ElementTree as ET

from .databases import Agent, Database
from .settings import ADDRESS, FENCING, WRITER_ADDRESS, node_address


def corosync_conf(nodes: list[str]) -> str:
    """Corosync wants each brace on its own line."""
    members = "".join(
        f"  node {{\n    ring0_addr: {node_address(node)}\n    name: {node}\n    nodeid: {number}\n  }}\n"
        for number, node in enumerate(nodes, start=1)
    )
    return (
        "totem {\n  version: 2\n  cluster_name: martlet-lab\n  transport: knet\n"
        "  crypto_cipher: none\n  crypto_hash: none\n  token: 1000\n}\n"
        f"nodelist {{\n{members}}}\n"
        f"quorum {{\n  provider: corosync_votequorum\n{'  two_node: 1' if len(nodes) == 2 else ''}\n}}\n"
        "logging {\n  to_logfile: yes\n  logfile: /var/log/corosync/corosync.log\n  to_syslog: no\n  timestamp: hires\n}\n"
    )


def hosts(nodes: list[str]) -> str:
    return "127.0.0.1 localhost\n" + "".join(f"{node_address(node)} {node}\n" for node in nodes)


def _nvpairs(parent: ET.Element, tag: str, prefix: str, values: dict[str, str]) -> None:
    block = ET.SubElement(parent, tag, id=f"{prefix}-{tag}")
    for name, value in values.items():
        ET.SubElement(block, "nvpair", id=f"{prefix}-{tag}-{name}", name=name, value=value)


def _operations(parent: ET.Element, prefix: str, operations: list[dict[str, str]]) -> None:
    block = ET.SubElement(parent, "operations")
    for operation in operations:
        interval = operation.get("interval", "0s")
        ET.SubElement(block, "op", id=f"{prefix}-{operation['name']}-{interval}", **{"interval": interval, **operation})


def _primitive(parent: ET.Element, name: str, standard: str, provider: str | None, type: str) -> ET.Element:
    attributes = {"id": name, "class": standard, "type": type}
    if provider:
        attributes["provider"] = provider
    return ET.SubElement(parent, "primitive", attributes)


def cib(database: Database, agent_name: str, nodes: list[str], monitor_interval: int) -> str:
    """A complete cluster information base: every node starts with the same one, as if it had been configured before.

    `monitor_interval` is in seconds, for the promoted role; the other role's is one more, as Pacemaker wants them to differ.
    """
    chosen = database.configured(agent_name, nodes)
    root = ET.Element("cib", {
        "crm_feature_set": "3.16.1", "validate-with": "pacemaker-3.9", "epoch": "1", "num_updates": "0", "admin_epoch": "0",
    })  # fmt: skip
    config = ET.SubElement(root, "configuration")
    # load-threshold: Pacemaker does less at once on a busy machine, and all nodes are busy on this one.
    # dc-deadtime: with the default, a cold start waits 20 s before it elects anyone.
    _nvpairs(ET.SubElement(config, "crm_config"), "cluster_property_set", "options", {
        "dc-deadtime": "2s", "load-threshold": "1000%", "stonith-enabled": "true", "cluster-name": "martlet-lab",
    })  # fmt: skip
    members = ET.SubElement(config, "nodes")
    for number, node in enumerate(nodes, start=1):
        ET.SubElement(members, "node", id=str(number), uname=node)
    resources = ET.SubElement(config, "resources")
    _fencing(resources, nodes)
    _database(resources, database, chosen, monitor_interval)
    _address(resources, ADDRESS, WRITER_ADDRESS)
    _constraints(ET.SubElement(config, "constraints"), database.clone, chosen, ADDRESS)
    _nvpairs(ET.SubElement(config, "rsc_defaults"), "meta_attributes", "defaults", {"resource-stickiness": "10"})
    ET.SubElement(root, "status")
    ET.indent(root)
    return ET.tostring(root, encoding="unicode") + "\n"


def _fencing(resources: ET.Element, nodes: list[str]) -> None:
    fencing = _primitive(resources, FENCING, "stonith", None, "fence_lab")
    _nvpairs(fencing, "instance_attributes", FENCING,
             {"pcmk_host_check": "static-list", "pcmk_host_list": " ".join(nodes)})  # fmt: skip
    _operations(fencing, FENCING, [{"name": "monitor", "interval": "3600s", "timeout": "20s"}])


def _database(resources: ET.Element, database: Database, chosen: Agent, interval: int) -> None:
    clone = ET.SubElement(resources, "clone", id=database.clone)
    _nvpairs(clone, "meta_attributes", database.clone, {"promotable": "true", "notify": "true", "interleave": "true"})
    instance = _primitive(clone, database.resource, "ocf", chosen.provider, chosen.type)
    _nvpairs(instance, "instance_attributes", database.resource, chosen.parameters)
    _operations(instance, database.resource, [
        {"name": "start", "timeout": f"{database.start_seconds}s"}, {"name": "stop", "timeout": f"{database.start_seconds}s"},
        {"name": "promote", "timeout": f"{database.promote_seconds}s"},
        {"name": "demote", "timeout": f"{database.demote_seconds}s"},
        {"name": "monitor", "interval": f"{interval}s", "role": "Promoted", "timeout": "20s"},
        {"name": "monitor", "interval": f"{interval + 1}s", "role": "Unpromoted", "timeout": "20s"},
        {"name": "notify", "timeout": "60s"},
    ])  # fmt: skip


def one_more(database: Database, chosen: Agent, monitor_interval: int, name: str, ip: str) -> tuple[str, str]:
    """Another database on the same nodes, with an address for its writers: the resources and the constraints, as XML."""
    resources, constraints = ET.Element("resources"), ET.Element("constraints")
    _database(resources, database, chosen, monitor_interval)
    _address(resources, name, ip)
    _constraints(constraints, database.clone, chosen, name)
    return ET.tostring(resources, encoding="unicode"), ET.tostring(constraints, encoding="unicode")


def _address(resources: ET.Element, name: str, ip: str) -> None:
    address = _primitive(resources, name, "ocf", "heartbeat", "IPaddr2")
    _nvpairs(address, "instance_attributes", name, {"ip": ip, "cidr_netmask": "24"})
    _operations(address, name, [{"name": "monitor", "interval": "10s", "timeout": "20s"}])


def _constraints(constraints: ET.Element, clone: str, chosen: Agent, name: str) -> None:
    ET.SubElement(constraints, "rsc_colocation", {
        "id": f"{name}-with-primary", "score": "INFINITY", "rsc": name, "with-rsc": clone, "with-rsc-role": "Promoted",
    })  # fmt: skip
    promote_first = {"first": clone, "first-action": "promote", "then": name, "then-action": "start"}
    if not chosen.address_outlives_demote:
        ET.SubElement(constraints, "rsc_order", {"id": f"promote-then-{name}", "kind": "Mandatory", **promote_first})
        return
    ET.SubElement(constraints, "rsc_order", {
        "id": f"promote-then-{name}", "kind": "Mandatory", "symmetrical": "false", **promote_first,
    })  # fmt: skip
    ET.SubElement(constraints, "rsc_order", {
        "id": f"demote-then-{name}", "kind": "Mandatory", "symmetrical": "false",
        "first": clone, "first-action": "demote", "then": name, "then-action": "stop",
    })  # fmt: skip
