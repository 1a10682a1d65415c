"""Comments that silence doubts: what they say, what they keep still, and what is wrong with them.

    # leadrules: ignore W911, W912 until 2027-01-31, because both teams count webinars
    # leadrules: ignore-file W901 because the fields are those of the export

Behind a statement such a comment silences what is found in its line, on a line of its own what is found in the next line
that says anything, and with `ignore-file` what is found in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from msgspec import Struct

from leadrules.dsl.codes import CODES
from leadrules.dsl.problem import Fix, Problem
from leadrules.dsl.source import Source, Span
from leadrules.dsl.spelling import nearest

TEXTS_AND_COMMENTS = re.compile(r'"(?:[^"\\\n]|\\.)*"|#[^\n]*')
ADDRESSED = re.compile(r"#+\s*leadrules\s*:\s*(.*?)\s*$")
SAID = re.compile(
    r"(?P<word>ignore-file|ignore)\s+(?P<codes>[A-Za-z]+\d+(?:[\s,]+[A-Za-z]+\d+)*)"
    r"(?:\s*,?\s*until\s+(?P<until>\S+?))?\s*,?\s+because\s+(?P<reason>\S.*)"
)
FORM = "`# leadrules: ignore W911, because REASON`, perhaps with `until 2027-01-31` before the comma"
OF_SILENCES = ("W101", "W102", "W103")
# What is found only where a rule set is tried, or held against a market: that it is not found here says nothing.
FOUND_ELSEWHERE = re.compile(r"W670|W8")


class Silence(Struct, frozen=True):
    """One comment. `line` is the one it silences, 0 where it is the whole file. `until`: the last day on which it does."""

    span: Span
    line: int
    codes: tuple[str, ...]
    until: date | None
    reason: str


class Heard(Struct, frozen=True):
    """The problems that are left, those about silences among them, and those that were silenced."""

    problems: tuple[Problem, ...]
    silenced: tuple[Problem, ...]


def obey(problems: Iterable[Problem], source: Source, today: date | None, complete: bool) -> Heard:
    """What the comments of the source, and of others that problems stand in, leave of the problems.

    `today` decides which comments have run out; without it none has. Only where the problems are `complete`, as they are
    where no mistake kept others from being found, is it a problem that a comment silences nothing.
    """
    found = tuple(problems)
    sources = {id(place): place for place in (source, *(p.span.source for p in found))}
    left, silenced = list(found), list[Problem]()
    for place in sources.values():
        silences, wrong = read_silences(place)
        own = [problem for problem in left if problem.span.source is place]
        acting = [silence for silence in silences if not _over(silence, today)]
        still = [problem for problem in own if any(_covers(silence, problem) for silence in acting)]
        left = [problem for problem in left if not any(problem is other for other in still)]
        silenced += still
        if place is source:
            left += [*wrong, *(_run_out(silence) for silence in silences if _over(silence, today))]
            left += _unused(acting, own) if complete else ()
    return Heard(tuple(left), tuple(silenced))


def read_silences(source: Source) -> tuple[list[Silence], list[Problem]]:
    """The comments of a text that silence something, and the problems of those that cannot be read."""
    silences: list[Silence] = []
    wrong: list[Problem] = []
    for comment in _comments(source):
        addressed = ADDRESSED.match(comment.text)
        if addressed:
            said = SAID.fullmatch(addressed[1])
            faults = _faults(comment, said)
            wrong += faults
            if said and not faults:
                silences.append(_silence(comment, said))
    return silences, wrong


def _comments(source: Source) -> Iterator[Span]:
    if "leadrules" not in source.text:
        return
    for found in TEXTS_AND_COMMENTS.finditer(source.text):
        if found[0].startswith("#"):
            yield Span(source, *found.span())


def _silence(comment: Span, said: re.Match[str]) -> Silence:
    whole = said["word"] == "ignore-file"
    until = date.fromisoformat(said["until"]) if said["until"] else None
    return Silence(comment, 0 if whole else _target(comment), _codes(said), until, said["reason"])


def _codes(said: re.Match[str]) -> tuple[str, ...]:
    return tuple(re.findall(r"[A-Za-z]+\d+", said["codes"]))


def _target(comment: Span) -> int:
    """The line a comment is about: its own, or the next one that says anything where it stands alone."""
    number, column = comment.source.position(comment.start)
    if comment.source.line(number)[: column - 1].strip():
        return number
    lines = comment.source.text.split("\n")
    said = (at for at, line in enumerate(lines, 1) if at > number and line.strip() and not line.strip().startswith("#"))
    return next(said, number)


def _faults(comment: Span, said: re.Match[str] | None) -> list[Problem]:
    """What keeps a comment from silencing anything."""
    if said is None:
        return [_doubt("W102", comment, "this comment silences nothing: it cannot be read", f"the form is {FORM}")]
    faults = []
    for code in _codes(said):
        if code in OF_SILENCES:
            faults.append(_doubt("W102", comment, f"{code} cannot be silenced", "it is about such comments"))
        elif code.startswith("E") and code in CODES:
            faults.append(
                _doubt("W102", comment, f"{code} is a mistake: it cannot be silenced", "mend what it is about")
            )
        elif code not in CODES:
            meant = nearest(code, CODES)
            faults.append(_doubt("W102", comment, f"there is no code {code}", f"was {meant} meant?" if meant else ""))
    if said["until"] and not _is_date(said["until"]):
        hint = "write the year, month and day: `until 2027-01-31`"
        faults.append(_doubt("W102", comment, f"`{said['until']}` is no date", hint))
    return faults


def _is_date(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text)) and len(text) == len("2027-01-31")
    except ValueError:
        return False


def _over(silence: Silence, today: date | None) -> bool:
    return silence.until is not None and today is not None and silence.until < today


def _covers(silence: Silence, problem: Problem) -> bool:
    if problem.severity == "error" or problem.code not in silence.codes:
        return False
    return silence.line in (0, problem.span.source.position(problem.span.start)[0])


def _run_out(silence: Silence) -> Problem:
    message = f"this silence ended with {silence.until}"
    hint = "mend what it is about, or give it a later day and a reason that still holds"
    return _doubt("W103", silence.span, message, hint)


def _unused(silences: Sequence[Silence], own: Sequence[Problem]) -> Iterator[Problem]:
    for silence in silences:
        idle = [code for code in silence.codes if not any(_covers(silence, p) and p.code == code for p in own)]
        idle = [code for code in idle if not FOUND_ELSEWHERE.match(code)]
        if idle:
            message = f"there is no {' and no '.join(idle)} here to be silenced"
            yield _doubt("W101", silence.span, message, "leave it out", _without(silence, idle))


def _without(silence: Silence, idle: Sequence[str]) -> Fix:
    """The comment without codes that silence nothing; no comment where none is left."""
    text, span = silence.span.source.text, silence.span
    kept = [code for code in silence.codes if code not in idle]
    if kept:
        listed = SAID.search(span.text)
        assert listed is not None
        start = span.start + listed.start("codes")
        return Fix(Span(span.source, start, span.start + listed.end("codes")), ", ".join(kept))
    start = text.rfind("\n", 0, span.start) + 1
    alone = not text[start : span.start].strip()
    if alone:
        return Fix(Span(span.source, start, min(span.end + 1, len(text))), "")
    return Fix(Span(span.source, start + len(text[start : span.start].rstrip()), span.end), "")


def _doubt(code: str, span: Span, message: str, hint: str = "", fix: Fix | None = None) -> Problem:
    return Problem(code=code, severity="warning", span=span, message=message, hint=hint, fix=fix)
