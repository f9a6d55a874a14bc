"""A MySQL or MariaDB primary and a replica of it, with the lab's data and accounts. The agent starts both, and makes the replica
follow: it is told of a cluster, so that its monitor does all that it does in one."""

from martlet_lab.databases import DATABASES, mysql_files
from martlet_lab.databases.mysql_sql import Connection, Unanswered
from martlet_lab.settings import Layout

from .common import Budget, Instance, need, owned, pretend_cluster, wait_until

AGENT = "mysql"
NODES = ["node1", "node2"]


class Server:
    """One instance, with its agent. All have the same port, as on nodes of their own, at addresses of this network namespace."""

    def __init__(self, agent, layout, number, dialect):
        node = NODES[number - 1]
        self.dialect, self.home, self.address = dialect, layout.disk(node), f"127.0.0.{number}"
        self.socket = self.home / "socket"
        reserved = f"admin_address = {self.address}" if dialect.tls else "extra_port = 0"
        config = self.home / "my.cnf"
        config.write_text(config.read_text().replace("/mnt/", f"{self.home}/"))
        with open(self.home / "node.cnf", "a") as settings:
            settings.write(f"bind_address = {self.address}\nlog_error = {self.home}/error.log\n{reserved}\n")
        parameters = {
            "datadir": self.home / "datadir", "binary": dialect.server, "config_file": config, "socket": self.socket,
            "pid_file": self.home / "pid", "replication_user": "repl", "credentials_file": self.home / "credentials.cnf",
            "system_user": "mysql", "log_file": self.home / "start.log",
        }  # fmt: skip
        self.instance = Instance(agent, self.home, parameters, {"OCF_RESKEY_CRM_meta_on_node": node})

    def follows(self):
        """A monitor made it follow, though not every one can on a busy machine."""
        self.instance.act("monitor", role="Unpromoted")
        try:
            with Connection(2, unix_socket=str(self.socket), user="root") as connection:
                status = connection.record(self.dialect.status)
        except Unanswered:
            return False
        return status.get(self.dialect.receiving) == status.get(self.dialect.applying) == "Yes"


class Pair:
    def __init__(self, name, budget):
        self.NAME, self.AGENT, self.BUDGET = name, AGENT, budget

    def bring_up(self, agent, work):
        database = DATABASES[self.NAME]
        missing = database.missing_packages("martlet")
        need(not missing, f"missing: {', '.join(sorted(missing))}; needs: make deps")
        layout = Layout(work)
        owned(layout.scratch, "mysql")
        database.create(layout, NODES, "martlet")
        primary, replica = (Server(agent, layout, number, database.dialect) for number in (1, 2))
        pretend_cluster(work, "cost", {node: server.address for node, server in zip(NODES, (primary, replica))})
        primary.instance.act("start")
        primary.instance.act("promote")
        replica.instance.act("start")
        wait_until(replica.follows, 60, "the replica does not follow")
        replica.instance.act("monitor", role="Unpromoted")
        return primary.instance, replica.instance


MYSQL = Pair("mysql", Budget(meta_data=2.0, monitor={"Promoted": 16.5, "Unpromoted": 17.0}, memory=15.0, start_memory=47.0))
MARIADB = Pair("mariadb", Budget(meta_data=2.0, monitor={"Promoted": 16.5, "Unpromoted": 17.0}, memory=15.0, start_memory=25.0))
