"""Tree to model for conditions: resolve names, settle types, collect problems."""

from __future__ import annotations

import re

from leadrules.dsl.expression import tree
from leadrules.dsl.expression.check_fired import check_fired
from leadrules.dsl.expression.check_joined import report_joined
from leadrules.dsl.expression.check_scope import Scope
from leadrules.dsl.expression.check_values import (
    MOMENTS,
    agree,
    check_constant,
    check_value,
    is_number,
    is_set,
    type_of,
)
from leadrules.dsl.expression.model import (
    FLAG,
    TEXT,
    Both,
    Compare,
    Condition,
    Constant,
    Either,
    Happened,
    Has,
    Holds,
    IsKnown,
    IsOneOf,
    Label,
    Not,
    Pattern,
    Reference,
    TextTest,
    Type,
    Value,
)
from leadrules.dsl.expression.wordlike import has_word
from leadrules.dsl.fold import fold, words
from leadrules.dsl.moment import day_of
from leadrules.dsl.problem import Fix
from leadrules.dsl.quantity import LONGEST, MICROSECONDS, show_number
from leadrules.dsl.source import Span
from leadrules.dsl.spelling import nearest, suggest_akin, was_meant

TEXTS = ("text", "one of")
NOTHING = frozenset(["null", "none", "nil", "nan", "na", "n/a", "empty", "blank", "unknown", "missing", "undefined"])


def check_condition(node: tree.Expression, scope: Scope) -> Condition | None:
    """A condition with everything it names; None, and a problem, where it is none."""
    match node:
        case tree.Both(parts) | tree.Either(parts):
            if report_joined(node, scope):
                return None
            checked = [check_condition(part, scope) for part in parts]
            known = tuple(part for part in checked if part is not None)
            if len(known) < len(parts):
                return None
            return Both(known, span=node.span) if isinstance(node, tree.Both) else Either(known, span=node.span)
        case tree.Not(part):
            inner = check_condition(part, scope)
            return Not(inner, span=node.span) if inner else None
        case tree.Happened(pattern, absent):
            found = check_pattern(pattern, scope)
            return Happened(found, absent, span=node.span) if found else None
        case tree.Compare():
            return _compare(node, scope)
        case tree.IsOneOf():
            return _is_one_of(node, scope)
        case tree.IsKnown(operand, missing):
            value = check_value(operand, scope, check_pattern)
            return IsKnown(value, missing, span=node.span) if value else None
        case tree.TextTest():
            return _text_test(node, scope)
        case tree.Fired():
            return check_fired(node, scope)
        case tree.Has():
            return _has(node, scope)
        case tree.AtLeast():
            return _at_least(node, scope)
        case _:
            return _holds(node, scope)


def check_pattern(node: tree.Pattern, scope: Scope) -> Pattern | None:
    """An event pattern. `event` stands for every event that is not passive, and then has no `where`."""
    if scope.event is not None:
        hint = "give the inner question a name with `condition` and ask it beside the event"
        scope.findings.error("E207", node.span, "a `where` cannot ask about other events", hint=hint)
        return None
    any_event = node.event.text == "event"
    known = any_event or scope.event_type(node.event) is not None
    if any_event and node.where is not None:
        scope.findings.error("E207", node.where.span, "`event` means any event, and has no properties to ask for")
        known = False
    where = check_condition(node.where, scope.inside(node.event.text)) if node.where and known else None
    window = check_duration(node.window, scope, "a window") if node.window else None
    if not known or (node.where and where is None) or (node.window and window is None):
        return None
    return Pattern(None if any_event else node.event.text, where, window, span=node.span)


def check_duration(node: tree.Expression, scope: Scope, what: str) -> float | None:
    """A duration above zero, in microseconds."""
    constant = check_constant(node, scope, ("duration",), what)
    if constant is None:
        return None
    if constant.value <= 0:
        scope.findings.error("E402", node.span, f"{what} must be longer than nothing", expected="a positive duration")
        return None
    if constant.value > LONGEST:
        scope.findings.error("E402", node.span, f"{what} is too long", expected="1,000 years at most")
        return None
    return constant.value


