"""Running balances, naively: from event to event, and from one period of ageing to the next."""

from __future__ import annotations

import math
from collections.abc import Sequence
from operator import ge, gt, le, lt

from tests.oracle_balances import latest_reset, since
from tests.oracle_conditions import Scene, matching, number_of, value_of
from tests.oracle_facts import Event
from tests.specs import Ageing, Score

COMPARE = {"<": lt, "<=": le, ">=": ge, ">": gt}


class Balance:
    """The balance of one lead. `done` is how far ageing was followed; `clocks` say since when each line waits."""

    def __init__(self, score: Score, start: float, reset: int | None, scene: Scene) -> None:
        self.score, self.scene = score, scene
        self.floor = -math.inf if score.floor is None else number_of(score.floor, scene)
        self.value = max(start, self.floor)
        self.clocks: list[int | None] = [reset for _ in score.ageing]
        self.done = -math.inf

    def happen(self, time: int, gain: float | None, ends: Sequence[bool]) -> None:
        """One event: what it earns, None where nothing counts it, and for which lines it ends an idle time."""
        if gain is not None:
            self.value = max(self.floor, self.value + gain)
        for line, end in enumerate(ends):
            if end or (gain is not None and self.clocks[line] is None):
                self.clocks[line] = time
        self.done = time

    def age(self, until: int, prevented: Sequence[bool]) -> None:
        """All periods that end up to an instant, or before it where something prevents them."""
        while True:
            ends = [self.next_end(line) for line in range(len(self.clocks))]
            open = [
                e
                for e, no in zip(ends, prevented, strict=True)
                if e is not None and (e < until or e == until and not no)
            ]
            if not open:
                return
            self.done = min(open)
            for line, end in enumerate(ends):
                if end == self.done and not (end == until and prevented[line]) and self.holds(self.score.ageing[line]):
                    self.lose(self.score.ageing[line])
                    break

    def next_end(self, line: int) -> int | None:
        """When the next period of a line ends; None where it has none."""
        clock, said = self.clocks[line], self.score.ageing[line]
        if clock is None:
            return None
        every = int(number_of(said.every, self.scene))
        begin = clock + (0 if said.after is None else int(number_of(said.after, self.scene)))
        past = 0 if self.done < begin else int((self.done - begin) // every)
        return None if said.loss == "value" and past else begin + (past + 1) * every

    def holds(self, line: Ageing) -> bool:
        """Whether the balance lets a line act."""
        if line.condition is None:
            return True
        return COMPARE[line.condition[0]](round(self.value, 6), number_of(line.condition[1], self.scene))

    def lose(self, line: Ageing) -> None:
        """What one period takes; nothing below zero, or where ageing stops."""
        amount = number_of(line.amount, self.scene)
        low = value_of(line.low, self.scene) if line.low else 0.0
        low = max(0.0, float(low or 0.0))  # type: ignore[arg-type]
        less = {"share": self.value * (1 - amount), "points": self.value - amount, "value": amount}[line.loss]
        self.value = min(self.value, max(low, less))


def balance(score: Score, gains: Sequence[tuple[Event, float]], scene: Scene) -> float:
    """The balance of a score, from its latest reset to now."""
    _, start, begun = latest_reset(score, scene) or (0, 0.0, None)
    found, fresh = Balance(score, start, begun, scene), since(score, scene)
    ending = [matching(line.pattern, scene) for line in score.ageing]
    events = list(enumerate(scene.facts.events))
    earned = [((e.time, next((at for at, other in events if other is (e.of or e)), -1)), gain) for e, gain in gains]
    own_turns = {(event.time, at): event for at, event in events[fresh.gone :]}
    for turn in sorted({*own_turns, *(at for at, _ in earned)}):
        together = [event for at, event in own_turns.items() if at[0] == turn[0]]
        found.age(turn[0], [any(event is other for event in together for other in ends) for ends in ending])
        own = [gain for at, gain in earned if at == turn]
        event = own_turns.get(turn)
        found.happen(turn[0], sum(own) if own else None, [any(event is other for other in ends) for ends in ending])
    found.age(scene.facts.now, [False for _ in ending])
    return found.value
