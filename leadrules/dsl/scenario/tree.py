"""A simulated market as it was written: one class for each kind of statement, in the order of the text."""

from __future__ import annotations

from typing import Literal

from leadrules.dsl.expression.tree import (
    Body,
    Expression,
    Item,
    Moment,
    Name,
    Node,
    Number,
    Path,
    Properties,
    Property,
    Quantity,
    Row,
    Text,
)
from leadrules.dsl.scenario.tree_calendar import Calendar, Change
from leadrules.dsl.scenario.tree_observed import Observed
from leadrules.dsl.scenario.tree_people import (
    Channels,
    Correlate,
    FromChannel,
    FromPlace,
    GammaSpread,
    LawBy,
    MeanSize,
    Same,
    Sources,
    UnknownBy,
)
from leadrules.dsl.scenario.tree_sales import Deal, Sales
from leadrules.dsl.scenario.tree_stages import Bound, Deadline, Duration, Loading
from leadrules.dsl.source import Span

# scenario NAME { ... }


class Version(Item, frozen=True):
    """`version 1`."""

    number: Number


class Seed(Item, frozen=True):
    """`seed 7`."""

    number: Number


class PopulationSize(Item, frozen=True):
    """`population 10_000`: how many leads are made where nobody says otherwise."""

    number: Number


class Timezone(Item, frozen=True):
    """`timezone Europe/Warsaw`."""

    zone: str


class Horizon(Item, frozen=True):
    """`horizon 180 days from 2026-01-05`: the time that is looked at."""

    duration: Expression
    start: Moment


class Arrivals(Item, frozen=True):
    """`arrivals over 120 days`: leads arrive evenly over the first so many days of the horizon."""

    duration: Expression


class Landmark(Item, frozen=True):
    """`landmark 30 days after arrival`: when a lead's score is judged."""

    duration: Expression


class Target(Item, frozen=True):
    """`target won within 90 days`: what a lead is judged by, counted from the landmark."""

    duration: Expression


Setting = Version | Seed | PopulationSize | Timezone | Horizon | Arrivals | Landmark | Target


class Header(Item, frozen=True):
    """`scenario NAME "title" { ... }`."""

    name: Name
    title: Text | None
    body: Body[Setting]


# Leads and events


class Lead(Item, frozen=True):
    """`lead { ... }`: the fields that leads of this market have."""

    body: Body[Property]


class Event(Item, frozen=True):
    """`event NAME { ... }`."""

    name: Name
    body: Body[Properties] | None


# Personas


class Lognormal(Node, frozen=True):
    """`lognormal median M spread S`: exp of a normal with mean ln M and standard deviation S."""

    median: Expression
    spread: Expression


class Normal(Node, frozen=True):
    """`normal mean M spread S`."""

    mean: Expression
    spread: Expression


class Even(Node, frozen=True):
    """`evenly A to B`."""

    low: Expression
    high: Expression


class ValueShare(Item, frozen=True):
    """`software 40%`, or `unknown 10%` (value None)."""

    value: Text | Name | Number | None
    share: Number


class Attribute(Item, frozen=True):
    """`employees lognormal median 120 spread 1.1, unknown 15%`."""

    field: Name
    distribution: Lognormal | Normal | Even
    unknown: Number | None


class Shares(Item, frozen=True):
    """`industry { software 40%; finance 60% }`."""

    field: Name
    body: Body[ValueShare]


class FlagShare(Item, frozen=True):
    """`customer 5%`: the share of leads that have the flag."""

    field: Name
    share: Number


class PersonaIntent(Item, frozen=True):
    """`intent 0.5`: how much more a persona wants to buy, in logits."""

    amount: Expression


class PersonaActivity(Item, frozen=True):
    """`activity 1.3`: how many times as active a persona is."""

    amount: Expression


class Override(Item, frozen=True):
    """`in STAGE { ... }`: what is different in a stage for this persona."""

    stage: Name
    body: Body[StagePart]


class MailOverride(Item, frozen=True):
    """`in mail NAME { ... }`: how this persona answers mails. Its parts are those of `tree_mail`."""

    mail: Name
    body: Body[Item]


Trait = (
    Attribute
    | Shares
    | FlagShare
    | PersonaIntent
    | PersonaActivity
    | Override
    | MailOverride
    | FromChannel
    | Channels
    | FromPlace
    | LawBy
    | UnknownBy
)


