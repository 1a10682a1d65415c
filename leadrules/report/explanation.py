"""An explanation in words: every line carries its points, and the lines add up to the score."""

from __future__ import annotations

import math
from collections.abc import Iterator

from leadrules.dsl.quantity import show_duration, show_number
from leadrules.dsl.rules.model_criteria import (
    ByAge,
    Cases,
    Each,
    Expires,
    HalfLife,
    Linear,
    NoDecay,
    OfOriginal,
    PointsEvery,
    SCurve,
    Veto,
)
from leadrules.engine.account import (
    ByHand,
    CellAccount,
    CriterionAccount,
    Explanation,
    Fed,
    GradeAccount,
    Judgement,
    ScoreAccount,
    Turn,
)
from leadrules.engine.as_of import show_instant
from leadrules.engine.keep import MOST_POINTS

WIDTH = 100
TRUTHS = {0: "no", 1: "not known", 2: "yes"}


def draw_explanation(explanation: Explanation, zone: str, width: int = WIDTH) -> str:
    """The whole account of a lead, as plain text; lines of criteria are `width` wide with their points at the end."""
    tier = f": {explanation.tier}" if explanation.tier else ""
    lines = [f"lead {explanation.lead} as of {show_instant(explanation.at, zone)} {zone}{tier}"]
    if explanation.known_since is not None:
        lines.append(f"known since {show_instant(explanation.known_since, zone)}")
    for held in explanation.dated:
        value = "not known" if held.value is None else held.value
        date = "by a merge" if held.since is None else f"since {show_instant(held.since, zone)}"
        lines.append(f"{held.field} {value} {date}")
    return "\n".join([*(_laid(line, width) for line in lines), "", draw_accounts(explanation, zone, width)])


def draw_accounts(explanation: Explanation, zone: str, width: int = WIDTH) -> str:
    """What stands in an account below its head: scores, checklists and tiers, an empty line between them."""
    lines: list[str] = []
    for account in reversed(explanation.scores):
        lines += ["", *_score(account, zone)]
    if explanation.grades:
        lines += ["", *map(_grade, explanation.grades), *map(_cell, explanation.cells)]
    for name, items in explanation.checklists.items():
        lines += ["", *_checklist(name, items)]
    if explanation.tiers:
        lines += ["", "tiers, from the top"]
        lines += [
            f"  {tier.name:<16} {TRUTHS[tier.truth]}{_because(tier)}{_stay(tier, explanation, zone)}"
            for tier in explanation.tiers
        ]
    return "\n".join(_laid(line, width) for line in lines).removeprefix("\n")


def _laid(line: str, width: int) -> str:
    """A line as wide as it may be: what stands behind a tab goes to its right end, what stands before it gives way."""
    head, tab, number = line.partition("\t")
    if not tab:
        return line
    room = width - 14 if number else width
    head = head if len(head) <= room else f"{head[: room - 3]}..."
    return f"{head:<{room}} {number:>13}" if number else head


def _line(text: str, points: float, depth: int) -> str:
    """A line with its points at the right."""
    number = f"{points:+.6f}".rstrip("0").rstrip(".")
    return f"{'  ' * depth}{text}\t{'0' if number in ('+0', '-0') else number}"


def _score(account: ScoreAccount, zone: str) -> Iterator[str]:
    score = account.score
    yield _named(score.name, show_number(account.value), score.title)
    for term in account.terms:
        text = f"{show_number(term.weight)} × {term.score} ({show_number(term.value)})"
        yield _line(text, term.weight * term.value, 1)
    if account.constant:
        yield _line("constant", account.constant, 1)
    if account.reset:
        yield _change(account.reset, zone)
    for criterion in account.criteria:
        if not isinstance(criterion.criterion, Veto):
            yield from _criterion(criterion, zone)
    for change in account.changes:
        yield _change(change, zone)
    if account.bound:
        low, high = score.bounds or (-MOST_POINTS, MOST_POINTS)
        yield _line(f"kept between {show_number(low)} and {show_number(high)}", account.bound, 1)
    for criterion in account.criteria:
        if isinstance(criterion.criterion, Veto):
            yield from _criterion(criterion, zone)
    if account.rounding:
        yield _line("rounded", account.rounding, 1)


def _change(change: Turn, zone: str) -> str:
    return _line(describe_turn(change, zone), change.points, 1)


def describe_turn(change: Turn, zone: str) -> str:
    """What happened to the score as a whole, as it is written, and when."""
    often = f", {change.times:,} times from then on" * (change.times > 1)
    when = "" if change.time is None else f"  ({show_instant(change.time, zone)}{often})"
    return _told(change) + when


def _told(change: Turn) -> str:
    if not isinstance(change.said, ByHand):
        return " ".join(change.said.span.text.split())
    what = f"set to {show_number(change.points)}" if change.said.sets else "added"
    return f"{what} by hand" + (f": {change.said.reason}" if change.said.reason else "")


