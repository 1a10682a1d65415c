"""What a comparison claims: as often wrong as is said, in words that say no more than the figures."""

from __future__ import annotations

import re
from statistics import NormalDist

import numpy as np
import pytest

from leadrules.judging.comparison import Compared, Comparison
from leadrules.judging.conclude import conclude
from leadrules.judging.precision import Precision
from leadrules.report.comparison import comparison_as_json, draw_comparison
from leadrules.report.comparison_markdown import comparison_as_markdown
from leadrules.report.grid import Grid
from leadrules.report.markdown import code, escaped, markdown_grid
from leadrules.report.page import Assets, html_page
from leadrules.report.verdict import verdict
from leadrules.simulator.metrics import NOTHING, Estimate

Z = NormalDist().inv_cdf(0.975)


def around(value: float, error: float) -> Estimate:
    return Estimate(value, value - Z * error, value + Z * error)


def compared(name: str, group: str, difference: Estimate, better: int = 1, kind: str = "number") -> Compared:
    return Compared(name, name.replace("_", " "), group, kind, better, Estimate(1, 0, 2), Estimate(1, 0, 2), difference)


def comparison(figures: list[Compared], margins: dict[str, float], **others: object) -> Comparison:
    plain = {"old": "old.lead", "new": "new.lead", "source": "m", "seed": 1, "leads": 10, "judged": 9, "won": 4}
    empty = {"migration": None, "psi": None, "entered": None, "left": None, "moved": (), "storm": None}
    times = {"landmark": 86_400.0, "window": 86_400.0, "inputs": {}, "same": False}
    said = conclude(figures, "hot", margins)
    return Comparison(**plain, **times, **empty, figures=tuple(figures), claims=said, **others)  # type: ignore[arg-type]


def test_a_win_rate_is_no_volume() -> None:
    figures = [
        compared("precision of warm", "thresholds", around(0.1, 10)),
        compared("warm per week", "thresholds", around(5, 10)),
    ]
    assert not conclude(figures, None, {}) and not conclude(figures, "hot", {})
    assert [(claim.subject, claim.figure) for claim in conclude(figures, "warm", {})] == [("volume", "warm per week")]


def test_one_claim_alone_is_decided_by_its_interval() -> None:
    for value, tells in ((1.959, "no evidence"), (1.961, "more"), (-1.961, "less")):
        assert [c.tells for c in conclude([compared("auc", "ranking", around(value, 1))], None, {})] == [tells]


def test_claims_are_counted() -> None:
    """2.1 errors decide alone, and not as one of two; 2.3 do, and let the other one then be decided alone."""
    both = [compared("auc", "ranking", around(2.1, 1)), compared("gain", "money", around(2.1, 1))]
    assert [c.tells for c in conclude(both, None, {})] == ["no evidence", "no evidence"]
    both[0] = compared("auc", "ranking", around(2.3, 1))
    assert [c.tells for c in conclude(both, None, {})] == ["more", "more"]


def test_a_subject_is_told_by_its_first_figure_that_has_a_value() -> None:
    figures = [
        compared("auc", "ranking", around(3, 1)),
        compared("expected auc", "ranking", NOTHING),
        compared("share of hot", "thresholds", around(0, 1)),
        compared("hot per week", "thresholds", Estimate(0.0, 0.0, 0.0)),
        compared("calls", "capacity", Estimate(1.0, None, None)),
    ]
    told = [(claim.subject, claim.figure, claim.tells) for claim in conclude(figures, "hot", {})]
    assert told == [
        ("ranking", "auc", "more"),
        ("volume", "hot per week", "same"),
        ("capacity", "calls", "unknown"),
    ]


@pytest.mark.parametrize(("value", "within"), [(0.0, True), (0.3, True), (0.36, False), (1.5, False), (-0.3, True)])
def test_a_margin_is_held_by_two_one_sided_tests(value: float, within: bool) -> None:
    """Of 2 errors: the difference is shown to be smaller where 1.645 errors more would still be."""
    (claim,) = conclude([compared("auc", "ranking", Estimate(value, value - 0.001, value + 0.001))], None, {"auc": 2})
    assert claim.within
    found = conclude([compared("lift", "ranking", around(value, 1.0))], None, {"lift": 2.0})
    alone = abs(value) + 1.6449 < 2.0
    assert alone is within
    assert found[0].within is (2 - abs(value) > NormalDist().inv_cdf(1 - 0.025))  # the first of two claims


def test_no_more_than_one_comparison_in_twenty_claims_what_is_not() -> None:
    """Three subjects that do not differ, and a margin that is just missed: together about 5 % err."""
    about = ("auc", "ranking"), ("hot per week", "thresholds"), ("gain", "money")
    wrong = 0
    noise = np.array(NormalDist().samples(4 * 4_000, seed=5)).reshape(4_000, 4)
    for *alike, missed in noise.tolist():
        figures = [compared(*names, around(x, 1.0)) for names, x in zip(about, alike, strict=True)]
        figures.append(compared("lift", "ranking", around(5.0 + missed, 1.0)))
        found = conclude(figures, "hot", {"lift": 5.0})
        wrong += any(c.within if c.figure == "lift" else c.tells in ("more", "less") for c in found)
    assert 0.03 < wrong / len(noise) < 0.062


