"""The figures of `card20.lead`, for the peers; `card20.py` holds their answers to ours."""

from __future__ import annotations

import re

from msgspec import Struct

HOT, WARM = 35.0, 20.0
FIT_SHARE, ACTIVITY_SHARE = 0.4, 0.6
COUNTRIES = (0, 1, 2, 3, 5, 7, 8, 11, 13, 21, 34, 55)
INDUSTRIES = (1, 4, 6, 9, 16)
SENIOR = r"(?i)\b(?:chief|c[efimt]o|vp|vice president|head of|director)\b"
JUNIOR = r"(?i)\b(?:intern|student|assistant)\b"
SENIOR_PATTERN, JUNIOR_PATTERN = re.compile(SENIOR), re.compile(JUNIOR)


class Decaying(Struct, frozen=True):
    """Points for events of a type: their half-life in days, and the most they give in all.

    Only those count whose category is among `categories`, or that took at least `minutes`, where these are given.
    """

    name: str
    event: str
    points: float
    half_life: float
    most: float
    categories: tuple[int, ...] = ()
    minutes: float | None = None

    @property
    def bounds(self) -> tuple[float, float]:
        """Between which the points lie."""
        return (0.0, self.most) if self.points > 0 else (-self.most, 0.0)


DECAYING = (
    Decaying("prices", "page_view", 5, 7, 30, categories=(3, 4, 17)),
    Decaying("pages", "page_view", 1, 7, 15),
    Decaying("opens", "email_open", 1, 14, 10),
    Decaying("clicks", "email_click", 3, 14, 20),
    Decaying("webinars", "webinar", 10, 30, 30, minutes=30),
    Decaying("forms", "form_submit", 15, 30, 45, categories=(8, 9, 10, 11)),
    Decaying("downloads", "download", 5, 14, 20, minutes=10),
    Decaying("bounces", "email_bounce", -10, 30, 20),
)
CHAT, CHATS_A_WEEK, MOST_CHAT = 2.0, 5, 30.0
VIDEO, VIDEOS_A_WEEK, MOST_VIDEO = 3.0, 3, 30.0
SILENT, SILENT_DAYS, TRIAL = -15.0, 30, 25.0
