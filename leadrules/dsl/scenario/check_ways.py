"""Where stages lead: shares, logits with what fields add to them, and the clocks that cut a stay short."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from leadrules.dsl.expression.check_linear import Linear, check_linear
from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.check_tables import check_by_field
from leadrules.dsl.expression.model import FLAG, ByField, Reference, Values
from leadrules.dsl.expression.tree import Name, Path
from leadrules.dsl.scenario import tree
from leadrules.dsl.scenario.check_laws import check_law
from leadrules.dsl.scenario.check_numbers import duration, report_sum, share
from leadrules.dsl.scenario.model import OUTCOMES, Branch, Deadline, Law, Parameter
from leadrules.dsl.scenario.shift import Shift
from leadrules.dsl.scenario.tree_stages import Deadline as DeadlineNode
from leadrules.dsl.scenario.tree_stages import Law as LawNode
from leadrules.dsl.scenario.tree_stages import Loading, Mixture, Quantiles
from leadrules.dsl.source import Span
from leadrules.dsl.spelling import suggest


def known_stage(name: Name, names: Iterable[str], scope: Scope) -> bool:
    """Whether a stage has that name; a problem where none has."""
    known = set(names)
    if name.text in known or name.text in scope.unread:
        return True
    hint = suggest(name.text, known, f"declare it: `stage {name.text} {{ … }}`")
    scope.findings.error("E704", name.span, f"no stage is called `{name.text}`", hint=hint)
    return False


def check_deadlines(nodes: Sequence[DeadlineNode], path: str, names: set[str], scope: Scope) -> tuple[Deadline, ...]:
    """The clocks of a stage; each has a stream of chance by its number."""
    found = []
    for number, node in enumerate(nodes, 1):
        known_stage(node.target, names | set(OUTCOMES), scope)
        here, limit = f"{path}/deadlines/{number}", node.limit
        if isinstance(limit, LawNode | Quantiles | Mixture):
            found.append(Deadline(check_law(limit, here, "a deadline", scope), node.target.text))
        else:
            measure = duration(limit, f"{here}/lasts", "a deadline", scope)
            found.append(Deadline(Law("exactly", measure, Parameter(f"{here}/shape", 1.0)), node.target.text))
    return tuple(found)


def check_then(
    part: tree.Then, path: str, stage: str, names: set[str], bounded: set[str], scope: Scope
) -> tuple[tuple[Branch, ...], str]:
    """The branches of a stage, and where it leads otherwise, which is open at any time."""
    for branch in part.branches:
        known_stage(branch.target, names | set(OUTCOMES), scope)
    found = [_branch(b, path, scope) for b in part.branches if b.share is not None or b.logit is not None]
    rest = [b for b in part.branches if b.share is None and b.logit is None]
    _report_shares(part, found, rest, stage, scope)
    last = rest[-1] if rest else part.branches[-1]
    if last.target.text in bounded:
        message = f"`{last.target.text}` has a bound, and this is the way that must always be open"
        hint = "let `else` lead elsewhere: who would come too often goes there"
        scope.findings.error("E720", last.target.span, message, hint=hint)
    return tuple(found), last.target.text


def _branch(branch: tree.Branch, path: str, scope: Scope) -> Branch:
    target = branch.target.text
    here = f"{path}/then/{target}"
    if branch.share is not None:
        return Branch(target, share=share(branch.share, here, scope.findings))
    assert branch.logit is not None
    flags: dict[str, Reference] = {}
    linear = check_linear(branch.logit, lambda path: _loaded(path, flags, scope), scope.findings) or Linear(0.0)
    weights = dict(linear.weights)
    constant = Parameter(f"{here}/constant", linear.constant)
    slope = Parameter(f"{here}/intent", weights.pop("intent", 0.0))
    shifts = [
        flag_shift(flags[name], Parameter(f"{here}/by/{name}/yes", weight), branch.span)
        for name, weight in weights.items()
    ]
    subjects = [loading.subject.text for loading in branch.loadings]
    for number, loading in enumerate(branch.loadings):
        if loading.subject.text in subjects[:number]:
            message = f"a second table by `{loading.subject.text}`"
            scope.findings.error("E502", loading.span, message, hint="make them one")
        table = _table(loading, scope)
        shifts += [shift(table, f"{here}/by/{table.subject.name}")] if table else []
    return Branch(target, constant=constant, slope=slope, shifts=tuple(shifts))


def _loaded(path: Path, flags: dict[str, Reference], scope: Scope) -> Linear | None:
    """What a logit can name: intent, and flags."""
    known = scope.names.get(path.text)
    if path.text == "intent":
        return Linear(0.0, (("intent", 1.0),))
    if isinstance(known, Reference) and known.kind == "field" and known.type == FLAG:
        flags[path.text] = known
        return Linear(0.0, ((path.text, 1.0),))
    hint = "other fields add to a logit by a table behind it: `logit 0.5 by FIELD { VALUE: 0.3; else: 0 }`"
    message = f"`{path.text}` cannot be used here"
    scope.findings.error("E207", path.span, message, expected="`intent`, or a flag", hint=hint)
    return None


def _table(loading: Loading, scope: Scope) -> ByField | None:
    return check_by_field(loading.subject.text, loading.subject, loading.body, loading.span, scope)


def shift(table: ByField, path: str) -> Shift:
    """What a table adds, as parameters."""
    numbers = tuple(Parameter(f"{path}/{number}", row.number) for number, row in enumerate(table.rows, 1))
    rest = Parameter(f"{path}/else", table.otherwise), Parameter(f"{path}/unknown", table.unknown)
    return Shift(table.subject, table.rows, numbers, *rest, span=table.span)


def flag_shift(flag: Reference, amount: Parameter, span: Span) -> Shift:
    """What a flag adds where it is set, and nothing where it is not or not known."""
    path = amount.path.rpartition("/")[0]
    rest = Parameter(f"{path}/else", 0.0), Parameter(f"{path}/unknown", 0.0)
    return Shift(flag, (Values((1.0,), amount.value, span=span),), (amount,), *rest, span=span)


def _report_shares(
    part: tree.Then, found: Sequence[Branch], rest: Sequence[tree.Branch], stage: str, scope: Scope
) -> None:
    """Logits and `else`, or shares that leave something for `else` or make up the whole."""
    shares = [branch.share for branch in found if branch.share is not None]
    logits = len(found) - len(shares)
    total = sum(share.value for share in shares)
    if len(rest) > 1 or (logits and shares):
        hint = "write ways with `logit` and `else`, or ways with shares and `else`"
        scope.findings.error("E705", part.span, "it is not clear which way gets what", hint=hint)
    elif logits and not rest:
        scope.findings.error("E705", part.span, "it is not said what comes otherwise", expected="`, else lost`")
    elif len({branch.target for branch in found}) < len(found):
        scope.findings.error("E705", part.span, "two ways lead to the same stage", hint="make them one")
    elif shares and (total > 1 + 1e-4 or not rest):
        report_sum(shares, part.span, f"what comes after `{stage}`", scope.findings)
