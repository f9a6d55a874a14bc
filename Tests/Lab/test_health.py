"""What an operator would call unhealthy is named, from one reading of crm_mon."""

import unittest
from dataclasses import replace

from martlet_lab.cluster import ClusterView, parse
from martlet_lab.health import complaints

NODES = ["node1", "node2"]
WELL = ClusterView(
    dc="node1", quorate=True, online=frozenset(NODES), roles={"node1": "Promoted", "node2": "Unpromoted"},
    address_on="node1", attributes={"node1": {"pgsql-state": "primary"}, "node2": {"pgsql-state": "streaming"}},
)  # fmt: skip
CRM_MON = """<pacemaker-result><summary><current_dc present="true" name="node1" with_quorum="true"/>
<cluster_options maintenance-mode="false"/></summary>
<nodes><node name="node1" online="true" standby="false" pending="false" unclean="false"/>
<node name="node2" online="true" standby="false" pending="true" unclean="false"/></nodes>
<resources><clone id="pgsql-clone"><resource id="pgsql" role="Promoted" managed="true"><node name="node1"/></resource>
</clone><resource id="writer-ip" role="Started"><node name="node1"/></resource></resources>
<node_attributes><node name="node1"><attribute name="pgsql-state" value="primary"/></node></node_attributes>
<node_history><node name="node1"><resource_history id="pgsql" fail-count="INFINITY"/></node></node_history>
<failures><failure op_key="pgsql_monitor_10000" node="node1" exitstatus="promoted (degraded)" exitreason="full"/></failures>
</pacemaker-result>"""


class Health(unittest.TestCase):
    def said(self, **changes) -> str:
        return "; ".join(complaints(replace(WELL, **changes), NODES))

    def test_a_healthy_cluster_gives_no_complaint(self):
        self.assertEqual(self.said(), "")

    def test_each_thing_that_is_missing_is_named(self):
        self.assertIn("no coordinator", self.said(dc=None))
        self.assertIn("no quorum", self.said(quorate=False))
        self.assertIn("maintenance mode", self.said(maintenance=True))
        self.assertIn("not online: node2", self.said(online=frozenset(["node1"])))
        self.assertIn("2 promoted", self.said(roles={"node1": "Promoted", "node2": "Promoted"}))
        self.assertIn("no running instance on node2", self.said(roles={"node1": "Promoted"}))
        self.assertIn("address is on node2", self.said(address_on="node2"))

    def test_a_held_standby_is_not_healthy_though_it_runs(self):
        self.assertIn("node2 is held: diverged", self.said(attributes={"node2": {"pgsql-state": "diverged"}}))

    def test_crm_mon_is_read(self):
        seen = parse(CRM_MON)
        self.assertEqual((seen.dc, seen.promoted, seen.address_on), ("node1", ["node1"], "node1"))
        self.assertEqual(seen.online, frozenset(["node1"]))  # node2 is still joining
        self.assertEqual(seen.fail_counts, {("node1", "pgsql"): 1_000_000})
        self.assertIn("on node1: promoted (degraded) (full)", seen.failures[0])
        self.assertEqual((seen.reason("node1"), seen.reason("node2")), ("full", ""))
        self.assertEqual((seen.state("node1"), seen.state("node2")), ("primary", ""))


if __name__ == "__main__":
    unittest.main()
