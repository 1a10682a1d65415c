"""Leads at an instant to the whole account of their scores.

The account is made by the functions that score, on a block of leads; nothing is worked out a second way. Columns are
worked out once for the block, and then told lead by lead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from leadrules.engine.account import Explanation, Held
from leadrules.engine.columns import NEVER, Ints, Moments
from leadrules.engine.course import follow_course
from leadrules.engine.criteria import known_since
from leadrules.engine.explain_judged import tell_cells, tell_checklists, tell_grades, tell_tiers
from leadrules.engine.explain_occurrences import show_value
from leadrules.engine.explain_scores import tell_score
from leadrules.engine.leads import Leads
from leadrules.engine.moment import Moment, Tables, Times
from leadrules.engine.plan import Plan
from leadrules.engine.ranges import portions
from leadrules.engine.scores import Scores
from leadrules.engine.stand import stand
from leadrules.engine.tiers import NONE
from leadrules.engine.trajectory import Trajectory

Explain = Callable[[int], Explanation]

ROWS, OWN = 20_000, 20  # leads and events that are told of at once, and what a lead weighs by itself


def explain(plan: Plan, leads: Leads, position: int, at: int) -> Explanation:
    """The account of the lead at `position`, as of `at` (microseconds UTC)."""
    one = leads.block(position, position + 1)
    return explain_block(plan, one, np.array([at], np.int64), plan.kept.tables(leads))(0)


def explain_each(plan: Plan, leads: Leads, positions: Ints, at: Times) -> Iterator[Explanation]:
    """The accounts of some leads, as of an instant of each lead (leads,), in the order of the leads."""
    tables, wanted = plan.kept.tables(leads), np.zeros(len(leads), bool)
    wanted[positions] = True
    for part in portions(np.diff(leads.events.offsets) + OWN, ROWS):
        account = explain_block(plan, leads.block(part.start, part.stop), at[part], tables)
        yield from map(account, np.flatnonzero(wanted[part]).tolist())


def explain_block(plan: Plan, block: Leads, at: Times, tables: Tables) -> Explain:
    """The accounts of a block of leads, as of an instant each (leads,): of each, by its position in the block.

    The block is scored here, once; an account then takes but the writing of what it says.
    """
    moment = Trajectory(plan, block, tables).at(at)
    moment.accounted = True
    scores = stand(plan, moment)
    instants = at.tolist()
    since = [None if time == NEVER else time for time in known_since(moment).tolist()]
    told = [tell_score(part, plan, moment, scores) for part in plan.scores]
    checklists, tiers = tell_checklists(plan, moment, scores), tell_tiers(plan, moment)
    grades, cells = tell_grades(plan, moment, scores), tell_cells(plan, scores)
    tier, dated = _tier(plan, block, scores, at), _dated(plan, moment)

    def account(lead: int) -> Explanation:
        stands, entered = tier(lead)
        return Explanation(
            str(block.ids[lead]),
            instants[lead],
            since[lead],
            tuple([tell(lead) for tell in told]),
            checklists(lead),
            tiers(lead),
            stands,
            entered,
            grades(lead),
            cells(lead),
            tuple(dated(lead)),
        )

    return account


def _tier(plan: Plan, block: Leads, scores: Scores, at: Times) -> Callable[[int], tuple[str | None, int | None]]:
    """The tier of each lead, and, where tiers remember, since when it is in it."""
    names = scores.tier_names
    if not names:
        return lambda lead: (None, None)
    if not plan.remembers:
        tiers = scores.tiers.tolist()
        return lambda lead: (names[tiers[lead]], None)
    course = follow_course(plan, block, at, Tables())

    def entered(lead: int) -> tuple[str, int]:
        first, last = course.evaluations.offsets[lead : lead + 2].tolist()
        within = course.scores.tiers[first:last]
        changed = np.flatnonzero(np.diff(within, prepend=NONE))
        return names[int(within[-1])], int(course.evaluations.views.at[first + changed[-1]])

    return entered


def _dated(plan: Plan, moment: Moment) -> Callable[[int], Iterator[Held]]:
    """The dated values that hold, of fields that some rule asks for."""
    asked = plan.kept.fields(plan.model) if moment.leads.histories else ()
    fields = [field for field in plan.model.fields if field.name in moment.leads.histories and field.name in asked]

    def held(lead: int) -> Iterator[Held]:
        for field in fields:
            row, column = int(moment.held(field.name)[lead]), moment.field(field.name)
            if column is not None and row >= 0:
                since = moment.leads.histories[field.name].columns["since"]
                assert isinstance(since, Moments)
                date = None if since.values[row] == NEVER else int(since.values[row])
                yield Held(field.name, show_value(column, lead, field.type, plan.model.timezone, field.unit), date)

    return held
