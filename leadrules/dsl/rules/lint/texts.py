"""Texts that are looked for: twice, inside other words, or as a pattern that is none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from leadrules.dsl.expression import tree as written
from leadrules.dsl.expression.model import Reference, TextTest
from leadrules.dsl.fold import fold, words
from leadrules.dsl.problem import Fix, Label, Problem
from leadrules.dsl.rules.lint.subject import Subject, doubt, remark
from leadrules.dsl.source import Span

SHORT = 4
DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}", re.IGNORECASE)
SIGNS = re.compile(r"[\\^$.|?*+()\[\]{}]")


def covered_texts(subject: Subject) -> Iterator[Problem]:
    """W931: a text of a list that another one of it finds already."""
    for part in subject.nodes:
        listed = _listed(part)
        forms = [_form(part, text.value) for text in listed] if len(listed) > 1 else []
        for at, form in enumerate(forms):
            above = next((i for i, other in enumerate(forms) if i != at and _finds(part, other, form, i < at)), None)
            if above is not None:
                yield _covered(listed[at], listed[above], listed)


def _listed(part: object) -> tuple[written.Text, ...]:
    match part:
        case written.TextTest(patterns=patterns):
            return patterns
        case written.IsOneOf(choices=choices):
            return tuple(choice for choice in choices if isinstance(choice, written.Text))
        case _:
            return ()


def _form(part: object, text: str) -> str:
    """A text as it is looked for: words stand apart from each other."""
    match part:
        case written.TextTest(relation="mentions"):
            return f" {' '.join(words(text))} "
        case written.TextTest(relation="exactly" | "matches"):
            return text
        case _:
            return fold(text)


def _finds(part: object, short: str, long: str, first: bool) -> bool:
    """Whether whatever is found by the second text is found by the other; of two that are the same, by the first."""
    if short == long:
        return first
    match part:
        case written.TextTest(relation="contains" | "mentions"):
            return short in long
        case written.TextTest(relation="starts with"):
            return long.startswith(short)
        case written.TextTest(relation="ends with"):
            return long.endswith(short)
        case _:
            return False


def _covered(text: written.Text, other: written.Text, listed: tuple[written.Text, ...]) -> Problem:
    same = fold(text.value) == fold(other.value)
    message = f'"{text.value}" {"is" if same else "finds nothing that is not found by"} "{other.value}"'
    message += ": case and form make no difference" if same and text.value != other.value else ""
    labels = (Label(other.span, "this one"),)
    return doubt("W931", text.span, message, hint="leave it out", labels=labels, fix=_without(text, listed))


def _without(text: written.Text, listed: tuple[written.Text, ...]) -> Fix | None:
    at = next(i for i, other in enumerate(listed) if other is text)
    before, after = (listed[at - 1], text) if at else (text, listed[1])
    source = text.span.source
    if not re.fullmatch(r"\s*,\s*", source.text[before.span.end : after.span.start]):
        return None
    place = Span(source, before.span.end, text.span.end) if at else Span(source, text.span.start, after.span.start)
    return Fix(place, "")


def inside_words(subject: Subject) -> Iterator[Problem]:
    """W932: a short word that `contains` finds inside other words. W934: a pattern that is a plain text."""
    for part in subject.nodes:
        match part:
            case written.TextTest(relation="contains", patterns=patterns):
                yield from (_inside(text) for text in patterns if _is_short(text.value))
            case written.TextTest(relation="matches", patterns=patterns):
                yield from (_no_pattern(text) for text in patterns if not SIGNS.search(text.value))


def _is_short(text: str) -> bool:
    return len(text) <= SHORT and text.isascii() and text.isalpha()


def _inside(text: written.Text) -> Problem:
    message = f'`contains "{text.value}"` finds it inside longer words too'
    hint = f'`mentions "{text.value}"` finds it as a word of its own'
    return doubt("W932", text.span, message, hint=hint)


def _no_pattern(text: written.Text) -> Problem:
    hint = f'`contains "{text.value}"` finds the same'
    return remark("W934", text.span, f'"{text.value}" is a plain text, and no pattern', hint=hint)


def bare_domains(subject: Subject) -> Iterator[Problem]:
    """W933: the end of an address that other domains end with too."""
    for part in subject.parts:
        match part:
            case TextTest(Reference(name=name), "ends with", patterns) if "mail" in name.casefold():
                for pattern in patterns:
                    if DOMAIN.fullmatch(pattern):
                        message = f'other domains end with "{pattern}" too: `anna@not{pattern}`'
                        yield doubt("W933", part.span, message, hint=f'write "@{pattern}"')