def _holds(node: tree.Expression, scope: Scope) -> Condition | None:
    value = check_value(node, scope, check_pattern)
    if value is None:
        return None
    if isinstance(value, Reference) and value.type == FLAG:
        return Holds(value, span=node.span)
    hint = 'compare it with something: `… >= 5`, `… is "x"`, `… is known`'
    message = f"a {type_of(value)} stands where a condition is expected"
    scope.findings.error("E302", node.span, message, expected="something that is true or false", hint=hint)
    return None


def _compare(node: tree.Compare, scope: Scope) -> Condition | None:
    left = check_value(node.left, scope, check_pattern)
    if left is not None and type_of(left).name in TEXTS and node.operator in ("=", "!="):
        choices = (node.right,)
        return _is_one_of(tree.IsOneOf(node.left, choices, node.operator == "!=", True, span=node.span), scope)
    if left is not None and type_of(left) == FLAG and isinstance(node.right, tree.Path) and not scope.find(node.right):
        name = node.left.span.text
        scope.findings.error("E305", node.span, "a flag is compared", hint=f"write `{name}` or `not {name}`")
        return None
    right = check_value(node.right, scope, check_pattern)
    if left is None or right is None:
        return None
    if not agree(type_of(left), type_of(right)) or not is_number(type_of(left)):
        _report_types(node, left, right, scope)
        return None
    return Compare(left, node.operator, right, span=node.span)


def _report_types(node: tree.Compare, left: Value, right: Value, scope: Scope) -> None:
    both = f"a {type_of(left)} and a {type_of(right)}"
    if isinstance(left, Reference) and left.kind == "grade":
        hint = "grades are compared by `at least` and `at most`"
    elif type_of(left).name in TEXTS and type_of(right).name in TEXTS:
        hint = "texts have no order: use `is`, `contains`, `starts with`"
    elif type_of(left) in MOMENTS and (meant := _as_moment(node, left, right, scope)):
        hint = meant
    elif "duration" in (type_of(left).name, type_of(right).name):
        hint = f"write `{_in_kind(node, left, 'days', '30')}`: a duration has a unit, and nothing else has one"
    elif "money" in (type_of(left).name, type_of(right).name):
        currency = type_of(left).detail or type_of(right).detail or "EUR"
        hint = f"write `{_in_kind(node, left, currency, '1000')}`: an amount of money has its currency and is never converted"
    elif isinstance(node.right, tree.Text) and node.right.value.replace(".", "", 1).isdigit():
        hint = f"write `{node.right.value}`: a number has no quotes"
    else:
        hint = "`is known`, `contains` and their kin ask about texts; `>=` about numbers"
    scope.findings.error("E301", node.span, f"`{node.operator}` between {both}", expected="two of one kind", hint=hint)


def _as_moment(node: tree.Compare, left: Value, right: Value, scope: Scope) -> str:
    """What to compare a date or time with, where a duration or a date of another form stands there."""
    asked, said = node.left.span.text, node.right.span.text
    if type_of(right).name == "duration" and isinstance(left, Reference) and isinstance(right, Constant):
        days = show_number(right.value / MICROSECONDS["day"])
        return (
            f"write `days since {asked} {node.operator} {days}`: a {type_of(left)} is a moment, and no time that passed"
        )
    slashed = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", said)
    if slashed:
        first, second, year = (int(part) for part in slashed.groups())
        either = dict.fromkeys((day_of(year, first, second), day_of(year, second, first)))
        meant = " or ".join(f"`{day}`" for day in either if day)
        order = "the year, the month, the day"
        return f"write {meant}: {order}" if meant else f"there is no such day; a date is {order}, as in `2026-01-31`"
    quoted = isinstance(node.right, tree.Text) and re.fullmatch(r"\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2})?", node.right.value)
    said = quoted[0] if quoted and scope.instant(quoted[0]) is not None else ""
    return f"write `{said}`: a date has no quotes" if said else ""