class Everyone(Item, frozen=True):
    """`everyone { ... }`: attributes of all personas that do not say otherwise."""

    body: Body[Trait]


class Persona(Item, frozen=True):
    """`persona NAME 22% never buys { ... }`."""

    name: Name
    share: Number
    never_buys: bool
    body: Body[Trait]


# accounts { ... }, intent { ... }, activity { ... }


class Size(Item, frozen=True):
    """`size 3`: leads in each account."""

    number: Number


class IntentSpread(Item, frozen=True):
    """`intent spread 0.4`: how much accounts differ in intent."""

    amount: Expression


class Accounts(Item, frozen=True):
    """`accounts { ... }`."""

    body: Body[Size | IntentSpread | MeanSize | Same]


class Spread(Item, frozen=True):
    """`spread 0.9`."""

    amount: Expression


class IntentBy(Item, frozen=True):
    """`by industry { software: 0.3; else: 0 }`: what a value of a field adds to intent."""

    subject: Path
    body: Body[Row]


class IntentFlag(Item, frozen=True):
    """`customer -1`: what a flag adds to intent where it is set."""

    field: Name
    amount: Expression


class Intent(Item, frozen=True):
    """`intent { ... }`."""

    body: Body[Spread | IntentBy | IntentFlag]


class Correlation(Item, frozen=True):
    """`correlation with intent 0.3`."""

    amount: Expression


class Activity(Item, frozen=True):
    """`activity { ... }`."""

    body: Body[Spread | Correlation | GammaSpread]


# stage NAME { ... }


class Lasts(Item, frozen=True):
    """`lasts weibull mean 20 days shape 1.4, faster with intent 0.2, at least 2 days`."""

    law: Duration
    faster: Expression | None
    least: Expression | None


class Visits(Item, frozen=True):
    """`visits 0.25 per day`."""

    amount: Expression
    unit: Literal["hour", "day", "week"]


class VisitLength(Item, frozen=True):
    """`each visit has 2.9 events on average, gaps median 70 seconds spread 1`."""

    mean: Expression
    gap: Expression | None
    spread: Expression | None


class Given(Node, frozen=True):
    """`path "/pricing"`: a property of an event in a mix, and its value."""

    property: Name
    value: Text | Name | Number | Quantity


class MixRow(Item, frozen=True):
    """`page_view path "/pricing" 10%`."""

    event: Name
    given: tuple[Given, ...]
    share: Number


class Mix(Item, frozen=True):
    """`events { ... }`: which events happen in a stage, with their shares."""

    body: Body[MixRow]


class Branch(Node, frozen=True):
    """`consider 60%`, `consider logit -0.7 + 0.6 * intent by role { head: 1; else: 0 }`, or `else lost` (both None)."""

    target: Name
    share: Number | None = None
    logit: Expression | None = None
    loadings: tuple[Loading, ...] = ()


class Then(Item, frozen=True):
    """`then consider logit ..., else lost`: what comes after a stage."""

    branches: tuple[Branch, ...]


StagePart = Lasts | Deadline | Bound | Visits | VisitLength | Mix | Then


class Stage(Item, frozen=True):
    """`stage NAME { ... }`."""

    name: Name
    body: Body[StagePart]


class Mail(Item, frozen=True):
    """`mail NAME { ... }`. Its parts are those of `tree_mail`."""

    name: Name
    body: Body[Item]


Declaration = (
    Header
    | Lead
    | Event
    | Everyone
    | Persona
    | Accounts
    | Intent
    | Activity
    | Stage
    | Mail
    | Channels
    | Correlate
    | Sources
    | Calendar
    | Change
    | Observed
    | Deal
    | Sales
)


class Scenario(Node, frozen=True):
    """A whole file. `unread`: words of statements that could not be read; `guessed`: those read as they were meant."""

    items: tuple[Declaration, ...]
    closing: tuple[str, ...] = ()
    unread: frozenset[str] = frozenset()
    guessed: tuple[Span, ...] = ()

    @property
    def place(self) -> Span:
        """Where a problem of the file as a whole is shown: its first statement, else its beginning."""
        return self.items[0].span if self.items else Span(self.span.source, 0, 0)
