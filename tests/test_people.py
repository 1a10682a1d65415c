"""Who the leads are follows its law: channels, correlations, conditional laws, accounts, frailty, missing values."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from leadrules.dsl.scenario.correlation import eigen, matrix_of, repaired, weights_of
from leadrules.dsl.scenario.model import WON, Parameter, changed, parameters
from leadrules.engine.columns import TRUE, known
from leadrules.simulator.accounts import draw_accounts
from leadrules.simulator.draws import Draws
from leadrules.simulator.intervals import design_effect, wilson
from leadrules.simulator.latent import below
from leadrules.simulator.normal import normal
from leadrules.simulator.people import draw_people
from leadrules.simulator.people_world import LARGEST_ACCOUNT
from leadrules.simulator.population import Population
from leadrules.simulator.simulate import BLOCK, simulate
from leadrules.simulator.trial import try_rules
from leadrules.simulator.world import World
from tests.build import plan_of
from tests.phase_type import counts_z, judge, mean_z, seeds, share_z, world_of, z_of
from tests.test_draws import in_blocks, plain, same

MARKET = """
scenario people { horizon 100 days from 2026-01-05 }
lead {
  source    one of ads, organic, partner
  employees whole number
  industry  one of software, finance, retail
  customer  flag
  country   one of germany, france, spain
  budget    money EUR
  rating    number
  senior    flag
  role      one of decider, influencer, user
}
event page
channels {
  ads     40%, 60 EUR a lead, intent -0.25
  organic 50%
  partner 10%, 120 EUR a lead, activity 2
}
everyone {
  source from channel
  employees lognormal median 120 spread 1.1, unknown 15%
  country { germany 50%; france 30%; spain 20% }
  industry by country {
    germany: { software 40%; finance 25%; retail 20%; unknown 15% }
    else: { software 10%; retail 90% }
  }
  customer by employees { under 100: 20%; 100 and over: 60%; unknown: 50% }
  budget lognormal median 5_000 EUR spread 0.8
  rating normal mean 3 spread 1, unknown 10%
  senior 30%
  role from place in account { decider 1; influencer 2; user rest }
  employees unknown by employees { under 50: 40%; else: 5% }
}
correlate budget with rating 0.45
correlate rating with intent 0.4
correlate budget with senior 0.6
accounts {
  size 4 on average, shape 2
  intent spread 0.7
  same country
}
persona buyer 60% { }
persona student 40% never buys { channels { ads 20%; organic 80% } }
intent {
  spread 0.9
  by source { ads: 0.5; else: 0 }
}
activity { spread 0.6; correlation with intent 0.3 }
sources {
  "intent.spread": 0.7 to 1.1, "a guess"
}
stage only {
  lasts exponential mean 20 days
  visits 0.3 per day
  events { page 100% }
  then won logit -1 + intent, else lost
}
"""


def one_block(text: str, seed: int, leads: int = BLOCK) -> Population:
    return simulate(world_of(text), Draws(seed), 0, leads)


def alone(world: World, seed: int, lead: int) -> dict[str, Any]:
    return in_blocks(world, seed, [lead, lead + 1])


# Channels


@pytest.mark.slow
def test_channels_have_their_shares_in_each_persona(full: bool) -> None:
    figures = []
    for seed in seeds(full):
        truth = one_block(MARKET, seed).truth
        for persona, shares in enumerate(([0.4, 0.5, 0.1], [0.2, 0.8])):
            counts = np.bincount(truth.channel[truth.persona == persona], minlength=len(shares))
            assert len(counts) == len(shares)
            figures.append(counts_z(counts, shares))
    judge(figures)


def test_a_field_from_channel_is_the_channel() -> None:
    found = one_block(MARKET, 3)
    np.testing.assert_array_equal(plain(found.leads.fields["source"]), found.truth.channel)


def test_what_a_channel_adds_is_added_and_nothing_else_changes() -> None:
    bare = MARKET.replace(", intent -0.25", "").replace(", activity 2", "")
    one, other = one_block(bare, 5).truth, one_block(MARKET, 5).truth
    np.testing.assert_allclose(other.intent - one.intent, np.array([-0.25, 0, 0])[one.channel], atol=1e-12)
    np.testing.assert_array_equal(other.activity / one.activity, np.array([1.0, 1.0, 2.0])[one.channel])
    for name in ("persona", "channel", "arrival", "account", "landmark"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_a_market_with_channels_is_otherwise_the_market_without_them() -> None:
    """Channels that add nothing, and that no field tells, are felt by nobody."""
    silent = MARKET.replace(", intent -0.25", "").replace(", activity 2", "").replace("ads: 0.5; ", "")
    silent = silent.replace("  source from channel\n", "")
    start, end = silent.index("channels {"), silent.index("everyone {")
    none = silent[:start] + silent[end:].replace("channels { ads 20%; organic 80% }", "")
    cuts = [0, 4_000]
    same(in_blocks(world_of(none), 4, cuts), in_blocks(world_of(silent), 4, cuts), ("channel",))


def test_a_channel_says_what_its_leads_cost() -> None:
    scenario = world_of(MARKET).scenario
    assert [(way.name, way.cost.value, way.cost.unit) for way in scenario.channels] == [
        ("ads", 60.0, "EUR"),
        ("organic", 0.0, ""),
        ("partner", 120.0, "EUR"),
    ]
    assert "channels/partner/cost" in {p.path for p in parameters(scenario)}


# Correlations


def standard(population: Population) -> dict[str, Any]:
    """The normal draws behind fields, worked back from their values."""
    found = {name: plain(column) for name, column in population.leads.fields.items()}
    return {"budget": np.log(found["budget"] / 5_000) / 0.8, "rating": found["rating"] - 3, "senior": found["senior"]}


def own_intent(world: World, seed: int, leads: int = BLOCK) -> Any:
    return normal(Draws(seed).uniforms("intent", np.arange(leads, dtype=np.uint64)))


def correlation_z(x: Any, y: Any, expected: float) -> float:
    """How far a correlation of normal pairs is off, by Fisher's transformation."""
    both = ~np.isnan(x) & ~np.isnan(y)
    r = np.corrcoef(x[both], y[both])[0, 1]
    return float((np.arctanh(r) - np.arctanh(expected)) * np.sqrt(both.sum() - 3))


