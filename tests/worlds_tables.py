"""Tables at random, by a field."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import strategies as st

from tests.oracle_expressions import Moment, Name, Number, Quantity, Text, Value
from tests.oracle_text import fold
from tests.specs import Field, Range, Table, Values
from tests.worlds_expressions import AMOUNTS, FAMILIES, NUMBERS, single
from tests.worlds_ground import Ground, points
from tests.worlds_times import instant_of, length

WHOLE = (0.0, 1.0, 2.0, 3.0, 10.0, 50.0, -1.0)


def table(draw: st.DrawFn, ground: Ground, name: str) -> Table:
    """A table by a field: ranges or single values."""
    field = draw(st.sampled_from([field for field in single(ground.fields) if field.type != "flag"]))
    subject = Name(draw(st.sampled_from(("", "lead."))) + field.name)
    if field.type in ("text", "one of") or draw(st.integers(0, 3)) == 3:
        rows: tuple[Range | Values, ...] = values(draw, ground, field)
    else:
        rows = ranges(draw, ground, field)
    rests = [points(draw, ground) if draw(st.booleans()) else None for _ in range(2)]
    return Table(name, subject, rows, rests[0] if rows else points(draw, ground), rests[1])


def cuts(draw: st.DrawFn, ground: Ground, field: Field) -> list[Value]:
    """Up to four values of a field, each other than the rest, the smallest first."""
    found = draw(st.lists(st.sampled_from(numbered(ground, field)), min_size=1, max_size=4, unique=True))
    return [value for _, value in sorted(found, key=lambda pair: pair[0])]


def numbered(ground: Ground, field: Field) -> list[tuple[float, Value]]:
    """The values a field may be cut at, each once, with its size."""
    match FAMILIES[field.type]:
        case "duration":
            return [(length(duration), duration) for duration in ground.scope.durations]
        case "time":
            found: dict[int, Moment] = {instant_of(moment, ground.zone): moment for moment in ground.scope.moments}
            return list(found.items())
        case "money":
            return [(amount, Quantity(amount, "EUR")) for amount in AMOUNTS]
        case _:
            return [(number, Number(number)) for number in (WHOLE if field.type == "whole number" else NUMBERS)]


def ranges(draw: st.DrawFn, ground: Ground, field: Field) -> tuple[Range, ...]:
    """Bands that do not overlap, some left out; of whole numbers some are closed."""
    edges = cuts(draw, ground, field)
    bands = [Range(None, edges[0], points(draw, ground)), Range(edges[-1], None, points(draw, ground))]
    for low, high in pairwise(edges):
        if field.type == "whole number" and isinstance(high, Number) and draw(st.booleans()):
            bands.append(Range(low, Number(high.value - 1), points(draw, ground), closed=True))
        else:
            bands.append(Range(low, high, points(draw, ground)))
    return tuple(band for band in bands if draw(st.integers(0, 3)) < 3)


def values(draw: st.DrawFn, ground: Ground, field: Field) -> tuple[Values, ...]:
    """Rows for single values, no value in two of them."""
    if field.type == "one of":
        found: list[Value] = [Text(choice) for choice in field.choices]
    elif field.type == "text":
        found = [Text(text) for text in {fold(text): text for text in ground.scope.topic.texts}.values()]
        found = draw(st.lists(st.sampled_from(found), min_size=1, max_size=4, unique=True))
    else:
        found = cuts(draw, ground, field)
    kept = [Values((value,), points(draw, ground)) for value in found[1:] if draw(st.booleans())]
    return (*kept, Values((found[0],), points(draw, ground)))