def _in_kind(node: tree.Compare, left: Value, unit: str, otherwise: str) -> str:
    """The right side of a comparison, in the unit that the left side has, or without one where it has none."""
    right = node.right.amount if isinstance(node.right, tree.Quantity) else node.right
    number = right.written if isinstance(right, tree.Number) else otherwise
    return f"{number} {unit}" if type_of(left).name in ("duration", "money") or number == otherwise else number


def _is_one_of(node: tree.IsOneOf, scope: Scope) -> Condition | None:
    operand = check_value(node.operand, scope, check_pattern)
    if operand is None:
        return None
    if isinstance(operand, Reference) and is_set(operand, node.operand.span, scope):
        return None
    if type_of(operand) == FLAG:
        name = node.operand.span.text
        scope.findings.error("E305", node.span, "a flag is compared", hint=f"write `{name}` or `not {name}`")
        return None
    choices = [_choice(choice, type_of(operand), scope) for choice in node.choices]
    known = tuple(choice for choice in choices if choice is not None)
    return IsOneOf(operand, known, node.negated, span=node.span) if len(known) == len(choices) else None


def _choice(node: tree.Expression, type: Type, scope: Scope) -> Value | None:
    """One value behind `is`: a bare word is a value of a `one of` before it is anything else."""
    if type.name == "one of" and isinstance(node, tree.Path | tree.Text | tree.Number):
        return declared_value(node, type, scope)
    if type.name == "text" and isinstance(node, tree.Path) and scope.find(node) is None:
        nothing = fold(node.text) in NOTHING
        hint = _hint_nothing(node.span) if nothing else f'write the text in quotes: `"{node.span.text}"`'
        fix = None if has_word(node.text) else Fix(node.span, f'"{node.span.text}"')
        scope.findings.error("E307", node.span, f"`{node.text}` is compared with a text", hint=hint, fix=fix)
        return None
    value = check_value(node, scope, check_pattern)
    if value is not None and not agree(type, type_of(value)):
        message = f"a {type} is compared with a {type_of(value)}"
        scope.findings.error("E301", node.span, message, expected=f"a {type}")
        return None
    return value


def declared_value(node: tree.Path | tree.Name | tree.Text | tree.Number, type: Type, scope: Scope) -> Label | None:
    """The value of a `one of` that a word, text or number names; None, and a problem, where it names none."""
    written = (
        node.value if isinstance(node, tree.Text) else node.written if isinstance(node, tree.Number) else node.text
    )
    declared = {fold(value): value for value in type.values}
    if fold(written) in declared:
        return Label(declared[fold(written)], span=node.span)
    if written in scope.unread:
        return None
    meant = nearest(written, type.values)
    nothing = _hint_nothing(node.span) if fold(written) in NOTHING else ""
    scope.findings.error(
        "E306",
        node.span,
        f"`{written}` is none of the declared values",
        expected=", ".join(type.values),
        hint=nothing or was_meant(meant, suggest_akin(written, type.values)),
        fix=Fix(node.span, meant if meant.isidentifier() else f'"{meant}"') if meant else None,
    )
    return None


def _hint_nothing(span: Span) -> str:
    """How to ask whether nothing is known, or something where `not` stands before the word."""
    if span.source.text[: span.start].endswith("not "):
        return "ask with `is known`, or for its contrary with `is missing`"
    return "ask with `is missing`, or for its contrary with `is known`"


