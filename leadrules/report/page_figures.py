"""The figures of a comparison on a page: four at its head, and all of them by group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from leadrules.judging.comparison import Compared, Comparison
from leadrules.report.figures import change, interval_of_change, shown
from leadrules.report.grid import Grid
from leadrules.report.markup import Html, tag
from leadrules.report.page_parts import table

HEADS = ("figure", "old", "new", "difference", "95 % interval", "what it says")
CARDS = 4


def headlines(best: str) -> tuple[Mapping[str, str], ...]:
    """What is told at the head of a page, and what it means: of each group of names the first that was measured."""
    area, hits, lift = (
        "how often a buyer scores above another lead",
        "of the best scores, how many buy in time",
        "how many times as often as all leads the best scores buy",
    )
    return (
        {"expected auc": area, "auc": area},
        {f"{best} per week": f"leads that get {best} in a week", f"share of {best}": f"leads that are {best}"},
        {
            f"expected precision of {best}": f"of the leads that are {best}, how many buy in time",
            f"precision of {best}": f"of the leads that are {best}, how many buy in time",
            "expected precision at top": hits,
            "precision at top": hits,
        },
        {
            "gain": "what calls bring in more, less what they cost",
            "value more": "what calls bring in more",
            "won more": "how many buy because they are called",
            f"winners never {best}": f"buyers that never get {best}",
        },
        {"expected lift": lift, "lift": lift},
        {"expected average_precision": "how many buyers among the leads above each buyer"},
    )


def cards(comparison: Comparison) -> Html:
    """Four figures that matter most: new, old, and whether they differ."""
    named = {figure.name: figure for figure in comparison.figures if figure.new.value is not None}
    best = comparison.migration.new[0] if comparison.migration else "hot"
    found = [next(((named[n], words) for n, words in group.items() if n in named), None) for group in headlines(best)]
    return tag("div", *[_card(*one) for one in found if one][:CARDS], class_="cards")


def _card(figure: Compared, meaning: str) -> Html:
    word, tone = said(figure)
    kind = figure.kind
    moved = f"{change(figure.difference, kind)} ({interval_of_change(figure.difference, kind)})"
    return tag(
        "article",
        tag("h2", figure.title),
        tag("p", shown(figure.new, kind), class_="value"),
        tag("p", f"old {shown(figure.old, kind)}", class_="was"),
        tag("p", tag("span", word, class_=f"chip {tone}"), class_="word"),
        tag("p", moved, class_="change"),
        tag("p", meaning, class_="gloss"),
        class_="card",
    )


def said(figure: Compared) -> tuple[str, str]:
    """What the difference of a figure says in words, and its tone: good, bad, moved or still."""
    value, low, high = figure.difference.value, figure.difference.low, figure.difference.high
    if value is None or low is None or high is None:
        return "cannot be said", "still"
    if low == high == 0:
        return "the same", "still"
    if not figure.decided:
        return "no evidence of a difference", "still"
    if not figure.better:
        return ("more" if value > 0 else "less"), "moved"
    return ("better", "good") if (value > 0) == (figure.better > 0) else ("worse", "bad")


def figure_tables(comparison: Comparison) -> Iterator[Html]:
    """All figures, a table a group."""
    for group in dict.fromkeys(figure.group for figure in comparison.figures):
        rows = [_row(figure) for figure in comparison.figures if figure.group == group]
        yield tag("h3", group.capitalize())
        yield table(Grid(HEADS, rows, (1, 2, 3, 4)), sorts=True)


def _row(figure: Compared) -> tuple[str, ...]:
    kind = figure.kind
    differs = change(figure.difference, kind), interval_of_change(figure.difference, kind)
    return (figure.title, shown(figure.old, kind), shown(figure.new, kind), *differs, said(figure)[0])
