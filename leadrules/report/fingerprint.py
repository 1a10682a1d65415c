"""Problems to names that stay theirs while lines move: for baselines, and for tools that follow a problem over time."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator

from leadrules.dsl.problem import Problem


def fingerprints(problems: Iterable[Problem]) -> Iterator[tuple[Problem, str]]:
    """Each problem with its fingerprint, 16 hexadecimal digits: of its code, what its line says, and how many alike stand above.

    The file is no part of it, and neither is the number of the line. Problems come in the order of the text.
    """
    seen: Counter[tuple[str, str, str]] = Counter()
    for problem in problems:
        key = (problem.span.source.name, problem.code, line_of(problem))
        seen[key] += 1
        said = "\n".join((*key[1:], str(seen[key])))
        yield problem, hashlib.sha256(said.encode()).hexdigest()[:16]


def line_of(problem: Problem) -> str:
    """What the line of a problem says: one space between words, none around them."""
    source = problem.span.source
    return " ".join(source.line(source.position(problem.span.start)[0]).split())
