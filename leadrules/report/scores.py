"""Scores in words: a table for the terminal, with the criteria that made each lead what it is."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

import numpy as np

from leadrules.dsl.quantity import show_number
from leadrules.engine.scores import Scores, percentiles, rank_values, ranks
from leadrules.verify.lacking import Lacking

REASONS = 3


def draw_table(heads: Sequence[str], rows: Iterable[Sequence[str]], numeric: Sequence[int], width: int) -> str:
    """Rows under their heads, columns aligned; `numeric` are the positions of columns that align to the right."""
    from rich.box import SIMPLE_HEAD  # here alone: rich costs every start 60 ms
    from rich.console import Console
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for position, head in enumerate(heads):
        table.add_column(head, justify="right" if position in numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    text = io.StringIO()
    Console(file=text, width=width, no_color=True, highlight=False, markup=False, emoji=False).print(table)
    return "\n".join(line.rstrip() for line in text.getvalue().split("\n")).strip("\n")


def draw_scores(scores: Scores, top: int, width: int = 100) -> str:
    """The best leads of a table with their scores, tier, rank, and the criteria that gave most points."""
    values = rank_values(scores)
    order = np.argsort(-values, kind="stable")[:top]
    part, place, percentile = scores.take(order), ranks(values)[order], percentiles(values)[order]
    heads = ["lead", *(["tier"] if part.tier_names else []), "rank", "percentile", *part.scores, "mostly because of"]
    rows = [_row(part, i, int(place[i]), float(percentile[i])) for i in range(len(part))]
    first = 2 if part.tier_names else 1
    return draw_table(heads, rows, range(first, first + 2 + len(part.scores)), width)


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
