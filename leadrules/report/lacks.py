"""What a lead lacks, in words."""

from __future__ import annotations

import textwrap

from leadrules.dsl.expression.model import (
    Compare,
    Condition,
    Happened,
    Holds,
    IsKnown,
    IsOneOf,
    Label,
    Pattern,
    Reference,
    TextTest,
    Value,
)
from leadrules.dsl.quantity import show_count, show_duration, show_number
from leadrules.dsl.rules.model_criteria import AtMost, AtMostInAny, Bands, Begins, Each, OncePer, Per, WorthPer
from leadrules.engine.as_of import show_instant
from leadrules.engine.explain_lacks import Lacks
from leadrules.engine.lack import Lack, Tally
from leadrules.engine.used_up import Refusal, UsedUp, Worth
from leadrules.report.explanation import describe_turn

CONTRARY = {"<": "not below", "<=": "above", "=": "not", "!=": "just", ">=": "below", ">": "not above"}
AGREED = {"<": "below", "<=": "at most", "=": "just", "!=": "not", ">=": "at least", ">": "above"}
TESTS = {
    "exactly": ("is exactly", "is not exactly"),
    "starts with": ("starts with", "does not start with"),
    "ends with": ("ends with", "does not end with"),
    "contains": ("contains", "contains none of"),
    "mentions": ("mentions", "mentions none of"),
    "matches": ("matches", "does not match"),
}
SHOWN = 6


def draw_lacks(lacks: Lacks, zone: str, width: int) -> str:
    """Why every criterion, item and tier that gave nothing or does not hold does not: a paragraph each."""
    said = describe_lacks(lacks, zone)
    if not said:
        return ""
    room = min(24, max(map(len, said)))
    lines = [_wrapped(f"  {name:<{room}}  {text}", width, room + 4) for name, text in said.items()]
    return "\n".join(["why not", *lines])


def describe_lacks(lacks: Lacks, zone: str) -> dict[str, str]:
    """The same by name: `fit.authority`, `bant.need`, `hot`."""
    said = {f"{score}.{name}": describe_lack(lack, zone) for (score, name), lack in lacks.criteria.items()}
    said |= {f"{score}.{name}": _used_up(used) for (score, name), used in lacks.used_up.items()}
    said |= {f"{list_}.{name}": describe_lack(lack, zone) for (list_, name), lack in lacks.items.items()}
    return said | {name: describe_lack(lack, zone) for name, lack in lacks.tiers.items()}


def _wrapped(line: str, width: int, indent: int) -> str:
    return textwrap.fill(line, width, subsequent_indent=" " * indent, break_long_words=False, break_on_hyphens=False)


def _used_up(used: UsedUp) -> str:
    """What refuses one more event like the latest, as it is written, and for which value of its property."""
    said = [_refusal(refusal, used) for refusal in used.refusals]
    worthless = any(isinstance(refusal.by, Per | Bands) for refusal in used.refusals)
    return f"{'one more like the latest gives nothing' if worthless else 'used up'}: {'; '.join(said)}"


def _refusal(refusal: Refusal, used: UsedUp) -> str:
    value = refusal.value
    match refusal.by:
        case OncePer(property):
            one = value if value is not None else f"one of unknown {property.name}"
            return f"once per {property.name}, {one} has been counted"
        case AtMost(1, "all"):
            return "only the first counts" if used.criterion.which == "first" else "once"
        case AtMost(count, "all"):
            return f"at most {count}"
        case AtMost(count, period):
            return f"at most {count} per calendar {period}"
        case AtMostInAny(count, window):
            return f"at most {count} in any {show_duration(window)}"
        case WorthPer(points, property):
            one = value if value is not None else "those of which it is not known"
            return f"worth at most {show_number(points)} points per {property.name}, reached for {one}"
        case Worth(points):
            return f"worth at most {show_number(points)} points in all"
        case Per() | Bands() as per:
            name = per.property.name
            return f"{name} of it is not known" if value is None else f"{name} of it is {value}"


def describe_lack(lack: Lack, zone: str) -> str:
    """One line: `job_title is "Intern", which mentions none of "chief", "ceo"`."""
    named = f"{lack.named}: " if lack.named else ""
    if lack.parts:
        said = [describe_lack(part, zone) for part in lack.parts]
        head = "none of these, one would do: " if lack.any_of and len(said) > 1 else ""
        return named + head + "; ".join(said)
    return named + _leaf(lack, zone)


