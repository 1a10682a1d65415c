"""Who the leads are follows its law: channels, conditional laws, frailty, missing values."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from leadrules.dsl.scenario.model import Parameter, changed, parameters
from leadrules.engine.columns import TRUE, known
from leadrules.simulator.draws import Draws
from leadrules.simulator.people import draw_people
from leadrules.simulator.simulate import BLOCK
from tests.people import MARKET, alone, correlation_z, one_block, own_intent
from tests.phase_type import counts_z, judge, mean_z, seeds, share_z, world_of, z_of
from tests.test_draws import in_blocks, plain, same

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
