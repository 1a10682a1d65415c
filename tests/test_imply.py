"""Conditions held against each other: what is said of two of them holds for every lead, tried one by one."""

from __future__ import annotations

import operator
from collections.abc import Callable
from itertools import combinations, product
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from leadrules.dsl.expression.anchors import claims, offers
from leadrules.dsl.expression.gist import gist
from leadrules.dsl.expression.imply import excludes, exhaust, implies, never_truer
from leadrules.dsl.expression.model import (
    NUMBER,
    TEXT,
    Both,
    Compare,
    Condition,
    Constant,
    Either,
    Happened,
    IsKnown,
    IsOneOf,
    Label,
    Not,
    Pattern,
    Reference,
    TextTest,
)
from leadrules.dsl.source import Source, Span

HERE = Span(Source("x", ""), 0, 0)
SIZE, ROLE = Reference("field", "size", NUMBER, span=HERE), Reference("field", "role", TEXT, span=HERE)
NAME = Reference("property", "name", TEXT, span=HERE)
SIZES = (None, 0.0, 1.0, 1.5, 2.0, 2.5, 3.0, 9.0)
ROLES = (None, "a", "b", "ab", "abc", "ba")
# What happened: for each name of a form that is tried, how many days ago.
STORIES: tuple[tuple[tuple[str | None, float], ...], ...] = ((), (("a", 1),), (("b", 5),), ((None, 1), ("a", 5)))
DAYS = 86_400_000_000.0
COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    ">": operator.gt,
}
Truth = bool | None
Relation = Literal["contains", "starts with", "ends with", "mentions"]
Lead = tuple[float | None, str | None, tuple[tuple[str | None, float], ...]]


def truth(condition: Condition, lead: Lead, name: str | None = None) -> Truth:
    """Kleene's logic, for one lead."""
    size, role, story = lead
    known = {"size": size, "role": role, "name": name}
    match condition:
        case Compare(Reference(name=field), sign, Constant(level)):
            value = known[field]
            return None if value is None else COMPARE[sign](float(value), level)
        case IsOneOf(Reference(name=field), choices, negated):
            value = known[field]
            return None if value is None else (value in [c.value for c in choices if isinstance(c, Label)]) != negated
        case IsKnown(Reference(name=field), missing):
            return (known[field] is None) == missing
        case TextTest(Reference(name=field), relation, patterns):
            value = known[field]
            return None if value is None else any(passes(str(value), relation, pattern) for pattern in patterns)
        case Not(part):
            inner = truth(part, lead, name)
            return None if inner is None else not inner
        case Both(parts) | Either(parts):
            values = [truth(part, lead, name) for part in parts]
            decisive = isinstance(condition, Either)
            return decisive if decisive in values else (None if None in values else not decisive)
        case Happened(pattern, absent):
            return any(counted(pattern, lead, form, age) for form, age in story) != absent
    raise AssertionError(condition)


def passes(text: str, relation: str, pattern: str) -> bool:
    if relation == "contains":
        return pattern in text
    return text.startswith(pattern) if relation == "starts with" else text.endswith(pattern)


def counted(pattern: Pattern, lead: Lead, form: str | None, age: float) -> bool:
    recent = pattern.window is None or age * DAYS < pattern.window
    return recent and (pattern.where is None or truth(pattern.where, lead, form) is True)


def of_text(field: Reference) -> st.SearchStrategy[Condition]:
    texts = st.lists(st.sampled_from(("a", "b", "ab")), min_size=1, max_size=2, unique=True).map(tuple)
    labels = texts.map(lambda found: tuple(Label(text, span=HERE) for text in found))
    relations = st.sampled_from(("contains", "starts with", "ends with"))
    return st.one_of(
        st.builds(lambda c, n: IsOneOf(field, c, n, span=HERE), labels, st.booleans()),
        st.builds(lambda m: IsKnown(field, m, span=HERE), st.booleans()),
        st.builds(lambda r, p: TextTest(field, r, p, span=HERE), relations, texts),
    )


NUMBERS = st.one_of(
    st.builds(
        lambda sign, level: Compare(SIZE, sign, Constant(level, NUMBER, span=HERE), span=HERE),
        st.sampled_from(tuple(COMPARE)),
        st.sampled_from((1.0, 2.0, 3.0)),
    ),
    st.builds(lambda m: IsKnown(SIZE, m, span=HERE), st.booleans()),
)
PATTERNS = st.builds(
    lambda where, days: Pattern("form", where, days and days * DAYS, span=HERE),
    st.one_of(st.none(), of_text(NAME)),
    st.sampled_from((None, 3.0, 9.0)),
)
ATOMS = st.one_of(NUMBERS, of_text(ROLE), st.builds(lambda p, a: Happened(p, a, span=HERE), PATTERNS, st.booleans()))
CONDITIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds(lambda p: Not(p, span=HERE), inner),
        st.builds(lambda p: Both(tuple(p), span=HERE), st.lists(inner, min_size=2, max_size=3)),
        st.builds(lambda p: Either(tuple(p), span=HERE), st.lists(inner, min_size=2, max_size=3)),
    ),
    max_leaves=5,
)
LEADS = tuple(product(SIZES, ROLES, STORIES))


