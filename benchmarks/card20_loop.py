"""The card as a loop in Python: a lead after the other, an event after the other, dictionaries of plain values."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from math import isnan
from typing import Any

import numpy as np

from benchmarks.card20_card import COUNTRIES, INDUSTRIES, JUNIOR_PATTERN, SENIOR_PATTERN
from benchmarks.card20_data import AS_OF, DAY, EMAILS, TITLES, TYPES, WEEK, Data, Numbers

Row = dict[str, Any]
Lead = tuple[Row, list[Row]]


def resident(data: Data) -> list[Lead]:
    """Each lead with its events."""
    columns = {name: _plain(values) for name, values in data.fields.items()}
    columns["title"] = [None if code is None else TITLES[code] for code in columns["title"]]
    columns["email"] = [EMAILS[code] for code in columns["email"]]
    kinds = [TYPES[kind] for kind in data.kind.tolist()]
    events = _rows(
        {"time": data.time.tolist(), "kind": kinds} | {n: _plain(getattr(data, n)) for n in ("category", "minutes")}
    )
    bounds = data.offsets.tolist()
    return [(lead, events[a:b]) for lead, a, b in zip(_rows(columns), bounds, bounds[1:], strict=False)]


def _plain(values: Numbers) -> list[Any]:
    return [None if value == -1 or isnan(value) else value for value in values.tolist()]


def _rows(columns: dict[str, list[Any]]) -> list[Row]:
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def score_leads(leads: Sequence[Lead]) -> dict[str, Numbers]:
    """Fit, activity and total of every lead."""
    found = [(fit_of(lead), activity_of(events)) for lead, events in leads]
    fit, activity = np.array(found).T
    return {"fit": fit, "activity": activity, "total": np.array([0.4 * a + 0.6 * b for a, b in found])}


def fit_of(lead: Row) -> float:
    """The points for who a lead is."""
    points = 0.0
    employees, title = lead["employees"], lead["title"]
    if employees is not None:
        points += 20 if employees >= 200 else 10 if employees >= 50 else 0
    if lead["country"] in COUNTRIES:
        points += 15
    if lead["industry"] in INDUSTRIES:
        points += 15
    if title is not None:
        points += 25 if SENIOR_PATTERN.search(title) else 0
        points -= 20 if JUNIOR_PATTERN.search(title) else 0
    if lead["email"] in ("free", "disposable"):
        points -= 15
    if lead["revenue"] is not None and lead["tech"] is not None and lead["revenue"] >= 10e6 and lead["tech"] >= 5:
        points += 20
    return min(100.0, max(0.0, points))


def activity_of(events: Sequence[Row]) -> float:
    """The points for what a lead did."""
    prices = pages = opens = clicks = webinars = forms = downloads = bounces = 0.0
    chats = videos = this_week = trial = 0
    week, latest = None, None
    recent: deque[int] = deque(maxlen=3)
    for event in events:
        time = event["time"]
        if time > AS_OF:
            break
        latest, kind, age = time, event["kind"], (AS_OF - time) / DAY
        if kind == "page_view":
            left = 2 ** (-age / 7)
            pages += left
            if event["category"] in (3, 4, 17):
                prices += 5 * left
        elif kind == "email_open":
            opens += 2 ** (-age / 14)
        elif kind == "email_click":
            clicks += 3 * 2 ** (-age / 14)
        elif kind == "webinar":
            if event["minutes"] is not None and event["minutes"] >= 30:
                webinars += 10 * 2 ** (-age / 30)
        elif kind == "form_submit":
            if event["category"] in (8, 9, 10, 11):
                forms += 15 * 2 ** (-age / 30)
        elif kind == "download":
            if event["minutes"] is not None and event["minutes"] >= 10:
                downloads += 5 * 2 ** (-age / 14)
        elif kind == "email_bounce":
            bounces -= 10 * 2 ** (-age / 30)
        elif kind == "chat":
            if time // WEEK != week:
                week, this_week = time // WEEK, 0
            if this_week < 5:
                this_week += 1
                chats += 1
        elif kind == "video_play":
            if len(recent) < 3 or time - recent[0] >= WEEK:
                recent.append(time)
                videos += 1
        elif kind == "trial_start":
            trial = 25
    points = min(30, prices) + min(15, pages) + min(10, opens) + min(20, clicks) + min(30, webinars) + min(45, forms)
    points += min(20, downloads) + max(-20, bounces) + min(30, 2 * chats) + min(30, 3 * videos) + trial
    points -= 15 if latest is None or AS_OF - latest >= 30 * DAY else 0
    return min(100.0, max(0.0, points))
