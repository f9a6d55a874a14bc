# MySQL 9.7, which Tests/mysql-server brings.
. "$here/mysql_family.sh"
title=MySQL
family=mysql

find_server() {
  base=$("$root/Tests/mysql-server") && server=$base/bin/mysqld && [ -x "$server" ]
}

small=("--basedir=$("$root/Tests/mysql-server")" --mysqlx=OFF --secure-file-priv=NULL --innodb-redo-log-capacity=16M
  --innodb-buffer-pool-size=32M)

initialize() { as_mysql "$server" --no-defaults --initialize-insecure "--datadir=$1" "${small[@]}"; }

sql() { "$base/bin/mysql" --no-defaults --user=root "--socket=$work/db/socket" --batch --skip-column-names "$@"; }

privileges=(PROCESS RELOAD "REPLICATION CLIENT" CONNECTION_ADMIN REPLICATION_SLAVE_ADMIN SYSTEM_VARIABLES_ADMIN XA_RECOVER_ADMIN
  SYSTEM_USER)
semi_sync_source=rpl_semi_sync_source_enabled
semi_sync_replica=rpl_semi_sync_replica_enabled
wrong=(--gtid-mode=OFF --enforce-gtid-consistency=OFF --skip-log-replica-updates --binlog-format=STATEMENT --sync-binlog=0
  --innodb-flush-log-at-trx-commit=2 --bind-address=127.0.0.1 --relay-log-recovery=ON --offline-mode=ON --replica-net-timeout=60
  --loose-rpl-semi-sync-source-enabled=ON --plugin-load-add=semisync_replica.so --rpl-semi-sync-replica-enabled=ON)
wrong_sentences=("gtid_mode OFF: without GTIDs" "enforce_gtid_consistency OFF: " "log_replica_updates OFF: what it applies"
  "binlog_format STATEMENT: " "sync_binlog 0: " "innodb_flush_log_at_trx_commit 2: " "bind_address 127.0.0.1: "
  "relay_log_recovery ON: " "offline_mode ON: " "replica_net_timeout 60: ")

clients() {
  mysql() { "$base/bin/mysql" --no-defaults --user=root "--socket=$db/socket" "$@"; }
  mysqldump() { "$base/bin/mysqldump" --no-defaults --user=root "--socket=$db/socket" "$@"; }
}
position=@@GLOBAL.gtid_executed
loaded_position=@@GLOBAL.gtid_executed
own_position="GTID_SUBTRACT(@@GLOBAL.gtid_executed, @@GLOBAL.gtid_purged)"
