"""The oracle against numbers worked out by hand: tables, scores, checklists, tiers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.oracle import whole
from tests.oracle_expressions import (
    Aggregate,
    Arithmetic,
    Both,
    Compare,
    IsKnown,
    Name,
    Not,
    Number,
    Pattern,
    Percent,
    Text,
)
from tests.specs import (
    Cases,
    Checklist,
    Combination,
    Constant,
    Each,
    Level,
    Named,
    Range,
    Scale,
    Spec,
    Table,
    Tier,
    Values,
    Veto,
)
from tests.test_oracle import FIELDS, NOW, SIZE, at, each, judged, points, spec_of, visit, visits


@pytest.mark.parametrize(("staff", "earned"), [(-1, 1), (0, 2), (9, 2), (10, 3), (49, 3), (50, 4), (99, 5), (None, 6)])
def test_tables_of_ranges(staff: int | None, earned: float) -> None:
    ends = [Number(n) for n in (0, 9, 10, 50, 100)]
    rows = Range(None, ends[0], Number(1)), Range(ends[0], ends[1], Number(2), closed=True)
    more = Range(ends[2], ends[3], Number(3)), Range(ends[4], None, Number(9)), Values((ends[3],), Number(4))
    assert points(Table("one", Name("staff"), (*rows, *more), Number(5), Number(6)), staff=staff) == earned


def test_scales_give_what_a_lead_has() -> None:
    stars = Scale("one", Arithmetic(Number(6), "*", SIZE), IsKnown(Name("title"), missing=True))
    assert [points(stars, size=size) for size in (1.5, None)] == [9, 0]
    assert points(stars, size=1.5, title="CEO") == 0
    assert points(Scale("one", Aggregate("count", Pattern("visit"))), visits(1, 2)) == 2


@pytest.mark.parametrize(("size", "first", "best"), [(9, 2, 7), (2, 7, 7), (0, -1, -1), (None, 4, 4)])
def test_tables_of_conditions(size: float | None, first: float, best: float) -> None:
    levels = ((">", 5, 2), (">", 1, 7), ("<", 1, -1))
    rows = tuple((Compare(SIZE, sign, Number(level)), Number(earned)) for sign, level, earned in levels)
    assert points(Cases("one", rows, Number(4)), size=size) == first
    assert points(Cases("one", rows, Number(4), best=True), size=size) == best
    assert points(Cases("one", rows)) == 0


@pytest.mark.parametrize(("size", "customer", "score"), [(9, True, 1), (9, None, 10), (0, False, 1), (0, True, 1)])
def test_a_veto_comes_after_the_bounds_and_before_rounding(size: float, customer: bool | None, score: float) -> None:
    criteria = Veto("out", Name("customer")), Level("one", Number(20), Compare(SIZE, ">", Number(5)))
    spec = spec_of(*criteria, bounds=(Number(0.5), Number(10)), rounded=True)
    assert judged(spec, size=float(size), customer=customer).scores == {"fit": score}


def test_weights_come_after_what_a_criterion_is_worth_at_most() -> None:
    assert points(each(8, worth=Number(10), weight=Percent(50)), visits(1, 2)) == 5
    assert points(Scale("one", SIZE, weight=Number(3)), size=-2.0) == -6


@pytest.mark.parametrize(
    ("first", "last", "occurrences", "level"),
    [
        ("2026-06-14", "2026-06-14", 10, 0),
        ("2026-06-15", "2026-06-15", 5, 3),
        ("2026-06-16", "2026-06-20", 0, 0),
        ("2026-06-14", "2026-06-15", 15, 3),
    ],
)
def test_criteria_for_a_few_days(first: str, last: str, occurrences: float, level: float) -> None:
    times = [at("2026-06-14"), at("2026-06-15") - 1, at("2026-06-15"), at("2026-06-13 23:59")]
    assert points(each(5, valid=(first, last)), [visit(time) for time in times]) == occurrences
    assert points(Scale("one", Number(3), valid=(first, last))) == level


def test_tables_without_a_row_give_nothing() -> None:
    table = Table("one", Name("title"), (Values((Text("CEO"), Text("İT")), Number(3)),))
    assert [points(table, title=title) for title in ("ceo", "ıt", "cto", None)] == [3, 3, 0, 0]


def test_rounding_is_half_away_from_zero() -> None:
    assert [whole(v) for v in (0.5, 1.5, 2.5, -0.5, -2.5, 2.4999, -2.4999, 3)] == [1, 2, 3, -1, -3, 2, -2, 3]


def test_bounds_then_rounding_then_combination() -> None:
    bounds = Number(0), Number(2.5)
    spec = spec_of(each(2), bounds=bounds, rounded=True)
    total = Combination("total", ((Number(0.5), "fit"), (Number(-1), "fit")), 1, (Number(-0.25), Number(9)))
    outcome = judged(replace(spec, scores=(total, *spec.scores)), visits(1, 2))
    assert outcome.criteria == {("fit", "one"): 4}
    assert outcome.scores == {"fit": 3, "total": -0.25}


def test_a_score_is_compared_at_a_millionth() -> None:
    levels = [Level(name, Number(p), Not(Name("partner"))) for name, p in (("one", 0.1), ("two", 0.2))]
    tiers = Tier("exact", Compare(Name("fit"), "=", Number(0.3))), Tier("rest")
    outcome = judged(replace(spec_of(*levels), tiers=tiers))
    assert outcome.scores["fit"] != 0.3 and outcome.tier == "exact"


def test_tiers_take_the_first_that_is_true_and_skip_what_is_unknown() -> None:
    items = Named("no", Compare(SIZE, ">", Number(5))), Named("yes", IsKnown(SIZE)), Named("perhaps", Name("customer"))
    counts = [Compare(Name(f"list.{kind}"), "=", Number(1)) for kind in ("met", "unmet", "unknown")]
    tiers = Tier("a", Name("customer")), Tier("b", Not(Name("list.perhaps"))), Tier("c", Both(tuple(counts)))
    spec = Spec(fields=FIELDS, checklists=(Checklist("list", items),), tiers=(*tiers, Tier("d")))
    assert judged(spec, size=1.0).tier == "c"
    assert judged(spec, size=9.0).tier == "d"
    assert judged(spec, size=9.0, customer=False).tier == "b"
    assert judged(spec, customer=True).tier == "a"
    assert judged(Spec(fields=FIELDS)).tier is None


def test_named_numbers_and_conditions() -> None:
    constants = Constant("small", Number(2)), Constant("large", Arithmetic(Number(3), "*", Name("small")))
    conditions = Named("big", Compare(SIZE, ">", Name("small"))), Named("huge", Both((Name("big"), Name("big"))))
    criterion = Each("one", Name("large"), Pattern("visit", Name("huge")))  # its `size` is the lead's all the same
    spec = replace(spec_of(criterion), constants=constants, conditions=conditions)
    assert judged(spec, [visit(NOW, size=0.0)], size=3.0).scores["fit"] == 6