def _criterion(account: CriterionAccount, zone: str) -> Iterator[str]:
    criterion = account.criterion
    if isinstance(criterion, Each):
        yield f"  {_said(account)}\t"
        for fed in account.occurrences:
            yield _occurrence(fed, account, zone)
        if not account.occurrences:
            yield _line("no occurrence", 0.0, 2)
        if account.limit:
            yield _line(describe_worth(criterion), account.limit, 2)
        if account.weighing:
            yield _line(f"weighs {show_number(100 * criterion.weight)}%", account.weighing, 2)
        return
    yield _line(_said(account) + _not_known(account), account.points, 1)


def _said(account: CriterionAccount) -> str:
    """The criterion as it is written, on one line; of a table of conditions the row that won."""
    words = " ".join(account.criterion.span.text.split())
    if isinstance(account.criterion, Cases):
        row = " ".join(account.chosen.span.text.split()) if account.chosen else "otherwise"
        words = f"{words.partition('{')[0]}…" + (f": {row}" if account.in_force else "")
    return words


def _not_known(account: CriterionAccount) -> str:
    if not account.in_force:
        return "  (not valid at this time)"
    if account.gives_way:
        return "  (gives way)"
    if not account.unknown or not account.at_stake:
        return ""
    points = show_number(account.at_stake) if math.isfinite(account.at_stake) else "its"
    return f"  ({', '.join(account.unknown)} not known: {points} points hang on it)"


def _occurrence(fed: Fed, account: CriterionAccount, zone: str) -> str:
    criterion = account.criterion
    assert isinstance(criterion, Each)
    values = [f"{name} {value}" for name, value in fed.properties.items()]
    text = " ".join([show_instant(fed.time, zone), fed.event, *values])
    if not fed.counts:
        why = "over the limit" if criterion.which == "each" else f"only the {criterion.which} counts"
        return _line(f"{text}: {'gives way' if account.gives_way else why}", 0.0, 2)
    if fed.points == fed.original:
        return _line(text, fed.points, 2)
    rest = f"× {fed.points / fed.original:.6g}"
    if isinstance(criterion.decay, PointsEvery):
        rest = f"nearer to 0 by {show_number(abs(fed.original - fed.points))}"
    return _line(f"{text}: {show_number(fed.original)} {rest}, {_decay(criterion)}", fed.points, 2)


def describe_worth(criterion: Each) -> str:
    """What the points of a criterion may be worth at most, in all and for each value of a property."""
    per = criterion.worth_per
    groups = [f"{show_number(per.points)} points per {per.property.name}"] if per else []
    in_all = [f"{show_number(criterion.worth)} points in all"] if criterion.worth is not None else []
    return f"worth at most {', '.join(groups + in_all)}"


def _decay(criterion: Each) -> str:
    match criterion.decay:
        case HalfLife(duration):
            return f"half-life {show_duration(duration)}"
        case Linear(duration):
            return f"linear over {show_duration(duration)}"
        case Expires(duration):
            return f"expired after {show_duration(duration)}"
        case SCurve(duration):
            return f"s-curve over {show_duration(duration)}"
        case OfOriginal(share, duration, in_steps):
            every = f"{show_number(share * 100)}% of original every {show_duration(duration)}"
            return every + " in steps" * in_steps
        case ByAge():
            return "by age"
        case PointsEvery(points, duration, low):
            below = f" not below {show_number(low)}" if low else ""
            return f"{show_number(points)} points every {show_duration(duration)}{below}"
        case NoDecay():
            return ""


def _grade(account: GradeAccount) -> str:
    """The grade, why it is this one, and what the next better one asks for."""
    grade, place = account.grade, account.grade.labels.index(account.label)
    asked = [row for row in grade.rows[max(place - 1, 0) : place + 1][::-1] if row.bound is not None]
    said = [f"{grade.score} {show_number(account.value)}"]
    said += [f"{row.label} from {show_number(row.bound or 0.0)}" for row in asked]
    return f"{_named(grade.name, account.label, grade.title)}  ({', '.join(said)})"


def _cell(account: CellAccount) -> str:
    said = zip(account.matrix.grades, account.labels, strict=True)
    labels = ", ".join(f"{name} {label}" for name, label in said)
    return f"{_named(account.matrix.name, account.cell, account.matrix.title)}  ({labels})"


def _named(name: str, value: str, title: str) -> str:
    return f"{name} = {value}" + (f"  {title}" if title else "")


def _checklist(name: str, items: tuple[Judgement, ...]) -> Iterator[str]:
    counts = [
        f"{sum(i.truth == truth for i in items)} {word}" for truth, word in ((2, "met"), (0, "unmet"), (1, "unknown"))
    ]
    yield f"{name}: {', '.join(counts)}"
    for item in items:
        yield f"  {item.name:<16} {TRUTHS[item.truth]}{_because(item)}"


def _stay(judged: Judgement, explanation: Explanation, zone: str) -> str:
    if judged.name != explanation.tier or explanation.entered is None:
        return ""
    return f"; in it since {show_instant(explanation.entered, zone)}"


def _because(judged: Judgement) -> str:
    return f"  ({', '.join(judged.unknown)} not known)" if judged.truth == 1 and judged.unknown else ""
