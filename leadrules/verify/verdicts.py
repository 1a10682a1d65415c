"""What running tests gives: for each of them whether it holds, and of what does not how it came about."""

from __future__ import annotations

from msgspec import Struct

from leadrules.dsl.rules.model_tests import Expectation, Test
from leadrules.engine.account import Explanation


class Part(Struct, frozen=True):
    """Something an expectation reads, as it is written, and its value as text; None where that is not known."""

    text: str
    value: str | None


class Failure(Struct, frozen=True):
    """An expectation that does not hold: the parts it reads, and the account of the lead at that instant.

    `truth` is False, or None where it is not known. `instead` is what the expected value would be, where it is one
    value that can be written anew.
    """

    expectation: Expectation
    truth: bool | None
    parts: tuple[Part, ...]
    account: Explanation
    instead: str | None


class Verdict(Struct, frozen=True):
    """A test that was run: it holds where nothing failed."""

    test: Test
    failures: tuple[Failure, ...]

    @property
    def holds(self) -> bool:
        """Whether everything that is expected is so."""
        return not self.failures
