"""Verdicts to edits: what would have to stand in the text for everything that is one value to hold."""

from __future__ import annotations

from collections.abc import Iterable

from leadrules.dsl.problem import Fix
from leadrules.dsl.source import Span
from leadrules.verify.verdicts import Verdict


def edits_of(verdicts: Iterable[Verdict]) -> tuple[Fix, ...]:
    """New texts for expected values that do not hold, in the order of the text.

    A value that several cases share is left alone unless all of them ask for the same new one.
    """
    asked: dict[Span, set[str | None]] = {}
    for verdict in verdicts:
        failed = {id(failure.expectation): failure.instead for failure in verdict.failures}
        for expectation in verdict.test.expectations:
            if expectation.stored:
                asked.setdefault(expectation.stored.span, set()).add(failed.get(id(expectation)))
    settled = [(span, text) for span, texts in asked.items() if len(texts) == 1 and (text := next(iter(texts)))]
    return tuple(Fix(span, text) for span, text in sorted(settled, key=lambda edit: edit[0].start))
