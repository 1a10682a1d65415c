"""People follow the laws that are stated: quantiles, attributes, personas, intent, activity, accounts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from leadrules.dsl.problem import RulesError
from leadrules.engine.columns import FALSE, TRUE, UNKNOWN, Codes, Column
from leadrules.simulator.draws import Draws
from leadrules.simulator.normal import normal
from leadrules.simulator.people import People, draw_people
from tests.phase_type import counts_z, judge, mean_z, seeds, share_z, world_of, z_of
from tests.test_draws import several, uniform

LEADS = 40_000
DAY = 86_400
SECOND = 1_000_000


@given(several)
def test_normal_quantiles_are_those_of_scipy(u: Any) -> None:
    np.testing.assert_allclose(normal(u), special.ndtri(u), rtol=4e-15, atol=1e-16)


# People

MARKET = """
scenario people {
  timezone Europe/Warsaw
  horizon 100 days from 2026-03-02
  arrivals over 40 days
}
lead {
  industry one of software, finance, retail
  country  text
  grade    number
  staff    whole number
  budget   money EUR
  price    number
  wait     duration in days
  customer flag
  opted    flag
  left     number
  created  time known from
}
everyone {
  industry { finance 45%; software 30%; retail 15%; unknown 10% }
  country { "PL" 70%; "DE" 30% }
  grade { -1 20%; 0.5 50%; 3 30% }
  staff lognormal median 120 spread 1.1, unknown 15%
  budget normal mean 5_000 EUR spread 900 EUR
  price evenly -2 to 6, unknown 40%
  wait lognormal median 30 days spread 0.5
  customer 7%
  opted { yes 30%; no 50%; unknown 20% }
}
persona mild 50% { }
persona keen 30% {
  intent 0.7
  staff lognormal median 10 spread 0.4
  left evenly 0 to 1
}
persona idle 20% never buys { intent -0.5; activity 2 }
accounts {
  size 4
  intent spread 0.5
}
intent {
  spread 0.8
  customer 0.9
  by industry { software: 0.4; else: -0.1; unknown: 0.25 }
  by staff { under 50: -0.3; 50 to 499: 0.1; 500 and over: 0.6; unknown: -0.7 }
  by budget { under 5_000 EUR: -0.05; else: 0.15 }
  by wait { under 30 days: 0.35; else: -0.2 }
}
activity {
  spread 0.6
  correlation with intent 0.35
}
stage only { lasts exactly 9 days; then won 10%, else lost }
"""


def people(seed: int, text: str = MARKET) -> People:
    return draw_people(world_of(text), Draws(seed), 0, LEADS)


def numbers(column: Column) -> Any:
    assert not isinstance(column, Codes)
    return column.values


def texts(column: Column) -> Any:
    """Texts, empty where not known."""
    assert isinstance(column, Codes)
    return np.array([*column.dictionary.values, ""])[column.codes]


def how_many(values: Any, *wanted: Any) -> Any:
    counts = np.array([np.count_nonzero(values == one) for one in wanted])
    assert counts.sum() == len(values), "a value that nobody stated"
    return counts


def figures_of(seed: int) -> dict[str, float]:
    """How far everything about the attributes of some people is off."""
    found = people(seed)
    fields, keen = found.fields, found.persona == 1
    staff, price = numbers(fields["staff"]), numbers(fields["price"])
    wait, budget = numbers(fields["wait"]) / SECOND / DAY, numbers(fields["budget"])
    flags = numbers(fields["customer"]), numbers(fields["opted"])
    both = how_many(texts(fields["industry"]) + texts(fields["country"]), *PAIRS)
    return {
        "personas": counts_z(how_many(found.persona, 0, 1, 2), [0.5, 0.3, 0.2]),
        "arrivals": z_of(stats.kstest((found.arrival + 0.5) / (40 * DAY), "uniform").pvalue),
        "texts of two fields": counts_z(both, np.outer([0.45, 0.30, 0.15, 0.10], [0.7, 0.3]).ravel()),
        "numbers with shares": counts_z(how_many(numbers(fields["grade"]), -1, 0.5, 3), [0.2, 0.5, 0.3]),
        "whole numbers of a persona": z_of(rounded_lognormal(staff[keen & ~np.isnan(staff)], 10, 0.4)),
        "whole numbers of the others": z_of(rounded_lognormal(staff[~keen & ~np.isnan(staff)], 120, 1.1)),
        "unknown": share_z(np.isnan(staff[~keen]), 0.15),
        "money": z_of(stats.kstest(budget, stats.norm(5_000, 900).cdf).pvalue),
        "even numbers": z_of(stats.kstest(price[~np.isnan(price)], stats.uniform(-2, 8).cdf).pvalue),
        "unknown numbers": share_z(np.isnan(price), 0.4),
        "durations": z_of(stats.kstest(wait, stats.lognorm(0.5, scale=30).cdf).pvalue),
        "flags": share_z(flags[0] == TRUE, 0.07),
        "flags with shares": counts_z(how_many(flags[1], TRUE, FALSE, UNKNOWN), [0.3, 0.5, 0.2]),
        "unknown where another is": share_z(np.isnan(price[np.isnan(staff)]), 0.4),
        "one field beside another": float(np.corrcoef(budget, np.log(wait))[0, 1] * np.sqrt(LEADS)),
        "a field beside the arrival": float(np.corrcoef(budget, found.arrival)[0, 1] * np.sqrt(LEADS)),
    }


PAIRS = [industry + country for industry in ("finance", "software", "retail", "") for country in ("PL", "DE")]


def rounded_lognormal(values: Any, median: float, spread: float) -> float:
    """The p-value of lognormals rounded to whole numbers, by classes whose bounds lie halfway between those."""
    law = stats.lognorm(spread, scale=median)
    bounds = np.unique(np.floor(law.ppf(np.linspace(0.05, 0.95, 13)))) + 0.5
    counts = np.bincount(np.searchsorted(bounds, values), minlength=len(bounds) + 1)
    shares = np.diff([0.0, *law.cdf(bounds), 1.0])
    return float(stats.chisquare(counts, shares * len(values)).pvalue)


@pytest.mark.slow
def test_attributes_are_spread_as_stated(full: bool) -> None:
    each = [figures_of(seed) for seed in seeds(full, 16)]
    for name in each[0]:
        judge([figures[name] for figures in each])


def test_what_no_persona_says_is_not_known() -> None:
    found = people(1)
    assert np.array_equal(np.isnan(numbers(found.fields["left"])), found.persona != 1)


def test_a_lead_is_known_from_its_arrival() -> None:
    found, scenario = people(2), world_of(MARKET).scenario
    assert scenario.start == 1_772_406_000 * SECOND  # midnight in Warsaw is 23:00 of the day before in UTC
    np.testing.assert_array_equal(numbers(found.fields["created"]), scenario.start + found.arrival * SECOND)


def test_a_field_without_unknown_is_known_of_every_lead() -> None:
    """Shares of a third each, written to a hundredth of a percent, leave a ten-thousandth to nobody."""
    text = MARKET.replace('"PL" 70%; "DE" 30%', '"PL" 33.33%; "DE" 33.33%; "CZ" 33.33%')
    assert sum(np.count_nonzero(texts(people(seed, text).fields["country"]) == "") for seed in range(5)) == 0


# Intent and activity


def stated(found: People) -> Any:
    """Intent as far as the persona and the fields of a lead decide it."""
    fields = found.fields
    staff, industry = numbers(fields["staff"]), texts(fields["industry"])
    intent = np.array([0.0, 0.7, -0.5])[found.persona] + 0.9 * (numbers(fields["customer"]) == TRUE)
    intent += np.select([industry == "software", industry == ""], [0.4, 0.25], -0.1)
    intent += np.select([staff < 50, staff < 500, staff >= 500], [-0.3, 0.1, 0.6], -0.7)
    intent += np.where(numbers(fields["budget"]) < 5_000, -0.05, 0.15)
    intent += np.where(numbers(fields["wait"]) < 30 * DAY * SECOND, 0.35, -0.2)
    return intent


def test_intent_is_what_persona_and_fields_say_where_nothing_else_differs() -> None:
    still = MARKET.replace("intent spread 0.5", "intent spread 0").replace("spread 0.8", "spread 0")
    found = people(3, still)
    np.testing.assert_allclose(found.intent, stated(found), atol=1e-12)
    np.testing.assert_allclose(people(3).intent.std() ** 2, found.intent.std() ** 2 + 0.5**2 + 0.8**2, rtol=0.05)


def intent_figures(seed: int) -> dict[str, float]:
    found = people(seed)
    rest, log = found.intent - stated(found), np.log(found.activity)
    of_account = rest.reshape(-1, 4)
    means, inside = of_account.mean(axis=1), of_account.var(axis=1, ddof=1).mean() / 0.64
    own = 0.8 / np.hypot(0.8, 0.5)
    return {
        "intent": z_of(stats.kstest(rest[::4] / np.hypot(0.8, 0.5), "norm").pvalue),
        "accounts": z_of(stats.kstest(means / np.sqrt(0.25 + 0.64 / 4), "norm").pvalue),
        "leads of an account": float((inside - 1.0) / np.sqrt(2.0 / (3 * len(means)))),
        "activity": z_of(stats.kstest((log + 0.18) / 0.6, "norm").pvalue),
        "mean activity": mean_z(found.activity, 1.0),
        "activity with intent": correlation_z(rest[::4], log[::4], 0.35 * own),
        "activity with what fields say": correlation_z(stated(found), log, 0.0),
        "activity of neighbours": correlation_z(log[::4], log[1::4], 0.0),
        "personas of neighbours": correlation_z(found.persona[::4], found.persona[1::4], 0.0),
    }


def correlation_z(one: Any, other: Any, expected: float) -> float:
    """Fisher's z of a correlation of normal figures."""
    return float((np.arctanh(np.corrcoef(one, other)[0, 1]) - np.arctanh(expected)) * np.sqrt(len(one) - 3))