def test_sentences_say_what_the_figures_do() -> None:
    figures = [
        compared("auc", "ranking", around(0.02, 0.001)),
        compared("hot per week", "thresholds", around(-12, 1), 0, "count"),
        compared("gain", "money", around(1.0, 400), 1, "money"),
        compared("share of hot", "thresholds", around(0.001, 0.001), 0, "share"),
    ]
    told = verdict(comparison(figures, {"gain": 5, "share of hot": 0.02, "auc": 0.05}))
    assert told == (
        "The volume gets smaller: hot per week -12.0 (-14.0 to -10.0).",
        "The ranking gets better, but not by a material difference of more than 0.0500: auc +0.0200 (+0.0180 to +0.0220).",
        "No evidence of a difference in what calls earn, nor that there is none of more than 5.0: gain +1.0 (-783 to +785).",
        "No material difference in share of hot, none of more than 2.0%: share of hot +0.1 pp (-0.1 pp to +0.3 pp).",
    )


def test_what_is_sure_alone_and_not_among_several_claims_is_told_as_that() -> None:
    figures = [
        compared("auc", "ranking", around(2.1, 1.0)),
        compared("hot per week", "thresholds", around(1.0, 1.0), 0, "count"),
    ]
    alone, beside = verdict(comparison(figures[:1], {})), verdict(comparison(figures, {}))
    assert alone == ("The ranking gets better: auc +2.1000 (+0.1400 to +4.0600).",)
    assert beside[0] == (
        "Too little evidence, for one of several claims, of a difference in the ranking: auc +2.1000 (+0.1400 to +4.0600)."
    )


def test_what_changes_most_surely_comes_first() -> None:
    """By errors, not by size or subject; what changes by no material difference comes after it, the undecided last."""
    figures = [
        compared("auc", "ranking", around(0.002, 0.002)),
        compared("hot per week", "thresholds", around(300, 100), 0, "count"),
        compared("utilisation", "capacity", around(-0.2, 0.01), 0, "share"),
        compared("gain", "money", around(90, 1), 1, "money"),
    ]
    told = conclude(figures, "hot", {"gain": 1_000})
    assert [claim.subject for claim in told] == ["capacity", "volume", "money", "ranking"]
    assert [claim.tells for claim in told] == ["less", "more", "more", "no evidence"]
    assert verdict(comparison(figures, {"gain": 1_000}))[0].startswith("The use of capacity gets smaller: ")
    page = html_page(comparison(figures, {}), Assets("", "", ()))
    assert re.findall("<h1[^>]*>([^<]*)</h1>", page) == ["What calls earn gets better"]


def test_where_nothing_is_sure_the_ranking_comes_first() -> None:
    figures = [compared("hot per week", "thresholds", around(1, 1)), compared("auc", "ranking", around(0, 1))]
    assert [claim.subject for claim in conclude(figures, "hot", {})] == ["ranking", "volume"]


def test_where_nothing_can_be_said_that_is_said() -> None:
    nothing = verdict(comparison([compared("auc", "ranking", NOTHING)], {}))
    assert nothing == ("Too few leads win or lose to say which rule set ranks better.",)
    told = verdict(comparison([compared("auc", "ranking", around(0, 1), -1)], {}))
    assert told == ("No evidence of a difference in the ranking: auc 0.0000 (-1.9600 to +1.9600).",)
    missed = Precision("auc", 0.001, 0.002, 10, 20, 20)
    found = comparison([compared("auc", "ranking", around(0, 1))], {}, precision=missed)
    assert verdict(found)[-1] == "The difference of auc is not known as exactly as was asked for."
    assert "as many as there may be" in draw_comparison(found) and "target not reached" in draw_comparison(found)
    assert '"met": false' in comparison_as_json(found)


def test_less_of_what_is_bad_is_better() -> None:
    worse = comparison([compared("expired", "capacity", around(5, 1), -1)], {})
    assert verdict(worse)[0].startswith("The use of capacity gets worse: expired ")
    assert verdict(worse)[1] == "Too few leads win or lose to say which rule set ranks better."


def test_markdown_says_nothing_but_texts() -> None:
    assert escaped("<script> | `x`\n#1 *a*") == r"\<script\> \| \`x\` \#1 \*a\*"
    assert code("a ``` b") == "````\na ``` b\n````"
    table = markdown_grid(Grid(("a|b", "n"), [("x\ny", "1")], (1,)))
    assert table == "| a\\|b | n |\n| :-- | --: |\n| x y | 1 |"
    found = comparison([compared("auc", "ranking", around(1, 1))], {}, command="leadrules compare `x`")
    drawn = comparison_as_markdown(found)
    assert drawn.startswith("# old.lead against new.lead in m\n\n- No evidence of a difference in the ranking: ")
    assert "| ranking | old | new | difference | 95 % interval |" in drawn
    assert drawn.endswith("```\nagain: leadrules compare `x`\n```")
