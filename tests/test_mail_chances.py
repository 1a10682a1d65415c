"""Mails: how often they are sent, opened, clicked and unsubscribed from, against their law."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest
from scipy import special, stats

from leadrules.simulator.draws import Draws
from leadrules.simulator.simulate import BLOCK, simulate
from tests.letters import DAY, LETTERS, STEP
from tests.phase_type import counts_z, judge, mean_z, seeds, share_z, world_of

# How often


MAILINGS = 11
LOGIT, SLOPE, SHIFT, SPREAD = -0.5, 0.8, 0.4, 0.9


class Counted(NamedTuple):
    """Of each lead and mailing: whether, and so many seconds after sending, each thing was done; -1 for never."""

    truth: Any
    opened: Any
    a: Any
    b: Any
    machine: Any
    scanned: Any


def counted(text: str, seed: int, leads: int) -> Counted:
    """Mailings lie so far apart that each event belongs to the last one sent."""
    world = world_of(text)
    population = simulate(world, Draws(seed), 0, leads)
    events, truth = population.leads.events, population.truth
    lead = np.repeat(np.arange(leads), np.diff(events.offsets))
    since = (events.time - world.scenario.start) // STEP - truth.arrival[lead]
    mailing, after = since // (30 * DAY) - 1, since % (30 * DAY)

    def table(by: str, what: str, link: str = "") -> Any:
        wanted = [(d.cause.by, d.cause.what, dict(d.given).get("link", "")) == (by, what, link) for d in world.actions]
        rows = np.flatnonzero(np.array(wanted)[population.happenings.action])
        found = np.full((leads, MAILINGS), -1)
        assert len(np.unique(lead[rows] * MAILINGS + mailing[rows])) == len(rows), "something was done twice"
        found[lead[rows], mailing[rows]] = after[rows]
        return found

    sent = table("sender", "sent")
    assert (sent == 0).all()
    scanned = np.stack([table("scanner", "clicked", link) for link in ("/a", "/b")])
    people = [table("lead", "opened"), *(table("lead", "clicked", link) for link in ("/a", "/b"))]
    return Counted(truth, *people, table("machine", "opened"), scanned)


def chance(intent: Any) -> Any:
    return special.expit(LOGIT + SLOPE * intent)


def expected_opens() -> tuple[float, float]:
    """The share of mails that keen leads open, and how the number of a lead spreads: by quadrature over intent."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    p = chance(SHIFT + SPREAD * nodes)
    weights = weights / weights.sum()
    mean = float(weights @ p)
    return mean, float(weights @ (MAILINGS * p * (1 - p) + (MAILINGS * (p - mean)) ** 2))


def figures_of(seed: int, leads: int) -> Iterator[tuple[str, float]]:
    """How far everything about mails is off."""
    c = counted(LETTERS, seed, leads)
    intent, keen = c.truth.intent, c.truth.persona == 0
    opened = c.opened >= 0
    mean, variance = expected_opens()
    opens = opened[keen].sum(axis=1)
    yield "opens", float((opens.mean() - MAILINGS * mean) / np.sqrt(variance / len(opens)))
    yield "spread of opens", mean_z((opens - MAILINGS * mean) ** 2, variance)
    p = np.repeat(chance(intent[keen]), MAILINGS).reshape(-1, MAILINGS)
    off = (opened[keen] - p) / np.sqrt(p * (1 - p))
    yield "opens given intent", float(off.sum() / np.sqrt(off.size))
    yield (
        "opens beside intent",
        float((off * intent[keen][:, None]).sum() / np.sqrt(MAILINGS * (intent[keen] ** 2).sum())),
    )
    yield "an open beside the next", float((off[:, :-1] * off[:, 1:]).sum() / np.sqrt(off[:, 1:].size))
    yield "opens of the cool", share_z(opened[~keen], 0.45)
    each = np.bincount(opened[~keen].sum(axis=1), minlength=MAILINGS + 1)
    yield "opens of each of the cool", counts_z(each[1:10], binomial(0.45)[1:10])
    yield from of_clicks(c, opened, intent)
    yield from of_times(c, opened, keen)
    yield from of_robots(c, opened, keen)


def binomial(p: float) -> Any:
    law = stats.binom(MAILINGS, p).pmf(np.arange(MAILINGS + 1))
    law[1:10] /= law[1:10].sum()
    return law