@pytest.mark.slow
def test_fields_go_together_as_said_and_no_further(full: bool) -> None:
    figures: dict[str, list[float]] = {}
    world = world_of(MARKET)
    for seed in seeds(full):
        z, own = standard(simulate(world, Draws(seed), 0, BLOCK)), own_intent(world, seed)
        found = {
            "budget with rating": correlation_z(z["budget"], z["rating"], 0.45),
            "rating with intent": correlation_z(z["rating"], own, 0.4),
            "budget with intent": correlation_z(z["budget"], own, 0.0),
        }
        for name, figure in found.items():
            figures.setdefault(name, []).append(figure)
    for found_z in figures.values():
        judge(found_z)


@pytest.mark.slow
def test_a_flag_is_set_as_often_together_with_another_as_two_normals_say(full: bool) -> None:
    """The tetrachoric correlation: both above their cuts as often as correlated normals are."""
    cut = stats.norm.isf(0.3)
    both = stats.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]]).cdf([-cut, 0.0])
    figures = []
    for seed in seeds(full):
        z = standard(one_block(MARKET, seed))
        figures.append(share_z((z["senior"] == TRUE) & (z["budget"] > 0), float(both)))
    judge(figures)


@pytest.mark.slow
def test_correlations_leave_every_law_of_its_own_as_it_is(full: bool) -> None:
    figures: dict[str, list[float]] = {}
    for seed in seeds(full):
        z = standard(one_block(MARKET, seed))
        rated = z["rating"][~np.isnan(z["rating"])]
        found = {
            "budget": z_of(stats.kstest(z["budget"], "norm").pvalue),
            "rating": z_of(stats.kstest(rated, "norm").pvalue),
            "rating known": share_z(~np.isnan(z["rating"]), 0.9),
            "senior": share_z(z["senior"] == TRUE, 0.3),
        }
        for name, figure in found.items():
            figures.setdefault(name, []).append(figure)
    for found_z in figures.values():
        judge(found_z)


