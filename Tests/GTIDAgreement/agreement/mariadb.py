"""What MariaDB prints after writes of several servers in several domains, which order `gtid_strict_mode` keeps, and
which replicas may follow."""

import struct

import pymysql
from realserver import Server, mariadb_commands

WRITES, FOLLOWERS, LISTS = 250, 4, 150
OUT_OF_ORDER, NOT_FOUND = 1950, 1236  # ER_GTID_STRICT_OUT_OF_ORDER, ER_MASTER_FATAL_ERROR_READING_BINLOG
BINLOG_DUMP, NON_BLOCKING = 0x12, 1


def answers(place, random):
    make, run = mariadb_commands("--log-bin=log", "--server-id=1", "--gtid-strict-mode=ON")
    with Server(place / "mariadb", make, run) as server:
        cursor = server.connect().cursor()
        version = value(cursor, "VERSION()")
        made = [*slave_positions(cursor, random), *histories(server, cursor, random)]
        return version, made


def value(cursor, expression):
    cursor.execute(f"SELECT {expression}")
    return cursor.fetchone()[0]


def canonical(gtids):
    return ",".join("-".join(map(str, gtid)) for gtid in sorted(gtids))


def slave_positions(cursor, random):
    """Before anything is in the binary log: there the server refuses positions behind it."""
    for _ in range(LISTS):
        domains = random.sample([0, 1, 7, 10, 2**32 - 1], random.randint(0, 4))
        wanted = [
            (domain, random.choice([0, 1, 2, 2**32 - 1]), random.choice([1, 5, 2**63, 2**64 - 1]))
            for domain in domains]
        cursor.execute("SET GLOBAL gtid_slave_pos = %s", (canonical(wanted),))
        for variable in ("@@gtid_slave_pos", "@@gtid_current_pos"):
            yield ("history", value(cursor, variable), canonical(wanted), canonical(wanted))
    cursor.execute("SET GLOBAL gtid_slave_pos = ''")


def histories(server, cursor, random):
    cursor.execute("CREATE DATABASE tested")
    cursor.execute("CREATE TABLE tested.written (number INT) ENGINE=InnoDB")
    cursor.execute("RESET MASTER")
    highest, last = {}, {}
    for _ in range(WRITES):
        domain, writer = random.choice([0, 0, 0, 5]), random.randint(1, 4)
        number = last.get(domain, 0) + random.choice([0, 1, 1, 1, 2, -1, -3])
        if not write(cursor, domain, writer, number):
            # Whoever writes: a number that is not higher than the domain's last.
            assert 0 < number <= last[domain], f"{domain}-{writer}-{number} after {last} was refused"
        elif number > 0:
            assert number > last.get(domain, 0), f"{domain}-{writer}-{number} after {last} was taken"
            highest[domain, writer] = last[domain] = number
        else:
            # The server chooses: one more than the last, whoever wrote that.
            highest[domain, writer] = last[domain] = last.get(domain, 0) + 1
        state = value(cursor, "@@gtid_binlog_state")
        expected = canonical((*key, number) for key, number in highest.items())
        # gtid_binlog_pos is what the server itself takes for the last of each domain, in no order.
        heads = (tuple(map(int, gtid.split("-"))) for gtid in value(cursor, "@@gtid_binlog_pos").split(","))
        yield ("history", state, expected, canonical(heads))
        for _ in range(FOLLOWERS):
            wanted = random.sample(sorted(last), random.randint(1, len(last)))
            position = canonical(
                (domain, random.randint(1, 5), max(1, last[domain] + random.randint(-6, 2))) for domain in wanted)
            yield ("follows", state, position, str(int(follows(server, position))))


def write(cursor, domain, writer, number):
    """Whether the server takes the transaction with this number; 0 or less lets it choose."""
    cursor.execute(f"SET gtid_domain_id = {domain}, server_id = {writer}")
    try:
        cursor.execute(f"SET gtid_seq_no = {max(0, number)}")
        cursor.execute("INSERT INTO tested.written VALUES (1)")
        return True
    except pymysql.err.MySQLError as error:
        if error.args[0] != OUT_OF_ORDER:
            raise
        return False


def follows(server, position):
    """Whether the server would send its binary log to a replica that ends at `position`. Not as a strict replica,
    which is refused too when it names a number between two of its writer's: no state can tell."""
    connection = server.connect()
    try:
        connection.cursor().execute(
            "SET @mariadb_slave_capability = 4, @master_binlog_checksum = 'NONE', @slave_connect_state = %s,"
            " @slave_gtid_strict_mode = 0", (position,))
        connection._execute_command(BINLOG_DUMP, struct.pack("<IHI", 4, NON_BLOCKING, 99))
        while not connection._read_packet().is_eof_packet():
            pass
        return True
    except pymysql.err.MySQLError as error:
        if error.args[0] != NOT_FOUND:
            raise
        return False
    finally:
        connection._force_close()
