"""The picture of a run: a strip for each round, a lane for each node in it, the faults as marks, the client's waits as bars.

One SVG file that needs nothing else. Pure: times are seconds since 1970, and are shown from the round's beginning.
"""

from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from .lanes import GONE, PRIMARY, SILENT, STANDBY, Span

COLOURS = {PRIMARY: "#2a9d5c", STANDBY: "#9cc3e6", SILENT: "#f2b84b", GONE: "#d9d9d9"}
WORDS = {PRIMARY: "can be written to", STANDBY: "read-only", SILENT: "does not answer", GONE: "no server"}
BOLD = "font-weight:bold"
FAULT, WAIT, FENCED = "#7b2d8b", "#c8322b", "#c8322b"
LEFT, WIDTH, LANE, TITLE, GAP = 80, 1000, 16, 34, 14
STYLE = "font-family:sans-serif;font-size:11px;fill:#222"


@dataclass
class Mark:
    """A fault: on these lanes, from when, until when."""

    nodes: list[str]
    began: float
    ended: float
    text: str


@dataclass
class Strip:
    """One round."""

    title: str
    failed: bool
    began: float
    ended: float
    lanes: dict[str, list[Span]] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)
    waits: list[tuple[float, float]] = field(default_factory=list)
    fenced: list[tuple[float, str]] = field(default_factory=list)

    @property
    def height(self) -> int:
        return TITLE + LANE * (len(self.lanes) + 1) + GAP


def draw(title: str, strips: list[Strip]) -> str:
    """The whole picture; a second is as wide in every strip."""
    scale = WIDTH / max([strip.ended - strip.began for strip in strips] + [1.0])
    parts, top = [_legend(title)], 60
    for strip in strips:
        parts += _strip(strip, top, scale)
        top += strip.height
    width = LEFT + WIDTH + 20
    return (f"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{top}' viewBox='0 0 {width} {top}'>"
            f"<rect width='{width}' height='{top}' fill='white'/>\n" + "\n".join(parts) + "\n</svg>\n")  # fmt: skip


def _text(x: float, y: float, text: str, more: str = "") -> str:
    return f"<text x='{x:.1f}' y='{y:.1f}' style='{STYLE};{more}'>{escape(text)}</text>"


def _box(x: float, y: float, width: float, height: float, colour: str, told: str, more: str = "") -> str:
    """Never too thin to be seen; `told` is shown when the mouse rests on it."""
    return (f"<rect x='{x:.1f}' y='{y:.1f}' width='{max(width, 1.5):.1f}' height='{height}' fill='{colour}' {more}>"
            f"<title>{escape(told)}</title></rect>")  # fmt: skip


def _legend(title: str) -> str:
    parts, x = [_text(10, 20, title, BOLD)], 10.0
    for colour, word in [*((COLOURS[state], WORDS[state]) for state in COLOURS), (FAULT, "fault"), (WAIT, "the client waits; x: fenced")]:
        parts += [_box(x, 32, 12, 12, colour, word), _text(x + 17, 42, word)]
        x += 35 + 6.2 * len(word)
    return "".join(parts)


def _strip(strip: Strip, top: float, scale: float) -> list[str]:
    def across(moment: float) -> float:
        return LEFT + (min(max(moment, strip.began), strip.ended) - strip.began) * scale

    def bar(began: float, ended: float, y: float, height: float, colour: str, told: str, more: str = "") -> str:
        span = f"{told}, {began - strip.began:.1f} s to {ended - strip.began:.1f} s"
        return _box(across(began), y, across(ended) - across(began), height, colour, span, more)

    parts = [_text(10, top + 14, strip.title, BOLD + (f";fill:{WAIT}" if strip.failed else ""))]
    rows = {node: top + TITLE + number * LANE for number, node in enumerate(sorted(strip.lanes))}
    last = top + TITLE + len(rows) * LANE
    for second in range(0, int(strip.ended - strip.began) + 1, 5 if scale > 8 else 20):
        x = across(strip.began + second)
        parts.append(f"<line x1='{x:.1f}' x2='{x:.1f}' y1='{top + TITLE - 4}' y2='{last + LANE}' stroke='#e4e4e4'/>")
        parts.append(_text(x + 2, top + TITLE - 5, f"{second} s", "font-size:8px;opacity:0.6"))
    for node, y in rows.items():
        parts.append(_text(10, y + 11, node))
        for span in strip.lanes[node]:
            parts.append(bar(span.began, span.ended, y, LANE - 3, COLOURS[span.state], f"{node}: {WORDS[span.state]}"))
    for mark in strip.marks:
        for node in mark.nodes:
            if node in rows:
                parts.append(bar(mark.began, mark.ended, rows[node] + 3, LANE - 9, FAULT, mark.text, "opacity='0.85'"))
    for when, node in strip.fenced:
        if node in rows:
            parts.append(_text(across(when) - 3, rows[node] + 11, "x", f"{BOLD};fill:{FENCED}"))
    parts.append(_text(10, last + 11, "client"))
    parts += [bar(began, ended, last, LANE - 3, WAIT, "the client waits") for began, ended in strip.waits]
    return parts
