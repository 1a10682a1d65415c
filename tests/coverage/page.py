"""The stored results of the study as the page docs/coverage.md."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median

import msgspec

from tests.coverage.study import Coverage, Study

FOLDER = Path(__file__).parent
LEAST, FEW = 0.93, 200
LAWS = {
    "area": "area under the ROC curve: DeLong, Newcombe",
    "share": "share: Wilson, by account",
    "logit": "between 0 and 1: logit",
    "quantile": "median: order statistics, by account",
    "normal": "everything else: a sum of contributions",
    "index": "population stability index: non-central χ², inverted",
    "difference of means": "paired difference of means, shares, medians: of what few leads bring",
    "difference": "paired difference of everything else: Student",
}
HEAD = """# How often intervals hold the truth

Of 95 % intervals 95 % should hold the true figure. Here is how many do, in simulated markets whose truth is known from 262,144 leads:
each market is simulated anew again and again, and every figure of `simulate` and every paired difference of `compare` (a card
against the same card without its first criterion) gets its interval in each sample. `python -m tests.coverage` runs the study anew;
this page is made of the results stored in `tests/coverage`. Figures of the queue and of money are bootstrapped with a queue of their own
for each replicate and are tested by themselves (`tests/test_follow_rules.py`); so is the index of new scores against old (`tests/test_stability.py`).
"""
WIDE = """## What they are made of

Many figures rest on few leads: on the winners among those that a change lets into a tier, which may be three, or none. What none of twelve
leads did is not impossible, so a paired difference of means, shares or medians has room for one more lead that brings as much
as the rules allow: an upper limit of 3.84 where nothing was counted, as Wilson's interval has it. Such intervals hold the truth more often
than 95 times in 100, above all where leads go both ways, as in a tier in the middle. So do those of the busy week, which is a mean of few weeks,
and of lift, which takes the share of winners among all as known. The stability index cannot be below 0; where the true one is near that, as
here, its interval reaches to 0 and has no lower side to miss on.

A figure whose leads and values both rule sets say the same of differs by exactly 0, from 0 to 0. Such samples are
counted by themselves, since no interval could be right about what they do not show.
"""
WEAK = """## What does not hold

The intervals below hold the truth in less than 93 % of the samples.
"""
HELD = """Every interval holds the truth in {least:.3f} of the samples or more.
"""


def read(name: str) -> Study:
    """The stored results of one market."""
    return msgspec.json.decode((FOLDER / f"{name}.json").read_bytes(), type=Study)


def weak(study: Study) -> list[Coverage]:
    """Intervals that hold the truth too seldom."""
    return sorted((one for one in study.figures if one.told >= FEW and one.share < LEAST), key=lambda one: one.share)


def page(studies: Mapping[str, Study]) -> str:
    """The page."""
    parts = [HEAD]
    for study in studies.values():
        parts += [f"## {study.title[0].upper()}{study.title[1:]}\n", "\n".join(_by_law(study)) + "\n"]
    least = min(one.share for study in studies.values() for one in study.figures if one.told >= FEW)
    if least >= LEAST:
        parts += [HELD.format(least=math.floor(least * 1000) / 1000), WIDE]
    else:
        parts += [WIDE, WEAK, "\n".join(_weak(studies)) + "\n"]
    return "\n".join(parts)


def _by_law(study: Study) -> Iterator[str]:
    yield f"{study.samples:,} samples of {study.leads:,} leads.\n"
    yield "| kind of interval | intervals | least | median | most |"
    yield "|---|--:|--:|--:|--:|"
    for law, title in LAWS.items():
        shares = sorted(one.share for one in study.figures if one.law == law and one.told >= FEW)
        if shares:
            cells = " | ".join(f"{share:.3f}" for share in (shares[0], median(shares), shares[-1]))
            yield f"| {title} | {len(shares)} | {cells} |"


def _weak(studies: Mapping[str, Study]) -> Iterator[str]:
    yield "| market | interval | held | told | too low | too high | samples without a difference |"
    yield "|---|---|--:|--:|--:|--:|--:|"
    for name, study in studies.items():
        for one in weak(study):
            yield f"| {name} | {one.name} | {one.share:.3f} | {one.told:,} | {one.below:,} | {one.above:,} | {one.nil:,} |"
