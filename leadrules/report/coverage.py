"""Coverage as plain text: how much of the rules tests reach, and each place that they do not, drawn in its source."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import groupby

from leadrules.dsl.problem import Problem
from leadrules.report.text import Style, excerpts, note, place_of, unstyled
from leadrules.verify.coverage import Coverage, Reached
from leadrules.verify.goals import KINDS, Kind

NOUNS: dict[Kind, str] = {
    "condition": "conditions, true and false",
    "criterion": "criteria that fire",
    "row": "rows of tables and grades",
    "limit": "limits and bounds",
    "decay": "ages of decay",
    "change": "resets, floors and ageing",
    "tier": "tiers entered and left, actions",
}


def draw_coverage(coverage: Coverage, style: Style = unstyled) -> str:
    """The places that no test reaches, then the table of kinds."""
    drawn = [_place(list(missed), style) for _, missed in groupby(coverage.missed, lambda each: each.goal.span)]
    return "\n\n".join([*drawn, "\n".join([count_coverage(coverage), *_kinds(coverage)])])


def count_coverage(coverage: Coverage) -> str:
    """`coverage: 41 of 52 outcomes, 78.8%; 3 more that no lead can reach`."""
    counted, out = len(coverage.counted), len(coverage.left_out)
    said = f"coverage: {counted - len(coverage.missed)} of {counted} outcomes, {show_percent(coverage.percent)}"
    return said + (f"; {out} more that no lead can reach" if out else "")


def show_percent(percent: float) -> str:
    """One decimal, rounded down: nothing that is short of 100% is shown as that."""
    return f"{math.floor(percent * 10 + 1e-9) / 10:g}%"


def _kinds(coverage: Coverage) -> Iterator[str]:
    rows = [(NOUNS[kind], [each for each in coverage.counted if each.goal.kind == kind]) for kind in KINDS]
    width = max(map(len, NOUNS.values()))
    for noun, counted in rows:
        if counted:
            yield f"  {noun:<{width}}  {sum(each.times > 0 for each in counted)} of {len(counted)}"
    told = [each for each in coverage.reached if not each.goal.needed]
    if told:
        yield f"  {'told only: conditions seen unknown':<{width}}  {sum(each.times > 0 for each in told)} of {len(told)}"
    if coverage.pairs:
        yield f"  {'told only: steps between tiers':<{width}}  {len(coverage.steps)} of {coverage.pairs}"


def _place(missed: Sequence[Reached], style: Style) -> str:
    """A place in the text, and what was never seen of it."""
    span = missed[0].goal.span
    margin = len(str(span.source.position(span.start)[0]))
    problem = Problem(code="", severity="warning", span=span, message="")
    lines = [f"{' ' * margin}{style('-->', 'frame')} {place_of(span)}", *excerpts(problem, margin, style)]
    lines += [note(each.goal.kind, f"{each.goal.owner}: {each.goal.lack}", margin, style) for each in missed]
    return "\n".join(lines)
