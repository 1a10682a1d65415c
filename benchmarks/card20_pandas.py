"""The card in pandas: a mask, a weight and a grouped sum for each criterion; patterns on the categories alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
from msgspec import Struct
from msgspec.structs import replace

from benchmarks import card20_card as card
from benchmarks.card20_data import AS_OF, DAY, EMAILS, TITLES, TYPES, WEEK, Data, Numbers
from benchmarks.card20_rolling import counted

ByType = dict[str, pd.DataFrame]
LONG_AGO = -1000 * DAY


class Tables(Struct, frozen=True):
    """Leads, and events sorted by lead and time; also the events of each type where they were split beforehand."""

    leads: pd.DataFrame
    events: pd.DataFrame
    of_type: ByType | None = None


def resident(data: Data) -> Tables:
    """Texts as categories, NaN (or -1 among codes) where something is not known."""
    fields = dict(data.fields)
    for name in ("employees", "tech"):
        fields[name] = np.where(fields[name] < 0, np.nan, fields[name])
    fields["title"] = pd.Categorical.from_codes(data.fields["title"], TITLES)
    fields["email"] = pd.Categorical.from_codes(data.fields["email"], EMAILS)
    kind = pd.Categorical.from_codes(data.kind, TYPES)
    columns = {"time": data.time, "kind": kind, "category": data.category, "minutes": data.minutes}
    return Tables(pd.DataFrame(fields), pd.DataFrame({"lead": data.lead, **columns}))


def split(tables: Tables) -> Tables:
    """The same with a frame for each type of event, made before the clock starts."""
    return replace(tables, of_type=_by_type(tables.events))


def _by_type(events: pd.DataFrame) -> ByType:
    return {name: events[events["kind"] == name] for name in TYPES}


def score_leads(tables: Tables) -> dict[str, Numbers]:
    """Fit, activity and total of every lead."""
    leads, events = tables.leads, _past(tables.events)
    before = {name: _past(found) for name, found in (tables.of_type or {}).items()}
    of_type = before or _by_type(events)
    activity = np.zeros(len(leads))
    for part in [*(_decaying(of_type, criterion) for criterion in card.DECAYING), _chats(of_type), _videos(of_type)]:
        activity[part.index] += part
    activity[of_type["trial_start"]["lead"].unique()] += card.TRIAL
    latest = (
        events.drop_duplicates("lead", keep="last").set_index("lead")["time"].reindex(leads.index, fill_value=LONG_AGO)
    )
    activity += card.SILENT * (AS_OF - latest >= card.SILENT_DAYS * DAY).to_numpy()
    fit, activity = fit_of(leads), activity.clip(0, 100)
    return {"fit": fit, "activity": activity, "total": card.FIT_SHARE * fit + card.ACTIVITY_SHARE * activity}


def _past(events: pd.DataFrame) -> pd.DataFrame:
    past = events["time"] <= AS_OF
    return events if past.all() else events[past]


def fit_of(leads: pd.DataFrame) -> Numbers:
    """The points for who a lead is."""
    employees = leads["employees"]
    fit = 20.0 * (employees >= 200) + 10.0 * ((employees >= 50) & (employees < 200))
    fit += 15.0 * leads["country"].isin(card.COUNTRIES) + 15.0 * leads["industry"].isin(card.INDUSTRIES)
    fit += _title_points(leads["title"].cat)
    fit += -15.0 * leads["email"].isin(["free", "disposable"])
    fit += 20.0 * ((leads["revenue"] >= 10e6) & (leads["tech"] >= 5))
    return np.asarray(fit.clip(0, 100))


def _title_points(title: pd.Series) -> Numbers:
    titles = pd.Series(title.categories)
    points = 25.0 * titles.str.contains(card.SENIOR_PATTERN) - 20.0 * titles.str.contains(card.JUNIOR_PATTERN)
    return np.array([*points, 0.0]).take(title.codes, mode="wrap")  # -1, the last: not known


def _decaying(of_type: ByType, criterion: card.Decaying) -> pd.Series:
    found = of_type[criterion.event]
    if criterion.categories:
        found = found[found["category"].isin(criterion.categories)]
    if criterion.minutes is not None:
        found = found[found["minutes"] >= criterion.minutes]
    points = criterion.points * np.exp2((found["time"] - AS_OF) / (criterion.half_life * DAY))
    return points.groupby(found["lead"], sort=False).sum().clip(*criterion.bounds)


def _chats(of_type: ByType) -> pd.Series:
    chats = of_type["chat"]
    weeks = chats.groupby([chats["lead"], chats["time"] // WEEK], sort=False).size().clip(upper=card.CHATS_A_WEEK)
    return (card.CHAT * weeks.groupby(level=0, sort=False).sum()).clip(upper=card.MOST_CHAT)


def _videos(of_type: ByType) -> pd.Series:
    videos = of_type["video_play"]
    counts = counted(videos["lead"].to_numpy(), videos["time"].to_numpy(), card.VIDEOS_A_WEEK, WEEK)
    return (card.VIDEO * videos["lead"][counts].value_counts(sort=False)).clip(upper=card.MOST_VIDEO)
