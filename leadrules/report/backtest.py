"""What a comparison on a real log rests on, in sentences: whom it judges, whom not, and what may lead astray."""

from __future__ import annotations

from collections.abc import Iterator

from leadrules.dsl.quantity import SECOND, show_count, show_duration
from leadrules.judging.backtest import Backtest
from leadrules.judging.comparison import Comparison


def backtest_lines(comparison: Comparison, found: Backtest) -> Iterator[str]:
    """Whom the figures are about, and what they hold under."""
    window = show_duration(comparison.window * SECOND)
    each = "" if found.looks <= found.leads else f" at {found.looks:,} landmarks in all"
    yield (
        f"{show_count(found.leads, 'lead')}{each}, the same for both rule sets; differences are new less old, paired, "
        "with errors by account."
    )
    yield f"Scored at {found.landmark} by what was known then, against who was won within {window} after that."
    yield f"{comparison.judged:,} are judged, {comparison.won:,} of them were won."
    if found.left_out:
        yield "Left out: " + "; ".join(f"{count:,} where {reason}" for reason, count in found.left_out.items()) + "."
    if found.open:
        yield (
            f"{found.open:,} are undecided and not followed up for {window}, as the log ends {found.until}: those that "
            f"are stand for them, one for up to {found.heaviest:.1f} (inverse probability of censoring)."
        )
    if not found.dated:
        yield "The outcomes have no time: whoever is won counts as won after the landmark, and in the window."
    if found.ways:
        leads, since = found.ways
        yield (
            f"How many leads a tier gets, and how long they stay, is of all {leads:,} that are known by the end of the "
            f"log, whatever became of them, followed from {since} until {found.until}."
        )
    yield from caution_lines(found)


def caution_lines(found: Backtest) -> Iterator[str]:
    """What no method can take out of a log."""
    yield (
        "Caution: these outcomes came about under the rules of that time. Sales called whom those rules named, and a call "
        "helps to win; so the old rules, and rules like them, look better here than they rank, and differences may be "
        "too large or too small. Only a simulated market or an experiment tells what would have been won without."
    )
    if found.undated:
        fields = "; ".join(f"{field} ({', '.join(rules)})" for field, rules in found.undated.items())
        yield (
            f"Caution: values without a date may tell what came later: {fields}. Give them with --attributes, each with "
            "the time since when it is known."
        )