ORDINAL = """
scenario o { horizon 100 days from 2026-01-05 }
lead { size one of small, middle, large; level one of low, high; amount number }
everyone {
  size { small 50%; middle 30%; large 10%; unknown 10% }
  level { low 70%; high 30% }
  amount evenly 2 to 4
}
correlate size with level 0.5
correlate level with amount -1
correlate size with amount -0.5
persona one 100% { }
stage s { lasts exactly 3 days; then won 10%, else lost }
"""


@pytest.mark.slow
def test_values_in_an_order_are_cut_from_correlated_normals(full: bool) -> None:
    """What is not known goes with nothing: the others have their shares among each other."""
    cuts = [-np.inf, *stats.norm.ppf([5 / 9, 8 / 9]), np.inf]
    law = stats.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]])
    below_level = [float(law.cdf([min(cut, 9), stats.norm.ppf(0.7)])) if cut > -9 else 0.0 for cut in cuts]
    low, whole = np.diff(below_level), np.diff(stats.norm.cdf(cuts))
    expected = 0.9 * np.concatenate([low, whole - low])
    figures = []
    for seed in seeds(full):
        fields = one_block(ORDINAL, seed).leads.fields
        size, level = plain(fields["size"]), plain(fields["level"])
        told = size >= 0
        counts = np.bincount(3 * level[told] + size[told], minlength=6)
        unknown = [np.count_nonzero(~told & (level == 0)), np.count_nonzero(~told & (level == 1))]
        figures.append(counts_z(np.array([*counts, *unknown]), np.array([*expected, 0.07, 0.03])))
    judge(figures)


def test_a_correlation_of_minus_one_turns_an_order_round() -> None:
    fields = one_block(ORDINAL, 3).leads.fields
    level, amount = plain(fields["level"]), plain(fields["amount"])
    assert amount[level == 1].max() < amount[level == 0].min()


def test_without_its_correlations_a_market_is_otherwise_the_same() -> None:
    bare = re.sub(r"^correlate .*$", "", MARKET, flags=re.MULTILINE)
    felt = ("fields/rating", "fields/senior")
    same(in_blocks(world_of(MARKET), 6, [0, 5_000]), in_blocks(world_of(bare), 6, [0, 5_000]), felt)


symmetric = st.integers(2, 6).flatmap(lambda n: st.lists(st.floats(-1, 1), min_size=n * n, max_size=n * n))


@given(symmetric)
def test_matrices_are_taken_apart_as_numpy_does(numbers: list[float]) -> None:
    size = int(np.sqrt(len(numbers)))
    half = np.array(numbers).reshape(size, size)
    matrix = (half + half.T) / 2
    np.fill_diagonal(matrix, 1.0)
    values, vectors = (np.array(part) for part in eigen(matrix.tolist()))
    np.testing.assert_allclose(vectors @ np.diag(values) @ vectors.T, matrix, atol=1e-10)
    np.testing.assert_allclose(np.sort(values), np.linalg.eigvalsh(matrix), atol=1e-10)
    triangle = weights_of(matrix.tolist())
    if values.min() > 1e-6:
        np.testing.assert_allclose(triangle, np.linalg.cholesky(matrix), atol=1e-6)
    elif values.min() < -1e-6:
        assert triangle is None
    mended = np.array(repaired(matrix.tolist()))
    assert np.linalg.eigvalsh(mended).min() > 0
    np.testing.assert_allclose(np.diag(mended), 1.0)
    if values.min() > 1e-5:
        np.testing.assert_allclose(mended, matrix, atol=1e-9)


def test_correlations_that_cannot_all_hold_are_mended() -> None:
    text = MARKET.replace("budget with senior 0.6", "budget with senior 0.6\ncorrelate rating with senior -0.9")
    world = world_of(text)
    weights = {name: dict(row) for name, row in world.people.weights.items()}
    names = list(weights)
    triangle = np.array([[weights[name].get(other, 0.0) for other in names] for name in names])
    pairs = {frozenset((c.left, c.right)): c.number.value for c in world.scenario.correlations}
    pairs[frozenset(("activity", "intent"))] = 0.3
    wanted = matrix_of(names, pairs)
    assert np.linalg.eigvalsh(wanted).min() < 0
    np.testing.assert_allclose(triangle @ triangle.T, repaired(wanted), atol=1e-9)
    assert 0 < np.abs(triangle @ triangle.T - wanted).max() < 0.3


