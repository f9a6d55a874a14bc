# MariaDB, as Debian has it.
. "$here/mysql_family.sh"
title=MariaDB
family=mariadb
server=/usr/sbin/mariadbd

find_server() { [ -x $server ] && command -v mariadb-install-db >/dev/null; }

small=(--innodb-log-file-size=16M --innodb-buffer-pool-size=32M)

initialize() {
  as_mysql mariadb-install-db --no-defaults "--datadir=$1" --skip-test-db --auth-root-authentication-method=normal "${small[@]}"
}

sql() { mariadb --no-defaults --user=root "--socket=$work/db/socket" --batch --skip-column-names "$@"; }

privileges=(PROCESS RELOAD "CONNECTION ADMIN" "REPLICATION MASTER ADMIN" "REPLICATION SLAVE ADMIN" "SLAVE MONITOR"
  "READ_ONLY ADMIN")
semi_sync_source=rpl_semi_sync_master_enabled
semi_sync_replica=rpl_semi_sync_slave_enabled
wrong=(--gtid-strict-mode=OFF --skip-log-slave-updates --binlog-format=MIXED --sync-binlog=0
  --innodb-flush-log-at-trx-commit=2 --bind-address=127.0.0.1 --relay-log-recovery=ON --rpl-semi-sync-slave-enabled=ON --slave-net-timeout=60)
wrong_sentences=("gtid_strict_mode OFF: " "log_slave_updates OFF: what it applies" "binlog_format MIXED: " "sync_binlog 0: "
  "innodb_flush_log_at_trx_commit 2: " "bind_address 127.0.0.1: " "relay_log_recovery ON: " "slave_net_timeout 60: ")

clients() {
  mariadb() { command mariadb --no-defaults --user=root "--socket=$db/socket" "$@"; }
  mariadb-dump() { command mariadb-dump --no-defaults --user=root "--socket=$db/socket" "$@"; }
}
position=@@GLOBAL.gtid_binlog_pos
loaded_position=@@GLOBAL.gtid_slave_pos
own_position=@@GLOBAL.gtid_binlog_state
