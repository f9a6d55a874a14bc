"""Where MySQL 9.7 and MariaDB 10.11 differ: programs, settings, accounts and statements."""

import os
from dataclasses import dataclass
from pathlib import Path

MYSQL = Path(os.environ.get("MARTLET_MYSQL", "/var/cache/martlet/mysql"))  # Tests/mysql-server makes it


@dataclass(frozen=True)
class Dialect:
    server: Path
    needs: tuple[tuple[Path, str], ...]  # files, and what brings them: a package, or a command
    tls: bool  # the server brings certificates of its own
    settings: str
    small: tuple[str, ...]  # options that keep a new database small
    bare: tuple[str, ...]  # options of a server that is started to be filled
    accounts: tuple[str, ...]
    read_only: str  # what must be 0 for anyone to be able to write
    status: str
    receiving: str  # columns of the status
    applying: str
    source: str
    start_applier: str
    semi_sync: str  # the replica's status variable
    position: str
    applied: str  # waits for it
    full: tuple[int, ...]  # errors of a server that refuses this user's connection, and only that
    trouble: tuple[str, ...]  # of replication, in the server's log


# The agent's, as docs/mysql.md says: what is needed to see, and to change roles, and no more. No SUPER, and no access to the application's data.
MYSQL_ACCOUNTS = (
    "ALTER USER root@localhost IDENTIFIED WITH auth_socket",
    "CREATE USER mysql@localhost IDENTIFIED WITH auth_socket",
    "GRANT PROCESS, RELOAD, REPLICATION CLIENT ON *.* TO mysql@localhost",
    "GRANT CONNECTION_ADMIN, REPLICATION_SLAVE_ADMIN, SYSTEM_USER, SYSTEM_VARIABLES_ADMIN, XA_RECOVER_ADMIN "
    "ON *.* TO mysql@localhost",
    # For rejoin=reclone.
    "GRANT REPLICATION SLAVE ON *.* TO mysql@localhost",
    "GRANT BACKUP_ADMIN, CLONE_ADMIN ON *.* TO mysql@localhost",
    "GRANT BACKUP_ADMIN ON *.* TO repl@'%'",
    "GRANT SELECT, PROCESS, REPLICATION CLIENT ON *.* TO watch@localhost, watch@'127.0.0.1'",
    "GRANT XA_RECOVER_ADMIN ON *.* TO watch@localhost, watch@'127.0.0.1'",
    "GRANT CONNECTION_ADMIN, SERVICE_CONNECTION_ADMIN ON *.* TO watch@'127.0.0.1'",
)
MARIADB_ACCOUNTS = (
    "DROP USER IF EXISTS mysql@localhost",
    "CREATE USER mysql@localhost IDENTIFIED VIA unix_socket",
    # BINLOG MONITOR for rejoin=reclone.
    "GRANT BINLOG MONITOR, CONNECTION ADMIN, PROCESS, READ_ONLY ADMIN, RELOAD, REPLICATION MASTER ADMIN, REPLICATION SLAVE ADMIN, "
    "SLAVE MONITOR ON *.* TO mysql@localhost",
    "GRANT SELECT, PROCESS, BINLOG MONITOR, REPLICA MONITOR ON *.* TO watch@localhost",
    "GRANT SELECT, PROCESS, BINLOG MONITOR, REPLICA MONITOR, CONNECTION ADMIN ON *.* TO watch@'127.0.0.1'",
)
# heartbeat:mariadb does everything with the replication account, with a password, and its manual says: GRANT ALL.
HEARTBEAT_PASSWORD = "for-heartbeat"  # it is in the cluster's configuration for all to read
HEARTBEAT_ACCOUNT = "GRANT ALL ON *.* TO repl@'%'"

