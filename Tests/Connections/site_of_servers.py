"""Three servers of one family with the accounts and certificates that the tests use; what there is, as facts by name."""

import os
import shutil
import socket
import subprocess
import threading

from realserver import USER, Server, mariadb_commands, mysql_commands

PASSWORD = "it's a \"b\\ck\\\\sl#sh\"\\"
CONNECTIONS = 12

# {} is the password as a literal. Without `client`, what the account of the operator has.
MYSQL_ACCOUNTS = """
  CREATE USER mysql@localhost IDENTIFIED WITH auth_socket
  CREATE USER socketed@localhost IDENTIFIED WITH auth_socket
  CREATE USER locked@localhost IDENTIFIED BY {} ACCOUNT LOCK
  CREATE USER sha2@localhost IDENTIFIED WITH caching_sha2_password BY {}
  CREATE USER client@'%' IDENTIFIED BY {}
  GRANT ALL ON *.* TO client@'%'
"""
MARIADB_ACCOUNTS = """
  INSTALL SONAME 'auth_ed25519'
  CREATE USER mysql@localhost IDENTIFIED VIA unix_socket
  CREATE USER socketed@localhost IDENTIFIED VIA unix_socket
  CREATE USER locked@localhost IDENTIFIED BY {} ACCOUNT LOCK
  CREATE USER native@localhost IDENTIFIED VIA mysql_native_password USING PASSWORD({})
  CREATE USER ed25519@localhost IDENTIFIED VIA ed25519 USING PASSWORD({})
  CREATE USER client@'%' IDENTIFIED BY {}
  GRANT ALL ON *.* TO client@'%'
"""
COMMON = """
  CREATE USER nobody@localhost IDENTIFIED BY {}
  CREATE USER plain@'%' IDENTIFIED BY {}
  GRANT REPLICATION SLAVE ON *.* TO plain@'%'
  CREATE USER x509@'%' IDENTIFIED BY {} REQUIRE X509
  GRANT REPLICATION SLAVE ON *.* TO x509@'%'
  CREATE DATABASE tested
  CREATE TABLE tested.numbers (n INT PRIMARY KEY)
"""


class Certificates:
    """One authority that signed for the servers, and one that nobody knows."""

    def __init__(self, place):
        self.place = place
        place.mkdir()
        for name in ("ca", "unknown-ca"):
            self.openssl("req", "-x509", *self.key(name), "-subj", f"/CN={name}", "-days", "2", "-out", f"{name}.pem")
        self.sign("server", "IP:127.0.0.1,DNS:localhost")
        self.sign("elsewhere", "DNS:elsewhere.example")
        self.sign("client", "DNS:client.example")
        for file in place.iterdir():
            file.chmod(0o644)

    def key(self, name):
        return "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", f"{name}.key"

    def sign(self, name, names):
        self.openssl("req", *self.key(name), "-subj", f"/CN={name}", "-out", f"{name}.csr")
        (self.place / f"{name}.ext").write_text(f"subjectAltName={names}\n")
        self.openssl(
            "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-extfile", f"{name}.ext", "-out", f"{name}.pem")

    def openssl(self, *arguments):
        got = subprocess.run(["openssl", *arguments], cwd=self.place, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if got.returncode:
            raise RuntimeError(got.stdout)

    def options(self, name):
        return [
            f"--ssl-ca={self.place / 'ca.pem'}", f"--ssl-cert={self.place / name}.pem", f"--ssl-key={self.place / name}.key"]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def mysql_options(number):
    return [
        f"--server-id={number}", "--gtid-mode=ON", "--enforce-gtid-consistency=ON",
        "--plugin-load-add=auth_socket.so"]


def mariadb_options(number):
    return [f"--server-id={number}", "--log-bin=log", "--gtid-strict-mode=ON", "--plugin-maturity=unknown"]


FAMILIES = {
    "mysql": (
        mysql_commands, mysql_options, MYSQL_ACCOUNTS,
        lambda port: ["--admin-address=127.0.0.1", f"--admin-port={port}"], ["--tls-version=", "--auto-generate-certs=OFF"]),
    "mariadb": (
        mariadb_commands, mariadb_options, MARIADB_ACCOUNTS,
        lambda port: [f"--extra-port={port}"], ["--skip-ssl"]),
}


def site(name, place, certificates, stack):
    """Begins the servers, which end with the stack, and says where everything is."""
    commands, options, accounts, reserved, clear = FAMILIES[name]
    place.mkdir()
    with Server(place / "template", *commands(*options(9), "--skip-log-bin")) as template:
        fill(template, accounts)
        template.stop()
    administrators = free_port()
    servers = {}
    for number, (role, more) in enumerate((
            ("whole", [*certificates.options("server"), *reserved(administrators), f"--max-connections={CONNECTIONS}"]),
            ("elsewhere", certificates.options("elsewhere")), ("clear", clear)), start=1):
        servers[role] = stack.enter_context(
            Server(place / role, *commands(*options(number), *more), template=template, port=free_port()))
    facts = {
        "family": name, "password": PASSWORD, "reserved": administrators, "silent": free_port(),
        "certificates": certificates.place, "directory": place, "connections": CONNECTIONS,
        "stalling": stalling(servers["whole"].port, stack)}
    for role, server in servers.items():
        facts |= {f"{role}.socket": server.socket, f"{role}.port": server.port, f"{role}.pid": server.process.pid}
    credentials(place, name)
    return facts


def fill(server, accounts):
    cursor = server.connect().cursor()
    quoted = "'" + PASSWORD.replace("\\", "\\\\").replace("'", "\\'") + "'"
    for statement in (accounts.strip() + COMMON.rstrip()).splitlines():
        cursor.execute(statement.replace("{}", quoted))
    cursor.execute("INSERT INTO tested.numbers VALUES " + ",".join(f"({n})" for n in range(1, 3001)))


def credentials(place, name):
    """An option file for each account, as an operator writes it."""
    quoted = '"' + PASSWORD.replace("\\", "\\\\").replace('"', '\\"') + '"'
    for account in ("client", "nobody", "locked", "sha2", "native", "ed25519", "plain", "x509", "stranger"):
        file = place / f"{account}.cnf"
        with open(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), "w") as out:
            for group in ("client", "replication"):
                out.write(f"[{group}]\nuser = {account}\npassword = {quoted}\n")
        # Root reads no file for the agent where another user could put one.
        shutil.chown(file, USER, USER)


def stalling(port, stack):
    """Listens, and passes on the server's first words and nothing after them: a network that breaks then."""
    listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
    kept = []

    def serve():
        while True:
            try:
                taken, _ = listener.accept()
                with socket.create_connection(("127.0.0.1", port)) as server:
                    taken.sendall(server.recv(4096))
            except OSError:
                return
            kept.append(taken)

    threading.Thread(target=serve, daemon=True).start()
    return listener.getsockname()[1]
