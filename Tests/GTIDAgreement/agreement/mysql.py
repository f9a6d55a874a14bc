"""What MySQL makes of sets: their normal form, and the relations of two."""

import re

import pymysql
from realserver import Server, mysql_commands

PAIRS, BROKEN = 1500, 1500
MALFORMED = 1772  # ER_MALFORMED_GTID_SET_SPECIFICATION
LAST = 2**63 - 2
SOURCES = [f"{n:08x}-71ca-11e1-9e33-c80aa9429562" for n in (0, 1, 0x3E11FA47, 0xFFFFFFFF)]
TAGS = ["a", "b_1", "_", "ab", "a1", "z" * 32]

SPACE = r"[ \t\n\v\f\r]*"
UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
TAG = rf"[A-Za-z_][A-Za-z0-9_]{{0,31}}{SPACE}:{SPACE}"
RANGE = rf"[0-9]+{SPACE}(?:-{SPACE}[0-9]+{SPACE})?"
ELEMENT = rf"{UUID}{SPACE}(?::{SPACE}(?:{TAG})?{RANGE})+"
# What the documentation of GTIDSet.init says that it reads.
GRAMMAR = re.compile(rf"{SPACE}(?:,{SPACE})*(?:{ELEMENT}(?:(?:,{SPACE})+{ELEMENT})*(?:,{SPACE})*)?")
ENDS = re.compile(rf":{SPACE}(?:{TAG})?([0-9]+){SPACE}-{SPACE}([0-9]+)")


def answers(place, random):
    with Server(place / "mysql", *mysql_commands("--performance-schema=OFF", "--skip-log-bin")) as server:
        cursor = server.connect().cursor()
        cursor.execute("SELECT VERSION()")
        version = cursor.fetchone()[0]
        # Tags came with 8.3 (MySQL manual, "GTID Format and Storage").
        tags = TAGS if tuple(map(int, re.findall(r"\d+", version)[:2])) >= (8, 3) else []
        made = []
        for _ in range(PAIRS):
            one, other = (random_set(random, tags) for _ in "12")
            made.append(pair(cursor, one, other))
            made.append(("set", one, normal(cursor, one), "must"))
        for _ in range(BROKEN):
            text = broken(random, random_set(random, tags))
            reversed_range = any(int(ends[1]) > int(ends[2]) for ends in ENDS.finditer(text))
            must = GRAMMAR.fullmatch(text) and not reversed_range
            made.append(("set", text, normal(cursor, text), "must" if must else "may"))
        return version, made


def normal(cursor, text):
    try:
        cursor.execute("SELECT GTID_SUBTRACT(%s, '')", (text,))
        return cursor.fetchone()[0].replace("\n", "")
    except pymysql.err.MySQLError as error:
        if error.args[0] != MALFORMED:
            raise
        return "refused"


def pair(cursor, one, other):
    cursor.execute(
        "SELECT GTID_SUBSET(@a, @b), GTID_SUBTRACT(@a, @b), GTID_SUBTRACT(CONCAT(@a, ',', @b), ''),"
        " GTID_SUBTRACT(@a, GTID_SUBTRACT(@a, @b)) FROM (SELECT @a := %s, @b := %s) AS given", (one, other))
    subset, *sets = cursor.fetchone()
    return ("pair", one, other, str(subset), *(text.replace("\n", "") for text in sets))


def random_set(random, tags):
    """Few sources and numbers, so that two sets often meet; in no order, with repetitions and space."""
    space = lambda: random.choice(["", "", "", "", "", " ", "\n", "\t "])  # noqa: E731
    parts = []
    for _ in range(random.choice([0, 1, 1, 2, 3, 5])):
        part = random.choice(SOURCES)
        part = random.choice([part, part.upper()]) + space()
        for _ in range(random.randint(1, 6)):
            if tags and random.random() < 0.25:
                tag = random.choice(tags)
                part += ":" + space() + random.choice([tag, tag.upper()]) + space()
            base = random.choice([0, 0, 0, 0, LAST - 20])
            first = base + random.randint(1, 20)
            last = random.randint(first, base + 20)
            part += ":" + space() + str(first)
            if last > first or random.random() < 0.2:
                part += space() + "-" + space() + str(last)
            part += space()
        parts.append(part)
    return space() + ("," + space()).join(parts)


def broken(random, text):
    for _ in range(random.randint(1, 2)):
        at, until = sorted(random.randint(0, len(text)) for _ in "12")
        until = random.choice([at, at + 1, at + 1, until])
        text = text[:at] + random.choice(["", ":", "-", ",", "a", "0", "9", "7:", "_", "{", " ", "9" * 19]) + text[until:]
    return text
