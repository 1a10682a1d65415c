"""The stored results of the study as the page docs/coverage.md."""

from __future__ import annotations

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
    "normal": "everything else: Student",
    "paired difference": "paired difference: Student",
}
HEAD = """# How often intervals hold the truth

Of 95 % intervals 95 % should hold the true figure. Here is how many do, in simulated markets whose truth is known from 262,144 leads:
each market is simulated anew again and again, and every figure of `simulate` and every paired difference of `compare` (a card
against the same card without its first criterion) gets its interval in each sample. `python -m tests.coverage` runs the study anew;
this page is made of the results stored in `tests/coverage`. Figures of the queue and of money are bootstrapped with a queue of their own
for each replicate and are tested by themselves (`tests/test_follow_rules.py`).
"""
FOOT = """## What does not hold

The intervals below hold the truth in less than 93 % of the samples. But for a median they are differences that a few leads make: those that
change their tier, of whom perhaps none happens to win in a sample, so that it shows too little of what it cannot know. Student's law with
the degrees of freedom of the leads that make a difference (Satterthwaite) mended most of such intervals, not these. Where few leads
win and few change their tier, look at the figures by P(won), or take more leads. The median is one of some
hundred winners, whose density has to be read off them.

In samples in which no lead makes any difference to a figure, 0 from 0 to 0 is told: it speaks of these leads. Such samples are
counted by themselves, since no interval could be right about what they do not show.
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
    parts += [FOOT, "\n".join(_weak(studies)) + "\n"]
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
