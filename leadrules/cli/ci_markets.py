"""Whether rules can be tried in a market at all: a pipeline reports that they cannot, and goes on."""

from __future__ import annotations

from leadrules.dsl.problem import RulesError
from leadrules.dsl.quantity import show_count
from leadrules.dsl.rules.model import Model
from leadrules.files.failure import FileProblem
from leadrules.files.markets import read_market
from leadrules.files.relative import relative
from leadrules.report.find import fingerprint_of, place_of_span
from leadrules.report.finding import Finding, Level, Note, Place
from leadrules.verify.match import match

Mistake = RulesError | FileProblem


def mistake_in(rules: Model, market: str) -> Mistake | None:
    """Why rules cannot be tried in the market of a file; None where they can."""
    try:
        match(rules, read_market(market))
    except (RulesError, FileProblem) as mistake:
        return mistake
    return None


def untried_found(mistake: Mistake, market: str, at: Place, level: Level, rules: str = "these rules") -> Finding:
    """That rules cannot be tried in a market, told where they ask for it; the mistakes stand beside."""
    problems = mistake.problems if isinstance(mistake, RulesError) else ()
    why = show_count(len(problems), "mistake") if isinstance(mistake, RulesError) else mistake.message
    return Finding(
        code="market",
        level=level,
        place=at,
        message=f"{rules} cannot be tried in {relative(market)}: {why}",
        hint="; ".join(f"{problem.code} {problem.message}" for problem in problems[:3]) or getattr(mistake, "hint", ""),
        fingerprint=fingerprint_of("market", relative(market)),
        notes=tuple(Note(place_of_span(p.span, relative), f"{p.code} {p.message}") for p in problems),
    )
