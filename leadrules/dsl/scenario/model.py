"""A simulated market that was checked. Every number in it is a parameter with a path; durations are seconds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, TypeVar, cast

from msgspec import Struct
from msgspec.structs import replace

from leadrules.dsl.expression.model import ByField, Field, Meaning
from leadrules.dsl.scenario.model_calendar import Calendar, Change
from leadrules.dsl.scenario.model_observed import Observed
from leadrules.dsl.scenario.model_sales import Sales, Value
from leadrules.dsl.scenario.parameter import Parameter as Parameter  # noqa: PLC0414  others know it as part of the model
from leadrules.dsl.scenario.shift import Shift

# Attributes


class Shares(Struct, frozen=True):
    """A value of several, each with its share. Flags have the values True and False."""

    values: tuple[str | float | bool, ...]
    shares: tuple[Parameter, ...]
    unknown: Parameter


class Lognormal(Struct, frozen=True):
    """exp(ln median + spread × z), z standard normal."""

    median: Parameter
    spread: Parameter
    unknown: Parameter


class Normal(Struct, frozen=True):
    """mean + spread × z, z standard normal."""

    mean: Parameter
    spread: Parameter
    unknown: Parameter


class Even(Struct, frozen=True):
    """Uniform between two bounds."""

    low: Parameter
    high: Parameter
    unknown: Parameter


class FromChannel(Struct, frozen=True):
    """The name of the channel a lead came by: `names` are those of all channels, in their order."""

    names: tuple[str, ...]


Distribution = Shares | Lognormal | Normal | Even


class FromPlace(Struct, frozen=True):
    """A value by the place in the account: the first `counts[0]` leads have `values[0]`, and so on; others `rest`."""

    values: tuple[str | float | bool, ...]
    counts: tuple[int, ...]
    rest: str | float | bool | None


class By(Struct, frozen=True):
    """A law for each value of another field: the numbers of `table` are positions in `laws`, -1 where there is none."""

    table: ByField
    laws: tuple[Distribution, ...]


Origin = Distribution | FromChannel | FromPlace | By


class Hiding(Struct, frozen=True):
    """For which share of leads nobody knows a field: the numbers of `table` are positions in `shares`, -1 for none.

    The value is there all the same, and drives whatever depends on it.
    """

    table: ByField
    shares: tuple[Parameter, ...]


class Correlation(Meaning, frozen=True):
    """How far the normal draws behind two fields go together; either may be "intent" or "activity"."""

    left: str
    right: str
    number: Parameter


class Sizes(Struct, frozen=True):
    """Leads in an account: 1 and a negative binomial number of others, `mean` in all, of variance m + m²/`shape` with
    m = `mean` - 1. With `shape` 1 it is geometric."""

    mean: Parameter
    shape: Parameter


# Stages


Family = Literal["exponential", "weibull", "lognormal", "log-logistic", "gamma", "exactly"]


class Law(Struct, frozen=True):
    """A law of durations.

    `measure` is its mean (exponential, weibull, gamma), its median (lognormal, log-logistic) or the duration itself.
    """

    family: Family
    measure: Parameter
    shape: Parameter


class Quantiles(Struct, frozen=True):
    """A law by a table: that share of durations, from 0 to 1, is no longer than that. Linear between the rows."""

    shares: tuple[Parameter, ...]
    durations: tuple[Parameter, ...]


class Component(Struct, frozen=True):
    """A law of a mixture, and how often it is the one that holds."""

    share: Parameter
    law: Law | Quantiles


class Mixture(Struct, frozen=True):
    """Several laws of durations, of which a draw of its own picks one."""

    parts: tuple[Component, ...]


Duration = Law | Quantiles | Mixture


class Deadline(Struct, frozen=True):
    """A clock that runs from the entry of a stage. Where it rings before the stay is over the lead goes to `target`."""

    limit: Duration
    target: str


class Action(Struct, frozen=True):
    """An event with the properties it has, and its share in the mix of a stage."""

    event: str
    given: tuple[tuple[str, str | float], ...]
    share: Parameter


class Branch(Struct, frozen=True):
    """Where a lead may go: with a fixed share, or with a logit: constant + slope × intent + what fields add to it.

    Of several ways with logits each has the chance exp(logit) / (1 + the sum of all exp(logit)); the 1 is `otherwise`.
    """

    target: str
    share: Parameter | None = None
    constant: Parameter | None = None
    slope: Parameter | None = None
    shifts: tuple[Shift, ...] = ()


class StageLaw(Struct, frozen=True):
    """What happens in a stage.

    A lead stays for a duration of the law `lasts` × exp(-`faster` × intent), but no shorter than `least`. It makes
    `visits` per second × its activity; a visit has `length` events on average (geometric), `gap` seconds apart in the
    median (lognormal with `gap_spread`). Then it takes the first branch whose turn comes up, else `otherwise`; but if
    one of `deadlines` rings sooner, it leaves then, for the target of the first that does. Who would come to a stage
    it has been in `bound` times takes the `otherwise` of the stage it comes from instead.
    """

    lasts: Duration
    faster: Parameter
    least: Parameter
    deadlines: tuple[Deadline, ...]
    bound: int | None
    visits: Parameter
    length: Parameter
    gap: Parameter
    gap_spread: Parameter
    actions: tuple[Action, ...]
    branches: tuple[Branch, ...]
    otherwise: str


# Mails


class Schedule(Struct, frozen=True):
    """When the mailings of a series go out. What is not said is None, or empty.

    `every` so many seconds: from each lead's arrival on, or, where a time of day `at` (microseconds) is said, on local
    clocks from the date of `since` on. `dates`: instants. `delays`: so long after each lead's arrival.
    """

    every: Parameter | None = None
    at: int | None = None
    since: int = 0
    dates: tuple[int, ...] = ()
    delays: tuple[Parameter, ...] = ()


class Answer(Struct, frozen=True):
    """What a lead does with a mail, by which event it is seen, how often, and how long after what it follows.

    The chance is a `share`, or logistic(constant + slope × intent).
    """

    event: str
    given: tuple[tuple[str, str | float], ...]
    after: Law
    share: Parameter | None = None
    constant: Parameter | None = None
    slope: Parameter | None = None


class MailLaw(Struct, frozen=True):
    """What becomes of the mails that a persona gets.

    Each of the `links` is clicked, or not, by whom the mail was opened; who opens it may also unsubscribe. Of a share
    of leads a machine opens every mail `machine_within` seconds, and what they open themselves is seen only where it
    is `beside`; of another share a scanner clicks all links `scanner_within` seconds.
    """

    opened: Answer | None
    links: tuple[Answer, ...]
    unsubscribed: Answer | None
    machine: Parameter
    machine_within: Parameter
    beside: bool
    scanner: Parameter
    scanner_within: Parameter


class Mail(Meaning, frozen=True):
    """A series of mails: when they go out, and to whom.

    `whom`: to leads in `stages`, to those whose journey goes on, or to all. `until`: seconds after arrival, None
    without end. `sent`: the event, and its properties, by which a mailing is seen.
    """

    name: str
    schedule: Schedule
    whom: Literal["stages", "open", "all"]
    stages: tuple[str, ...]
    until: Parameter | None
    sent: tuple[str, tuple[tuple[str, str | float], ...]] | None


class Persona(Meaning, frozen=True):
    """A kind of lead: its share of all, what it adds to intent, how many times as active it is, what it is like.

    `stages` is what happens in each stage, with this persona's own ways in it. Who `never_buys` loses where others win.
    `mails` is what becomes of the mails of each series.
    `channels` are the shares of the market's channels among its leads,
    `hidden` says of which leads a field is not known.
    """

    name: str
    share: Parameter
    never_buys: bool
    intent: Parameter
    activity: Parameter
    attributes: Mapping[str, Origin]
    stages: Mapping[str, StageLaw]
    mails: Mapping[str, MailLaw]
    channels: tuple[Parameter, ...] = ()
    hidden: Mapping[str, Hiding] = {}


class Channel(Meaning, frozen=True):
    """A way leads come by: its share of all leads, what one of them costs (`unit` is the currency, "" where it costs
    nothing), what it adds to intent, and how many times as active its leads are."""

    name: str
    share: Parameter
    cost: Parameter
    intent: Parameter
    activity: Parameter


class Event(Meaning, frozen=True):
    """A type of event and its properties."""

    name: str
    properties: tuple[Field, ...]


Frailty = Literal["lognormal", "gamma"]
FRAILTIES: tuple[Frailty, ...] = ("lognormal", "gamma")

OUTCOMES = ("won", "lost", "no_decision", "disqualified")
WON, LOST = OUTCOMES.index("won"), OUTCOMES.index("lost")


class ScenarioModel(Meaning, frozen=True):
    """A whole market.

    `start` is microseconds UTC; leads arrive over `arrivals` seconds from then, and what happens is seen for
    `horizon` seconds. A lead is judged `landmark` seconds after its arrival by whether it wins within `window`.
    Intent is a persona's, plus its channel's, plus shifts by field, plus an account's (normal, `account_spread`), plus
    a lead's own (normal, `intent_spread`). Activity is a persona's × a channel's × a `frailty` of mean 1: lognormal
    with `activity_spread`, or gamma with that standard deviation; the normal draw behind it is correlated with a lead's
    own intent by `correlation`, as those behind fields are by `correlations`. `stages` are named from the first on, in an
    order in which none leads back but by a way that leads through a stage with a bound. Accounts have `sizes` where they are drawn, else `account_size`; their leads share the fields `same`.
    Without a `calendar` every moment is like every other. `changes` are in the order of their dates.
    `observed`: what stands between what happens and what is seen of it; None where everything is seen at once.
    `value`: what a won lead pays. `sales`: how hot leads are followed up; None where nobody calls.
    """

    name: str
    title: str
    version: int | None
    seed: int | None
    population: int
    timezone: str
    start: int
    horizon: Parameter
    arrivals: Parameter
    landmark: Parameter
    window: Parameter
    fields: tuple[Field, ...]
    known_from: str | None
    events: tuple[Event, ...]
    account_size: int
    account_spread: Parameter
    intent_spread: Parameter
    shifts: tuple[Shift, ...]
    activity_spread: Parameter
    correlation: Parameter
    personas: tuple[Persona, ...]
    stages: tuple[str, ...]
    mails: tuple[Mail, ...]
    channels: tuple[Channel, ...] = ()
    correlations: tuple[Correlation, ...] = ()
    sizes: Sizes | None = None
    same: tuple[str, ...] = ()
    frailty: Frailty = FRAILTIES[0]
    calendar: Calendar | None = None
    changes: tuple[Change, ...] = ()
    observed: Observed | None = None
    value: Value | None = None
    sales: Sales | None = None


def parameters(part: object) -> Iterator[Parameter]:
    """Every parameter of a market, or of a part of it. One that personas share comes once for each."""
    if isinstance(part, Parameter):
        yield part
    elif isinstance(part, tuple):
        for item in part:
            yield from parameters(item)
    elif isinstance(part, Mapping):
        yield from parameters(tuple(part.values()))
    elif isinstance(part, Struct):
        yield from parameters(tuple(getattr(part, name) for name in part.__struct_fields__ if name != "span"))


Part = TypeVar("Part")


def changed(part: Part, found: Mapping[str, Parameter]) -> Part:
    """The same part of a market with other parameters in the places of those that have their paths."""
    if isinstance(part, Parameter):
        return cast(Part, found.get(part.path, part))
    if isinstance(part, tuple):
        return cast(Part, tuple(changed(item, found) for item in part))
    if isinstance(part, Mapping):
        return cast(Part, {name: changed(item, found) for name, item in part.items()})
    if isinstance(part, Struct) and any(True for _ in parameters(part)):
        names = [name for name in part.__struct_fields__ if name != "span"]
        return cast(Part, replace(part, **{name: changed(getattr(part, name), found) for name in names}))
    return part
