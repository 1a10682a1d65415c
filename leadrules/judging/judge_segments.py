"""A showing to how it treats leads of different kinds."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from leadrules.judging.figure import Figure, difference, error_of, estimate, over
from leadrules.judging.measure import Showing
from leadrules.judging.multiplicity import above_zero, holm
from leadrules.judging.segments import Segment

LEAST = 50  # judged leads that a segment must have to be spoken of
FOUR_FIFTHS = 0.8  # Uniform Guidelines on Employee Selection Procedures (1978), section 4D


def judge_segments(showing: Showing) -> tuple[Segment, ...]:
    """Every value of every field with few values; nothing where the rule set has no tiers."""
    if len(showing.ratings.tiers) < 2:
        return ()
    told = [part for field in showing.sample.segments for part in _of_field(showing, field)]
    stands = holm([chance for _, chance in told])
    return tuple(replace(segment, below_four_fifths=sure) for (segment, _), sure in zip(told, stands, strict=True))


def _of_field(showing: Showing, field: str) -> Iterator[tuple[Segment, float]]:
    """Each segment, and the chance to see so low a ratio were it four fifths."""
    sample, account = showing.sample, showing.sample.account
    judged, won, selected = sample.judged, sample.target, showing.ratings.tier == 0
    codes, names = sample.segments[field], sample.labels[field]
    every = [(name, judged & (codes == code)) for code, name in enumerate(names)]
    kinds = [(name, among) for name, among in every if np.count_nonzero(among) >= LEAST]
    shares = {name: found for name, among in kinds if (found := sample.share(selected, among)) is not None}
    if len(shares) < 2:
        return
    most = max(shares, key=lambda name: shares[name].value)
    for name, among in kinds:
        ratio = over(shares[name], shares[most])
        winners = sample.share(selected, among & won)
        segment = Segment(
            field=field,
            value=name,
            leads=int(np.count_nonzero(among)),
            selected=estimate(shares[name], account),
            ratio=estimate(ratio, account),
            below_four_fifths=False,
            of_winners=estimate(winners, account),
            precision=estimate(sample.share(won, among & selected), account),
            gap=difference(winners, sample.share(selected, judged & ~among & won), account),
        )
        yield segment, _chance(ratio, account) if name != most else 1.0


def _chance(ratio: Figure | None, account: npt.NDArray[np.int64]) -> float:
    if ratio is None:
        return 1.0
    error, groups = error_of(ratio.parts, account)
    return 1.0 if groups < 2 else above_zero(FOUR_FIFTHS - ratio.value, error)
