"""A simulated market that was checked. Every number in it is a parameter with a path; durations are seconds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from msgspec import Struct

from leadrules.dsl.expression.model import Field, Meaning, Range, Reference, Values


class Parameter(Struct, frozen=True):
    """A number of the market. Uncertainty, tuning and fitting find it by its `path`, as streams of chance do.

    `unit` is "" for a plain number, else "seconds", "per second" or "share". `low`, `high` and `source` say how far it
    is known and from where, where that is said.
    """

    path: str
    value: float
    unit: str = ""
    low: float | None = None
    high: float | None = None
    source: str = ""


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


Distribution = Shares | Lognormal | Normal | Even


class Shift(Meaning, frozen=True):
    """What the value of a field adds to intent, in logits: `numbers` beside the `rows` that hold values."""

    subject: Reference
    rows: tuple[Range | Values, ...]
    numbers: tuple[Parameter, ...]
    otherwise: Parameter
    unknown: Parameter


# Stages


Family = Literal["exponential", "weibull", "lognormal", "log-logistic", "exactly"]


class Law(Struct, frozen=True):
    """A law of durations. `measure` is its mean (exponential, weibull), median (lognormal, log-logistic) or itself."""

    family: Family
    measure: Parameter
    shape: Parameter


class Action(Struct, frozen=True):
    """An event with the properties it has, and its share in the mix of a stage."""

    event: str
    given: tuple[tuple[str, str | float], ...]
    share: Parameter


class Branch(Struct, frozen=True):
    """Where a lead may go: with probability logistic(constant + slope × intent), or with a fixed share (slope 0)."""

    target: str
    share: Parameter | None = None
    constant: Parameter | None = None
    slope: Parameter | None = None


class StageLaw(Struct, frozen=True):
    """What happens in a stage.

    A lead stays for a duration of the law `lasts` × exp(-`faster` × intent). It makes `visits` per second × its
    activity; a visit has `length` events on average (geometric), `gap` seconds apart in the median (lognormal with
    `gap_spread`). Then it takes the first branch whose turn comes up, else `otherwise`.
    """

    lasts: Law
    faster: Parameter
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
    """

    name: str
    share: Parameter
    never_buys: bool
    intent: Parameter
    activity: Parameter
    attributes: Mapping[str, Distribution]
    stages: Mapping[str, StageLaw]
    mails: Mapping[str, MailLaw]


class Event(Meaning, frozen=True):
    """A type of event and its properties."""

    name: str
    properties: tuple[Field, ...]


OUTCOMES = ("won", "lost", "no_decision", "disqualified")


class ScenarioModel(Meaning, frozen=True):
    """A whole market.

    `start` is microseconds UTC; leads arrive evenly over `arrivals` seconds from then, and what happens is seen for
    `horizon` seconds. A lead is judged `landmark` seconds after its arrival by whether it wins within `window`.
    Intent is a persona's, plus shifts by field, plus an account's (normal, `account_spread`), plus a lead's own
    (normal, `intent_spread`). Activity is a persona's × lognormal of mean 1 with `activity_spread`, correlated with a
    lead's own intent by `correlation`. `stages` are named in an order in which no stage leads back.
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
