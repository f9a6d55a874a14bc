"""Many databases on the nodes of one lab: each a promotable clone with an address for its writers."""

import json
import shutil
import subprocess
import sys
import threading
import time

from contests import MONITOR_INTERVAL
from martlet_lab import configuration
from martlet_lab.databases import Unanswered, postgresql_files as files
from martlet_lab.databases.base import Agent
from martlet_lab.databases.postgresql import PostgreSQL
from martlet_lab.databases.postgresql_sql import Connection, Writer
from martlet_lab.processes import die_with_parent
from martlet_lab.settings import DATABASE, LabError, SUBNET, WRITER_ADDRESS

WITHIN = 120  # seconds: until all of them are well
PAUSE = 0.1  # seconds between a writer's rows
SMALL = "shared_buffers = 8MB\n"


class OneOfMany(PostgreSQL):
    """Number 0 is the one that the lab brings along."""

    def __init__(self, number: int) -> None:
        self.number = number
        if number:
            self.resource = f"pgsql{number}"
        self.listens = files.PORT + number
        self.address = f"{SUBNET}.{60 + number}" if number else WRITER_ADDRESS

    def configured(self, agent: str, nodes: list[str]) -> Agent:
        known = super().configured(agent, nodes)
        parameters = known.parameters | {"pgdata": f"/mnt/{self.resource}/pgdata"}
        if agent == "paf":
            parameters |= {"pgport": str(self.listens), "pghost": self.run_directory}
        return Agent(known.provider, known.type, parameters, known.address_outlives_demote)


def add(lab, count):
    """Afterwards there are so many, all primaries on one node, and their standbys stream."""
    if count > 1:
        template = {node: lab.layout.state / "template" / node for node in lab.nodes}
        files.create(template, lab.agent, lab.layout.scratch)
        more = [OneOfMany(number) for number in range(1, count)]
        for one in more:
            for node, made in template.items():
                furnish(lab, one, node, made)
        for one in more:
            chosen = one.configured(lab.agent, lab.nodes)
            xml = configuration.one_more(one, chosen, MONITOR_INTERVAL, f"{one.resource}-ip", one.address)
            for section, text in zip(("resources", "constraints"), xml):
                lab.run(lab.nodes[0], "cibadmin", "--modify", "--allow-create", "--scope", section, "--xml-text", text)
    return gather(lab, [OneOfMany(number) for number in range(count)])


def furnish(lab, one, node, made):
    """Its data directory on a node, and what is its own in the settings."""
    place = lab.disk(node) / one.resource
    subprocess.run(["cp", "-a", "--reflink=auto", str(made), str(place)], check=True)
    with (place / "pgdata/postgresql.conf").open("a") as settings:
        settings.write(f"{SMALL}port = {one.listens}\nlog_filename = '{one.resource}.log'\ninclude_if_exists = '/mnt/{one.resource}/node.conf'\n")
    own = (place / "node.conf").read_text().replace(WRITER_ADDRESS, one.address).replace(f"port={files.PORT}", f"port={one.listens}")
    (place / "node.conf").write_text(own)
    shutil.chown(place, "postgres", "postgres")


def gather(lab, all_of_them):
    """Waits until each has a primary with two standbys, and moves primaries to where the first one's is."""
    deadline, moved = time.monotonic() + WITHIN, set()
    while True:
        places = {one: primary(lab, one) for one in all_of_them}
        home = next((node for one, node in places.items() if one.number == 0), None)
        if home and all(node == home for node in places.values()):
            return all_of_them, home
        if time.monotonic() > deadline:
            ill = [one.resource for one, node in places.items() if node != home or not node]
            raise LabError(f"bench: {', '.join(ill)}: no primary with its standbys on {home} within {WITHIN} s")
        for one, node in places.items():
            if home and node and node != home and one not in moved:
                lab.run(home, "crm_resource", "--move", "--promoted", "--resource", one.clone, "--node", home)
                moved.add(one)
        time.sleep(0.5)


def primary(lab, one):
    """The node whose server is its primary, once two standbys stream from it."""
    for node in lab.powered():
        conninfo = f"host={lab.root(node)}{one.run_directory} port={one.listens} user=postgres dbname={DATABASE}"
        try:
            with Connection(conninfo, 2) as connection:
                rows = connection.execute("SELECT (SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming') "
                                          "FROM (SELECT pg_is_in_recovery() AS r) AS s WHERE NOT r", 2)  # fmt: skip
        except Unanswered:
            continue
        if rows and rows[0][0] == len(lab.nodes) - 1:
            return node
    return None


class Writers:
    """One for each database, on the client host; each writes a row after the other to its own address."""

    def __init__(self, lab, all_of_them):
        places = [f"{one.address}:{one.listens}" for one in all_of_them]
        self._process = subprocess.Popen(
            lab.client_command(sys.executable, "-B", __file__, *places), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={"PYTHONPATH": ":".join(sys.path)}, preexec_fn=die_with_parent,
        )  # fmt: skip

    def stop(self):
        """For each database the moments at which rows were acknowledged."""
        out, _ = self._process.communicate(timeout=30)
        return json.loads(out)


def write(place, number, moments, over):
    host, port = place.split(":")
    writer, row = None, 0
    while not over.wait(PAUSE):
        try:
            writer = writer or Writer(f"host={host} port={port} user=postgres dbname={DATABASE}", 0.25, 0.5)
            row += 1
            writer.write(1_000_000 + number, int(time.time() * 1000))
            moments.append(time.time())
        except Unanswered:
            if writer:
                writer.close()
            writer = None


def main(places):
    over, moments = threading.Event(), [[] for _ in places]
    threads = [threading.Thread(target=write, args=(place, number, moments[number], over)) for number, place in enumerate(places)]
    for thread in threads:
        thread.start()
    sys.stdin.read()
    over.set()
    for thread in threads:
        thread.join()
    print(json.dumps(moments))


if __name__ == "__main__":
    main(sys.argv[1:])
