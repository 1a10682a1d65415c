"""A rule set in many worlds, in words: the figures of each, the worst, and what an assumption decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import fill

import msgspec

from leadrules.dsl.quantity import show_count
from leadrules.report.grid import Grid, draw_grid
from leadrules.report.rounded import as_json
from leadrules.simulator.metrics import NOTHING, Estimate
from leadrules.verify.conclusions import Conclusion, WorldResult
from leadrules.verify.worlds import CHANCE, Worlds

CAVEAT = (
    "These worlds are made of the words of the rules themselves: of the values and events they name. They tell what",
    "happens if assumptions hold, or fail in one way. They do not tell which of them is true.",
)
VERDICTS = "conclusions, each told by an interval that is widened for their number"
INTERVALS = "In brackets: 95 % intervals. They tell how far chance alone could move a figure within its world."


def draw_worlds(found: Worlds, width: int = 100) -> str:
    """The worlds as text for the terminal."""
    leads = show_count(max((r.metrics.leads for r in found.worlds), default=0), "lead")
    title = f"{found.ruleset} in {show_count(len(found.worlds), 'world')}, {leads} each, seed {found.seed}"
    return "\n".join(
        [
            *(title, "", *CAVEAT, ""),
            *_tables(found.worlds, width),
            *("", INTERVALS, ""),
            *_spread(found),
            *("", VERDICTS, *conclusion_lines(found.conclusions, width)),
            *("", "worlds", *(f"  {r.name}: {r.title[:1].lower()}{r.title[1:]}" for r in found.worlds)),
            *(f"  {world.name} was left out: {world.why}" for world in found.skipped),
            *_left_out(found.left_out),
        ]
    )


def _tables(worlds: Sequence[WorldResult], width: int) -> Iterator[str]:
    ranking = [(r.name, *map(_figure, _ranking(r))) for r in worlds]
    yield draw_grid(Grid(("world", "ROC AUC", "average precision", "lift at the best 10%"), ranking, ()), width)
    yield ""
    rates = [(r.name, *map(_share, _rates(r))) for r in worlds]
    yield draw_grid(Grid(("world", "won of all judged", "precision at best 10%", _highest(worlds)), rates, ()), width)


def _ranking(result: WorldResult) -> tuple[Estimate, ...]:
    return result.metrics.roc_auc, result.metrics.average_precision, result.metrics.lift_at_top


def _rates(result: WorldResult) -> tuple[Estimate, ...]:
    metrics = result.metrics
    return metrics.base_rate, metrics.precision_at_top, metrics.tiers[0].share if metrics.tiers else NOTHING


def _highest(worlds: Sequence[WorldResult]) -> str:
    """What the share of the highest tier is called."""
    tiers = worlds[0].metrics.tiers if worlds else ()
    return f"{tiers[0].tier} of all judged" if tiers else "in the highest tier"


def _figure(estimate: Estimate) -> str:
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return "– (cannot be said)"
    return f"{estimate.value:.3f} ({estimate.low:.3f} to {estimate.high:.3f})"


def _share(estimate: Estimate) -> str:
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return "–"
    return f"{estimate.value:.1%} ({estimate.low:.1%} to {estimate.high:.1%})"


def _spread(found: Worlds) -> Iterator[str]:
    if found.worst is None or found.lowest is None or found.highest is None:
        yield "Nothing can be said of the ranking: too few leads won, or all did. Try a larger --population."
        return
    beside = f" (in `{CHANCE}` no rules can rank)" if any(r.name == CHANCE for r in found.worlds) else ""
    yield f"ROC AUC from {found.lowest:.3f} to {found.highest:.3f}{beside}"
    yield f"worst world: {found.worst}" + (
        f", not told apart by their intervals: {', '.join(found.like_worst)}" if found.like_worst else ""
    )
    if found.flips:
        yield f"{show_count(len(found.flips), 'conclusion')} flipped: true in one world and false in another"
    else:
        yield "no conclusion flips from true to false"


def conclusion_lines(conclusions: Sequence[Conclusion], width: int) -> Iterator[str]:
    """Each conclusion with the worlds in which it is true, false, or neither can be told."""
    for conclusion in conclusions:
        yield f"  {conclusion.text}" + (": IT FLIPS" if conclusion.flips else "")
        told = (("holds in", conclusion.holds), ("fails in", conclusion.fails), ("cannot be told in", conclusion.open))
        for word, worlds in told:
            if worlds:
                yield fill(f"{word} {', '.join(worlds)}", width, initial_indent="    ", subsequent_indent="      ")


def _left_out(left_out: Sequence[str]) -> Iterator[str]:
    if left_out:
        yield from ("", "what no world has, so that criteria which ask for it find nothing")
        yield from (f"  {line}" for line in left_out)


def worlds_as_json(found: Worlds) -> str:
    """The worlds as one JSON object, with `format_version`; figures to nine digits behind the point."""
    plain = msgspec.to_builtins(found)
    assert isinstance(plain, dict)
    for world in plain["worlds"]:
        if world["metrics"]["sales"] is None:  # as where one market is tried: it is there where the market has sales
            del world["metrics"]["sales"]
    for told, conclusion in zip(plain["conclusions"], found.conclusions, strict=True):
        told["flips"] = conclusion.flips
    return as_json(plain)
