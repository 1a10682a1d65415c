"""Laws of durations as functions: how long a stay is at a draw, how likely it is longer than that, how long in the mean.

A law is a mixture of components, mostly of one. Each component is drawn from its upper end: a low draw is a long stay.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.dsl.scenario.model import Duration, Family, Law, Mixture, Quantiles
from leadrules.simulator.gamma import gamma_tails, normal_tail
from leadrules.simulator.population import Floats
from leadrules.simulator.quadrature import nodes
from leadrules.simulator.quantiles import duration, scale_of


class Table(Struct, frozen=True):
    """A law whose distribution function is linear between points: `shares` rise from 0 to 1, `seconds` rise too."""

    shares: Floats
    seconds: Floats


class Curve(Struct, frozen=True):
    """A law of a family, with its scale as `duration` takes it."""

    family: Family
    scale: float
    shape: float


Component = Table | Curve
LONGEST = 10**11  # seconds, three thousand years: no law reaches beyond
LEAST_TAIL, MOST_TAIL = 1e-300, 1.0 - 2.0**-53


class Dwell(Struct, frozen=True):
    """A law: `components`, and the upper bounds of their shares of a draw."""

    components: tuple[Component, ...]
    bounds: tuple[float, ...]

    @property
    def shares(self) -> tuple[float, ...]:
        """How often each component holds."""
        return tuple(upper - lower for lower, upper in pairwise((0.0, *self.bounds)))


def dwell_of(law: Duration) -> Dwell:
    """A checked law made ready. What is written as shares adds up to 1 only nearly, and is scaled to do so."""
    if not isinstance(law, Mixture):
        return Dwell((_component(law),), (1.0,))
    parts = np.cumsum([part.share.value for part in law.parts])
    bounds = tuple(float(bound) for bound in parts / parts[-1])
    return Dwell(tuple(_component(part.law) for part in law.parts), bounds)


def _component(law: Law | Quantiles) -> Component:
    if isinstance(law, Quantiles):
        return Table(np.array([p.value for p in law.shares]), np.array([p.value for p in law.durations]))
    return Curve(law.family, scale_of(law), law.shape.value)


def quantile(component: Component, u: Floats) -> Floats:
    """The duration that is exceeded with chance u, in seconds."""
    if isinstance(component, Table):
        return np.interp(1.0 - u, component.shares, component.seconds)
    return duration(component.family, np.full(u.shape, component.scale), np.full(u.shape, component.shape), u)


def drawn(dwell: Dwell, u: Floats, part: Floats) -> Floats:
    """The duration at each draw; `part` are the draws for which component holds, where there are several."""
    if len(dwell.components) == 1:
        return quantile(dwell.components[0], u)
    which = np.searchsorted(dwell.bounds[:-1], part, side="right")
    found = np.empty(len(u))
    for number, component in enumerate(dwell.components):
        at = np.flatnonzero(which == number)
        found[at] = quantile(component, u[at])
    return found


def survival(dwell: Dwell, seconds: Floats) -> Floats:
    """The chance that a duration is at least so long."""
    found = np.zeros(np.shape(seconds))
    for share, component in zip(dwell.shares, dwell.components, strict=True):
        found += share * survives(component, np.asarray(seconds, np.float64))
    return found


def survives(component: Component, seconds: Floats) -> Floats:
    """The chance that a duration of one component is at least so long."""
    if isinstance(component, Table):
        return 1.0 - np.interp(seconds, component.seconds, component.shares)
    with np.errstate(divide="ignore", over="ignore"):
        return _curve(component, np.maximum(seconds, 0.0) / component.scale)


def _curve(curve: Curve, x: Floats) -> Floats:
    shape = curve.shape
    match curve.family:
        case "exponential":
            return np.exp(-x)
        case "weibull":
            return np.exp(-(x**shape))
        case "lognormal" if shape > 0:
            return np.where(x > 0, normal_tail(np.clip(np.log(x) / shape, -40.0, 40.0)), 1.0)
        case "log-logistic":
            return 1.0 / (1.0 + x**shape)
        case "gamma":
            return gamma_tails(np.asarray(shape), x)[1]
        case _:
            return (x <= 1.0).astype(np.float64)


def mean(dwell: Dwell, least: float = 0.0) -> float:
    """The mean of a law, or of the longer of it and `least` seconds; infinite where it has none.

    Closed forms where there is no `least`, else quadrature with a relative error below 1e-9.
    """
    parts = zip(dwell.shares, dwell.components, strict=True)
    return math.fsum(share * (_longer(part, least) if least > 0 else _mean(part)) for share, part in parts)


def _mean(component: Component) -> float:
    if isinstance(component, Table):
        middles = (component.seconds[1:] + component.seconds[:-1]) / 2
        return float(np.dot(np.diff(component.shares), middles))
    scale, shape = component.scale, component.shape
    match component.family:
        case "weibull":
            return scale * math.gamma(1.0 + 1.0 / shape)
        case "lognormal":
            return scale * math.exp(shape * shape / 2.0)
        case "log-logistic":
            return scale * (math.pi / shape) / math.sin(math.pi / shape) if shape > 1.0 else math.inf
        case "gamma":
            return scale * shape
        case _:
            return scale


def _longer(component: Component, least: float) -> float:
    """`least`, and by how much a stay is longer: the integral of its quantiles above there."""
    if math.isinf(_mean(component)):
        return math.inf
    if isinstance(component, Table):
        above = np.maximum(component.seconds, least)
        edges = np.unique(np.concatenate([above, [least]]))
        shares = np.interp(edges, component.seconds, component.shares)
        excess = np.dot(np.diff(shares), (edges[1:] + edges[:-1]) / 2)
        return float(shares[0] * least + excess)
    if is_fixed(component):
        return max(component.scale, least)
    above_least = float(survives(component, np.array(least)))
    u, weights = nodes()
    tail = np.clip(above_least * u, LEAST_TAIL, MOST_TAIL)
    return float(least * (1.0 - above_least) + above_least * np.dot(weights, quantile(component, tail)))


def is_fixed(component: Component) -> bool:
    """Whether every duration is the same."""
    return isinstance(component, Curve) and (
        component.family == "exactly" or (component.family == "lognormal" and component.shape == 0)
    )


def kinks(dwell: Dwell) -> Iterator[float]:
    """Durations at which the survival of a law is not smooth."""
    for component in dwell.components:
        if isinstance(component, Table):
            yield from component.seconds.tolist()
        elif is_fixed(component):
            yield component.scale


class Laws(Struct, frozen=True):
    """A law for each persona; `families` is "other" where there is more to it than a family, a scale and a shape."""

    each: tuple[Dwell, ...]
    families: tuple[str, ...]
    scale: Floats
    shape: Floats


def laws_of(each: Sequence[Dwell]) -> Laws:
    """The laws of all personas."""
    simple = [d.components[0] if len(d.components) == 1 and isinstance(d.components[0], Curve) else None for d in each]
    return Laws(
        tuple(each),
        tuple(curve.family if curve else OTHER for curve in simple),
        np.array([curve.scale if curve else 0.0 for curve in simple]),
        np.array([curve.shape if curve else 0.0 for curve in simple]),
    )


OTHER = "other"


def lasting(
    laws: Laws, persona: npt.NDArray[np.int16], u: Floats, part: Callable[[npt.NDArray[np.int64]], Floats]
) -> Floats:
    """The duration at each draw under the law of each persona, in seconds. `part` draws components, of those it is told."""
    seconds = np.empty(len(u))
    for family in dict.fromkeys(laws.families):
        at: npt.NDArray[np.int64] | slice = slice(None)
        if len(set(laws.families)) > 1:
            at = np.flatnonzero(np.array([name == family for name in laws.families])[persona])
        if family != OTHER:
            kind = persona[at]
            seconds[at] = duration(family, laws.scale[kind], laws.shape[kind], u[at])  # type: ignore[arg-type]
            continue
        for number, dwell in enumerate(laws.each):
            if laws.families[number] == OTHER:
                those = np.flatnonzero(persona == number)
                seconds[those] = drawn(dwell, u[those], part(those) if len(dwell.components) > 1 else u[those])
    return seconds
