"""The page of figures: each by the names that gates and conditions call it, from what a full market measures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from leadrules.dsl.rules.check import check
from leadrules.dsl.rules.gate_figures import TIER
from leadrules.dsl.rules.parse import parse
from leadrules.dsl.scenario.check import check as check_market
from leadrules.dsl.scenario.parse import parse as parse_market
from leadrules.dsl.source import Source
from leadrules.engine.compile import compile_model
from leadrules.judging.compare import measured
from leadrules.judging.follow_rules import follow_rules
from leadrules.judging.measure import Measure
from leadrules.judging.show import show
from leadrules.judging.try_rules import try_rules
from leadrules.simulator.draws import Draws
from leadrules.simulator.world import build_world

EXAMPLES = Path(__file__).parent.parent / "examples"
BEST, LAST = "hot", "cold"
ABOUT = {
    "ranking": "How leads are ranked at the landmark",
    "thresholds": "Tiers",
    "funnel": "The way to a purchase",
    "capacity": "Calls by sales, in a market with `sales`",
    "money": "Wins and money, in a market with `sales`",
    "stability": "How steady it is through the year",
}
UNITS = {"number": "number", "share": "share", "count": "number", "money": "amount", "duration": "duration"}
BETTER = {1: "more", -1: "less", 0: ""}
HEAD = """# Figures

Everything that is measured of a rule set, by the name that a `gate`, `--fail-if`, `--margin`, `--precision` and saved results call it.
Made from what `leadrules simulate` measures; in all of these `_` may stand for a space.

A line of a gate is `NAME at least N` or `NAME at most N`, NAME with `_` for spaces: `winners_never_hot at most 10%`. What ends with
`of TIER` or `per day | week` may be written with spaces there: `recall of hot at least 40%`, `calls per week at most 120`. A condition
is `NAME < N` (`<=`, `>`, `>=`), and in `compare` `delta NAME < N`, new less old; `psi_of_change < N` there asks for the population
stability index of the scores under the new rules against those under the old. A share is `0.2` or `20%`, a duration `36 hours`; an
amount is a plain number in the currency of the market.

TIER is any tier, BEST the highest, STAGE a stage of the market. What a market does not measure (calls where nobody calls, P(won) in a
log) leaves a gate open, and is a mistake in `--fail-if`.

In a log (`compare OLD NEW --leads FILE --events FILE`) how leads rank and whom tiers hold at the landmark is of the leads that are judged,
by weight where some are not followed up. TIER `per day`, `per week` and `in a busy week`, steps into BEST, `back in BEST` and `time in TIER`
are of all leads that are known by the end of the log, followed from when the first of them is known. What needs leads that nobody calls
(lead times, winners in time) is not measured there: who won in a log, and when, is what calls made of it.

What criteria are worth is no figure of a gate, but a table of `simulate` and `compare`. `decides` in it is the share of judged leads whose
tier at the landmark is another without the criterion. That a lead would get hot on another day, and be in the same tier at the
landmark, does not count.

What counts steps (into a tier, out of it, `winners never hot`, lead times) is of leads that have been evaluated: one that never does
anything has a tier at its landmark, and never got into it.

Kendall's τ counts pairs of leads whose scores and P(won) lie in different ones of at most 256 bins of each, as many leads in each bin
as can be: pairs within a bin count as ties (τ_b)."""

SIZES = {
    "volume": "They grow with the leads",
    "queue": "They come from one queue, for which sales are as many as before",
}
SIZED = """## More leads are a bigger market

Leads come within the time that a market says, so that more of them are more a week. Most figures stay the same, and are known more
exactly; these change. Where a bound on one of them is not decided no number of leads is told, and `--precision` refuses them."""


def every_measure() -> list[Measure]:
    """What is measured of rules that promise a call, in a market with sales, values, and channels that cost something."""
    card = (EXAMPLES / "points_card.lead").read_text(encoding="utf-8").split("# What the card must show")[0]
    promised = re.sub(r"(hot +when [^,\n]*)", r"\1, contact within 2 days", card, count=1)
    text = (EXAMPLES / "points_card.scenario").read_text(encoding="utf-8")
    costly = text.replace("everyone {", "channels {\n  ads 40%, 90 EUR a lead\n  other 60%\n}\neveryone {")
    assert promised != card and costly != text
    plan = compile_model(check(parse(Source("card.lead", promised))))
    world = build_world(check_market(parse_market(Source("m.scenario", costly))))
    tried = try_rules([plan], world, Draws(1), 50, replayed=0)
    (showing,) = show([plan], follow_rules([plan], tried, world, Draws(1)))
    return list(measured(showing))


def form(measure: Measure) -> tuple[str, str]:
    """The name and the title of a measure with TIER, BEST and STAGE in place of names; of other tiers empty."""
    name, title = measure.name, measure.title
    if measure.group == "funnel":
        stage = name.rpartition(" by ")[2]
        return tuple(text.replace(f" {stage}", " STAGE").replace(BEST, "BEST") for text in (name, title))  # type: ignore[return-value]
    best = f" {BEST} " in f" {name} "
    general = best and name.replace(BEST, LAST) in NAMES
    word = TIER if general else "BEST"
    return tuple(text.replace(BEST, word) if best else text for text in (name, title))  # type: ignore[return-value]


MEASURES = every_measure()
NAMES = {measure.name for measure in MEASURES}


def figures_page() -> str:
    """The page."""
    tables = (_table(group, about) for group, about in ABOUT.items() if _rows(group))
    return "\n\n".join([HEAD, *tables, _sizes()]) + "\n"


def _sizes() -> str:
    lines = (f"- {about}: {', '.join(_sized(size))}." for size, about in SIZES.items())
    return "\n".join([SIZED, "", *lines])


def _sized(size: str) -> list[str]:
    return list(
        dict.fromkeys(f"`{form(measure)[0]}`" for measure in MEASURES if measure.size == size and _general(measure))
    )


def _general(measure: Measure) -> bool:
    return not {"warm", LAST} & {*measure.name.split()}


def _table(group: str, about: str) -> str:
    head = "| name | what it is | written as | better |\n|---|---|---|---|"
    return "\n".join([f"## {about}", "", head, *_rows(group)])


def _rows(group: str) -> list[str]:
    return list(dict.fromkeys(_each(group)))


def _each(group: str) -> Iterator[str]:
    for measure in MEASURES:
        name, title = form(measure)
        if measure.group == group and _general(measure):
            yield f"| `{name}` | {title} | {UNITS[measure.kind]} | {_better(measure)} |"


def _better(measure: Measure) -> str:
    """Which way is better; what is so of the highest tier alone is said to be."""
    others = {other.better for other in MEASURES if other.name == measure.name.replace(BEST, LAST)}
    return BETTER[measure.better] + (" of the highest" if measure.better and 0 in others else "")
