"""Figures that tell more of a number than what is shown of it: five planted of each kind are found, nothing else."""

import pytest

from pipeline.audit.alone import UNFOUNDED
from pipeline.audit.figures import BLANK, DIGITS, LIMITS, find_by_figures
from pipeline.protect.rounding import Disclosure

RULE = Disclosure(7, 5)
Row = dict[str, str]
Named = dict[str, list[Row]]


def row(**values: object) -> Row:
    return {name: f"{value}" for name, value in values.items()}


def told(name: str, *numbers: object) -> Row:
    """A figure and its limits, or what stands in their place."""
    each = numbers if len(numbers) > 1 else numbers * 3
    return row(**dict(zip((name, f"{name}_lower", f"{name}_upper"), each, strict=True)))


def change(group: str, once: int, twice: int, *parts: Row, **more: object) -> Row:
    """A row of the table of changes: 2 points (.5 to 3.5), unless parts of it say otherwise."""
    own = row(group=group, verdict="better", with_baseline=once, with_both=twice, baseline=20.1, review=22.1)
    own |= told("change", 2.0, 0.5, 3.5) | told("effect_size", "[x]")
    for part in parts:
        own |= part
    return own | row(**more)


def score(group: str, twice: int, **more: object) -> Row:
    """A row of the frame of changes."""
    own = row(scale="wellbeing", design="before and after", ethnic_group=group, with_baseline=30, total=twice)
    own |= row(other_total="", baseline=20.1, review=22.1, estimate=2.0, lower=0.5, upper=3.5, unit="points")
    return own | row(method="Student t, clustered", verdict="better", confidence_level=0.95) | row(**more)


def gap(group: str, **more: object) -> Row:
    own = row(measure_id="started", ethnic_group=group, events=5, total=10, child_years="", estimate=-0.3)
    return (
        own
        | row(other_events=40, other_total=50, other_child_years="", method="Newcombe, method 10")
        | row(**more)
    )


def spread(group: str, once: int, *effect: float) -> Row:
    return change(group, once, 20, told("effect_size", *effect))


FEW = {"estimate": "", "method": "the figure rests on a small number of children"}
NONE = dict.fromkeys(("baseline", "review", "estimate", "lower", "upper", "method", "unit"), "")
WHOLE = row(baseline=20, review=22) | told("change", 2, 0, 4)
HIDDEN = row(baseline="[c]", review="[c]") | told("change", "[x]") | row(verdict="too few to say")
OF_FIVE = {"change_wellbeing": [change("Asian", 15, 10, **WHOLE), change("Black", 20, 10, HIDDEN)]}
GOALS = [row(group="Asian", children=15) | told("attained", 54.0, 51.0, 57.0)]
TREATED = row(group="Asian", verdict="no clear change", treated=15, comparison=20) | told(
    "at_review", 1, -2, 4
)
STARTS = row(group="Asian", started=55) | told("matched", 54.5, 40.6, 68.0)
CLEAN: Named = {
    "change_wellbeing": [
        change("All children", 50, 30),
        spread("Asian", 25, 0.5, 0.123, 0.972),
        change("Black", 20, 10, HIDDEN),
        change("Mixed", 15, 10, HIDDEN),
        change("White", 10, 0, HIDDEN, baseline="[x]", review="[x]"),
    ],
    "change_own_goals": [change("Asian", 25, 10, told("change", "[x]"), verdict="", baseline=-1, review=1)],
    "finding_score_changes": [score("All children", 30), score("Black", 10, **NONE), score("White", 15)],
    "finding_gaps": [gap("Black"), gap("Asian", events=0, total=5, **FEW), gap("White", estimate=-0.3)],
    "unmatched_own_goals": [STARTS | told("start_difference", "[x]"), STARTS | told("start_difference", -1, -2, 0)],
    "gap": [row(group="Not known", word="not a group", total=10) | told("gap", "[x]")],
    "cutoff_wellbeing": [row(group="Black", moved="not clear", children=20) | told("shift", 9, -1, 19)],
}  # fmt: skip
PLANTED: dict[str, list[Named]] = {
    BLANK: [
        OF_FIVE,
        {"finding_score_changes": [score("Black", 15), score("Asian", 15, **NONE)]},
        {"finding_gaps": [gap("Black"), gap("Asian", **FEW)]},
        {"goals_own_goals": [*GOALS, row(group="Black", children=15) | told("attained", "[x]")]},
        {"effect_wellbeing": [TREATED | told("given_start", 1, -2, 4), TREATED | told("given_start", "[c]")]},
    ],
    DIGITS: [
        {"change_wellbeing": [change("Asian", 25, 15, baseline=20.13)]},
        {"change_wellbeing": [change("Asian", 25, 15, told("change", 2.0, 0.51, 3.5))]},
        {"finding_score_changes": [score("All children", 100, review=22.13)]},
        {"finding_score_changes": [score("Asian", 90, other_total=10, upper=3.5)]},
        {"whole_and_parts": [row(what="Wellbeing", scored=45) | told("change", 0.84, 0.6, 1.1)]},
    ],
    LIMITS: [{"change_wellbeing": [spread("Asian", *effect)]} for effect in (
        (25, 0.5, 0.123, 0.99), (25, 0.5, 0.12, 0.972), (20, 0.5, 0.123, 0.972), (30, 0.5, 0.123, 0.972),
        (5, 0.5, 0.123, 0.972),
    )],
    UNFOUNDED: [
        {"cutoff_wellbeing": [row(group="Black", moved="more", children=20) | told("shift", 0, -19, 19)]},
        {"change_wellbeing": [change("Asian", 25, 15, told("change", 1.0, -0.5, 2.5))]},
        {"gap": [row(group="Black", word="behind", total=10) | told("gap", "[c]")]},
        {"characteristics": [row(who="Sex: male", word="ahead", total=10) | told("gap", 9, -1, 19)]},
        {"gap_effect_wellbeing": [row(group="Black", verdict="narrower") | told("moved", 1, -1, 3)]},
    ],
}  # fmt: skip
CASES = [(why, at) for why, each in PLANTED.items() for at in range(len(each))]


def attack(tables: Named) -> set[str]:
    """Why the figures of two services' pages tell too much, the tables on the second."""
    return {why for _, _, why in find_by_figures({"services/S01": CLEAN, "services/S02": tables}, RULE)}


def test_figures_that_follow_from_what_is_shown_raise_no_alarm() -> None:
    assert attack(CLEAN) == set()


@pytest.mark.parametrize(("why", "at"), CASES)
def test_a_planted_figure_is_found(why: str, at: int) -> None:
    assert len(PLANTED[why]) == 5
    assert attack(PLANTED[why][at]) == {why}


def test_a_figure_left_out_on_another_page_is_found() -> None:
    """The Black group's ten of S01 have no mean, so those of S02 with one are more than that rule leaves."""
    assert attack({"change_wellbeing": [change("White", 15, 10, **WHOLE)]}) == {BLANK}


@pytest.mark.parametrize("reason", ["all values are the same, so there is no spread to judge by", ""])
def test_a_reason_of_its_own_in_the_row_is_no_leak(reason: str) -> None:
    found = attack({"finding_score_changes": [score("Black", 15, estimate="", method=reason, unit="")]})
    assert found == (set() if reason else {BLANK})
