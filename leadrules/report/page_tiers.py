"""Who changes place, on a page: from tier to tier, into the best one and out of it, and the leads that move most."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from leadrules.judging.comparison import Comparison, Migration
from leadrules.report.comparison import crossing_grid, moved_grid, psi_line
from leadrules.report.markup import Html, tag, together
from leadrules.report.page_parts import section, table


def moves(comparison: Comparison) -> Html | None:
    """The section of everything that moves; None where there is nothing to tell of it."""
    parts = list(_parts(comparison))
    return section("moves", "Who changes place", *parts) if parts else None


def _parts(comparison: Comparison) -> Iterator[Html]:
    if comparison.migration:
        yield _migration(comparison.migration)
    if comparison.psi is not None:
        yield tag("p", psi_line(comparison.psi), class_="note")
    sides = (("enter", comparison.entered), ("leave", comparison.left))
    crossings = [table(crossing_grid(word, crossing)) for word, crossing in sides if crossing and crossing.leads]
    if crossings:
        yield tag("div", *crossings, class_="pair")
    if comparison.moved:
        yield tag("h3", "The leads whose place changes most")
        grid = moved_grid(comparison.moved)
        yield table(replace(grid, heads=("lead", *grid.heads[1:])), sorts=True)


def _migration(migration: Migration) -> Html:
    """The leads by old tier (rows) and new tier, those that change it marked by how many they are."""
    total = sum(map(sum, migration.leads))
    moved = total - sum(
        leads
        for old, row in zip(migration.old, migration.leads, strict=True)
        for new, leads in zip(migration.new, row, strict=True)
        if old == new
    )
    heads = [
        tag("th", "old tier ↓ new tier →", scope="col"),
        *(tag("th", tier, scope="col", class_="number") for tier in migration.new),
    ]
    rows = [
        tag(
            "tr",
            tag("th", old, scope="row"),
            *(_square(migration, old, place, row, most=max(1, moved)) for place, new in enumerate(migration.new)),
        )
        for row, old in enumerate(migration.old)
    ]
    share = f"{moved / total:.1%}" if total else "none"
    return together(
        tag("h3", f"{moved:,} of {total:,} judged leads ({share}) are in another tier"),
        tag(
            "div",
            tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows), class_="heat"),
            class_="scroll",
            tabindex="0",
        ),
    )


def _square(migration: Migration, old: str, place: int, row: int, most: int) -> Html:
    leads, won = migration.leads[row][place], migration.won[row][place]
    if old == migration.new[place]:
        return tag("td", f"{leads:,}", _buy(won, leads), class_="number stays")
    return tag("td", f"{leads:,}", _buy(won, leads), class_="number", style=f"--heat: {leads / most:.3f}")


def _buy(won: int, leads: int) -> Html | None:
    return tag("small", f"{won:,} buy") if leads else None
