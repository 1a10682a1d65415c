"""Rule sets over real public data, read as the files are. Skipped where LEADRULES_DATA names no folder."""

from __future__ import annotations

import csv
import datetime
import gzip
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from scipy.stats import rankdata

import leadrules
from tests.oracle import score_lead
from tests.oracle_expressions import Aggregate, Both, Compare, Name, Number, Pattern, Quantity
from tests.oracle_facts import Row
from tests.oracle_time import DAY
from tests.specs import AtMost, Decay, Each, EventType, Field, Level, Score, Spec, Tier
from tests.test_laws import compare

REAL = Path(__file__).parent / "real"
SCORED = "offer_sent offer_returned work_validate finalized accepted preaccepted call_offer_followup call_missing_docs"
AMOUNT = Aggregate("max", Pattern("submitted"), "amount")


def auc(values: npt.NDArray[np.float64], won: npt.NDArray[np.bool_]) -> float:
    """Mann and Whitney's share of pairs in the right order, ties half."""
    winners = int(won.sum())
    above = rankdata(values)[won].sum() - winners * (winners + 1) / 2
    return float(above / (winners * (len(won) - winners)))


def test_a_card_from_the_column_dictionary_ranks_the_leads_of_x_education(data: Path) -> None:
    path = data / "xeducation_dev.csv"
    with path.open(encoding="utf-8", newline="") as file:
        converted = {row["Prospect ID"]: row["Converted"] == "1" for row in csv.DictReader(file)}
    rules = leadrules.load(REAL / "x_education.lead")
    scores = rules.score(path, at="2026-01-01")
    assert len(rules.model.scores[0].criteria) <= 15
    totals = scores.columns.scores["total"]
    won = np.array([converted[id] for id in scores.columns.ids])
    assert (totals.sum(), totals.min(), totals.max()) == (132_800, -12, 98)
    assert auc(totals, won) == pytest.approx(0.8087, abs=5e-5)
    assert any("specialization" in note for note in scores.notes)


@pytest.mark.parametrize("wait", [3, 21])
def test_a_card_with_decay_scores_every_loan_journey_as_the_oracle_does(wait: int, data: Path) -> None:
    path = data / "bpi2012_events_dev.csv.gz"
    rules = leadrules.load(REAL / "bpi2012.lead")
    scores = rules.score(events=path, at=f"arrival + {wait} days").columns
    journeys = journeys_of(path)
    assert sorted(scores.ids) == sorted(journeys)
    for i, id in enumerate(scores.ids):
        now = min(row["time"] for row in journeys[id]) + wait * DAY
        assert scores.at[i] == now
        compare(scores, i, score_lead(CARD, {"lead": id}, journeys[id], now))


def journeys_of(path: Path) -> dict[str, list[Row]]:
    """The rows of each lead as the oracle takes them."""
    found: dict[str, list[Row]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            time = datetime.datetime.fromisoformat(row["ts"])
            told: dict[str, Any] = {"lead": row["lead_id"], "type": row["event"], "id": row["seq"]}
            amount = float(row["amount_req"]) if row["amount_req"] else None
            found[row["lead_id"]].append(told | {"time": microseconds(time), "amount": amount})
    return found


def microseconds(time: datetime.datetime) -> int:
    return (time - datetime.datetime.fromtimestamp(0, datetime.UTC)) // datetime.timedelta(microseconds=1)


def at_least(limit: float) -> Compare:
    return Compare(Name("total"), ">=", Number(limit))


def first(name: str, points: float, event: str, decay: Decay | None = None) -> Each:
    return Each(name, Number(points), Pattern(event), which="first", decay=decay)


def several(name: str, points: float, event: str, most: int) -> Each:
    return Each(name, Number(points), Pattern(event), limits=(AtMost(most),))


CARD = Spec(
    zone="Europe/Amsterdam",
    events=(
        EventType("submitted", (Field("amount", "number"),)),
        *(EventType(name) for name in [*SCORED.split(), "work_fraud"]),
    ),
    scores=(
        Score(
            "total",
            (
                several("sent", 15, "offer_sent", 2),
                first("returned", 30, "offer_returned"),
                first("validate", 15, "work_validate", Decay("none")),
                first("finalized", 10, "finalized"),
                first("accepted", 8, "accepted"),
                first("preaccepted", 5, "preaccepted"),
                several("followup", 2, "call_offer_followup", 3),
                first("missing_docs", 8, "call_missing_docs"),
                first("fraud", -20, "work_fraud"),
                Level(
                    "amount",
                    Number(6),
                    Both((Compare(AMOUNT, ">=", Number(5_000)), Compare(AMOUNT, "<=", Number(40_000)))),
                ),
            ),
            decay=Decay("half-life", Quantity(10, "day")),
        ),
    ),
    tiers=(Tier("hot", at_least(40)), Tier("warm", at_least(15)), Tier("cold")),
)