def _leaf(lack: Lack, zone: str) -> str:
    if lack.taken_back is not None:
        said = " ".join(describe_turn(lack.taken_back.reset, zone).split())
        return f"{said}; without any reset {show_count(lack.taken_back.times, 'occurrence')} would match"
    none = next((found for found in lack.found if found.of_events and found.value is None), None)
    if none:
        return f"{none.name}: there is none"
    unknown = [found.name for found in lack.found if found.value is None]
    if unknown and not isinstance(lack.part, IsKnown):
        return f"{' and '.join(unknown)} {'is' if len(unknown) == 1 else 'are'} not known"
    if lack.tally is not None:
        return _events(lack, lack.tally, zone)
    assert not isinstance(lack.part, Pattern | Each)
    return _test(lack.part, lack)


def _test(part: Condition, lack: Lack) -> str:
    """A single test that is false. `found` are its values, all of them known."""
    first = lack.found[0] if lack.found else None
    is_so = f"{first.name} is {first.value}" if first else _said(part)
    match part:
        case Compare(left, operator, right):
            words = (CONTRARY if lack.wanted else AGREED)[operator]
            return _compared(left, words, right, lack)
        case IsOneOf(_, choices, negated):
            among = ", ".join(map(_choice, choices[:SHOWN])) + (" …" if len(choices) > SHOWN else "")
            if negated is lack.wanted:
                return (
                    f"{is_so}, one of those ruled out: {among}" if len(choices) > 1 else f"{is_so}, which is ruled out"
                )
            return f"{is_so}, none of {among}" if len(choices) > 1 else f"{is_so}, not {among}"
        case TextTest(_, relation, patterns):
            among = ", ".join(f'"{pattern}"' for pattern in patterns[:SHOWN]) + " …" * (len(patterns) > SHOWN)
            return f"{is_so}, which {TESTS[relation][lack.wanted]} {among}"
        case IsKnown(operand, missing):
            is_missing = missing is not lack.wanted
            return f"{_said(operand)} is {'not known' if is_missing else 'known' if not first else first.value}"
        case Holds(Reference("fired", criterion)):
            return f"{criterion} did not fire" if lack.wanted else f"{criterion} fired"
        case Holds(reference) if reference.kind == "fired":
            return f"{reference.name} {'did not fire' if lack.wanted else 'fired'}"
        case Holds():
            return is_so
        case _:
            return f"not so: {_said(part)}" if lack.wanted else _said(part)


def _compared(left: Value, words: str, right: Value, lack: Lack) -> str:
    """`employees is 50, below 200`; of a constant on the left side as it is written."""
    values = {found.name: found.value for found in lack.found}
    other = _said(right) + (f" ({values[_said(right)]})" if _said(right) in values else "")
    if _said(left) in values:
        return f"{_said(left)} is {values[_said(left)]}, {words} {other}"
    return f"{_said(left)} is {words} {other}"


def _events(lack: Lack, tally: Tally, zone: str) -> str:
    pattern = lack.part if isinstance(lack.part, Pattern) else lack.part.pattern  # type: ignore[union-attr]
    if isinstance(pattern, Begins):
        return f"it began, but not {_clauses(lack.part)}" if tally.seen else "it holds, but no event made it begin"
    assert isinstance(pattern, Pattern)
    name = pattern.event or "event"
    if not lack.wanted if not _absent(lack.part) else lack.wanted:
        return f"{name} happened" + (
            f", last at {show_instant(tally.latest, zone)}" if tally.latest is not None else ""
        )
    if tally.seen == 0:
        return f"{name} never happened"
    if tally.recent == 0:
        assert tally.latest is not None
        return f"no {_said(pattern)} (the last {name} at {show_instant(tally.latest, zone)})"
    if tally.matching == 0:
        seen = tally.recent
        return f"no {_said(pattern)} ({seen} seen, {'none matches' if seen > 1 else 'which does not match'})"
    return f"{tally.matching} match, but none {_clauses(lack.part)}"


def _absent(part: object) -> bool:
    return isinstance(part, Happened) and part.absent


def _clauses(part: object) -> str:
    """What an `each` criterion asks of occurrences beside its pattern."""
    assert isinstance(part, Each)
    said = [f"within time after {part.sequence.pattern.event}"] if part.sequence else []
    said += ["after so long a gap"] if part.gap is not None else []
    said += ["in the dates it is valid"] if part.valid else []
    return " and ".join(said) or "counts"


def _choice(choice: Value) -> str:
    """A value as it is written, or, where it stands for another that is (`at least "C"`), as it would be."""
    written = _said(choice)
    if isinstance(choice, Label) and written.strip('"') != choice.value:
        return f'"{choice.value}"'
    return written


def _said(part: Condition | Value | Pattern) -> str:
    return " ".join(part.span.text.split())
