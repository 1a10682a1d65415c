"""What a comparison claims, in sentences: what changes most surely first, then ranking, volume, capacity and money."""

from __future__ import annotations

from collections.abc import Iterator

from leadrules.judging.claim import Claim
from leadrules.judging.comparison import Compared, Comparison
from leadrules.report.figures import change, interval_of_change, value_of

WORDS = {
    "ranking": "the ranking",
    "volume": "the volume",
    "capacity": "the use of capacity",
    "money": "what calls earn",
}


def verdict(comparison: Comparison) -> tuple[str, ...]:
    """A sentence for each claim; one sentence alone where the rule sets do the same."""
    if comparison.same:
        return ("The rule sets do the same: no lead stands otherwise.",)
    if comparison.same is None:
        return ("Nothing can be said: no lead is judged, so that none could stand otherwise.",)
    if comparison.declared:
        return (f"No lead stands otherwise; another is {' and '.join(comparison.declared)}.",)
    return tuple(_sentences(comparison))


def _sentences(comparison: Comparison) -> Iterator[str]:
    named = {figure.name: figure for figure in comparison.figures}
    said = [
        f"{told[:1].upper()}{told[1:]}." for told in (_said(claim, named[claim.figure]) for claim in comparison.claims)
    ]
    sure = sum(claim.tells in ("more", "less") for claim in comparison.claims)
    yield from said[:sure]
    if not any(claim.subject == "ranking" for claim in comparison.claims):
        yield "Too few leads win or lose to say which rule set ranks better."
    yield from said[sure:]
    if comparison.precision and not comparison.precision.met:
        yield f"The difference of {comparison.precision.figure} is not known as exactly as was asked for."


def _said(claim: Claim, figure: Compared) -> str:
    about = WORDS.get(claim.subject, figure.title)
    told = f"{figure.title} {change(figure.difference, figure.kind)} ({interval_of_change(figure.difference, figure.kind)})"
    bound = "" if claim.margin is None else f" of more than {value_of(claim.margin, figure.kind)}"
    match claim.tells:
        case "same":
            return f"nothing changes in {about}: {figure.title} is the same by every lead"
        case "unknown":
            return f"what changes in {about} cannot be said"
        case "no evidence" if claim.within:
            return f"no material difference in {about}, none{bound}: {told}"
        case "no evidence":
            evidence = "too little evidence, for one of several claims," if figure.decided else "no evidence"
            either = f", nor that there is none{bound}" if bound else ""
            return f"{evidence} of a difference in {about}{either}: {told}"
    small = f", but not by a material difference{bound}" if claim.within else ""
    return f"{about} gets {_direction(claim, figure)}{small}: {told}"


def _direction(claim: Claim, figure: Compared) -> str:
    up = claim.tells == "more"
    if not figure.better:
        return "larger" if up else "smaller"
    return "better" if up == (figure.better > 0) else "worse"
