"""Two point cards compared as people do without us: journeys as frames, cards in Polars, scikit-learn, a paired bootstrap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt
import polars as pl
from msgspec import Struct
from sklearn.metrics import average_precision_score, roc_auc_score

from leadrules.dsl.scenario.model import WON, ScenarioModel
from leadrules.engine.columns import Codes, Column
from leadrules.engine.zone import DAY, SECOND
from leadrules.simulator.population import Population

TOP = 0.1
Floats = npt.NDArray[np.float64]


class Card(Struct, frozen=True):
    """What differs between the two cards: how many looks at prices count, and what a brochure gives."""

    prices: int
    brochure: int


OLD, NEW = Card(2, 10), Card(3, 5)


class Frames(Struct, frozen=True):
    """Leads with their landmark and outcome, and events with the kind of page."""

    leads: pl.DataFrame
    events: pl.DataFrame


def frames(populations: Iterable[Population], market: ScenarioModel) -> Frames:
    """Journeys as two data frames."""
    leads, events, before = [], [], 0
    for population in populations:
        leads.append(_leads(population, market, before))
        events.append(_events(population, before))
        before += len(population.leads.ids)
    return Frames(pl.concat(leads), pl.concat(events))


def _leads(population: Population, market: ScenarioModel, before: int) -> pl.DataFrame:
    truth, fields = population.truth, population.leads.fields
    landmark, ended = truth.landmark, truth.ended
    judged = (landmark < int(market.horizon.value)) & (truth.stage_at_landmark >= 0)
    won = judged & (truth.outcome == WON) & (ended <= landmark + int(market.window.value))
    return pl.DataFrame(
        {
            "lead": np.arange(before, before + len(landmark)),
            "at": market.start + landmark * SECOND,
            "judged": judged,
            "won": won,
            **{name: _series(fields[name]) for name in ("role", "country", "employees", "student")},
        }
    )


def _series(column: Column) -> pl.Series:
    if isinstance(column, Codes):
        values = column.dictionary.values
        return pl.Series([*values, None], dtype=pl.String).gather(np.where(column.codes < 0, len(values), column.codes))
    values = getattr(column, "values", None)
    return pl.Series(np.asarray(column.truths if values is None else values, np.float64)).fill_nan(None)


def _events(population: Population, before: int) -> pl.DataFrame:
    events = population.leads.events
    page = np.full(len(events.time), "", object)
    looks = events.of_type["page_view"]
    codes = looks.properties["page"]
    assert isinstance(codes, Codes)
    page[looks.rows] = np.array(codes.dictionary.values, object)[codes.codes]
    return pl.DataFrame(
        {
            "lead": before + np.repeat(np.arange(len(events.offsets) - 1), np.diff(events.offsets)),
            "time": events.time,
            "kind": np.array(events.names, object)[events.kinds],
            "page": page,
        },
        schema_overrides={"kind": pl.String, "page": pl.String},
    )


def score(tables: Frames, cards: Mapping[str, Card]) -> pl.DataFrame:
    """The judged leads with the points that each card gives them, in a column of its name."""
    leads = tables.leads.lazy().filter("judged")
    past = tables.events.lazy().join(leads.select("lead", "at"), on="lead").filter(pl.col("time") <= pl.col("at"))
    kind, page, age = pl.col("kind"), pl.col("page"), pl.col("at") - pl.col("time")
    counts = past.group_by("lead").agg(
        ((kind == "newsletter") & (age < 30 * DAY)).sum().alias("letters"),
        (page == "product").sum().alias("products"),
        (page == "price").sum().alias("prices"),
        (page == "jobs").sum().alias("jobs"),
        *((kind == name).sum().alias(name) for name in ("brochure", "webinar", "sample_request", "unsubscribe")),
        ((kind != "unsubscribe") & (age < 21 * DAY)).sum().alias("lately"),
    )
    found = leads.join(counts, on="lead", how="left", maintain_order="left").with_columns(
        pl.col("letters", "products", "prices", "jobs", "lately").fill_null(0),
        pl.col("brochure", "webinar", "sample_request", "unsubscribe").fill_null(0),
    )
    return found.with_columns(_points(card).alias(name) for name, card in cards.items()).collect()


def _points(card: Card) -> pl.Expr:
    employees, count = pl.col("employees"), pl.col
    return (
        _when(count("role").is_in(["head", "buyer"]), 10)
        + pl.when(employees >= 500).then(15).when(employees >= 20).then(10).otherwise(0)
        + _when(count("country").is_in(["germany", "austria", "switzerland"]), 5)
        + _when(count("student") == 2, -15)
        + _when(count("letters") > 0, 5)
        + 5 * count("products").clip(upper_bound=2).cast(pl.Int64)
        + 10 * count("prices").clip(upper_bound=card.prices).cast(pl.Int64)
        + _when(count("brochure") > 0, card.brochure)
        + _when(count("webinar") > 0, 15)
        + 15 * count("sample_request").clip(upper_bound=2).cast(pl.Int64)
        + _when(count("jobs") >= 2, -10)
        + _when(count("lately") == 0, -10)
        + _when(count("unsubscribe") > 0, -15)
    )


def _when(condition: pl.Expr, points: int) -> pl.Expr:
    return pl.when(condition).then(points).otherwise(0)


def compare(scored: pl.DataFrame, replicates: int) -> dict[str, tuple[float, float, float]]:
    """Differences of AUC, average precision, precision at the top and the share of hot leads, with 95 % intervals."""
    won = scored["won"].to_numpy()
    both = [scored[name].to_numpy().astype(np.float64) for name in ("old", "new")]
    random = np.random.default_rng(1)
    drawn = [random.integers(0, len(won), len(won)) for _ in range(replicates)]
    again = np.array([_differences([score[rows] for score in both], won[rows]) for rows in drawn])
    low, high = np.quantile(again, (0.025, 0.975), axis=0)
    names = ("auc", "average_precision", "precision at top", "share of hot")
    return dict(zip(names, zip(_differences(both, won), low, high, strict=True), strict=True))


def _differences(both: list[Floats], won: npt.NDArray[np.bool_]) -> list[float]:
    old, new = ([f(score, won) for f in (_auc, _average, _precision, _hot)] for score in both)
    return [b - a for a, b in zip(old, new, strict=True)]


def _auc(score: Floats, won: npt.NDArray[np.bool_]) -> float:
    return float(roc_auc_score(won, score))


def _average(score: Floats, won: npt.NDArray[np.bool_]) -> float:
    return float(average_precision_score(won, score))


def _precision(score: Floats, won: npt.NDArray[np.bool_]) -> float:
    best = np.argpartition(-score, int(TOP * len(score)))[: int(TOP * len(score))]
    return float(won[best].mean())


def _hot(score: Floats, won: npt.NDArray[np.bool_]) -> float:
    return float((score >= 45).mean())
