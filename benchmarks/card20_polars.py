"""The card in Polars: a lazy query for each criterion all run together, no wide join."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from benchmarks import card20_card as card
from benchmarks.card20_data import AS_OF, DAY, EMAILS, TITLES, TYPES, WEEK, Data, Numbers
from benchmarks.card20_rolling import counted

ByType = dict[str, pl.LazyFrame]
PRIVATE = [EMAILS.index("free"), EMAILS.index("disposable")]


class Tables(Struct, frozen=True):
    """Leads, and events sorted by lead and time; also the events of each type where they were split beforehand."""

    leads: pl.DataFrame
    events: pl.DataFrame
    of_type: dict[str, pl.DataFrame] | None = None


def resident(data: Data) -> Tables:
    """Frames that know they are sorted by lead; nulls where something is not known."""
    titles = np.array([*TITLES, None], object)[data.fields["title"]]
    fields = {name: _series(name, values) for name, values in data.fields.items() if name != "title"}
    lead = pl.Series("lead", np.arange(len(data), dtype=np.int32))
    leads = pl.DataFrame([lead, *fields.values(), pl.Series("title", titles, pl.String).cast(pl.Categorical)])
    columns = [_series(name, getattr(data, name)) for name in ("time", "kind", "category", "minutes")]
    return Tables(leads, pl.DataFrame([pl.Series("lead", data.lead).set_sorted(), *columns]))


def split(tables: Tables) -> Tables:
    """The same with a frame for each type of event, made before the clock starts."""
    lazy = {name: events.drop("kind") for name, events in _by_type(tables.events.lazy()).items()}
    frames = {name: events.collect().with_columns(pl.col("lead").set_sorted()) for name, events in lazy.items()}
    return replace(tables, of_type=frames)


def _by_type(events: pl.LazyFrame) -> ByType:
    return {name: events.filter(pl.col("kind") == kind) for kind, name in enumerate(TYPES)}


def _series(name: str, values: Numbers) -> pl.Series:
    column = pl.Series(name, values)
    if values.dtype.kind == "f":
        return column.fill_nan(None)
    return column.to_frame().select(pl.when(pl.col(name) >= 0).then(pl.col(name))).to_series()


def score_leads(tables: Tables) -> dict[str, Numbers]:
    """Fit, activity and total of every lead."""
    leads, past = tables.leads, pl.col("time") <= AS_OF
    events = tables.events.lazy().filter(past)
    before = {name: frame.lazy().filter(past) for name, frame in (tables.of_type or {}).items()}
    of_type = before or _by_type(events)
    parts = [_decaying(of_type, criterion) for criterion in card.DECAYING]
    parts += [_chats(of_type), _videos(of_type), _trials(of_type), _silent(events, leads.lazy())]
    fit, *points = pl.collect_all([leads.lazy().select(fit_of()), *parts])
    activity = np.zeros(len(leads))
    for part in points:
        activity[part["lead"].to_numpy()] += part["points"].to_numpy()
    return _total(fit["fit"].to_numpy(), np.clip(activity, 0, 100))


def _total(fit: Numbers, activity: Numbers) -> dict[str, Numbers]:
    return {"fit": fit, "activity": activity, "total": card.FIT_SHARE * fit + card.ACTIVITY_SHARE * activity}


def _points(condition: pl.Expr, points: float) -> pl.Expr:
    return pl.when(condition).then(points).otherwise(0.0)


def fit_of() -> pl.Expr:
    """The points for who a lead is."""
    employees, title = pl.col("employees"), pl.col("title").cast(pl.String)
    parts = [
        _points(employees >= 200, 20.0),
        _points(employees.is_between(50, 199), 10.0),
        _points(pl.col("country").is_in(card.COUNTRIES), 15.0),
        _points(pl.col("industry").is_in(card.INDUSTRIES), 15.0),
        _points(title.str.contains(card.SENIOR), 25.0),
        _points(title.str.contains(card.JUNIOR), -20.0),
        _points(pl.col("email").is_in(PRIVATE), -15.0),
        _points((pl.col("revenue") >= 10e6) & (pl.col("tech") >= 5), 20.0),
    ]
    return pl.sum_horizontal(parts).clip(0, 100).alias("fit")


def _decaying(of_type: ByType, criterion: card.Decaying) -> pl.LazyFrame:
    found = of_type[criterion.event]
    if criterion.categories:
        found = found.filter(pl.col("category").is_in(criterion.categories))
    if criterion.minutes is not None:
        found = found.filter(pl.col("minutes") >= criterion.minutes)
    left = ((pl.col("time") - AS_OF).cast(pl.Float64) * (math.log(2) / criterion.half_life / DAY)).exp()
    points = (pl.col("left").sum() * criterion.points).clip(*criterion.bounds)
    return found.select("lead", left.alias("left")).group_by("lead").agg(points.alias("points"))


def _chats(of_type: ByType) -> pl.LazyFrame:
    weeks = of_type["chat"].group_by("lead", pl.col("time") // WEEK)
    points = (pl.col("chats").sum() * card.CHAT).clip(upper_bound=card.MOST_CHAT)
    return (
        weeks.agg(pl.len().clip(upper_bound=card.CHATS_A_WEEK).alias("chats"))
        .group_by("lead")
        .agg(points.alias("points"))
    )


def _videos(of_type: ByType) -> pl.LazyFrame:
    found = of_type["video_play"].select("lead", "time").map_batches(_counted)
    return found.group_by("lead").agg((pl.len() * card.VIDEO).clip(upper_bound=card.MOST_VIDEO).alias("points"))


def _counted(videos: pl.DataFrame) -> pl.DataFrame:
    return videos.filter(counted(videos["lead"].to_numpy(), videos["time"].to_numpy(), card.VIDEOS_A_WEEK, WEEK))


def _trials(of_type: ByType) -> pl.LazyFrame:
    return of_type["trial_start"].group_by("lead").agg(pl.lit(card.TRIAL).alias("points"))


def _silent(events: pl.LazyFrame, leads: pl.LazyFrame) -> pl.LazyFrame:
    last = (pl.col("lead") != pl.col("lead").shift(-1)).fill_null(True)  # sorted: cheaper than a group
    latest = events.filter(last).select("lead", "time")
    silent = pl.col("time").is_null() | (AS_OF - pl.col("time") >= card.SILENT_DAYS * DAY)
    found = latest.join(leads.select("lead"), on="lead", how="right")
    return found.select("lead", _points(silent, card.SILENT).alias("points"))