@pytest.mark.slow
def test_intent_and_activity_spread_and_go_together_as_stated(full: bool) -> None:
    each = [intent_figures(seed) for seed in seeds(full, 16)]
    for name in each[0]:
        judge([figures[name] for figures in each])


@pytest.mark.parametrize("correlation", [-1, 0, 1])
def test_activity_can_follow_intent_wholly_or_not_at_all(correlation: int) -> None:
    text = MARKET.replace("correlation with intent 0.35", f"correlation with intent {correlation}")
    text = text.replace("intent spread 0.5", "intent spread 0")
    found = people(6, text)
    rest = found.intent - stated(found)
    if correlation:
        np.testing.assert_allclose((np.log(found.activity) + 0.18) / 0.6, correlation * rest / 0.8, atol=1e-9)
    else:
        assert abs(correlation_z(rest, np.log(found.activity), 0.0)) < 5


def test_activity_without_spread_is_one() -> None:
    text = MARKET.replace("  spread 0.6\n  correlation with intent 0.35\n", "  spread 0\n")
    assert set(people(1, text).activity) == {1.0}


@pytest.mark.parametrize("size", [1, 3, 4, 1000])
def test_accounts_have_so_many_leads_and_share_what_is_theirs(size: int) -> None:
    text = MARKET.replace("size 4", f"size {size}").replace("spread 0.8", "spread 0")
    world, draws = world_of(text), Draws(9)
    for start, stop in ((0, 2_000), (7, 1_013)):
        found = draw_people(world, draws, start, stop)
        np.testing.assert_array_equal(found.account, np.arange(start, stop) // size)
        rest = np.round(found.intent - stated(found), 9)
        assert len({*zip(found.account.tolist(), rest.tolist(), strict=True)}) == len(set(found.account.tolist()))
        assert len(set(rest.tolist())) == len(set(found.account.tolist()))


# One lead worked out with plain numbers


@settings(deadline=None)
@given(st.integers(0, 2**63), st.integers(0, 10**9))
def test_a_person_worked_out_by_hand_is_the_one_that_is_drawn(seed: int, lead: int) -> None:
    """Every draw comes from the stream that bears its name."""

    def z(stream: str, who: int = lead) -> float:
        return float(special.ndtri(uniform(seed, stream, who)))

    found = draw_people(world_of(MARKET), Draws(seed), lead, lead + 1)
    persona = sum(uniform(seed, "persona", lead) >= bound for bound in (0.5, 0.8))
    assert (found.persona[0], found.account[0]) == (persona, lead // 4)
    assert found.arrival[0] == int(uniform(seed, "arrival", lead) * 40 * DAY)
    own = stated(found)[0] + 0.8 * z("intent") + 0.5 * z("accounts/intent", lead // 4)
    assert found.intent[0] == pytest.approx(own, abs=1e-9)
    log = 0.6 * (0.35 * z("intent") + (1 - 0.35**2) ** 0.5 * z("activity")) - 0.18
    assert found.activity[0] == pytest.approx(np.exp(log))
    assert numbers(found.fields["budget"])[0] == pytest.approx(5_000 + 900 * z("attributes/budget"))
    price = -2 + 8 * uniform(seed, "attributes/price", lead)
    hidden = uniform(seed, "attributes/price/unknown", lead) < 0.4
    np.testing.assert_allclose(numbers(found.fields["price"])[0], np.nan if hidden else price)
    place = sum(uniform(seed, "attributes/industry", lead) >= bound for bound in (0.45, 0.75, 0.9))
    assert texts(found.fields["industry"])[0] == ("finance", "software", "retail", "")[place]


# What is said is heard


def heard(old: str, new: str) -> bool:
    """Whether a change of the market is refused, or makes different people or visits."""
    assert MARKET.count(old) == 1
    text = MARKET.replace(old, new)
    try:
        world = world_of(text)
    except RulesError:
        return True
    rates = [stage.rates.tolist() for stage in world.stages]
    before = people(1)
    after = draw_people(world, Draws(1), 0, LEADS)
    return rates != [[0.0] * 3] or not np.array_equal(before.intent, after.intent)


@pytest.mark.parametrize(
    "said", ["intent 3", "activity 3", "in only { visits 3 per day; events { look 100% } }"], ids=str.split
)
def test_what_is_said_of_everyone_is_not_dropped(said: str) -> None:
    assert heard("everyone {", f"event look\neveryone {{\n  {said}")


def refused(old: str, new: str) -> bool:
    assert MARKET.count(old) == 1
    try:
        world_of(MARKET.replace(old, new))
    except RulesError:
        return True
    return False


@pytest.mark.parametrize(
    "twice",
    [
        "intent 1\n  intent 2",
        "activity 1\n  activity 2",
        "in only { lasts exactly 3 days }\n  in only { then won 90%, else lost }",
    ],
    ids=["intent", "activity", "in"],
)
def test_what_is_said_twice_of_a_persona_is_refused(twice: str) -> None:
    """Of two statements the first would be dropped without a word."""
    assert refused("persona mild 50% { }", f"persona mild 50% {{\n  {twice}\n}}")


@pytest.mark.parametrize("field", ["wait     duration in days", "created  time known from"], ids=["duration", "time"])
def test_plain_numbers_are_no_values_of(field: str) -> None:
    """A law of durations needs a unit; so do shares. A time is no number at all."""
    name = field.split()[0]
    old = "wait lognormal median 30 days spread 0.5" if name == "wait" else "customer 7%"
    assert refused(old, f"{'' if name == 'wait' else old}\n  {name} {{ 30 50%; 60 50% }}")


def test_a_date_that_leads_are_known_from_is_a_local_midnight() -> None:
    """Unless the language takes only a time there."""
    if refused("created  time known from", "created  date known from"):
        return
    world = world_of(MARKET.replace("created  time known from", "created  date known from"))
    found = numbers(draw_people(world, Draws(1), 0, 1_000).fields["created"])
    since = (found - world.scenario.start) // SECOND  # Warsaw is an hour further from 29 March on
    assert not (np.where(since <= 27 * DAY, since, since + 3_600) % DAY).any()
