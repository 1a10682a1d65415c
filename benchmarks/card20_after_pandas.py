"""The card after every event in pandas: for each criterion a grouped running sum, grown from each lead's first event."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks import card20_card as card
from benchmarks.card20_data import DAY, NEVER, WEEK, Numbers
from benchmarks.card20_pandas import Tables, fit_of
from benchmarks.card20_rolling import counted


def score_after_events(tables: Tables) -> tuple[Numbers, Numbers]:
    """The total right after each event, and when each lead first was hot."""
    events = tables.events
    lead = events["lead"]
    age = (events["time"] - events["time"].groupby(lead, sort=False).transform("first")) / DAY
    grown = {criterion.half_life: np.exp2(age / criterion.half_life) for criterion in card.DECAYING}
    activity = np.zeros(len(events))
    for criterion in card.DECAYING:
        activity += _decaying(events, criterion, grown[criterion.half_life])
    activity += _counting(events, _chats(events), card.CHAT, card.MOST_CHAT) + _counting(
        events, _videos(events), card.VIDEO, card.MOST_VIDEO
    )
    activity += card.TRIAL * (events["kind"] == "trial_start").groupby(lead, sort=False).cummax().to_numpy()
    total = card.FIT_SHARE * fit_of(tables.leads)[lead] + card.ACTIVITY_SHARE * activity.clip(0, 100)
    hot = events[total >= card.HOT].drop_duplicates("lead")
    first = np.full(len(tables.leads), NEVER)
    first[hot["lead"]] = hot["time"]
    return total, first


def _decaying(events: pd.DataFrame, criterion: card.Decaying, grown: pd.Series) -> Numbers:
    meant = events["kind"] == criterion.event
    if criterion.categories:
        meant &= events["category"].isin(criterion.categories)
    if criterion.minutes is not None:
        meant &= events["minutes"] >= criterion.minutes
    sums = (criterion.points * grown).where(meant, 0.0).groupby(events["lead"], sort=False).cumsum()
    return (sums / grown).clip(*criterion.bounds).to_numpy()


def _counting(events: pd.DataFrame, rows: Numbers, points: float, most: float) -> Numbers:
    given = pd.Series(0.0, index=events.index)
    given[rows] = points
    return given.groupby(events["lead"], sort=False).cumsum().clip(upper=most).to_numpy()


def _chats(events: pd.DataFrame) -> Numbers:
    chats = events[events["kind"] == "chat"]
    place = chats.groupby([chats["lead"], chats["time"] // WEEK], sort=False).cumcount()
    return np.asarray(chats.index[place < card.CHATS_A_WEEK])


def _videos(events: pd.DataFrame) -> Numbers:
    videos = events[events["kind"] == "video_play"]
    return np.asarray(
        videos.index[counted(videos["lead"].to_numpy(), videos["time"].to_numpy(), card.VIDEOS_A_WEEK, WEEK)]
    )
