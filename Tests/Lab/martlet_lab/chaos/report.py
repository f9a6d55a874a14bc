"""The report of chaos: a row for each round, and below a failed one what speaks against the agent."""

from .rounds import Round

HEADER = f"{'RESULT':<8}{'ROUND':>5}{'OUTAGE':>10}{'ROWS':>7}{'LOST':>6}{'TOOK':>9}  {'PROMOTED':<14}{'CLONED BY HAND':<16}FAULTS"


def faults(now: Round) -> str:
    return ", ".join(f"after {each.drawn.at:.1f} s {each.text}" if each.drawn.at else each.text for each in now.struck)


def line(now: Round) -> str:
    seen = now.seen
    return (f"{'FAILED' if now.against else 'passed':<8}{now.number:>5}{seen.outage:>8.2f} s{len(seen.acknowledged):>7}{seen.lost:>6}"
            f"{now.seconds:>7.1f} s  {' '.join(now.promoted) or '-':<14}{' '.join(seen.cloned) or '-':<16}{faults(now)}")  # fmt: skip


def lines(now: Round) -> str:
    return "\n".join([line(now), *(f"        {sentence}" for sentence in now.against)])


def summary(rounds: list[Round], seconds: float, circumstances: str) -> str:
    failed = [str(now.number) for now in rounds if now.against]
    text = f"{len(rounds)} round{'' if len(rounds) == 1 else 's'}, " + (f"{len(failed)} failed ({', '.join(failed)})" if failed else "none failed")
    rows = sum(len(now.seen.acknowledged) for now in rounds)
    lost, cloned = sum(now.seen.lost for now in rounds), sum(len(now.seen.cloned) for now in rounds)
    outage = max((now.seen.outage for now in rounds), default=0)
    return (f"{text}; {rows} rows acknowledged, {lost} lost; longest outage {outage:.1f} s; cloned by hand {cloned}; "
            f"{seconds:.0f} s, {circumstances}")  # fmt: skip


def text(rounds: list[Round], seconds: float, circumstances: str, trouble: list[str]) -> str:
    """The whole report. `trouble` is what happened to the lab itself."""
    return "\n".join([HEADER, *map(lines, rounds), *trouble, summary(rounds, seconds, circumstances)]) + "\n"
