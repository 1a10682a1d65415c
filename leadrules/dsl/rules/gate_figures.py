"""The figures of a trial that a gate may ask for, by the names that measures and saved results give them.

A measure is not known here: which of them a market has is told when the gate is decided.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Literal

Limit = Literal["share", "size", "change", "duration"]  # from 0 to 1, from 0 on, of either sign, a length of time

TIER = "TIER"

OF_ALL: Mapping[str, Limit] = {
    "auc": "share",
    "average_precision": "share",
    "precision at top": "share",
    "lift": "size",
    "expected auc": "share",
    "expected average_precision": "share",
    "expected precision at top": "share",
    "expected lift": "size",
    "spearman": "change",
    "kendall": "change",
    "precision at capacity": "share",
    "expected precision at capacity": "share",
    "psi": "size",
    "auc drift": "change",
    "utilisation": "share",
    "calls": "size",
    "calls per week": "size",
    "overflow per week": "size",
    "wait median": "duration",
    "wait 90": "duration",
    "expired share": "share",
    "sla kept": "share",
    "won": "size",
    "won more": "change",
    "uplift per call": "change",
    "chance when called": "share",
    "value": "size",
    "value more": "change",
    "gain": "change",
    "costs": "size",
    "cost per win more": "size",
    "cost per mql": "size",
    "cost per won deal": "size",
}
OF_TIERS: Mapping[str, Limit] = {
    "precision of TIER": "share",
    "expected precision of TIER": "share",
    "recall of TIER": "share",
    "share of TIER": "share",
    "conversion of TIER": "share",
    "retention of TIER": "size",
    "TIER per day": "size",
    "TIER per week": "size",
    "TIER in a busy week": "size",
    "time in TIER": "share",
}
OF_BEST: Mapping[str, Limit] = {
    "precision at first TIER": "share",
    "winners TIER in time": "share",
    "winners TIER too late": "share",
    "winners never TIER": "share",
    "lead time of TIER before purchase": "duration",
    "median lead time of TIER before purchase": "duration",
    "TIER within 30 days": "share",
    "steps into TIER": "size",
    "back in TIER": "share",
    "TIER drift": "change",
}
BY_STAGE: Mapping[str, Limit] = {"TIER by STAGE": "share", "buyers TIER by STAGE": "share"}
RANGES: Mapping[Limit, tuple[float, float]] = {"share": (0.0, 1.0), "size": (0.0, math.inf)}
ANY = (-math.inf, math.inf)


def range_of(name: str) -> tuple[float, float]:
    """The least and the most that a figure can be, whatever the tiers and stages are called."""
    forms = {**OF_TIERS, **OF_BEST, **BY_STAGE}
    found: Limit = next((limit for form, limit in forms.items() if _form(form).fullmatch(name)), "change")
    return RANGES.get(OF_ALL.get(name, found), ANY)


def _form(name: str) -> re.Pattern[str]:
    return re.compile(re.escape(name).replace(TIER, r"\S+").replace("STAGE", ".+"))


def figures_of(tiers: Sequence[str]) -> Mapping[str, Limit]:
    """What can be asked of a rule set with these tiers, the highest first; but for what is asked of each stage."""
    found = dict(OF_ALL)
    if len(tiers) > 1:
        found |= {name.replace(TIER, tier): limit for tier in tiers for name, limit in OF_TIERS.items()}
        found |= {name.replace(TIER, tiers[0]): limit for name, limit in OF_BEST.items()}
    return found


def of_stage(name: str, tiers: Sequence[str]) -> Limit | None:
    """What is measured for each stage: of which there are, a market alone knows."""
    for form, limit in BY_STAGE.items():
        start = form.replace(TIER, tiers[0]).removesuffix("STAGE") if len(tiers) > 1 else name
        if name.startswith(start) and len(name) > len(start):
            return limit
    return None


def lasts(name: str) -> bool:
    """Whether a figure is a length of time, whatever the tier."""
    return name.startswith(("wait ", "lead time ", "median lead time "))


def spelt(name: str) -> str:
    """A name as it is written where a space would end it."""
    return name.replace(" ", "_")