@given(st.lists(st.floats(-40, 40), min_size=1, max_size=50))
def test_the_chance_below_a_normal(z: list[float]) -> None:
    found = below(np.array(z))
    np.testing.assert_allclose(found, special.ndtr(z), atol=1e-14)
    assert (found > 0).all()
    assert (found < 1).all()


# Laws that ask for other fields


@pytest.mark.slow
def test_a_law_by_another_field_is_the_law_of_its_row(full: bool) -> None:
    figures: dict[object, list[float]] = {}
    laws = {0: [0.15, 0.4, 0.25, 0.2], 1: [0.0, 0.1, 0.0, 0.9], 2: [0.0, 0.1, 0.0, 0.9]}
    for seed in seeds(full):
        fields = draw_people(world_of(MARKET), Draws(seed), 0, BLOCK).attributes
        country, industry = plain(fields["country"]), plain(fields["industry"])
        for value, shares in laws.items():
            counts = np.bincount(industry[country == value] + 1, minlength=4)
            assert not counts[np.array(shares) == 0].any()
            kept = np.array(shares) > 0
            figures.setdefault(value, []).append(counts_z(counts[kept], np.array(shares)[kept]))
        employees, customer = plain(fields["employees"]), plain(fields["customer"]) == TRUE
        for name, those, share in (
            ("under 100", employees < 100, 0.2),
            ("100 and over", employees >= 100, 0.6),
            ("unknown", np.isnan(employees), 0.5),
        ):
            figures.setdefault(name, []).append(share_z(customer[those], share))
    for found in figures.values():
        judge(found)


def test_laws_are_drawn_in_an_order_in_which_they_can_be() -> None:
    world = world_of(MARKET.replace("  source    one of", "  late      number\n  source    one of").replace(
        "  senior 30%\n", "  senior 30%\n  late by senior { yes: evenly 5 to 6; no: evenly 1 to 2 }\n"
    ))  # fmt: skip
    names = [field.name for field in world.people.order]
    assert names.index("late") > names.index("senior")
    fields = draw_people(world, Draws(2), 0, 2_000).attributes
    assert list(fields) == [field.name for field in world.scenario.fields]
    np.testing.assert_array_equal(plain(fields["late"]) > 4, plain(fields["senior"]) == TRUE)


# Accounts


def accounts(text: str, seed: int, runs: int = 4) -> Any:
    """The account of each lead of so many runs."""
    return draw_accounts(world_of(text), Draws(seed), 0, runs * LARGEST_ACCOUNT)[0]


@pytest.mark.slow
@pytest.mark.parametrize(("size", "law"), [("4 on average, shape 2", (2, 3.0)), ("6 on average", (1, 5.0))])
def test_accounts_have_sizes_by_their_law(size: str, law: tuple[float, float], full: bool) -> None:
    """Of each run its first 800 accounts: nobody cuts those."""
    r, others = law
    chances = stats.nbinom(r, r / (r + others)).pmf(np.arange(20))
    figures = []
    for seed in seeds(full):
        account = accounts(MARKET.replace("4 on average, shape 2", size), seed)
        counts = np.zeros(21)
        for run in account.reshape(-1, LARGEST_ACCOUNT):
            sizes = np.unique(run, return_counts=True)[1][:800]
            assert sizes.sum() < LARGEST_ACCOUNT
            counts += np.bincount(np.minimum(sizes - 1, 20), minlength=21)
        figures.append(counts_z(counts, np.append(chances, 1.0 - chances.sum())))
    judge(figures)


def test_an_account_has_the_number_of_its_first_lead_and_its_leads_follow() -> None:
    account = accounts(MARKET, 5)
    first, size = np.unique(account, return_counts=True)
    np.testing.assert_array_equal(np.repeat(first, size), account)
    np.testing.assert_array_equal(np.cumsum(size) - size, first)
    assert set(np.arange(4) * LARGEST_ACCOUNT) <= set(first)


