"""What the cluster is told: Corosync's configuration, and the cluster information base, one for each agent."""

import xml.etree.ElementTree as ET
from dataclasses import dataclass

from .settings import ADDRESS, CLONE, FENCING, PGDATA, POSTGRESQL_BIN, RESOURCE, WRITER_ADDRESS, node_address


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


@dataclass(frozen=True)
class Agent:
    """How one PostgreSQL agent is configured by someone who read its manual."""

    provider: str
    type: str
    parameters: dict[str, str]
    # With PAF and heartbeat:pgsql the standbys stream through the writer's address: it has to outlive the demotion.
    address_outlives_demote: bool


def agent(name: str, nodes: list[str]) -> Agent:
    """The three agents that can be compared, by the name given to `lab up --agent`."""
    if name == "martlet":
        return Agent("martlet", "postgresql", {"pgdata": PGDATA}, address_outlives_demote=False)
    if name == "paf":
        parameters = {"pgdata": PGDATA, "bindir": str(POSTGRESQL_BIN)}
        return Agent("heartbeat", "pgsqlms", parameters, address_outlives_demote=True)
    parameters = {
        "pgctl": str(POSTGRESQL_BIN / "pg_ctl"), "psql": "/usr/bin/psql", "pgdata": PGDATA,
        "rep_mode": "sync", "node_list": " ".join(nodes), "master_ip": WRITER_ADDRESS,
        "tmpdir": "/mnt/tmp", "logfile": "/var/log/postgresql/start.log", "repuser": "postgres",
        "primary_conninfo_opt": "keepalives_idle=60", "restart_on_promote": "false",
    }  # fmt: skip
    return Agent("heartbeat", "pgsql", parameters, address_outlives_demote=True)


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


def cib(agent_name: str, nodes: list[str], monitor_interval: int) -> str:
    """A complete cluster information base: every node starts with the same one, as if it had been configured before.

    `monitor_interval` is in seconds, for the promoted role; the other role's is one more, as Pacemaker wants them to differ.
    """
    chosen = agent(agent_name, nodes)
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
    _database(resources, chosen, monitor_interval)
    _address(resources)
    _constraints(ET.SubElement(config, "constraints"), chosen)
    _nvpairs(ET.SubElement(config, "rsc_defaults"), "meta_attributes", "defaults", {"resource-stickiness": "10"})
    ET.SubElement(root, "status")
    ET.indent(root)
    return ET.tostring(root, encoding="unicode") + "\n"


def _fencing(resources: ET.Element, nodes: list[str]) -> None:
    fencing = _primitive(resources, FENCING, "stonith", None, "fence_lab")
    _nvpairs(fencing, "instance_attributes", FENCING,
             {"pcmk_host_check": "static-list", "pcmk_host_list": " ".join(nodes)})  # fmt: skip
    _operations(fencing, FENCING, [{"name": "monitor", "interval": "3600s", "timeout": "20s"}])


def _database(resources: ET.Element, chosen: Agent, interval: int) -> None:
    clone = ET.SubElement(resources, "clone", id=CLONE)
    _nvpairs(clone, "meta_attributes", CLONE, {"promotable": "true", "notify": "true", "interleave": "true"})
    database = _primitive(clone, RESOURCE, "ocf", chosen.provider, chosen.type)
    _nvpairs(database, "instance_attributes", RESOURCE, chosen.parameters)
    _operations(database, RESOURCE, [
        {"name": "start", "timeout": "60s"}, {"name": "stop", "timeout": "60s"},
        {"name": "promote", "timeout": "30s"}, {"name": "demote", "timeout": "60s"},
        {"name": "monitor", "interval": f"{interval}s", "role": "Promoted", "timeout": "20s"},
        {"name": "monitor", "interval": f"{interval + 1}s", "role": "Unpromoted", "timeout": "20s"},
        {"name": "notify", "timeout": "60s"},
    ])  # fmt: skip


def _address(resources: ET.Element) -> None:
    address = _primitive(resources, ADDRESS, "ocf", "heartbeat", "IPaddr2")
    _nvpairs(address, "instance_attributes", ADDRESS, {"ip": WRITER_ADDRESS, "cidr_netmask": "24"})
    _operations(address, ADDRESS, [{"name": "monitor", "interval": "10s", "timeout": "20s"}])


def _constraints(constraints: ET.Element, chosen: Agent) -> None:
    ET.SubElement(constraints, "rsc_colocation", {
        "id": "address-with-primary", "score": "INFINITY", "rsc": ADDRESS, "with-rsc": CLONE, "with-rsc-role": "Promoted",
    })  # fmt: skip
    promote_first = {"first": CLONE, "first-action": "promote", "then": ADDRESS, "then-action": "start"}
    if not chosen.address_outlives_demote:
        ET.SubElement(constraints, "rsc_order", {"id": "promote-then-address", "kind": "Mandatory", **promote_first})
        return
    ET.SubElement(constraints, "rsc_order", {
        "id": "promote-then-address", "kind": "Mandatory", "symmetrical": "false", **promote_first,
    })  # fmt: skip
    ET.SubElement(constraints, "rsc_order", {
        "id": "demote-then-address", "kind": "Mandatory", "symmetrical": "false",
        "first": CLONE, "first-action": "demote", "then": ADDRESS, "then-action": "stop",
    })  # fmt: skip