@given(CONDITIONS, CONDITIONS)
def test_what_is_said_of_two_conditions_holds_for_every_lead(one: Condition, other: Condition) -> None:
    truths = [(truth(one, lead), truth(other, lead)) for lead in LEADS]
    if implies(one, other):
        assert not [1 for a, b in truths if a is True and b is not True]
        assert {*offers(one)} & {*claims(other)}
    if excludes(one, other):
        assert not [1 for a, b in truths if a is True and b is True]
    if exhaust(one, other):
        assert not [1 for a, b in truths if a is False and b is False]


@given(CONDITIONS, CONDITIONS)
def test_what_is_implied_is_found_among_the_keys_of_what_implies_it(one: Condition, other: Condition) -> None:
    both, either = Both((one, other), span=HERE), Either((one, other), span=HERE)
    assert implies(one, one)
    for narrow, wide in ((one, one), (one, other), (one, either), (both, one)):
        _found(narrow, wide)


@given(
    st.text("abAß", max_size=20), st.slices(20), st.sampled_from(("contains", "starts with", "ends with", "mentions"))
)
def test_a_part_of_a_text_is_found_by_the_text(text: str, part: slice, relation: Relation) -> None:
    _found(*(TextTest(NAME, relation, texts, span=HERE) for texts in [(text,), ("ba", text[part])]))


def test_lists_of_values_are_found_by_what_implies_them() -> None:
    lists = [texts for length in (1, 2, 3) for texts in combinations("abc", length)]
    labels = [tuple(Label(text, span=HERE) for text in texts) for texts in lists]
    asked = [IsOneOf(ROLE, choices, negated, span=HERE) for choices in labels for negated in (False, True)]
    for narrow, wide in product(asked, repeat=2):
        _found(narrow, wide)


def _found(narrow: Condition, wide: Condition) -> None:
    """What is implied, as it stands, denied, and of events, shares a key with what implies it."""
    denied = [Not(condition, span=HERE) for condition in (wide, narrow)]
    again = [Not(condition, span=HERE) for condition in reversed(denied)]
    forms = [Pattern("form", condition, None, span=HERE) for condition in (narrow, wide)]
    happened = [Happened(form, False, span=HERE) for form in forms]
    absent = [Happened(form, True, span=HERE) for form in reversed(forms)]
    for one, other in ((narrow, wide), denied, again, happened, absent):
        assert not implies(one, other) or {*offers(one)} & {*claims(other)}


@given(CONDITIONS, CONDITIONS)
def test_unknown_lies_between_false_and_true(one: Condition, other: Condition) -> None:
    rank: dict[Truth, int] = {False: 0, None: 1, True: 2}
    if never_truer(one, other):
        assert all(rank[truth(one, lead)] <= rank[truth(other, lead)] for lead in LEADS)


@given(st.one_of(CONDITIONS, of_text(ROLE)), of_text(ROLE))
def test_conditions_of_one_gist_never_differ(one: Condition, other: Condition) -> None:
    inside = Pattern("form", other, None, span=HERE)
    for written, meant in (
        (Both((one, other), span=HERE), Both((other, one, other), span=HERE)),
        (Either((one, other), span=HERE), Either((other, Either((one, one), span=HERE)), span=HERE)),
        (Not(Not(one, span=HERE), span=HERE), one),
        (Not(Happened(inside, True, span=HERE), span=HERE), Happened(inside, False, span=HERE)),
    ):
        assert gist(written) == gist(meant)
    if gist(one) == gist(other):
        assert all(truth(one, lead) == truth(other, lead) for lead in LEADS)


def test_a_list_of_values_is_an_or_of_them() -> None:
    a, b, both = (
        IsOneOf(ROLE, tuple(Label(t, span=HERE) for t in texts), False, span=HERE) for texts in ["a", "b", "ab"]
    )
    assert gist(Either((a, b), span=HERE)) == gist(both)
    denied = tuple(replace(part, negated=True) for part in (a, b, both))
    assert gist(Both(denied[:2], span=HERE)) == gist(Not(both, span=HERE)) == gist(denied[2])
    assert len({gist(one) for one in (a, b, both, *denied)}) == 6


@given(NUMBERS, NUMBERS)
def test_of_comparisons_with_one_number_nothing_stays_unsaid(one: Condition, other: Condition) -> None:
    truths = [(truth(one, (s, None, ())), truth(other, (s, None, ()))) for s in (*SIZES, -9.0, 99.0)]
    assert excludes(one, other) == (not [1 for a, b in truths if a is True and b is True])
    if isinstance(one, Compare) and isinstance(other, Compare):
        assert implies(one, other) == (not [1 for a, b in truths if a is True and b is not True])
        assert exhaust(one, other) == (not [1 for a, b in truths if a is False and b is False])
