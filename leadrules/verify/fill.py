"""A template and a rule set's vocabulary to a market: text like any other, which can be read, changed and kept."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import numpy as np
from msgspec import Struct

from leadrules.dsl.expression.model import Type
from leadrules.dsl.expression.write import write_text
from leadrules.dsl.problem import RulesError
from leadrules.dsl.quantity import SECOND, show_number
from leadrules.dsl.rules.model import Model, RollUp
from leadrules.dsl.scenario.check import check
from leadrules.dsl.scenario.model import ScenarioModel
from leadrules.dsl.scenario.parse import parse
from leadrules.dsl.source import Source
from leadrules.engine.change import Happens
from leadrules.engine.columns import Floats
from leadrules.engine.values import Single
from leadrules.verify.vocabulary import Drawn, Vocabulary, vocabulary_of
from leadrules.verify.worth import Worths, worths_of

UNKNOWN = 0.15
PLACE = re.compile(r"^( *)\$(\w+) *(.*)$")
BARE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
WORDS = frozenset(
    ["under", "to", "and", "over", "or", "not", "else", "unknown", "yes", "no", "in", "is", "has", "by", "of"]
)
FIELD = 'lead { NAME text }\neveryone { NAME { "a" 100% } }\nintent { by NAME { "a": 1 }; NAME 1 }\n'
EVENT = "event NAME { x text }\nstage a { events { NAME 100% } }\n"
PROPERTY = 'event visit { NAME text }\nstage a { events { visit NAME "a" 100% } }\n'
OPENS = ("open", "mail", "newsletter")


class Words(Struct, frozen=True):
    """What templates are filled with: a rule set's vocabulary, and what each word of it is worth to the rules."""

    model: Model
    vocabulary: Vocabulary
    worths: Worths


class Unfit(Exception):
    """A world that these rules have no words for; the text says which."""


def words_of(model: Model) -> Words:
    """The words of a rule set. Names that a market cannot say are left out of them."""
    vocabulary = vocabulary_of(model)
    unsayable = [d.field.name for d in vocabulary.fields if not _reads(FIELD.replace("NAME", d.field.name))]
    unsayable += [event.name for event in vocabulary.events if not _reads(EVENT.replace("NAME", event.name))]
    properties = {p.name for event in vocabulary.events for p in event.properties}
    unsayable += [name for name in sorted(properties) if not _reads(PROPERTY.replace("NAME", name))]
    if unsayable:
        vocabulary = vocabulary.without(unsayable)
    return Words(model, vocabulary, worths_of(model, vocabulary))


def _reads(text: str) -> bool:
    try:
        parse(Source("name", text))
    except RulesError:
        return False
    return True


def fill(template: Source, words: Words) -> Source:
    """The market that a template becomes with these words. Raises `Unfit` where the rules lack what it is about."""
    return Source(template.name, "\n".join(_lines(template.text.split("\n"), words)))


def read_filled(template: Source, words: Words) -> ScenarioModel:
    """The market, checked as every other."""
    return check(parse(fill(template, words)))


def _lines(lines: Sequence[str], words: Words) -> Iterator[str]:
    for line in lines:
        place = PLACE.match(line)
        if place is None:
            yield line
        else:
            indent, what, rest = place.groups()
            yield from (f"{indent}{filled}" for filled in FILLINGS[what](words, rest))


# What can stand in the place of a line


def _timezone(words: Words, _rest: str) -> Iterator[str]:
    yield f"timezone {write_text(words.model.timezone)}"


def _declarations(words: Words, _rest: str) -> Iterator[str]:
    """Fields and events as the rules declare them."""
    known_from = words.model.columns.known_from
    lines = [f"{drawn.field.name} {_type(drawn.field.type)}" for drawn in words.vocabulary.fields]
    lines += [f"{f.name} {f.type.name} known from" for f in words.model.fields if f.name == known_from]
    if lines:
        yield from ("lead {", *(f"  {line}" for line in lines), "}")
    for event in words.vocabulary.events:
        properties = ", ".join(f"{p.name} {_type(p.type)}" for p in event.properties)
        yield f"event {event.name}" + (f" {{ {properties} }}" if properties else "")
    if not words.vocabulary.actions:
        yield "event anything  # the rules ask for no event"


def _accounts(words: Words, _rest: str) -> Iterator[str]:
    """Leads of one account, where the rules ask what others in it do."""
    if any(isinstance(score, RollUp) for score in words.model.scores):
        yield "accounts { size 3 }"