def of_clicks(c: Counted, opened: Any, intent: Any) -> Iterator[tuple[str, float]]:
    who = np.nonzero(opened)[0]
    a, b = c.a[opened] >= 0, c.b[opened] >= 0
    assert not (c.a[~opened] >= 0).any() and not (c.b[~opened] >= 0).any(), "clicked and never opened"
    p = special.expit(-1 + 0.5 * intent[who])
    yield "clicks on /a", share_z(a, 0.3)
    yield "clicks on /b", share_z(b, p)
    yield "clicks beside intent", float(((b - p) * intent[who]).sum() / np.sqrt((p * (1 - p) * intent[who] ** 2).sum()))
    off = (a - 0.3) / np.sqrt(0.21) * (b - p) / np.sqrt(p * (1 - p))
    yield "a click beside the other", float(off.sum() / np.sqrt(len(off)))


def of_times(c: Counted, opened: Any, keen: Any) -> Iterator[tuple[str, float]]:
    lognormal, exponential = stats.lognorm(0.8, scale=10_800), stats.expon(scale=7_200)
    yield "time to open", whole_z(c.opened[keen][opened[keen]], lognormal)
    yield "time to open of the cool", whole_z(c.opened[~keen][opened[~keen]], exponential)
    clicked = c.a >= 0
    passed = (c.a - c.opened)[clicked]
    yield "time to click", whole_z(passed, stats.expon(scale=300))
    yield "time to click beside time to open", ranks_z(passed, c.opened[clicked])
    yield "time to click on /b", whole_z((c.b - c.opened)[c.b >= 0], stats.lognorm(1.0, scale=30))


def whole_z(seconds: Any, law: Any) -> float:
    """Whole seconds below a whole bound are those whose exact number is."""
    edges = np.unique(np.round(law.ppf(np.linspace(0.05, 0.95, 19))))
    counts = np.bincount(np.searchsorted(edges, seconds, side="right"), minlength=len(edges) + 1)
    return counts_z(counts, np.diff([0.0, *law.cdf(edges), 1.0]))


def ranks_z(one: Any, other: Any) -> float:
    return float(stats.spearmanr(one, other).statistic * np.sqrt(len(one) - 1))


def of_robots(c: Counted, opened: Any, keen: Any) -> Iterator[tuple[str, float]]:
    """A machine opens all mails of a lead or none; so do scanners with links."""
    for name, done, within, shares in (
        ("machine", c.machine, 60, (0.45, 0.80)),
        ("scanner", c.scanned[0], 10, (0.12, 0.05)),
    ):
        per_lead = (done >= 0).mean(axis=1)
        assert set(per_lead) == {0.0, 1.0}, "some mails of a lead, and not all"
        served = per_lead == 1.0
        assert done.max() == within - 1
        yield f"{name}: leads", share_z(served, np.where(keen, *shares))
        yield (
            f"{name}: seconds",
            counts_z(np.bincount(done[served].ravel(), minlength=within), np.full(within, 1 / within)),
        )
        yield f"{name}: seconds of the next", ranks_z(done[served][:, 0], done[served][:, 1])
        yield f"{name}: beside opens of the keen", two_z(opened[keen & served], opened[keen & ~served])
    np.testing.assert_array_equal(c.scanned[0] >= 0, c.scanned[1] >= 0)
    scanned = c.scanned[0][:, 0] >= 0
    yield "one link beside the other", ranks_z(c.scanned[0][scanned, 0], c.scanned[1][scanned, 0])
    machine = c.machine[:, 0] >= 0
    yield "machines beside scanners", share_z((machine & scanned)[keen], 0.45 * 0.12)


def two_z(one: Any, other: Any) -> float:
    """Two groups of leads open equally many mails."""
    means = [rows.mean(axis=1) for rows in (one, other)]
    return float(stats.ttest_ind(*means, equal_var=False).statistic)


@pytest.mark.slow
def test_mails_follow_their_law(full: bool) -> None:
    leads = 12_000 if full else 6_000
    each = [dict(figures_of(seed, leads)) for seed in seeds(full)]
    for name in each[0]:
        judge([figures[name] for figures in each])


# Who unsubscribes


UNSUBSCRIBING = LETTERS.replace(
    'link "/b" logit -1 + 0.5 * intent', 'link "/b" 5%\n  unsubscribed as gone 8%, after exponential mean 40 days'
)


