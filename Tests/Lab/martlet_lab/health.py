"""What "everything is healthy" means, in words an operator would use for what is not."""

from .cluster import ClusterView, addresses, view
from .control import Lab
from .databases import DATABASES
from .settings import WRITER_ADDRESS


# What an agent says of a database that waits for a person.
HELD = {state for database in DATABASES.values() for state in database.held}


def complaints(seen: ClusterView, nodes: list[str]) -> list[str]:
    """What crm_mon shows that is not as it should be; empty when all is well. Fail-counts are judged elsewhere."""
    found = []
    if seen.dc is None:
        return ["the cluster has no coordinator"]
    if not seen.quorate:
        found.append("no quorum")
    if seen.maintenance:
        found.append("maintenance mode is on")
    for node in nodes:
        if seen.state(node) in HELD:
            found.append(f"{node} is held: {seen.state(node)}")
    if absent := sorted(set(nodes) - seen.online):
        found.append("not online: " + ", ".join(absent))
    if seen.unclean:
        found.append("unclean: " + ", ".join(sorted(seen.unclean)))
    if len(seen.promoted) != 1:
        found.append(f"{len(seen.promoted)} promoted instances")
    if idle := sorted(set(nodes) - set(seen.roles)):
        found.append("no running instance on " + ", ".join(idle))
    if seen.address_on is None or [seen.address_on] != seen.promoted:
        found.append(f"the writer's address is on {seen.address_on or 'no node'}")
    return found


def examine(lab: Lab) -> list[str]:
    """Everything that is not healthy, from crm_mon, then from the servers and the addresses themselves."""
    nodes = lab.nodes
    if off := sorted(set(nodes) - set(lab.reachable())):
        return ["powered off or unplugged: " + ", ".join(off)]
    seen = view(lab)
    found = complaints(seen, nodes)
    if found:
        return found
    primary = seen.promoted[0]
    for node in nodes:
        writable = lab.database.writable(lab, node)
        if writable != (node == primary):
            found.append(f"{node}: its server {'does not answer' if writable is None else 'has the wrong role'}")
    if waiting := sorted(set(nodes) - {primary} - lab.database.replicating(lab, primary)):
        found.append(f"not {lab.database.following} from {primary}: " + ", ".join(_said(seen, node) for node in waiting))
    if f" {WRITER_ADDRESS}/" not in addresses(lab, primary):
        found.append(f"{primary}: has not the writer's address {WRITER_ADDRESS}")
    return found


def _said(seen: ClusterView, node: str) -> str:
    """The node, with what its agent says of it."""
    said = seen.said(node)
    return f"{node} ({said})" if said else node
