"""The reference of mails: what happens with the mails of one lead, in plain Python, by the text of the contract.

The numbers of `MAILED` stand here a second time, so that reading them wrongly shows.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from scipy import special

from leadrules.simulator.population import Ledger
from tests.phase_type import RICH
from tests.test_draws import uniform

DAY, HOUR = 86_400, 3_600
HORIZON = 200 * DAY
WARSAW = ZoneInfo("Europe/Warsaw")
START = datetime(2026, 1, 5, tzinfo=WARSAW)
CHAMPION, BROWSER, STUDENT = range(3)
STAGES = ("aware", "consider", "test", "decide")

BROWSES = """persona browser 40% {
  in mail news {
    opened as mail_open 90%, after exactly 1 minute
    machine opens 70% of leads, within 20 seconds, beside their own
  }"""
STUDIES = """persona student 25% never buys {
  in mail news { clicked as mail_click link "/only" 60%; scanner clicks 0% of leads }"""
MAILS = """
event mail_sent { series text }
event mail_open { series text }
event mail_click { link text }
event gone
mail news {
  every 7 days at 10:00
  to leads in aware, decide
  sent as mail_sent series "news"
  opened as mail_open series "news" logit -0.4 + 0.8 * intent, after lognormal median 4 hours spread 1.6
  clicked as mail_click link "/a" 35%, after exponential mean 2 minutes
  clicked as mail_click link "/b" logit -1 + 0.5 * intent
  unsubscribed as gone 4%, after weibull mean 2 days shape 0.8
  machine opens 40% of leads
  scanner clicks 15% of leads, within 5 seconds
}
mail welcome {
  1 hour, 2 days, 5 days after arrival
  to all leads
  for 4 days after arrival
  opened as mail_open 50%
  scanner clicks 30% of leads
  clicked as mail_click link "/start" 20%
}
mail offers {
  on 2026-03-29 02:30, 2026-02-03 09:00, 2026-04-07
  sent as mail_sent series "offers"
}
mail drip {
  every 36 hours after arrival
  for 20 days after arrival
  opened as mail_open 20%, after log-logistic median 1 day shape 2
  unsubscribed as gone 30%
}
"""
MAILED = (
    RICH.replace("persona browser 40% {", BROWSES).replace("persona student 25% never buys {", STUDIES + "\n ") + MAILS
)


class Told(NamedTuple):
    """Something that happened with a mail: tick, event, the property it has, and who did it."""

    tick: int
    event: str
    given: str
    by: str


class Reader(NamedTuple):
    """One lead of the ledger, and its draws."""

    seed: int
    lead: int
    persona: int
    intent: float
    arrival: int
    ended: int
    stays: dict[str, tuple[int, int]]

    def u(self, stream: str, k: int = 0) -> float:
        return uniform(self.seed, f"mails/{stream}", self.lead, k)


def reader(truth: Ledger, i: int, seed: int, lead: int) -> Reader:
    """The lead at a position of a block."""
    entered = {name: int(truth.entered[n, i]) for n, name in enumerate(STAGES) if truth.entered[n, i] >= 0}
    ended = int(truth.ended[i])
    stays = {
        name: (t, min([other for other in entered.values() if other > t], default=ended)) for name, t in entered.items()
    }
    return Reader(seed, lead, int(truth.persona[i]), float(truth.intent[i]), int(truth.arrival[i]), ended, stays)


def all_mails(r: Reader) -> list[Told]:
    """All that happens with the mails of a lead within the horizon."""
    return sorted(told for mail in (news, welcome, offers, drip) for told in mail(r) if told.tick < HORIZON)


def lognormal(median: float, spread: float, u: float) -> int:
    return math.floor(median * math.exp(-spread * float(special.ndtri(u))))


def news(r: Reader) -> Iterator[Told]:
    sent = {}
    for k in range(29):
        at = datetime(2026, 1, 5, 10) + timedelta(days=7 * k)
        tick = int(at.replace(tzinfo=WARSAW).timestamp() - START.timestamp())
        if any(start <= tick < end for name in ("aware", "decide") for start, end in [r.stays.get(name, (0, 0))]):
            sent[k] = tick
    likely = 0.9 if r.persona == BROWSER else float(special.expit(-0.4 + 0.8 * r.intent))
    machine = r.u("machine") < (0.7 if r.persona == BROWSER else 0.4)
    scanned = r.u("scanner") < (0.0 if r.persona == STUDENT else 0.15)
    end = math.inf
    for k, tick in sent.items():
        if tick > end:
            break
        yield Told(tick, "mail_sent", "news", "sender")
        series = "" if r.persona == BROWSER else "news"
        if machine:
            within = 20 if r.persona == BROWSER else 60
            yield Told(tick + int(within * r.u("news/machine", k)), "mail_open", series, "machine")
        links = ["/only"] if r.persona == STUDENT else ["/a", "/b"]
        for n, link in enumerate(links, 1):
            if scanned:
                yield Told(tick + int(5 * r.u(f"news/links/{n}/scanner", k)), "mail_click", link, "scanner")
        if r.u("news/opened", k) >= likely:
            continue
        u = r.u("news/opened/after", k)
        opened = tick + (60 if r.persona == BROWSER else lognormal(4 * HOUR, 1.6, u))
        if r.persona == BROWSER or not machine:
            yield Told(opened, "mail_open", series, "lead")
        for n, link in enumerate(links, 1):
            chance = {"/a": 0.35, "/b": float(special.expit(-1 + 0.5 * r.intent)), "/only": 0.6}[link]
            if r.u(f"news/links/{n}", k) < chance:
                u = r.u(f"news/links/{n}/after", k)
                later = math.floor(-120 * math.log(u)) if link == "/a" else lognormal(30, 1, u)
                yield Told(opened + later, "mail_click", link, "lead")
        if r.u("news/unsubscribed", k) < 0.04:
            scale = 2 * DAY / math.gamma(1 + 1 / 0.8)
            end = min(end, opened + math.floor(scale * (-math.log(r.u("news/unsubscribed/after", k))) ** (1 / 0.8)))
    if end < math.inf:
        yield Told(int(end), "gone", "", "lead")


def welcome(r: Reader) -> Iterator[Told]:
    for k, delay in enumerate((HOUR, 2 * DAY)):
        tick = r.arrival + delay
        if tick >= HORIZON:
            continue
        if r.u("scanner") < 0.3:
            yield Told(tick + int(10 * r.u("welcome/links/1/scanner", k)), "mail_click", "/start", "scanner")
        if r.u("welcome/opened", k) < 0.5:
            opened = tick + lognormal(3 * HOUR, 1.5, r.u("welcome/opened/after", k))
            yield Told(opened, "mail_open", "", "lead")
            if r.u("welcome/links/1", k) < 0.2:
                yield Told(opened + lognormal(30, 1, r.u("welcome/links/1/after", k)), "mail_click", "/start", "lead")


def offers(r: Reader) -> Iterator[Told]:
    for text in ("2026-02-03 09:00", "2026-03-29 03:30", "2026-04-07"):  # clocks skip 02:30 to 03:30
        tick = int(datetime.fromisoformat(text).replace(tzinfo=WARSAW).timestamp() - START.timestamp())
        if r.arrival <= tick < r.ended:
            yield Told(tick, "mail_sent", "offers", "sender")


def drip(r: Reader) -> Iterator[Told]:
    end = math.inf
    for k in range(13):
        tick = r.arrival + 36 * HOUR * (k + 1)
        if tick >= min(r.ended, HORIZON) or tick > end:
            break
        if r.u("drip/opened", k) < 0.2:
            u = r.u("drip/opened/after", k)
            opened = tick + math.floor(DAY * math.sqrt((1 - u) / u))
            yield Told(opened, "mail_open", "", "lead")
            if r.u("drip/unsubscribed", k) < 0.3:
                end = min(end, opened + lognormal(60, 1, r.u("drip/unsubscribed/after", k)))
    if end < math.inf:
        yield Told(int(end), "gone", "", "lead")
