"""The card after every event in Polars: running sums over each lead in one lazy query, grown from its first event."""

from __future__ import annotations

import math

import numpy as np
import polars as pl

from benchmarks import card20_card as card
from benchmarks.card20_data import DAY, NEVER, TYPES, WEEK, Numbers
from benchmarks.card20_polars import Tables, fit_of
from benchmarks.card20_rolling import counted


def score_after_events(tables: Tables) -> tuple[Numbers, Numbers]:
    """The total right after each event, and when each lead first was hot."""
    chats = (_is("chat").cum_sum().over("lead", pl.col("time") // WEEK) <= card.CHATS_A_WEEK) & _is("chat")
    age = (pl.col("time") - pl.col("time").first().over("lead")).cast(pl.Float64) * (math.log(2) / DAY)
    events = tables.events.lazy().with_columns(_videos(tables), age.alias("age"), chats.alias("chats"))
    halves = sorted({criterion.half_life for criterion in card.DECAYING})
    events = events.with_columns([(pl.col("age") / half_life).exp().alias(_grown(half_life)) for half_life in halves])
    parts = [_decaying(criterion) for criterion in card.DECAYING]
    parts += [
        _counting(pl.col("chats"), card.CHAT, card.MOST_CHAT),
        _counting(pl.col("videos"), card.VIDEO, card.MOST_VIDEO),
    ]
    parts += [_points(_is("trial_start").cum_max().over("lead"), card.TRIAL)]
    activity = pl.sum_horizontal(parts).clip(0, 100).alias("activity")
    fit = tables.leads.lazy().select("lead", fit_of())
    total = (card.FIT_SHARE * pl.col("fit") + card.ACTIVITY_SHARE * pl.col("activity")).alias("total")
    joined = events.select("lead", "time", activity).join(fit, on="lead", how="left", maintain_order="left")
    found = joined.with_columns(total).collect()
    hot = found.lazy().filter(pl.col("total") >= card.HOT).group_by("lead").agg(pl.col("time").first()).collect()
    first = np.full(len(tables.leads), NEVER)
    first[hot["lead"].to_numpy()] = hot["time"].to_numpy()
    return found["total"].to_numpy(), first


def _is(event: str) -> pl.Expr:
    return pl.col("kind") == TYPES.index(event)


def _points(condition: pl.Expr, points: float) -> pl.Expr:
    return pl.when(condition).then(points).otherwise(0.0)


def _grown(half_life: float) -> str:
    return f"grown {half_life}"


def _decaying(criterion: card.Decaying) -> pl.Expr:
    meant, grown = _is(criterion.event), pl.col(_grown(criterion.half_life))
    if criterion.categories:
        meant &= pl.col("category").is_in(criterion.categories)
    if criterion.minutes is not None:
        meant &= pl.col("minutes") >= criterion.minutes
    sums = (pl.when(meant).then(grown).otherwise(0.0) * criterion.points).cum_sum().over("lead")
    return (sums / grown).clip(*criterion.bounds)


def _counting(meant: pl.Expr, points: float, most: float) -> pl.Expr:
    return _points(meant, points).cum_sum().over("lead").clip(upper_bound=most)


def _videos(tables: Tables) -> pl.Series:
    rows = tables.events.select(_is("video_play").arg_true()).to_series().to_numpy()
    videos = tables.events[rows]
    counts = np.zeros(len(tables.events), bool)
    counts[rows] = counted(videos["lead"].to_numpy(), videos["time"].to_numpy(), card.VIDEOS_A_WEEK, WEEK)
    return pl.Series("videos", counts)
