"""What several agents' clusters made of the same faults, again and again: as a table, and as a picture."""

import math
import statistics
from xml.sax.saxutils import escape

from contests import markdown

# In the table's order; what each is called there.
FAULTS = {
    "kill": "server killed (`kill -9`)", "power": "power lost", "cable": "cable cut", "freeze": "server frozen for 30 s",
    "switchover": "planned switchover",
}  # fmt: skip
OURS = "#2a9d5c"
COLOURS = (OURS, "#7a7a7a", "#b5543c")


def agents(records):
    """In the order of their first appearance."""
    return list(dict.fromkeys(record["agent"] for record in records))


def of(records, agent, fault):
    return [record for record in records if record["agent"] == agent and record["fault"] == fault]


def cell(records):
    """Median, minimum and maximum of the client's longest wait, and what else was wrong how often."""
    if not records:
        return ""
    waits = [record["wait"] for record in records]
    words = [f"{statistics.median(waits):.2f} ({min(waits):.2f} to {max(waits):.2f})"]
    if unmoved := sum(not record["moved"] for record in records):
        words.append(f"not moved {unmoved} of {len(records)} times")
    if lost := sum(record["lost"] for record in records):
        words.append(f"**{lost} rows lost**")
    if hands := sum(record["hands"] for record in records):
        words.append(f"hands {hands} of {len(records)} times")
    return ", ".join(words)


def table(records):
    """A row for each fault; seconds."""
    names = agents(records)
    rows = [["fault", *names]]
    for fault, title in FAULTS.items():
        if any(record["fault"] == fault for record in records):
            rows.append([title, *(cell(of(records, name, fault)) for name in names)])
    return markdown(rows, left=len(rows[0]))


def beyond_fencing(records):
    """After a loss of power: what Corosync and the fencing took, and what was left for Pacemaker, the agent and the client; medians,
    one line for each agent."""
    lines = []
    for name in agents(records):
        known = [record for record in of(records, name, "power") if record.get("fenced") is not None]
        if known:
            before = statistics.median(record["fenced"] for record in known)
            after = statistics.median(record["wait_since_fault"] - record["fenced"] for record in known)
            lines.append(f"{name}: {before:.2f} s until the node was fenced, {after:.2f} s from there to the next row")
    return lines


def picture(title, records):
    """An SVG: a lane for each agent below each fault, from the shortest wait to the longest, with a mark at the median; the scale is
    logarithmic."""
    names = agents(records)
    left, width, lane, top = 250, 640, 18, 44
    low, high = 0.1, max(record["wait"] for record in records) * 1.2

    def x(seconds):
        return left + width * math.log(max(seconds, low) / low) / math.log(high / low)

    def text(place, level, words, more=""):
        return f"<text x='{place:.1f}' y='{level:.1f}' font-family='sans-serif' font-size='12'{more}>{escape(words)}</text>"

    parts, level = [], top
    for fault, words in FAULTS.items():
        if not any(record["fault"] == fault for record in records):
            continue
        parts.append(text(10, level + 13, words.replace("`", ""), " font-weight='bold'"))
        level += lane
        for number, name in enumerate(names):
            waits = [record["wait"] for record in of(records, name, fault)]
            if not waits:
                continue
            colour, middle = COLOURS[0 if name.startswith("Martlet") else 1 + number % 2], level + lane / 2
            median = statistics.median(waits)
            parts.append(text(left - 8, middle + 4, name, " text-anchor='end'"))
            parts.append(f"<rect x='{x(min(waits)):.1f}' y='{middle - 4:.1f}' width='{max(2, x(max(waits)) - x(min(waits))):.1f}' height='8' "
                         f"fill='{colour}' fill-opacity='0.4'/>")  # fmt: skip
            parts.append(f"<circle cx='{x(median):.1f}' cy='{middle:.1f}' r='5' fill='{colour}'/>")
            parts.append(text(x(max(waits)) + 9, middle + 4, f"{median:.2f} s", " fill='#555'"))
            level += lane
        level += 6
    for mark in (0.1, 0.3, 1, 3, 10, 30, 100):
        if mark < high:
            parts.insert(0, f"<line x1='{x(mark):.1f}' x2='{x(mark):.1f}' y1='{top}' y2='{level}' stroke='#ddd'/>")
            parts.append(text(x(mark), level + 14, f"{mark:g} s", " text-anchor='middle' fill='#555'"))
    whole, height = left + width + 90, level + 24
    return (f"<svg xmlns='http://www.w3.org/2000/svg' width='{whole}' height='{height}' viewBox='0 0 {whole} {height}'>"
            f"<rect width='{whole}' height='{height}' fill='white'/>\n"
            + text(10, 24, title, " font-weight='bold'") + "\n" + "\n".join(parts) + "\n</svg>\n")  # fmt: skip
