"""A lead's life to a chart of its scores under both rule sets, with what happened as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from leadrules.dsl.quantity import show_number
from leadrules.judging.life import Life, Moment, View
from leadrules.report.charts import Chart, Row, axis, drawing, line, targets
from leadrules.report.grid import Grid

DAY = 86_400
FATES = {"won": "buys", "lost": "is lost", "no_decision": "comes to no decision", "disqualified": "is disqualified"}


def life_words(life: Life) -> str:
    """What becomes of a lead if nobody calls."""
    if life.ended is None:
        return "Still open when the market ends."
    return f"If nobody calls it {FATES[life.fate]} after {life.ended / DAY:.0f} days."


def life_chart(life: Life, number: int) -> Chart:
    """The scores of a lead by day, with a point for everything that happened."""
    x, y = axis("at", "days after arrival", "~g"), axis("value", "score")
    sides = (("old", life.old), ("new", life.new))
    track = [row for side, view in sides for row in _track(side, view)]
    points = [row for side, view in sides for row in _points(side, view)]
    marks = dict(targets(x, y, "what", "side", "told")) | {"data": {"values": points}}
    title = f"Lead {life.lead}: {_ends(life.old)} under the old rules, {_ends(life.new)} under the new"
    note = "Scores over time; each point is something that happened."
    return Chart(
        f"life-{number}", title, note, drawing(track, [line(x, y, interpolate="step-after"), marks], 180), _grid(life)
    )


def _ends(view: View) -> str:
    """The best tier, or the highest score, that a lead comes to: what is left of it in the end."""
    if not view.moments:
        return "never scored"
    last = view.moments[-1]
    return last.tier or show_number(last.score)


def _track(side: str, view: View) -> Iterator[Row]:
    after = [(moment.at, moment.score) for moment in view.moments] if view.times else []
    for at, score in sorted([*zip(view.times, view.scores, strict=True), *after], key=lambda pair: pair[0]):
        yield {"side": side, "at": at / DAY, "value": score}


def _points(side: str, view: View) -> Iterator[Row]:
    if view.times:
        for moment in view.moments:
            told = f"{show_number(moment.score)} {moment.tier}".strip()
            yield {"side": side, "at": moment.at / DAY, "value": moment.score, "what": moment.what, "told": told}


def _grid(life: Life) -> Grid:
    """What happened, with what each rule set makes of it; nothing where it does not look."""
    rows: dict[tuple[float, str, int], dict[str, Moment]] = {}
    for side, view in (("old", life.old), ("new", life.new)):
        seen: dict[tuple[float, str], int] = {}
        for moment in view.moments:
            which = seen[moment.at, moment.what] = seen.get((moment.at, moment.what), -1) + 1
            rows.setdefault((moment.at, moment.what, which), {})[side] = moment
    cells = [(f"{key[0] / DAY:.1f}", key[1], *_both(rows[key])) for key in sorted(rows)]
    return Grid(("day", "what", "old score", "old tier", "new score", "new tier"), cells, (0, 2, 4))


def _both(moments: Mapping[str, Moment]) -> Iterator[str]:
    for side in ("old", "new"):
        moment = moments.get(side)
        yield show_number(moment.score) if moment else ""
        yield moment.tier if moment else ""
