"""Scores in words: a table for reading, with the criteria that made each lead what it is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from leadrules.dsl.quantity import show_count, show_number
from leadrules.engine.columns import FALSE, NEVER, TRUE, UNKNOWN
from leadrules.engine.keep import MOST_POINTS
from leadrules.engine.leads import Leads
from leadrules.engine.moment import Times
from leadrules.engine.scores import Scores, percentiles, rank_values, ranks
from leadrules.report.grid import Grid
from leadrules.verify.lacking import Lacking
from leadrules.verify.undated import Undated

REASONS = 3


def show_scores(scores: Scores, top: int) -> Grid:
    """The best leads with their scores, tier, rank, and the criteria that gave most points."""
    values = rank_values(scores)
    order = np.argsort(-values, kind="stable")[:top]
    part, place, percentile = scores.take(order), ranks(values)[order], percentiles(values)[order]
    tier = ["tier"] if part.tier_names else []
    reasons = ["mostly because of"] if part.criteria else []
    heads = ["lead", *tier, "rank", "percentile", *part.scores, *part.grades, *part.checklists, *reasons]
    rows = [_row(part, i, int(place[i]), float(percentile[i])) for i in range(len(part))]
    first = 1 + len(tier)
    return Grid(heads, rows, range(first, first + 2 + len(part.scores)))


def _row(part: Scores, i: int, rank: int, percentile: float) -> list[str]:
    tier = [part.tier_names[part.tiers[i]]] if part.tier_names else []
    points = [f"{values[i]:.2f}" for values in part.scores.values()]
    grades = [grade.dictionary.values[grade.codes[i]] for grade in part.grades.values()]
    lists = [_items({item: int(truths[i]) for item, truths in items.items()}) for items in part.checklists.values()]
    reasons = [_reasons(part, i)] if part.criteria else []
    return [str(part.ids[i]), *tier, f"{rank:,}", f"{percentile:.1f}", *points, *grades, *lists, *reasons]


def _reasons(part: Scores, i: int) -> str:
    given = {name: float(points[i]) for (_, name), points in part.criteria.items() if abs(points[i]) >= 0.005}
    most = sorted(given.items(), key=lambda pair: -abs(pair[1]))[:REASONS]
    return ", ".join(f"{name} {show_number(round(points, 2))}" for name, points in most)


def _items(truths: Mapping[str, int]) -> str:
    """How much of a checklist is met, and what is not: `2 of 4, no budget, timeline not known`."""
    said = [f"{sum(truth == TRUE for truth in truths.values())} of {len(truths)}"]
    said += [f"no {item}" for item, truth in truths.items() if truth == FALSE]
    said += [f"{item} not known" for item, truth in truths.items() if truth == UNKNOWN]
    return ", ".join(said)


def describe_lacking(lacking: Sequence[Lacking]) -> list[str]:
    """For each field, how many leads lack it and what hangs on it."""
    return [
        f"{field.field}: {field.leads:,} of {show_count(field.of, 'lead')} without it{_stake(field)} ({', '.join(field.rules)})"
        for field in lacking
    ]


def describe_beyond(scores: Scores) -> list[str]:
    """Of each score, how many leads have one that was cut to what points can be, if any."""
    cut = {name: int(np.count_nonzero(np.abs(values) >= MOST_POINTS)) for name, values in scores.scores.items()}
    return [
        f"{name}: {show_count(many, 'lead')} cut to {show_number(MOST_POINTS)}, beyond which no millionth can be told"
        for name, many in cut.items()
        if many
    ]


def describe_undated(undated: Sequence[Undated]) -> list[str]:
    """For a score over the past, the fields whose values have no date, and the rules that read them."""
    if not undated:
        return []
    return ["the tables reach beyond this instant, but these values have no date, and may tell what came later:"] + [
        f"  {field.field} of {field.leads:,} of {show_count(field.of, 'lead')} ({', '.join(field.rules)})"
        for field in undated
    ]


def describe_left_out(leads: Leads, at: Times) -> list[str]:
    """How many leads could not be scored at their instants (leads,), if any, and why."""
    merged, unknown = np.count_nonzero(leads.merged_by(at)), np.count_nonzero(at == NEVER)
    why = ((merged, "merged into others by then"), (unknown, "it is not known when they arrived"))
    return [f"{show_count(int(many), 'lead')} left out: {reason}" for many, reason in why if many]


def _stake(field: Lacking) -> str:
    if not field.points:
        return ""
    if not math.isfinite(field.points):
        return ", points without limit are out of their reach"
    points = "1 point is" if field.points == 1 else f"{show_number(field.points)} points are"
    return f", up to {points} out of their reach"