def test_accounts_of_one_lead_on_average_are_leads() -> None:
    alone, drawn = (MARKET.replace("size 4 on average, shape 2", size) for size in ("size 1", "size 1 on average"))
    same(in_blocks(world_of(alone), 3, [0, 3_000]), in_blocks(world_of(drawn), 3, [0, 3_000]))


CARD = """
ruleset card { version 1 }
lead { rating number; industry one of software, finance, retail }
score fit between 0 and 100 { criteria { high 60 when rating > 3.5; software 40 when industry = software } }
"""


def test_intervals_count_the_accounts_that_were_drawn() -> None:
    """The win rate's interval is that of Wilson for as many leads as these are worth, by the accounts of the data."""
    world, draws, leads = world_of(MARKET), Draws(2), 3_000
    found = try_rules(plan_of(CARD), world.scenario, population=leads, seed=2)
    truth = simulate(world, draws, 0, leads).truth
    judged = (truth.stage_at_landmark >= 0) & (truth.landmark < int(world.scenario.horizon.value))
    by = truth.landmark + int(world.scenario.window.value)
    target = ((truth.outcome == WON) & (truth.ended <= by))[judged]
    effect = design_effect(target.astype(np.float64), truth.account[judged])
    won = int(target.sum())
    assert (found.account_size, found.judged, found.won) == (4, len(target), won)
    assert found.base_rate == wilson(won, len(target), effect)
    plain_rate = wilson(won, len(target), 1.0)
    assert found.base_rate.high - found.base_rate.low > plain_rate.high - plain_rate.low


def test_a_lead_has_its_account_whatever_leads_are_asked_for() -> None:
    world, draws = world_of(MARKET), Draws(9)
    account, place = draw_accounts(world, draws, 0, 3 * LARGEST_ACCOUNT)
    for start, stop in ((0, 1), (8_190, 8_195), (5_000, 20_000), (LARGEST_ACCOUNT, LARGEST_ACCOUNT + 1), (7, 7)):
        part = draw_accounts(world, draws, start, stop)
        np.testing.assert_array_equal(part[0], account[start:stop])
        np.testing.assert_array_equal(part[1], place[start:stop])


def test_roles_go_by_the_place_in_the_account() -> None:
    people = draw_people(world_of(MARKET), Draws(4), 300, 5_000)
    place = np.arange(300, 5_000) - people.account
    np.testing.assert_array_equal(plain(people.fields["role"]), np.searchsorted([1, 3], place, side="right"))


def test_roles_in_accounts_of_one_size() -> None:
    people = draw_people(world_of(MARKET.replace("4 on average, shape 2", "5")), Draws(4), 3, 103)
    place = np.arange(3, 103) % 5
    np.testing.assert_array_equal(plain(people.fields["role"]), np.searchsorted([1, 3], place, side="right"))


@pytest.mark.slow
def test_an_account_has_one_value_of_what_it_shares(full: bool) -> None:
    figures = []
    for seed in seeds(full):
        people = draw_people(world_of(MARKET), Draws(seed), 0, BLOCK)
        country = plain(people.fields["country"])
        first, at = np.unique(people.account, return_index=True)
        np.testing.assert_array_equal(country, country[at][np.searchsorted(first, people.account)])
        figures.append(counts_z(np.bincount(country[at], minlength=3), [0.5, 0.3, 0.2]))
    judge(figures)


@pytest.mark.slow
def test_leads_of_an_account_share_so_much_of_their_intent(full: bool) -> None:
    """Of two members: the account's variance over the whole, where nothing but these two make up intent."""
    text = MARKET.replace("  by source { ads: 0.5; else: 0 }\n", "").replace(", intent -0.25", "")
    figures = []
    for seed in seeds(full):
        people = draw_people(world_of(text), Draws(seed), 0, BLOCK)
        second = np.flatnonzero(np.append(False, people.account[1:] == people.account[:-1]))
        second = second[second - people.account[second] == 1]
        shared = 0.7**2 / (0.7**2 + 0.9**2)
        figures.append(correlation_z(people.intent[second], people.intent[second - 1], shared))
    judge(figures)


# Frailty


