"""What a won lead is worth and how sales follow up, as it was written."""

from __future__ import annotations

from leadrules.dsl.expression.tree import Body, Expression, Item, Name, Number, Path, Row

# value ... { ... }


class ValueBy(Item, frozen=True):
    """`by employees { under 50: 0.6; else: 1 }`: how many times as much a deal is worth by the value of a field."""

    subject: Path
    body: Body[Row]


class ValueIntent(Item, frozen=True):
    """`more with intent 0.1`: a deal is worth exp(0.1 × intent) times as much."""

    amount: Expression


class Retention(Item, frozen=True):
    """`retention 80% every 365 days`: the share of customers that stay for a further period."""

    share: Number
    period: Expression


class Tenure(Item, frozen=True):
    """`retention weibull mean 900 days shape 1.3, every 365 days`: how long customers stay, and how often they pay."""

    mean: Expression
    shape: Expression
    period: Expression


ValuePart = ValueBy | ValueIntent | Retention | Tenure


class Deal(Item, frozen=True):
    """`value lognormal median 13_400 EUR spread 0.5 { ... }`."""

    median: Expression
    spread: Expression
    body: Body[ValuePart] | None


# sales { ... }


class Capacity(Item, frozen=True):
    """`capacity 18 per day`."""

    number: Number


class WorkingHours(Item, frozen=True):
    """`hours monday to friday 9:00 to 18:00`."""

    first: Name
    last: Name
    opens: str
    closes: str


class Order(Item, frozen=True):
    """`order by score`, or `order first come`."""

    by_score: bool


class Expire(Item, frozen=True):
    """`expire after 7 days`: who was not called by then is never called."""

    after: Expression


class Reached(Item, frozen=True):
    """`reached 60%, half-life 1 day`: the share of calls that reach somebody, and how it fades with waiting."""

    share: Number
    half_life: Expression | None


class Effect(Item, frozen=True):
    """`effect 0.6 logit, half-life 1 day`: what a call adds, and how it fades with waiting."""

    amount: Expression
    half_life: Expression | None


class EffectIn(Item, frozen=True):
    """`in aware times 0`: how many times the effect a call has in a stage."""

    stage: Name
    times: Expression


class EffectOn(Item, frozen=True):
    """`persona student times 0.5`: how many times the effect a call has on a persona."""

    persona: Name
    times: Expression


class CallCosts(Item, frozen=True):
    """`call costs 25 EUR`."""

    amount: Expression


class HourCosts(Item, frozen=True):
    """`hour costs 60 EUR`: of every working hour, calls or none."""

    amount: Expression


SalesPart = Capacity | WorkingHours | Order | Expire | Reached | Effect | EffectIn | EffectOn | CallCosts | HourCosts


class Sales(Item, frozen=True):
    """`sales { ... }`."""

    body: Body[SalesPart]


Part = Deal | ValuePart | Sales | SalesPart
