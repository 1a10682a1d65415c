"""What a page rests on: whom it is about, how to read it, what it leaves open, and how to make it again."""

from __future__ import annotations

from collections.abc import Iterator

from leadrules.judging.comparison import Comparison
from leadrules.report.comparison import definition
from leadrules.report.markup import Html, tag
from leadrules.report.page_parts import section

TERMS = {
    "Judged": "Leads that are still open at their landmark, and reach it before the market ends.",
    "Paired": "Both rule sets see the same leads, which do the same at the same times. So a difference tells of the "
    "rules, not of chance; where rule sets do the same it is exactly 0.",
    "95 % interval": "Of a hundred samples such as this one, about ninety-five give an interval that holds the true figure of "
    "this market. Each interval stands for itself. Leads of one account are taken together.",
    "No evidence of a difference": "The interval of the difference holds 0. That does not say that there is none: the "
    "interval says how large it may be. Of several claims made together each needs a wider interval (Holm), so that in one "
    "comparison of twenty at most any of them is wrong: too little evidence is what leaves out 0 alone, and not then.",
    "P(won)": "The chance of a lead to buy as things stand at the landmark, which a simulated market knows. It tells "
    "what the outcome tells, with less noise.",
    "Cohort": "Leads by when they come: by weeks, else four weeks, else quarters. The population stability index tells how "
    "far the scores of the last cohort lie from those of the first; below 0.1 is commonly read as steady.",
    "If nobody calls": "Ranking is judged by what becomes of leads untreated: calls that a score sets off would make "
    "that score look right.",
}
OPEN = (
    "The intervals tell the error of sampling leads from this market. They do not tell how far the market itself, which "
    "is an assumption, is from yours: try others."
)
OPEN_ON_LOG = (
    "The intervals tell the error of sampling leads such as those of this log. They do not tell what calls of that time "
    "have made of the outcomes, nor whether leads to come are like these."
)


def terms(comparison: Comparison) -> Html:
    """The section of definitions."""
    listed = [part for term, words in TERMS.items() for part in (tag("dt", term), tag("dd", words))]
    about = [tag("p", line) for line in definition(comparison)]
    still_open = OPEN if comparison.backtest is None else OPEN_ON_LOG
    return section(
        "terms", "What this rests on", *about, tag("p", still_open), tag("dl", *listed), *_inputs(comparison)
    )


def _inputs(comparison: Comparison) -> Iterator[Html]:
    if comparison.command:
        yield tag("h3", "To make it again")
        yield tag("pre", tag("code", comparison.command))
    read = [tag("li", tag("code", name), f" (SHA-256 {digest})") for name, digest in comparison.inputs.items()]
    if read:
        yield tag("h3", "What was read")
        yield tag("ul", *read)
    if comparison.versions:
        made = ", ".join(f"{name} {version}" for name, version in comparison.versions.items())
        yield tag("p", f"Made by {made}.", class_="note")
