"""Journeys to mails: who gets which, who opens it, clicks and unsubscribes, and what machines do before."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from leadrules.engine.ranges import ranges
from leadrules.simulator.draws import Draws, Words, salt, salted
from leadrules.simulator.journeys import Journeys
from leadrules.simulator.laws import LONGEST, lasting
from leadrules.simulator.mailings import Doing, MailWorld, Post
from leadrules.simulator.people import People
from leadrules.simulator.population import Floats, Ticks
from leadrules.simulator.ways import SURE
from leadrules.simulator.world import World

AT_ONCE = 1 << 19
NEVER = np.iinfo(np.int64).max
NOBODY = np.zeros(0, np.int64)


class Spans(Struct, frozen=True):
    """Times in which leads are mailed: positions in the block, and which mailings, the first and how many."""

    who: Ticks
    first: Ticks
    count: Ticks


class Letters(Struct, frozen=True):
    """Mails, or what is done with them: whose, when sent, when done (ticks), and what their number adds to a state."""

    who: Ticks
    sent: Ticks
    tick: Ticks
    salts: Words

    def take(self, at: Ticks) -> Letters:
        """Those at some positions."""
        return Letters(self.who.take(at), self.sent.take(at), self.tick.take(at), self.salts.take(at))

    def of(self, leads: npt.NDArray[np.bool_]) -> Letters:
        """Those of some leads, which are marked (leads,)."""
        return self.take(np.flatnonzero(np.take(leads, self.who)))

    def until(self, ends: Ticks) -> Letters:
        """Those that are sent no later than each lead's end (leads,)."""
        return self.take(np.flatnonzero(self.sent <= np.take(ends, self.who)))


def deliver(world: World, draws: Draws, people: People, journeys: Journeys) -> Post:
    """All that happens with the mails of a block within the horizon."""
    parts = [part for mail in world.mails for part in _happened(mail, world, draws, people, journeys)]
    horizon = int(world.scenario.horizon.value)
    seen = [np.flatnonzero(part.tick < horizon) for part in parts]
    pairs = list(zip(parts, seen, strict=True))
    return Post(
        np.concatenate([NOBODY, *(part.who[at] for part, at in pairs)]),
        np.concatenate([NOBODY, *(part.tick[at] for part, at in pairs)]),
        np.concatenate([NOBODY, *(part.deed[at] for part, at in pairs)]),
    )


def _happened(mail: MailWorld, world: World, draws: Draws, people: People, journeys: Journeys) -> Iterator[Post]:
    readers = _Readers(mail, draws, people)
    for spans in _pieces(_spans(mail, world, people, journeys), len(people.ids)):
        yield from readers.read(_letters(mail, people, spans))


# Who gets which mail


def _spans(mail: MailWorld, world: World, people: People, journeys: Journeys) -> Spans:
    """When each lead is mailed, as mailings that lie between two ticks."""
    everyone = np.arange(len(people.ids))
    ends = np.full(len(everyone), NEVER) if mail.afterwards else journeys.ended
    parts = [(everyone, people.arrival, ends)]
    if mail.stages is not None:
        stays = [stay for number in mail.stages for stay in journeys.stays if stay.stage == number]
        parts = [(stay.who, stay.start, stay.end) for stay in stays]
    who, start, end = (np.concatenate([NOBODY, *column]) for column in zip(*parts, strict=True))
    arrival = people.arrival[who]
    end = np.minimum(end, int(world.scenario.horizon.value))
    if mail.until is not None:
        end = np.minimum(end, arrival + mail.until)
    base = arrival if mail.from_arrival else 0
    first, last = (np.searchsorted(mail.times, bound - base) for bound in (start, end))
    return Spans(who, first, np.maximum(last - first, 0))


