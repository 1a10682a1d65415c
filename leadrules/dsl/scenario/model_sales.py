"""What a won lead is worth and how sales follow up, checked. Durations are seconds."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from leadrules.dsl.scenario.parameter import Parameter
from leadrules.dsl.scenario.shift import Shift


class Retention(Struct, frozen=True):
    """How many periods a customer pays for, at the beginning of each.

    Where `shape` is None each further period comes with the chance `staying` (geometric). Else a customer stays for a
    duration of a Weibull law with this mean (`staying`, seconds) and shape, and pays whenever a period begins in it.
    """

    period: Parameter
    staying: Parameter
    shape: Parameter | None = None


class Value(Struct, frozen=True):
    """What a won lead pays: lognormal, times `factors` by field, times exp(`intent` × intent); once, or each period.

    The unit of the median is its currency, "" where it is a bare number.
    """

    median: Parameter
    spread: Parameter
    intent: Parameter
    factors: tuple[Shift, ...]
    retention: Retention | None


class WorkingHours(Struct, frozen=True):
    """`days`: of the week, Monday is 0. `opens`, `closes`: seconds after midnight on local clocks."""

    days: tuple[int, ...]
    opens: int
    closes: int


class Sales(Struct, frozen=True):
    """How sales follow up leads that are hot.

    So many calls a working day (`capacity`), to the best score first or in the order in which leads became hot; who was
    not called `expire` seconds after that never is (None: everybody waits). After waiting for w seconds a call reaches
    its lead with the chance `reached` × 2^(-w / `reached_half_life`), and then adds
    `effect` × 2^(-w / `effect_half_life`) × the `stages` factor × the `personas` factor to the log odds of going on
    after the stage the lead is in. A half-life of None never fades. Costs are of each call, and of each working hour.
    """

    capacity: Parameter
    hours: WorkingHours
    by_score: bool
    expire: Parameter | None
    reached: Parameter
    reached_half_life: Parameter | None
    effect: Parameter
    effect_half_life: Parameter | None
    stages: Mapping[str, Parameter]
    personas: Mapping[str, Parameter]
    call_cost: Parameter
    hour_cost: Parameter
