#!/bin/sh
# MySQL on three nodes: one primary, two replicas, three addresses. For pcs 0.11 and later.
#
#   192.0.2.10   writer    always on the primary
#   192.0.2.11   readers   on a replica that keeps up, else on the primary; two of them: give both
#   192.0.2.12   readers   addresses to one name in the DNS
#
# To use: change node names, addresses, fencing and datadir, then run this on one node of a running cluster.
#
# Every node has MySQL and the agent installed; the server's own unit is disabled, for only Pacemaker may start the
# server (systemctl disable mysql; elsewhere mysqld); and each has its own data directory: the first one initialised,
# the others copied from it. Each has the password of the replication account in /etc/martlet/mysql.cnf. docs/mysql.md
# has the accounts and the settings that the servers need, as SQL to copy. The cluster promotes one of them.
set -eu

# All is written to a file first and given to the cluster in one piece: it never sees half a configuration, such as
# an address without the rule that says where it belongs.
cib=$(mktemp)
trap 'rm -f "$cib"' EXIT
pcs cluster cib "$cib"
p() { pcs -f "$cib" "$@"; }

# Fencing makes a failover safe: a node that does not answer may still be writing, and no other may be promoted
# before it is known to be off. Without fencing, after the loss of a node nobody is promoted, and rightly so.
# IPMI boards here; any fence agent will do (fence_xvm, fence_vmware_rest, fence_aws). The password is not in the
# cluster's configuration, which is on every node and in every report: the script prints it.
p stonith create fence-db1 fence_ipmilan \
  ip=198.51.100.1 username=fence password_script=/etc/pacemaker/ipmi-password lanplus=1 \
  pcmk_host_list=db1 \
  op monitor interval=60s timeout=20s
p stonith create fence-db2 fence_ipmilan \
  ip=198.51.100.2 username=fence password_script=/etc/pacemaker/ipmi-password lanplus=1 \
  pcmk_host_list=db2 \
  op monitor interval=60s timeout=20s
p stonith create fence-db3 fence_ipmilan \
  ip=198.51.100.3 username=fence password_script=/etc/pacemaker/ipmi-password lanplus=1 \
  pcmk_host_list=db3 \
  op monitor interval=60s timeout=20s
# Not on the node that it is to fence: that one may hang.
p constraint location fence-db1 avoids db1
p constraint location fence-db2 avoids db2
p constraint location fence-db3 avoids db3

# The server. Every parameter has a default; "pcs resource describe ocf:martlet:mysql" lists them.
# The server's program is looked for where Debian and RHEL have it. Never name mysqld_safe: it would restart a server
# that the cluster has stopped. (RHEL's clients look for the socket at /var/lib/mysql/mysql.sock.)
#
# Two monitors, one for each role, with different intervals: Pacemaker tells recurring operations apart by name and
# interval alone, and would run only one of two that have both in common.
#
# Timeouts are limits, not waits. stop and demote use force to end within theirs; if a stop fails nevertheless, the
# node is fenced. start includes the recovery after a crash: allow for the longest that you expect (minutes, if the
# redo log is large). promote includes applying what was received: allow for the lag that you accept. A start that
# fails keeps the server off that node until failure-timeout is over.
p resource create mysql ocf:martlet:mysql \
  datadir=/var/lib/mysql socket=/run/mysqld/mysqld.sock \
  op start interval=0s timeout=120s \
  stop interval=0s timeout=120s \
  promote interval=0s timeout=60s \
  demote interval=0s timeout=120s \
  notify interval=0s timeout=60s \
  monitor interval=10s timeout=20s role=Promoted \
  monitor interval=11s timeout=20s role=Unpromoted \
  promotable mysql-clone

# notify=true is what makes the agent an agent of a cluster: before a promotion all nodes say which transactions they
# have, so that the one with the most is promoted; after it, the replicas learn whom to follow.
p resource meta mysql-clone promotable=true promoted-max=1 clone-max=3 notify=true

p resource create writer-ip ocf:heartbeat:IPaddr2 ip=192.0.2.10 cidr_netmask=24 \
  op monitor interval=10s timeout=20s
p resource create readers-ip-1 ocf:heartbeat:IPaddr2 ip=192.0.2.11 cidr_netmask=24 \
  op monitor interval=10s timeout=20s meta resource-stickiness=0
p resource create readers-ip-2 ocf:heartbeat:IPaddr2 ip=192.0.2.12 cidr_netmask=24 \
  op monitor interval=10s timeout=20s meta resource-stickiness=0

# The writer address is where the primary is, and comes after the promotion: whoever connects can write.
p constraint colocation add writer-ip with Promoted mysql-clone score=INFINITY id=writer-with-primary
p constraint order promote mysql-clone then start writer-ip \
  kind=Mandatory symmetrical=false id=writer-after-promotion
# It goes after the demotion, too, so that the server itself closes the connections, and clients see it at once.
# If the address went first, they would wait for a TCP timeout; hence not symmetrical.
p constraint order demote mysql-clone then stop writer-ip \
  kind=Mandatory symmetrical=false id=writer-until-demotion

# Readers go where the agent says that reading is fine: it sets the node attribute NAME-readable to 1 on the primary
# and on a replica that replicates and is within its limit of lag, and to 0 elsewhere.
p constraint location readers-ip-1 rule constraint-id=readers-1-where-readable score=-INFINITY \
  not_defined mysql-readable or mysql-readable ne 1
p constraint location readers-ip-2 rule constraint-id=readers-2-where-readable score=-INFINITY \
  not_defined mysql-readable or mysql-readable ne 1
# Only beside a running server: they come after its start, and go before its stop.
p constraint colocation add readers-ip-1 with mysql-clone score=INFINITY id=readers-1-with-server
p constraint colocation add readers-ip-2 with mysql-clone score=INFINITY id=readers-2-with-server
p constraint order start mysql-clone then start readers-ip-1 kind=Mandatory id=readers-1-after-server
p constraint order start mysql-clone then start readers-ip-2 kind=Mandatory id=readers-2-after-server
# Rather on a replica than on the primary, which is the last resort. Not both on one replica if there are two.
# The smallest scores will do, and it must be "with the unpromoted", not "away from the promoted": Pacemaker lets
# such wishes have a say in who is promoted, where great scores outweigh the differences between promotion scores;
# and it does not use a node at all whose scores add up to less than 0, not even as the last one.
p constraint colocation add readers-ip-1 with Unpromoted mysql-clone score=2 id=readers-1-on-replica
p constraint colocation add readers-ip-2 with Unpromoted mysql-clone score=2 id=readers-2-on-replica
p constraint colocation add readers-ip-2 with readers-ip-1 score=-1 id=readers-apart

# What works stays where it is: a node that comes back takes nothing away. (Except readers, with their stickiness 0:
# they spread again.) After six failures a resource leaves its node, and Pacemaker 2.1 counts a crashed server as two; a failure is
# forgotten after ten minutes without another. Keep failure-timeout longer than the longest timeout above, and the stickiness
# at 1: Pacemaker adds it to the promotion scores, twice.
p resource defaults update resource-stickiness=1 migration-threshold=6 failure-timeout=10min

# Three nodes keep a majority when one is lost. A node that is cut off has none: it stops all of this
# (no-quorum-policy=stop, the default; "ignore" would give you two primaries) and is fenced by the others.

pcs cluster cib-push "$cib" --config
