"""The tree of mails to text."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from leadrules.dsl.expression.tree import Expression
from leadrules.dsl.expression.write import write_expression
from leadrules.dsl.scenario import tree
from leadrules.dsl.scenario.tree_mail import (
    Answer,
    Dates,
    Drip,
    Every,
    Logit,
    MailedFor,
    MailPart,
    Robots,
    Sent,
    Series,
    To,
)
from leadrules.dsl.scenario.tree_stages import Law


class MailWriter:
    """Writes parts of mails; how properties and laws look is handed in."""

    def __init__(self, given: Callable[[tree.Given], str], law: Callable[[Law], str]) -> None:
        self.given, self.law = given, law

    def part(self, item: MailPart) -> str:
        """One statement of a mail."""
        match item:
            case Sent(event, given):
                return " ".join(["sent as", event.text, *map(self.given, given)])
            case Answer():
                return self.answer(item)
            case Robots(kind, share, within, beside):
                limit = f", within {write_expression(within)}" if within else ""
                return f"{kind} {share.written} of leads{limit}" + ", beside their own" * beside
            case To():
                return _to(item)
            case _:
                return _schedule(item)

    def answer(self, item: Answer) -> str:
        chance = f"logit {write_expression(item.chance.sum)}" if isinstance(item.chance, Logit) else item.chance.written
        words = [item.deed, "as", item.event.text, *map(self.given, item.given), chance]
        return " ".join(words) + (f", after {self.law(item.after)}" if item.after else "")


def _to(item: To) -> str:
    names = ", ".join(stage.text for stage in item.stages)
    return f"to leads in {names}" if item.whom == "stages" else f"to {item.whom} leads"


def _schedule(item: Every | Drip | Dates | Series | MailedFor) -> str:
    match item:
        case Every(period, clock, since):
            return f"every {write_expression(period)} at {clock}" + (f" from {since.text}" if since else "")
        case Drip(period):
            return f"every {write_expression(period)} after arrival"
        case Dates(moments):
            return "on " + ", ".join(moment.text for moment in moments)
        case Series(delays):
            return ", ".join(map(_written, delays)) + " after arrival"
        case MailedFor(duration):
            return f"for {write_expression(duration)} after arrival"
        case _:
            assert_never(item)


def _written(delay: Expression) -> str:
    return write_expression(delay)