def _has(node: tree.Has, scope: Scope) -> Condition | None:
    operand = check_value(node.operand, scope, check_pattern)
    if operand is None:
        return None
    if not isinstance(operand, Reference) or operand.type.name != "set of":
        hint = "ask a text with `contains` or `mentions`; a set is declared as `set of text`"
        scope.findings.error("E554", node.span, f"`has` asks about a set, and this is a {type_of(operand)}", hint=hint)
        return None
    single = Type("one of", operand.type.values) if operand.type.values else TEXT
    found = [_member(choice, single, scope) for choice in node.choices]
    members = tuple(member for member in found if member is not None)
    return Has(operand, members, node.every, span=node.span) if len(members) == len(found) else None


def _member(node: tree.Expression, type: Type, scope: Scope) -> str | None:
    choice = _choice(node, type, scope)
    if choice is not None and not isinstance(choice, Label):
        scope.findings.error("E305", node.span, "`has` looks for texts that are written there", expected="a text")
    return choice.value if isinstance(choice, Label) else None


def _at_least(node: tree.AtLeast, scope: Scope) -> Condition | None:
    """A comparison of a grade by its place: it is one of the labels from the highest to its bound, or from there down."""
    operand = check_value(node.operand, scope, check_pattern)
    if operand is None:
        return None
    if not isinstance(operand, Reference) or operand.kind != "grade":
        _report_no_grade(node, operand, scope)
        return None
    bound = _choice(node.bound, operand.type, scope)
    if not isinstance(bound, Label):
        return None
    labels, place = operand.type.values, operand.type.values.index(bound.value)
    chosen = labels[place:] if node.most else labels[: place + 1]
    return IsOneOf(operand, tuple(Label(label, span=bound.span) for label in chosen), False, span=node.span)


def _report_no_grade(node: tree.AtLeast, operand: Value, scope: Scope) -> None:
    words, sign = ("at most", "<=") if node.most else ("at least", ">=")
    hint = f"write `{sign}`" if is_number(type_of(operand)) else "only the labels of a grade have an order"
    what = "a cell" if isinstance(operand, Reference) and operand.kind == "cell" else f"a {type_of(operand)}"
    scope.findings.error("E553", node.span, f"`{words}` asks about a grade, and this is {what}", hint=hint)


def _text_test(node: tree.TextTest, scope: Scope) -> Condition | None:
    operand = check_value(node.operand, scope, check_pattern)
    if operand is None:
        return None
    if type_of(operand).name not in TEXTS:
        message = f"`{node.relation}` asks about a text, and this is a {type_of(operand)}"
        hint = ""
        if type_of(operand).name == "set of":
            texts = ", ".join(text.span.text for text in node.patterns)
            hint = f"write `{node.operand.span.text} has {'any of ' * (len(node.patterns) > 1)}{texts}`"
        scope.findings.error("E303", node.operand.span, message, expected="a text", hint=hint)
        return None
    sound = [_sound(node.relation, text, scope) for text in node.patterns]
    patterns = tuple(text.value for text in node.patterns)
    return TextTest(operand, node.relation, patterns, span=node.span) if all(sound) else None


def _sound(relation: tree.TextRelation, text: tree.Text, scope: Scope) -> bool:
    """Whether a pattern can be looked for: not empty, for `mentions` with a word in it, for `matches` good RE2."""
    if relation == "matches":
        return _sound_regex(text, scope)
    if not text.value or (relation == "mentions" and not words(text.value)):
        message = (
            "an empty text is part of every text" if not text.value else f"`{text.value}` holds no word to mention"
        )
        scope.findings.error("E406", text.span, message, expected="a text to look for")
        return False
    return True


def _sound_regex(text: tree.Text, scope: Scope) -> bool:
    import re2  # here alone, so that a file without `matches` does not pay for it

    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(text.value, options)
    except re2.error as error:
        reason = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error.args[0])
        hint = "patterns are RE2: no look-ahead, no back-references"
        scope.findings.error("E401", text.span, f"this pattern cannot be read: {reason}", hint=hint)
        return False
    return True
