"""Rule set to doubts: what is right by the language, and probably not meant so."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from leadrules.dsl.problem import Problem, in_order
from leadrules.dsl.rules import tree
from leadrules.dsl.rules.lint import conditions, doubles, limits, points, tables, texts, tiers, times, unused
from leadrules.dsl.rules.lint.subject import Subject
from leadrules.dsl.rules.model import Model

Rule = Callable[[Subject], Iterator[Problem]]

RULES: tuple[Rule, ...] = (
    unused.unread_fields,
    unused.uncounted_events,
    unused.unread_properties,
    unused.unused_names,
    unused.idle_scores,
    doubles.counted_twice,
    doubles.counted_in_two_scores,
    doubles.said_twice,
    conditions.never_true,
    conditions.says_nothing,
    conditions.always_true,
    conditions.exact_scores,
    conditions.double_negation,
    texts.covered_texts,
    texts.inside_words,
    texts.bare_domains,
    points.shares_as_points,
    points.above_bounds,
    points.bounds_out_of_reach,
    points.rewarded_leaving,
    points.alone_enough,
    points.inverted_rows,
    points.vetoed_points,
    limits.idle_limits,
    limits.once_in_words,
    limits.full_weights,
    limits.shares_of_criteria,
    limits.shares_of_scores,
    limits.mixed_weights,
    tables.without_unknown,
    tables.without_difference,
    tables.one_sided,
    times.limits_that_outlive,
    times.forgiven_leaving,
    times.idle_decay,
    times.silence_of_new_leads,
    times.over,
    times.active_leaving,
    tiers.no_way_out,
    tiers.set_off_again,
    tiers.inverted_promises,
    tiers.between_evaluations,
)


def lint(ruleset: tree.Ruleset, model: Model, today: float | None = None) -> tuple[Problem, ...]:
    """The doubts about a rule set without mistakes, in the order of the text; only those of its own file.

    `today` is the first instant of the day it is looked at, in microseconds UTC; without it nothing is over.
    """
    subject = Subject(ruleset, model, today)
    found = (problem for rule in RULES for problem in rule(subject))
    return in_order(problem for problem in found if problem.span.source is ruleset.span.source)