MYSQL_SETTINGS = f"""
basedir = {MYSQL}
mysqlx = OFF
secure_file_priv = NULL
admin_address = 127.0.0.1
admin_port = {{reserved_port}}
gtid_mode = ON
enforce_gtid_consistency = ON
log_replica_updates = ON
replica_net_timeout = 10
plugin_load_add = auth_socket.so
plugin_load_add = mysql_clone.so
plugin_load_add = semisync_source.so
plugin_load_add = semisync_replica.so
rpl_semi_sync_source_enabled = ON
rpl_semi_sync_replica_enabled = ON
rpl_semi_sync_source_timeout = 4294967295
rpl_semi_sync_source_wait_for_replica_count = 1
rpl_semi_sync_source_wait_point = AFTER_SYNC
innodb_redo_log_capacity = 32M
innodb_buffer_pool_load_at_startup = OFF
innodb_buffer_pool_dump_at_shutdown = OFF
performance_schema_max_digest_length = 0
performance_schema_digests_size = 100
"""
MARIADB_SETTINGS = """
extra_port = {reserved_port}
extra_max_connections = 10
gtid_strict_mode = ON
log_slave_updates = ON
slave_net_timeout = 10
binlog_format = ROW
rpl_semi_sync_master_enabled = ON
rpl_semi_sync_slave_enabled = ON
rpl_semi_sync_master_timeout = 4294967295
rpl_semi_sync_master_wait_point = AFTER_SYNC
innodb_log_file_size = 32M
innodb_buffer_pool_load_at_startup = OFF
innodb_buffer_pool_dump_at_shutdown = OFF
performance_schema = OFF
"""

MYSQL_DIALECT = Dialect(
    server=MYSQL / "bin/mysqld",
    needs=((MYSQL / "bin/mysqld", "Tests/mysql-server"),),
    tls=True,
    settings=MYSQL_SETTINGS,
    small=("--innodb-redo-log-capacity=32M", "--innodb-buffer-pool-size=32M", "--mysqlx=OFF", "--secure-file-priv=NULL"),
    bare=("--gtid-mode=ON", "--enforce-gtid-consistency=ON", "--plugin-load-add=auth_socket.so"),
    accounts=MYSQL_ACCOUNTS,
    read_only="@@GLOBAL.read_only + @@GLOBAL.super_read_only",
    status="SHOW REPLICA STATUS",
    receiving="Replica_IO_Running",
    applying="Replica_SQL_Running",
    source="Source_Host",
    start_applier="START REPLICA SQL_THREAD",
    semi_sync="Rpl_semi_sync_replica_status",
    position="SELECT @@GLOBAL.gtid_executed",
    applied="SELECT WAIT_FOR_EXECUTED_GTID_SET('{position}', {seconds})",
    full=(1040, 1203, 3032),  # too many connections, of this user, or offline_mode
    trouble=("purged", "more GTIDs than the source", "Got fatal error 1236"),
)
MARIADB_DIALECT = Dialect(
    server=Path("/usr/sbin/mariadbd"),
    needs=((Path("/usr/sbin/mariadbd"), "mariadb-server"), (Path("/usr/bin/mariadb-backup"), "mariadb-backup")),
    tls=False,
    settings=MARIADB_SETTINGS,
    small=("--innodb-log-file-size=32M", "--innodb-buffer-pool-size=32M"),
    bare=("--gtid-strict-mode=ON", "--binlog-format=ROW"),
    accounts=MARIADB_ACCOUNTS,
    read_only="@@GLOBAL.read_only",
    status="SHOW SLAVE STATUS",
    receiving="Slave_IO_Running",
    applying="Slave_SQL_Running",
    source="Master_Host",
    start_applier="START SLAVE SQL_THREAD",
    semi_sync="Rpl_semi_sync_slave_status",
    position="SELECT @@GLOBAL.gtid_binlog_pos",
    applied="SELECT MASTER_GTID_WAIT('{position}', {seconds})",
    full=(1040, 1203),
    trouble=("Got fatal error 1236", "diverged"),
)
