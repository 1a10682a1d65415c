"""A broken file to what was right and wrong about its report."""

from __future__ import annotations

import re
from dataclasses import dataclass

from leadrules.dsl.problem import Fix, Problem, in_order
from leadrules.dsl.source import Source
from leadrules.verify.review import find_problems
from tests.broken.cases import Case, Expected

Pair = tuple[Expected, Problem]


@dataclass(frozen=True)
class Judgement:
    """What was expected and found on its line, what was not found, and what was found beside it."""

    case: Case
    found: tuple[Problem, ...]
    pairs: tuple[Pair, ...]
    missed: tuple[Expected, ...]
    invented: tuple[Problem, ...]

    @property
    def right_code(self) -> list[Pair]:
        return [(e, p) for e, p in self.pairs if e.code == p.code]

    @property
    def with_way_out(self) -> list[Expected]:
        return [e for e in self.case.expected if e.way_out]

    @property
    def right_way_out(self) -> list[Pair]:
        return [(e, p) for e, p in self.pairs if e.way_out and (_says(suggestion(p), e.way_out) or self.restores(p))]

    def restores(self, problem: Problem) -> bool:
        """Whether the fix of a problem gives back the sound line, alone or with the other fixes of its line."""
        if problem.fix is None:
            return False
        number = _line(problem)
        along = [p.fix for p in self.fixes if p.fix and _line(p) == number]
        sound = {_squeezed(line) for line in self.case.given_up.get(number, ())}
        return any(_squeezed(_repaired(self.case.text, number, fixes)) in sound for fixes in ([problem.fix], along))

    @property
    def fixes(self) -> list[Problem]:
        return [p for p in self.found if p.fix]

    @property
    def settling_fixes(self) -> list[Problem]:
        """The problems whose fix settles them and brings no other."""
        before = sorted((p.code, p.message) for p in self.found)
        return [p for p in self.fixes if _after(self.case, p) == _without(before, (p.code, p.message))]

    @property
    def mended(self) -> bool:
        """Whether nothing is wrong any more when every fix is made."""
        return not problems_of(self.case.name, applied(self.case.text, [p.fix for p in self.fixes if p.fix]))


def judge(case: Case) -> Judgement:
    """The report about a case held against what is expected."""
    found = problems_of(case.name, case.text)
    pairs, left = list[Pair](), list(found)
    for expected in sorted(case.expected, key=lambda e: e.line):
        here = [p for p in left if _line(p) == expected.line]
        if here:
            best = next((p for p in here if p.code == expected.code), here[0])
            pairs.append((expected, best))
            left.remove(best)
    missed = [e for e in case.expected if e not in [e for e, _ in pairs]]
    return Judgement(case, found, tuple(pairs), tuple(missed), tuple(left))


def problems_of(name: str, text: str) -> tuple[Problem, ...]:
    return in_order(find_problems(Source(name, text)))


def suggestion(problem: Problem) -> str:
    """What a report says first of all to write: its fix, else the first word in backquotes of its hint.

    Where there is no hint, what is expected counts if that is one thing and no list.
    """
    if problem.fix:
        return problem.fix.text
    quoted = re.findall(r"`([^`]+)`", problem.hint)
    if quoted:
        return str(quoted[0])
    single = re.fullmatch(r"`([^`]+)`[^`]*", problem.expected)
    return single[1] if single else ""


def applied(text: str, fixes: list[Fix]) -> str:
    """A text with replacements made, the last one first."""
    for fix in sorted(fixes, key=lambda fix: -fix.span.start):
        text = text[: fix.span.start] + fix.text + text[fix.span.end :]
    return text


def _says(text: str, way_out: str) -> bool:
    """Whether a suggestion has the words of the way out in it, and not only their letters."""
    at = text.find(way_out)
    return at >= 0 and not (text[:at][-1:] + way_out[:1]).isalnum() * (at > 0) and len(text) <= len(way_out) + 40


def _repaired(text: str, number: int, fixes: list[Fix]) -> str:
    """A line of a text with replacements made that all stand in it; nothing where one reaches out of it."""
    lines = text.split("\n")
    start = sum(len(line) + 1 for line in lines[: number - 1])
    end = start + len(lines[number - 1])
    if any(fix.span.start < start or fix.span.end > end or "\n" in fix.text for fix in fixes):
        return ""
    return applied(text, fixes).split("\n")[number - 1]


def _squeezed(line: str) -> str:
    return " ".join(line.split())


def _after(case: Case, problem: Problem) -> list[tuple[str, str]]:
    assert problem.fix is not None
    left = problems_of(case.name, applied(case.text, [problem.fix]))
    return sorted((p.code, p.message) for p in left)


def _without(found: list[tuple[str, str]], one: tuple[str, str]) -> list[tuple[str, str]]:
    left = list(found)
    left.remove(one)
    return left


def _line(problem: Problem) -> int:
    return problem.span.source.position(problem.span.start)[0]