def test_nothing_is_sent_to_who_has_unsubscribed() -> None:
    world = world_of(UNSUBSCRIBING)
    population = simulate(world, Draws(2), 0, BLOCK)
    events = population.leads.events
    lead = np.repeat(np.arange(BLOCK), np.diff(events.offsets))
    what = np.array([deed.cause.what for deed in world.actions])[population.happenings.action]
    gone = np.flatnonzero(what == "unsubscribed")
    assert len(np.unique(lead[gone])) == len(gone) > 5_000, "who has unsubscribed cannot do so again"
    ends = np.full(BLOCK, np.iinfo(np.int64).max)
    ends[lead[gone]] = events.time[gone]
    sent = what == "sent"
    assert (events.time[sent] <= ends[lead[sent]]).all()
    assert (events.time[~sent] > ends[lead[~sent]]).any(), "nobody opens later a mail that was sent before"
    counts = np.bincount(lead[sent], minlength=BLOCK)
    due = np.floor(
        (np.minimum(ends // STEP, np.int64(2**60)) - world.scenario.start // STEP - population.truth.arrival)
        / (30 * DAY)
    )
    np.testing.assert_array_equal(counts, np.minimum(due, MAILINGS))


def test_who_unsubscribes_in_the_second_of_sending_gets_that_mail_and_no_more() -> None:
    world = world_of(ALL_AT_ONCE)
    population = simulate(world, Draws(1), 0, 1)
    since = (population.leads.events.time - world.scenario.start) // STEP - population.truth.arrival[0]
    sent = since[[world.actions[n].cause.what == "sent" for n in population.happenings.action]]
    assert sent.tolist() == [3_600, 7_200]


ALL_AT_ONCE = """
scenario at_once { horizon 360 days from 2026-01-05 }
event sent
event opened
event gone
persona all 100% { }
stage only { lasts exactly 300 days; then won 10%, else lost }
mail hourly {
  every 1 hour after arrival
  sent as sent
  opened as opened 100%, after exactly 30 minutes
  unsubscribed as gone 100%, after exactly 30 minutes
}
"""


@pytest.mark.slow
def test_so_many_unsubscribe_as_should(full: bool) -> None:
    """At once after opening, a lead stays for as many mailings as a geometric law says."""
    text = UNSUBSCRIBING.replace("exponential mean 40 days", "exactly 1 second")
    figures = []
    for seed in seeds(full):
        world = world_of(text)
        population = simulate(world, Draws(seed), 0, BLOCK)
        lead = np.repeat(np.arange(BLOCK), np.diff(population.leads.events.offsets))
        what = np.array([deed.cause.what for deed in world.actions])[population.happenings.action]
        sent = np.bincount(lead[what == "sent"], minlength=BLOCK)
        cool = population.truth.persona == 1
        p = 0.45 * 0.08
        law = [*(p * (1 - p) ** np.arange(MAILINGS - 1)), (1 - p) ** (MAILINGS - 1)]
        figures.append(counts_z(np.bincount(sent[cool], minlength=MAILINGS + 1)[1:], law))
    judge(figures)


def test_what_a_lead_opens_behind_a_machine_is_not_seen() -> None:
    hidden = LETTERS.replace(", beside their own", "")
    one, other = (counted(text, 4, 6_000) for text in (LETTERS, hidden))
    served = other.machine[:, 0] >= 0
    assert not (other.opened[served] >= 0).any()
    np.testing.assert_array_equal(other.opened[~served], one.opened[~served])
    for name in ("a", "b", "machine", "scanned"):
        np.testing.assert_array_equal(getattr(other, name), getattr(one, name))
    assert (one.opened[served] >= 0).any()


def test_what_is_done_after_the_horizon_is_not_seen() -> None:
    late = LETTERS.replace("lognormal median 3 hours spread 0.8", "exactly 708 hours")
    world = world_of(late)
    population = simulate(world, Draws(1), 0, 2_000)
    since = population.leads.events.time - world.scenario.start
    opened = np.array([d.cause.by == "lead" and d.cause.what == "opened" for d in world.actions])[
        population.happenings.action
    ]
    assert since.max() < 360 * DAY * STEP
    assert since[opened].max() > 359.9 * DAY * STEP