@pytest.mark.slow
@pytest.mark.parametrize(("spread", "rho"), [(0.4, 0.0), (0.8, 0.6), (2.0, -0.5)])
def test_activity_is_gamma_of_mean_one_and_goes_with_intent(spread: float, rho: float, full: bool) -> None:
    text = MARKET.replace(
        "spread 0.6; correlation with intent 0.3", f"gamma spread {spread}; correlation with intent {rho}"
    )
    text, shape = text.replace(", activity 2", ""), spread**-2
    law = stats.gamma(shape, scale=1 / shape)
    figures: list[list[float]] = [[], [], []]
    for seed in seeds(full):
        world = world_of(text)
        activity = draw_people(world, Draws(seed), 0, BLOCK).activity
        z = stats.norm.ppf(law.cdf(activity))
        figures[0].append(z_of(stats.kstest(activity, law.cdf).pvalue))
        figures[1].append(mean_z(activity, 1.0))
        figures[2].append(correlation_z(z, own_intent(world, seed), rho))
    for found in figures:
        judge(found)


# Values that nobody knows


@pytest.mark.slow
def test_values_are_unknown_by_what_they_are(full: bool) -> None:
    figures: list[list[float]] = [[], []]
    for seed in seeds(full):
        people = draw_people(world_of(MARKET), Draws(seed), 0, BLOCK)
        there, seen = plain(people.attributes["employees"]), plain(people.fields["employees"])
        np.testing.assert_array_equal(seen[~np.isnan(seen)], there[~np.isnan(seen)])
        for found, those, share in zip(figures, (there < 50, there >= 50), (0.4, 0.05), strict=True):
            found.append(share_z(np.isnan(seen[those]), share))
    for found in figures:
        judge(found)


def test_what_nobody_knows_drives_leads_all_the_same() -> None:
    keen = MARKET.replace("  by source", "  by employees { under 50: 1; else: 0; unknown: -1 }\n  by source")
    bare = re.sub(r"^.*unknown by.*$", "", keen, flags=re.MULTILINE)
    assert bare.count("unknown by") == 0
    hidden, open_ = (in_blocks(world_of(text), 6, [0, 5_000]) for text in (keen, bare))
    same(hidden, open_, ("fields/employees",))
    assert np.isnan(hidden["fields/employees"]).sum() > np.isnan(open_["fields/employees"]).sum()


HIDDEN = (
    "  employees unknown by employees",
    "  FIELD unknown by country { germany: 100%; else: 0% }\n  employees unknown by employees",
)


@pytest.mark.parametrize("field", ["source", "industry", "customer", "budget", "role"])
def test_any_field_can_be_hidden(field: str) -> None:
    people = draw_people(world_of(MARKET.replace(HIDDEN[0], HIDDEN[1].replace("FIELD", field))), Draws(1), 0, 900)
    country = plain(people.attributes["country"])
    found, there = people.fields[field], people.attributes[field]
    assert not known(found)[country == 0].any()
    np.testing.assert_array_equal(known(found)[country != 0], known(there)[country != 0])


# Where numbers come from


def test_a_number_has_the_range_and_the_source_that_is_said() -> None:
    scenario = world_of(MARKET).scenario
    assert scenario.intent_spread == Parameter("intent/spread", 0.9, "", 0.7, 1.1, "a guess")
    assert [p.path for p in parameters(scenario) if p.source] == ["intent/spread"]
    assert changed(scenario, {}) == scenario


# However a lead is simulated


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**63), st.lists(st.integers(0, 400), max_size=6), st.integers(0, 10**6))
def test_blocks_cut_anywhere_give_the_same_people(seed: int, cuts: list[int], first: int) -> None:
    world, whole = world_of(MARKET), sorted({first, first + 400})
    same(in_blocks(world, seed, whole), in_blocks(world, seed, sorted({*whole, *(first + cut for cut in cuts)})))


def test_a_lead_alone_is_the_lead_among_others() -> None:
    world = world_of(MARKET)
    whole = in_blocks(world, 8, [0, 600])
    for lead in range(0, 600, 23):
        single = alone(world, 8, lead)
        rows = whole["leads of events"] == lead
        np.testing.assert_array_equal(single["events"], whole["events"][rows])
        for name in ("persona", "channel", "account", "intent", "activity", "arrival", "outcome"):
            assert single[name][0] == whole[name][lead]
