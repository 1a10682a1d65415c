"""Mails made ready: when the mailings of each series go out, and how each persona answers, as arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import replace

from leadrules.dsl.scenario.model import Answer, Law, Mail, MailLaw, Parameter, ScenarioModel, Schedule
from leadrules.dsl.scenario.parameter import value_of
from leadrules.engine.zone import DAY, SECOND, Zone
from leadrules.simulator.laws import Laws, dwell_of, laws_of
from leadrules.simulator.population import Floats, Ticks

Given = tuple[tuple[str, str | float], ...]
NOTHING = -1
ROBOTS: Mapping[str, Literal["machine", "scanner"]] = {"opened": "machine", "clicked": "scanner"}
NEVER = Answer(
    event="",
    given=(),
    after=Law("exactly", Parameter("", 0.0, "seconds"), Parameter("", 1.0)),
    share=Parameter("", 0.0, "share"),
)


class Cause(Struct, frozen=True):
    """Why something happened: who did it and what, and of a mail its name.

    What a lead does itself is by "lead", be the lead a person or a bot; mails are sent by the "sender"; a "machine"
    opens mails and a "scanner" clicks their links before any lead sees them.
    """

    by: Literal["lead", "sender", "machine", "scanner"] = "lead"
    what: Literal["visit", "sent", "opened", "clicked", "unsubscribed"] = "visit"
    mail: str = ""


class Deed(Struct, frozen=True):
    """One thing that can happen in a market: an event with given properties, and why it happens."""

    event: str
    given: Given
    cause: Cause = Cause()


class Doing(Struct, frozen=True):
    """One thing leads do with a mail, with a value for each persona of all that is a number.

    `stream`: where its draws come from. The chance is `share`, or, where that is NaN, logistic(`constant` + `slope` ×
    intent); `after` is how long after the mail. `deed` and `robot`: the numbers of the deed and of the same done by a machine or scanner, -1 for nothing.
    """

    stream: str
    share: Floats
    constant: Floats
    slope: Floats
    after: Laws
    deed: Ticks
    robot: Ticks


class MailWorld(Struct, frozen=True):
    """A series of mails.

    `times`: ticks of the mailings, ascending, since the market's start, or `from_arrival`. `stages`: numbers of the
    stages in which leads get it, None for all the journey; `afterwards`: and also when it has ended. `until`: ticks
    after arrival. `sent`: the number of the deed, -1 for nothing. The rest has a value for each persona.
    """

    name: str
    times: Ticks
    from_arrival: bool
    stages: tuple[int, ...] | None
    afterwards: bool
    until: int | None
    sent: int
    opened: Doing
    links: tuple[Doing, ...]
    unsubscribed: Doing
    machine: Floats
    machine_within: Floats
    beside: npt.NDArray[np.bool_]
    scanner: Floats
    scanner_within: Floats


class Post(Struct, frozen=True):
    """What happens with the mails of a block, in no order: positions of leads, ticks, numbers of deeds. All (events,)."""

    who: Ticks
    tick: Ticks
    deed: Ticks


class Mailings:
    """Makes the mails of a scenario ready, and numbers what can happen with them above what happens in visits."""

    def __init__(self, scenario: ScenarioModel, deeds: Sequence[Deed]) -> None:
        self.scenario = scenario
        self.number = {deed: number for number, deed in enumerate(deeds)}

    def ready(self) -> tuple[MailWorld, ...]:
        """Every series; `number` then holds all deeds."""
        return tuple(self.mail(mail) for mail in self.scenario.mails)

    def mail(self, mail: Mail) -> MailWorld:
        laws = [persona.mails[mail.name] for persona in self.scenario.personas]
        path = f"mails/{mail.name}"
        links = max((len(law.links) for law in laws), default=0)
        return MailWorld(
            name=mail.name,
            times=mailing_times(mail.schedule, self.scenario),
            from_arrival=mail.schedule.at is None and not mail.schedule.dates,
            stages=tuple(map(self.scenario.stages.index, mail.stages)) if mail.whom == "stages" else None,
            afterwards=mail.whom == "all",
            until=int(mail.until.value) if mail.until else None,
            sent=self.deed(*mail.sent, Cause("sender", "sent", mail.name)) if mail.sent else NOTHING,
            opened=self.doing([law.opened for law in laws], f"{path}/opened", Cause("lead", "opened", mail.name)),
            links=tuple(
                self.doing(
                    [_link(law, n) for law in laws], f"{path}/links/{n + 1}", Cause("lead", "clicked", mail.name)
                )
                for n in range(links)
            ),
            unsubscribed=self.doing(
                [law.unsubscribed for law in laws], f"{path}/unsubscribed", Cause("lead", "unsubscribed", mail.name)
            ),
            machine=np.array([law.machine.value for law in laws]),
            machine_within=np.array([law.machine_within.value for law in laws]),
            beside=np.array([law.beside for law in laws]),
            scanner=np.array([law.scanner.value for law in laws]),
            scanner_within=np.array([law.scanner_within.value for law in laws]),
        )

    def doing(self, answers: Sequence[Answer | None], stream: str, cause: Cause) -> Doing:
        """What all personas do; one that has no such answer never does it."""
        there = [answer or NEVER for answer in answers]
        robot = ROBOTS.get(cause.what)
        return Doing(
            stream=stream,
            share=np.array([np.nan if a.share is None else a.share.value for a in there]),
            constant=np.array([value_of(a.constant) for a in there]),
            slope=np.array([value_of(a.slope) for a in there]),
            after=laws_of([dwell_of(a.after) for a in there]),
            deed=self.deeds(answers, cause),
            robot=self.deeds(answers, replace(cause, by=robot)) if robot else np.full(len(answers), NOTHING),
        )

    def deeds(self, answers: Sequence[Answer | None], cause: Cause) -> Ticks:
        return np.array([self.deed(a.event, a.given, cause) if a else NOTHING for a in answers], np.int64)

    def deed(self, event: str, given: Given, cause: Cause) -> int:
        """The number of a deed; a new one gets the next."""
        return self.number.setdefault(Deed(event, given, cause), len(self.number))


def _link(law: MailLaw, number: int) -> Answer | None:
    return law.links[number] if number < len(law.links) else None


def mailing_times(schedule: Schedule, scenario: ScenarioModel) -> Ticks:
    """Ticks of all mailings within the horizon, counted from its start or from a lead's arrival."""
    horizon = int(scenario.horizon.value)
    if schedule.at is not None and schedule.every is not None:
        ticks = (
            _on_clocks(schedule.at, int(schedule.every.value) * SECOND, schedule.since, scenario) - scenario.start
        ) // SECOND
    elif schedule.every is not None:
        ticks = np.floor(schedule.every.value * np.arange(1, horizon // schedule.every.value + 1)).astype(np.int64)
    elif schedule.dates:
        ticks = (np.array(schedule.dates, np.int64) - scenario.start) // SECOND
    else:
        ticks = np.sort(np.array([delay.value for delay in schedule.delays])).astype(np.int64)
    return ticks[(ticks >= 0) & (ticks < horizon)]


def _on_clocks(at: int, period: int, since: int, scenario: ScenarioModel) -> Ticks:
    """Instants at the same time of day, some days apart, from the local date of `since` on."""
    zone = Zone(scenario.timezone)
    first = int(zone.day(np.array([since]))[0]) * DAY + at
    skipped = max((scenario.start - first) // period - 1, 0)
    count = int(scenario.horizon.value) * SECOND // period + 4
    instants = zone.instant(first + (skipped + np.arange(count)) * period)
    return instants[instants >= since]
