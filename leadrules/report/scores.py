"""Scores in words: a table for reading, with the criteria that made each lead what it is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from leadrules.dsl.quantity import show_number
from leadrules.engine.scores import Scores, percentiles, rank_values, ranks
from leadrules.report.grid import Grid
from leadrules.verify.lacking import Lacking

REASONS = 3


def show_scores(scores: Scores, top: int) -> Grid:
    """The best leads with their scores, tier, rank, and the criteria that gave most points."""
    values = rank_values(scores)
    order = np.argsort(-values, kind="stable")[:top]
    part, place, percentile = scores.take(order), ranks(values)[order], percentiles(values)[order]
    heads = ["lead", *(["tier"] if part.tier_names else []), "rank", "percentile", *part.scores, "mostly because of"]
    rows = [_row(part, i, int(place[i]), float(percentile[i])) for i in range(len(part))]
    first = 2 if part.tier_names else 1
    return Grid(heads, rows, range(first, first + 2 + len(part.scores)))


def _row(part: Scores, i: int, rank: int, percentile: float) -> list[str]:
    tier = [part.tier_names[part.tiers[i]]] if part.tier_names else []
    points = [f"{values[i]:.2f}" for values in part.scores.values()]
    return [str(part.ids[i]), *tier, f"{rank:,}", f"{percentile:.1f}", *points, _reasons(part, i)]


def _reasons(part: Scores, i: int) -> str:
    given = {name: float(points[i]) for (_, name), points in part.criteria.items() if abs(points[i]) >= 0.005}
    most = sorted(given.items(), key=lambda pair: -abs(pair[1]))[:REASONS]
    return ", ".join(f"{name} {show_number(round(points, 2))}" for name, points in most)


def describe_lacking(lacking: Sequence[Lacking]) -> list[str]:
    """For each field, how many leads lack it and what hangs on it."""
    return [
        f"{field.field}: {field.leads:,} of {field.of:,} leads lack it{_stake(field)} ({', '.join(field.rules)})"
        for field in lacking
    ]


def _stake(field: Lacking) -> str:
    return f", up to {show_number(field.points)} points are out of their reach" if field.points else ""