def _values(words: Words, _rest: str) -> Iterator[str]:
    """Every value of a field as often as any other, and 15 % not known."""
    for drawn in words.vocabulary.fields:
        name, values = drawn.field.name, drawn.values
        if drawn.field.type.name == "duration":
            low, high = (_duration(float(end or 0)) for end in (min(values, key=_key), max(values, key=_key)))
            yield f"{name} evenly {low} to {high}, unknown {UNKNOWN:.0%}"
        else:
            shares = _percents([(1 - UNKNOWN) / len(values)] * len(values) + [UNKNOWN])
            told = zip((*(_value(v, drawn.field.type) for v in values), "unknown"), shares, strict=True)
            yield f"{name} {{ " + "; ".join(f"{value} {share}" for value, share in told) + " }"


def _fit(words: Words, rest: str) -> Iterator[str]:
    """What fields add to intent: their worth to the rules, around zero, all together with the spread that is asked for."""
    told = [(drawn, _centred(drawn, words)) for drawn in words.vocabulary.fields if drawn.field.type.name != "duration"]
    whole = math.sqrt(sum(float(_weights(drawn) @ worth**2) for drawn, worth in told))
    for drawn, worth in told:
        loads = np.round(worth / whole * float(rest), 3) if whole else worth
        if loads.any():
            yield _loading(drawn, loads)


def _weights(drawn: Drawn) -> Floats:
    values = len(drawn.values)
    return np.array([*[(1 - UNKNOWN) / values] * values, UNKNOWN])


def _centred(drawn: Drawn, words: Words) -> Floats:
    worth = words.worths.fields[drawn.field.name]
    if drawn.field.type.name == "flag":  # who is not known to be, is not: a market says of flags what being so adds
        worth = np.array([worth[0], worth[1], worth[1]])
    centred: Floats = worth - _weights(drawn) @ worth
    return centred


def _loading(drawn: Drawn, loads: Floats) -> str:
    name = drawn.field.name
    if drawn.field.type.name == "flag":
        return f"{name} {show_number(loads[0] - loads[1])}"
    type = drawn.field.type
    unit = f" {type.detail}" if type.name == "money" else ""
    rows = [f"{_value(v, type)}{unit}: {show_number(x)}" for v, x in zip(drawn.values, loads[:-1], strict=True)]
    rest = [] if type.name == "one of" else ["else: 0"]
    return f"by {name} {{ " + "; ".join([*rows, *rest, f"unknown: {show_number(loads[-1])}"]) + " }"


def _events(words: Words, rest: str) -> Iterator[str]:
    """Every action, exp(tilt × worth) times as often as one that is worth nothing; the largest worth counts as 1."""
    actions, worth = words.vocabulary.actions, words.worths.actions
    yield "events {"
    if not actions:
        yield "  anything 100%"
    else:
        largest = float(np.abs(worth).max())
        often = np.exp(float(rest) * (worth / largest if largest else worth))
        shares = _percents((often / often.sum()).tolist())
        yield from (f"  {_action(action, words)} {share}" for action, share in zip(actions, shares, strict=True))
    yield "}"


def _opened(words: Words, rest: str) -> Iterator[str]:
    """The event by which rules see that a mail is opened, found by its name."""
    for part in OPENS:
        for action in words.vocabulary.actions:
            event = next(e for e in words.model.events if e.name == action.event)
            if part in f"{event.name} {event.label}".lower():
                yield f"opened as {_action(action, words)} {rest}"
                return
    raise Unfit("no event of these rules has `open`, `mail` or `newsletter` in its name")


FILLINGS: dict[str, Callable[[Words, str], Iterator[str]]] = {
    "timezone": _timezone,
    "declarations": _declarations,
    "accounts": _accounts,
    "values": _values,
    "fit": _fit,
    "events": _events,
    "opened": _opened,
}


# How words are written


def _type(type: Type) -> str:
    match type.name:
        case "one of":
            return "one of " + ", ".join(_value(value, type) for value in type.values)
        case "money":
            return f"money {type.detail}"
        case _:
            return type.name


def _action(action: Happens, words: Words) -> str:
    event = next(event for event in words.vocabulary.events if event.name == action.event)
    types = {p.name: p.type for p in event.properties}
    return " ".join(
        [action.event, *(f"{name} {_value(value, types[name])}" for name, value in action.properties.items())]
    )


def _value(value: Single, type: Type) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        bare = type.name == "one of" and BARE.fullmatch(value) and value not in WORDS
        return value if bare else write_text(value)
    return _duration(float(value or 0)) if type.name == "duration" else show_number(float(value or 0))


def _duration(microseconds: float) -> str:
    return f"{show_number(microseconds / SECOND)} seconds"


def _key(value: Single) -> float:
    return float(value or 0)


def _percents(shares: Sequence[float]) -> list[str]:
    """Shares as per cent to two digits that add up to 100 exactly, each from zero on."""
    ends = [round(end, 2) for end in np.cumsum([0.0, *shares]) / sum(shares) * 100]
    return [f"{show_number(round(high - low, 2))}%" for low, high in pairwise(ends)]
