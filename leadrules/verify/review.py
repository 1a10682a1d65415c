"""Text to everything there is to say about it: mistakes, doubts and remarks, but for those that comments silence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from leadrules.dsl.problem import Problem, in_order
from leadrules.dsl.quantity import DAY
from leadrules.dsl.rules.library import Library, NoLibrary
from leadrules.dsl.silence import Heard, obey
from leadrules.dsl.source import Source, Span

ALONE = NoLibrary()
EPOCH = date(1970, 1, 1)


def review(source: Source, given: Sequence[Source] = (), library: Library = ALONE, today: date | None = None) -> Heard:
    """All problems of a rule file (`.lead`) or a market (`.scenario`), in the order of the text.

    `given` are values of params, `library` has the other files it may be made of, and `today` is the day on which
    silences run out and criteria are over. Where there is a mistake, nothing is said of what may not be meant so.
    """
    is_market = source.name.endswith(".scenario")
    found = find_problems(source) if is_market else _rules(source, given, library, True, today)
    complete = not any(problem.severity == "error" for problem in found)
    heard = obey(found, source, today, complete)
    return Heard(in_order(heard.problems), heard.silenced)


def find_problems(source: Source, given: Sequence[Source] = (), library: Library = ALONE) -> list[Problem]:
    """The mistakes of a file, and the doubts that are found with them, silenced or not."""
    if source.name.endswith(".scenario"):
        from leadrules.dsl.scenario import check as scenario_check
        from leadrules.dsl.scenario import parse as scenario_parse

        scenario, unread = scenario_parse.read(source)
        return unread + without_guesses(scenario_check.examine(scenario)[1], scenario.guessed)
    return _rules(source, given, library, False, None)


def without_guesses(problems: Sequence[Problem], guessed: Sequence[Span]) -> list[Problem]:
    """The problems but for those of meaning in statements that say something else than what stands there."""

    def is_guess(span: Span) -> bool:
        return any(g.source is span.source and g.start <= span.start < g.end for g in guessed)

    return [
        p for p in problems if p.code.startswith("E1") or not any(map(is_guess, (p.span, *(x.span for x in p.labels))))
    ]


def _rules(
    source: Source, given: Sequence[Source], library: Library, doubting: bool, today: date | None
) -> list[Problem]:
    from leadrules.dsl.rules import check as rules_check
    from leadrules.dsl.rules import parse as rules_parse
    from leadrules.dsl.rules.compose import read_whole

    composed = read_whole(source, library)
    values, unread = rules_parse.read_given(given)
    found = composed.problems + unread
    if not composed.whole:
        return without_guesses(found, composed.ruleset.guessed)
    model, meaning = rules_check.examine(composed.ruleset, values)
    found = without_guesses(found + meaning, composed.ruleset.guessed)
    if doubting and not any(problem.severity == "error" for problem in found):
        from leadrules.dsl.rules.lint.lint import lint

        found += lint(composed.ruleset, model, None if today is None else (today - EPOCH).days * DAY)
    return found
