"""Lark trees to nodes: how long stages last, and where they lead."""

from __future__ import annotations

from typing import Any

from leadrules.dsl.expression.parse_blocks import BlockNodes
from leadrules.dsl.expression.tree import Expression, Item, Name, Number, Path
from leadrules.dsl.layout import Word
from leadrules.dsl.scenario import tree, tree_stages
from leadrules.dsl.source import Span


class StageNodes(BlockNodes):
    """The nodes of stages."""

    def lasts(self, span: Span, law: tree_stages.Duration, faster: Expression | None, least: Expression | None) -> Item:
        return tree.Lasts(law, faster, least, span=span)

    def deadline(self, span: Span, limit: Any, target: Name) -> Item:
        return tree_stages.Deadline(limit, target, span=span)

    def bound(self, span: Span, digits: Word) -> Item:
        return tree_stages.Bound(self.digits(digits), span=span)

    # Laws of durations

    def exponential(self, span: Span, mean: Expression) -> tree_stages.Law:
        return tree_stages.Law("exponential", mean, span=span)

    def weibull(self, span: Span, mean: Expression, shape: Expression) -> tree_stages.Law:
        return tree_stages.Law("weibull", mean, shape, span=span)

    def lognormal_law(self, span: Span, median: Expression, spread: Expression) -> tree_stages.Law:
        return tree_stages.Law("lognormal", median, spread, span=span)

    def log_logistic(self, span: Span, _word: Word, median: Expression, shape: Expression) -> tree_stages.Law:
        return tree_stages.Law("log-logistic", median, shape, span=span)

    def gamma(self, span: Span, mean: Expression, shape: Expression) -> tree_stages.Law:
        return tree_stages.Law("gamma", mean, shape, span=span)

    def fixed(self, span: Span, duration: Expression) -> tree_stages.Law:
        return tree_stages.Law("exactly", duration, span=span)

    def quantiles(self, span: Span, braces: Word) -> tree_stages.Quantiles:
        return tree_stages.Quantiles(self.body(braces, "quantile_row"), span=span)

    def quantile_row(self, span: Span, share: Number, duration: Expression) -> Item:
        return tree_stages.QuantileRow(share, duration, span=span)

    def mixture(self, span: Span, braces: Word) -> tree_stages.Mixture:
        return tree_stages.Mixture(self.body(braces, "part_row"), span=span)

    def part_row(self, span: Span, share: Number, law: tree_stages.Law | tree_stages.Quantiles) -> Item:
        return tree_stages.PartRow(share, law, span=span)

    # Ways out

    def then(self, span: Span, *branches: tree.Branch) -> Item:
        return tree.Then(branches, span=span)

    def branch(self, span: Span, target: Name, share: Number) -> tree.Branch:
        return tree.Branch(target, share, span=span)

    def logit_branch(self, span: Span, target: Name, logit: Expression, *loadings: tree_stages.Loading) -> tree.Branch:
        return tree.Branch(target, None, logit, loadings, span=span)

    def loading(self, span: Span, subject: Path, braces: Word) -> tree_stages.Loading:
        return tree_stages.Loading(subject, self.body(braces, "row"), span=span)

    def else_branch(self, span: Span, target: Name) -> tree.Branch:
        return tree.Branch(target, span=span)
