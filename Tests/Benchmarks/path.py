"""What the time between the end of a primary's server and the client's next row is spent on, by the nodes' own logs."""

import pathlib
import re
import statistics
import time
from dataclasses import dataclass
from xml.sax.saxutils import escape

LINE = re.compile(
    r"^(?P<day>\w{3} +\d+) (?P<time>[\d:]+)\.(?P<part>\d+) +(?:\S+ +)??pacemaker-controld +\[\d+\] "
    r"\((?P<function>log_executor_event|execute_rsc_action|update_peer_state_iter|handle_fence_notification)\)\s+\w+: (?P<text>.+)$"
)
DONE, BEGUN, LOST, FENCED = "log_executor_event", "execute_rsc_action", "update_peer_state_iter", "handle_fence_notification"
LAST = "the client writes"
FAULTS = ("kill-server", "power-off")
DETECTION, FENCING = "Corosync finds the node lost", "the node is fenced"
BAR = 40  # characters, for the longest step


@dataclass(frozen=True)
class Step:
    """One step of a failover: it ends with the first line of its kind after the step before."""

    title: str
    function: str
    pattern: str


def steps(resource, address="writer-ip"):
    """In the order in which Pacemaker takes them. One that was not taken in a run is left out there."""
    return [
        Step(DETECTION, LOST, r"^Node \S+ state is now lost "),
        Step(FENCING, FENCED, r"^Peer \S+ was terminated "),
        Step("the failure is told or found", DONE, rf"^Result of (asyncmon|monitor) operation for {resource} on \S+: (?!ok|promoted|Cancelled)"),
        Step("the cluster plans", BEGUN, r"^Initiating (notify|stop|demote|start) "),
        Step("the address is taken away", DONE, rf"^Result of stop operation for {address} "),
        Step("demote, with its notifications", DONE, rf"^Result of demote operation for {resource} "),
        Step("stop of the dead instance", DONE, rf"^Result of stop operation for {resource} "),
        Step("start, with its notifications", DONE, rf"^Result of start operation for {resource} "),
        Step("election (pre-promote)", BEGUN, rf"^Initiating promote operation {resource}"),
        Step("promote", DONE, rf"^Result of promote operation for {resource} "),
        Step("the others follow (post-promote)", BEGUN, rf"^Initiating start operation {address}"),
        Step("the address is brought up", DONE, rf"^Result of start operation for {address} "),
    ]  # fmt: skip


def parse(lines, near):
    """The telling lines of one node's log: when, what kind, and the text. The log names no year."""
    year = time.localtime(near).tm_year
    for line in lines:
        if match := LINE.match(line):
            moment = time.mktime(time.strptime(f"{year} {match['day']} {match['time']}", "%Y %b %d %H:%M:%S"))
            yield moment + float(f"0.{match['part']}"), match["function"], match["text"]


def measure(events, began, ended, kinds):
    """How long each step took, in seconds, in order; what is left is the client's."""
    events = sorted(event for event in events if began <= event[0] <= ended)
    taken, now = {}, began
    for step in kinds:
        found = next((moment for moment, function, text in events
                      if moment >= now and function == step.function and re.search(step.pattern, text)), None)  # fmt: skip
        if found is not None:
            taken[step.title], now = found - now, found
    taken[LAST] = ended - now
    return taken


def of(lab, result):
    """The steps of one run of a case in which the primary's server or node dies; none if neither did, or nobody wrote again."""
    began = next((moment for moment, text in result.timeline.events if text.startswith(FAULTS)), None)
    ended = next((moment for moment, text in sorted(result.timeline.events) if text.startswith("the client writes again")), None)
    if began is None or ended is None:
        return {}
    events = []
    for node in lab.nodes:
        log = lab.layout.logs(node) / "pacemaker" / "pacemaker.log"
        if log.exists():
            with log.open(errors="replace") as lines:
                events += parse(lines, began)
    return measure(events, began, ended, steps(lab.database.resource))


def medians(runs, kinds):
    """Of each step, over the runs in which it was taken."""
    titles = [step.title for step in kinds] + [LAST]
    return {title: statistics.median([run[title] for run in runs if title in run]) for title in titles if any(title in run for run in runs)}


def table(taken):
    """For a terminal: each step, how long it takes, when it ends, and a bar."""
    longest, now, rows = max(taken.values()), 0.0, []
    width = max(len(title) for title in taken)
    for title, seconds in taken.items():
        now += seconds
        rows.append(f"{title:<{width}}  {seconds * 1000:6.0f} ms  {now * 1000:6.0f} ms  {'#' * max(1, round(BAR * seconds / longest))}")
    return rows


def picture(title, taken):
    """The same as SVG: one file that needs nothing else."""
    left, width, lane, now, parts = 230, 700, 22, 0.0, []
    scale = width / sum(taken.values())
    for row, (step, seconds) in enumerate(taken.items()):
        top = 40 + row * lane
        text = f"<text x='{{}}' y='{top + 13}' font-family='sans-serif' font-size='12'{{}}>{{}}</text>"
        parts.append(text.format(left - 8, " text-anchor='end'", escape(step)))
        parts.append(f"<rect x='{left + now * scale:.1f}' y='{top}' width='{max(1.0, seconds * scale):.1f}' height='{lane - 6}' fill='#2a9d5c'/>")
        now += seconds
        parts.append(text.format(f"{left + now * scale + 6:.1f}", " fill='#555'", f"{seconds * 1000:.0f} ms"))
    height = 60 + len(taken) * lane
    whole = f"{left + width + 80}"
    return (f"<svg xmlns='http://www.w3.org/2000/svg' width='{whole}' height='{height}' viewBox='0 0 {whole} {height}'>"
            f"<rect width='{whole}' height='{height}' fill='white'/>\n"
            f"<text x='10' y='22' font-family='sans-serif' font-size='14' font-weight='bold'>{escape(title)}</text>\n"
            + "\n".join(parts) + "\n</svg>\n")  # fmt: skip


def write(place, title, taken):
    """Keeps the picture."""
    pathlib.Path(place).write_text(picture(title, taken))