def _pieces(spans: Spans, leads: int) -> Iterator[Spans]:
    """Spans of so many mails as are worked on at once, all of a lead together."""
    if spans.count.sum() <= AT_ONCE:
        yield spans
        return
    mails = np.bincount(spans.who, weights=spans.count, minlength=leads)
    piece = ((np.cumsum(mails) - mails) // AT_ONCE)[spans.who]
    for number in np.unique(piece):
        at = np.flatnonzero(piece == number)
        yield Spans(spans.who[at], spans.first[at], spans.count[at])


def _letters(mail: MailWorld, people: People, spans: Spans) -> Letters:
    span, number = ranges(spans.first, spans.count)
    who = spans.who[span]
    tick = mail.times[number]
    if mail.from_arrival:
        tick += people.arrival[who]
    return Letters(who, tick, tick, salt(number.view(np.uint64)))


# What becomes of it


class _Readers:
    """The leads of a block as readers of a series."""

    def __init__(self, mail: MailWorld, draws: Draws, people: People) -> None:
        self.mail, self.draws, self.people = mail, draws, people

    def read(self, letters: Letters) -> Iterator[Post]:
        """All that happens with some mails. Who unsubscribes gets none from then on."""
        opened = self.those_who(self.mail.opened, letters)
        gone = self.those_who(self.mail.unsubscribed, opened)
        if len(gone.who):
            ends = np.full(len(self.people.ids), NEVER)
            np.minimum.at(ends, gone.who, gone.tick)
            letters, opened = letters.until(ends), opened.until(ends)
            who = np.unique(gone.who)
            yield Post(who, ends[who], self.mail.unsubscribed.deed[self.people.persona[who]])
        if self.mail.sent >= 0:
            yield Post(letters.who, letters.tick, np.full(len(letters.who), self.mail.sent))
        yield from self.openings(letters, opened)
        for link in self.mail.links:
            yield self.told(self.those_who(link, opened), link.deed)
        yield from self.scanned(letters)

    def openings(self, letters: Letters, opened: Letters) -> Iterator[Post]:
        """Where a machine opens all mails of a lead, what the lead opens is seen only if that shows beside."""
        mail, persona = self.mail, self.people.persona
        if mail.machine.any():
            served = self.draws.uniforms("mails/machine", self.people.ids) < mail.machine[persona]
            yield self.robots(letters.of(served), mail.opened, f"mails/{mail.name}/machine", mail.machine_within)
            opened = opened.of(~served | mail.beside[persona])
        yield self.told(opened, mail.opened.deed)

    def scanned(self, letters: Letters) -> Iterator[Post]:
        mail, persona = self.mail, self.people.persona
        if mail.scanner.any():
            scanned = self.draws.uniforms("mails/scanner", self.people.ids) < mail.scanner[persona]
            for link in mail.links:
                those = letters.of(scanned & (link.robot >= 0)[persona])
                yield self.robots(those, link, f"{link.stream}/scanner", mail.scanner_within)

    def robots(self, letters: Letters, doing: Doing, stream: str, within: Floats) -> Post:
        """Machines act at once: within so many seconds of sending."""
        persona = self.people.persona[letters.who]
        passed = (self.uniforms(stream, letters) * within[persona]).astype(np.int64)
        return Post(letters.who, letters.tick + passed, doing.robot[persona])

    def told(self, letters: Letters, deed: Ticks) -> Post:
        return Post(letters.who, letters.tick, deed[self.people.persona[letters.who]])

    def those_who(self, doing: Doing, letters: Letters) -> Letters:
        """Those of some mails with which something is done, and when."""
        if not doing.share.any():
            return letters.take(NOBODY)
        u = self.uniforms(doing.stream, letters)
        done = letters.take(np.flatnonzero(u < np.take(self.chance(doing), letters.who)))
        return Letters(done.who, done.sent, done.tick + self.delay(doing, done), done.salts)

    def uniforms(self, stream: str, letters: Letters) -> Floats:
        return salted(np.take(self.draws.states(stream, self.people.ids), letters.who) + letters.salts)

    def chance(self, doing: Doing) -> Floats:
        """How likely each lead does something with a mail, (leads,)."""
        persona = self.people.persona
        share = doing.share[persona]
        if not np.isnan(doing.share).any():
            return share
        logit = doing.constant[persona] + doing.slope[persona] * self.people.intent
        return np.where(np.isnan(share), 1.0 / (1.0 + np.exp(-np.clip(logit, -SURE, SURE))), share)

    def delay(self, doing: Doing, letters: Letters) -> Ticks:
        """Whole seconds that pass before it."""
        stream = f"{doing.stream}/after"

        def part(which: Ticks) -> Floats:
            return self.uniforms(f"{stream}/part", letters.take(which))

        seconds = lasting(doing.after, self.people.persona[letters.who], self.uniforms(stream, letters), part)
        return np.minimum(seconds, LONGEST).astype(np.int64)
