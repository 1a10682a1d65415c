"""Problems to the text without them: fixes that are safe, made only where the text is right afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from leadrules.dsl.problem import Fix, Problem
from leadrules.dsl.source import Source

MOST_ROUNDS = 20
Look = Callable[[Source], Sequence[Problem]]


class Mended(Struct, frozen=True):
    """A text after its fixes. `rounds` are edits of the text as each round before it left it.

    `left`: the problems whose fixes would not settle them, or bring other problems.
    """

    source: Source
    rounds: tuple[tuple[Fix, ...], ...]
    settled: tuple[Problem, ...]
    left: tuple[Problem, ...] = ()


def mend(source: Source, look: Look, wanted: Callable[[Problem], bool]) -> Mended:
    """Make the fixes of all wanted problems that `look` finds, and look again: a fix may uncover another.

    A fix that does not settle its problem, or brings a new one, is left out.
    """
    rounds: list[tuple[Fix, ...]] = []
    settled: list[Problem] = []
    refused: set[tuple[str, int, str]] = set()
    left: list[Problem] = []
    while len(rounds) < MOST_ROUNDS:
        before = look(source)
        left = [p for p in before if wanted(p) and _own(p, source)]
        chosen = list(_apart([p for p in left if p.order not in refused]))
        if not chosen:
            break
        if not _better(before, look(edited(source, chosen)), chosen):
            refused |= {p.order for p in chosen if not _better(before, look(edited(source, [p])), [p])}
            chosen = chosen[:1] if chosen[0].order not in refused else []
        if chosen:
            source = edited(source, chosen)
            rounds.append(tuple(p.fix for p in chosen if p.fix))
            settled += chosen
    return Mended(source, tuple(rounds), tuple(settled), tuple(left))


def _own(problem: Problem, source: Source) -> bool:
    return problem.fix is not None and problem.fix.span.source.name == source.name


def _apart(problems: Sequence[Problem]) -> Iterator[Problem]:
    """Problems whose fixes do not touch each other, from the first on."""
    end = -1
    for problem in sorted(problems, key=lambda p: p.fix.span.start if p.fix else 0):
        if problem.fix and problem.fix.span.start > end:
            end = problem.fix.span.end
            yield problem


def edited(source: Source, problems: Sequence[Problem]) -> Source:
    """The text with the fixes of these problems, which do not touch each other."""
    text = source.text
    for fix in sorted((p.fix for p in problems if p.fix), key=lambda fix: -fix.span.start):
        text = text[: fix.span.start] + fix.text + text[fix.span.end :]
    return replace(source, text=text)


def _better(before: Sequence[Problem], after: Sequence[Problem], fixed: Sequence[Problem]) -> bool:
    """Whether each of the fixed problems is gone, and no mistake or doubt has come."""
    earlier, later = _counted(before), _counted(after)
    gone = Counter(problem.code for problem in fixed)
    return all(later[code] <= earlier[code] - gone[code] for code in earlier | later)


def _counted(problems: Sequence[Problem]) -> Counter[str]:
    return Counter(problem.code for problem in problems)
