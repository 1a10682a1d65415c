"""The tree of `mail NAME { ... }`: when mails go out, to whom, and what is seen of them."""

from __future__ import annotations

from typing import Literal

from leadrules.dsl.expression.tree import Expression, Item, Moment, Name, Number
from leadrules.dsl.scenario.tree import Given
from leadrules.dsl.scenario.tree_stages import Law


class Every(Item, frozen=True):
    """`every 7 days at 10:00 from 2026-01-12`: on local clocks, the same mailings for all leads."""

    period: Expression
    clock: str
    since: Moment | None


class Drip(Item, frozen=True):
    """`every 7 days after arrival`: counted for each lead from its arrival."""

    period: Expression


class Dates(Item, frozen=True):
    """`on 2026-02-03 09:00, 2026-03-03 09:00`."""

    moments: tuple[Moment, ...]


class Series(Item, frozen=True):
    """`1 hour, 3 days, 10 days after arrival`."""

    delays: tuple[Expression, ...]


class To(Item, frozen=True):
    """`to leads in STAGE, STAGE`, `to open leads` (those whose journey goes on) or `to all leads`."""

    whom: Literal["stages", "open", "all"]
    stages: tuple[Name, ...] = ()


class MailedFor(Item, frozen=True):
    """`for 90 days after arrival`: nothing is sent later."""

    duration: Expression


class Sent(Item, frozen=True):
    """`sent as email_sent campaign "news"`."""

    event: Name
    given: tuple[Given, ...]


class Logit(Item, frozen=True):
    """`logit -0.7 + 0.6 * intent`: a chance that depends on intent."""

    sum: Expression


class Answer(Item, frozen=True):
    """`opened as email_open subject "news" 30%, after lognormal median 3 hours spread 1.5`."""

    deed: Literal["opened", "clicked", "unsubscribed"]
    event: Name
    given: tuple[Given, ...]
    chance: Number | Logit
    after: Law | None


class Robots(Item, frozen=True):
    """`machine opens 45% of leads, within 60 seconds, beside their own` or `scanner clicks 8% of leads`."""

    kind: Literal["machine opens", "scanner clicks"]
    share: Number
    within: Expression | None
    beside: bool = False


MailAnswer = Answer | Robots
MailPart = Every | Drip | Dates | Series | To | MailedFor | Sent | MailAnswer
