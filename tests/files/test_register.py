"""The register of targets: every fault with its row, its column and its fix."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from pipeline.contract.groups.ethnicity import load_classification
from pipeline.files.commissioner.register_table import check_register

ONS = load_classification("ons_2011", Path())
MEASURES = [
    {"measure_id": "completed", "unit": "percent", "direction": "higher"},
    {"measure_id": "plan_started", "unit": "per_100_child_years", "direction": "lower"},
]
SCALES = [{"scale": "wellbeing"}]
SOUND: dict[str, Any] = {
    "row": 2,
    "target_id": "T1",
    "version": 1,
    "kind": "completion",
    "measure_id": "completed",
    "service_id": None,
    "ethnic_group": "Black",
    "comparator": "everyone else",
    "direction": "at_least",
    "baseline": None,
    "target": -5.0,
    "due": dt.date(2012, 3, 31),
    "why": "Families said so.",
    "agreed_with": "Parents' forum",
    "agreed_on": dt.date(2009, 6, 30),
}
REPRESENTED = {"kind": "representation", "measure_id": None, "comparator": "population"}


def faults(*changes: dict[str, Any]) -> list[str]:
    rows = [{**SOUND, **change} for change in changes]
    return [f"row {f.row}, {f.column}: {f.said}" for f in check_register(rows, MEASURES, SCALES, ONS)]


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"ethnic_group": "Caribbean", "comparator": "WBRI"},
        {"ethnic_group": "BAFR", "comparator": "everyone else"},
        {"comparator": None, "target": 75.0},
        REPRESENTED,
        {**REPRESENTED, "comparator": None, "target": 12.0, "direction": "at_most"},
        {"kind": "change_in_score", "measure_id": "wellbeing", "target": 200.0},
        {"kind": "other", "measure_id": "plan_started", "direction": "at_most", "target": 250.0},
    ],
)
def test_sound_rows_pass(change: dict[str, Any]) -> None:
    assert faults(change) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"measure_id": "complete"},
            "row 2, measure_id: 'complete' is not in reference/measures.csv; did you mean 'completed'?"),
        ({"measure_id": None},
            "row 2, measure_id: this is blank; a target of the kind completion needs one that is "
            "in reference/measures.csv."),
        ({"kind": "change_in_score"},
            "row 2, measure_id: 'completed' is not a scale in reference/scales.csv; check its "
            "spelling, or add it there."),
        ({**REPRESENTED, "measure_id": "completed"},
            "row 2, measure_id: a target for representation has no measure, but this says 'completed'; "
            "leave it blank."),
        ({"ethnic_group": "Blck"},
            "row 2, ethnic_group: 'Blck' is not a broad group, code or label of ons_2011; did you mean 'Black'?"),
        ({"ethnic_group": "Not known"},
            "row 2, ethnic_group: 'Not known' is not a broad group, code or label of ons_2011; "
            "use one of Asian, Black, Mixed, White, Other."),
        ({"comparator": "everybody"},
            "row 2, comparator: 'everybody' is not a broad group, code or label of ons_2011; "
            "use one of Asian, Mixed, White, Other, everyone else."),
        ({"ethnic_group": "Caribbean", "comparator": "Black"},
            "row 2, comparator: 'Black' and 'Caribbean' hold the same children; "
            "use one of Asian, Mixed, White, Other, everyone else."),
        ({"comparator": "population"},
            "row 2, comparator: 'population' is the comparator of the kind representation only; "
            "write 'everyone else', a group, or leave it blank."),
        ({**REPRESENTED, "comparator": "everyone else"},
            "row 2, comparator: a share of the children reached is compared with the population; "
            "write 'population' or leave it blank."),
        ({**REPRESENTED, "comparator": "White"},
            "row 2, comparator: a share of the children reached is compared with the population; "
            "write 'population' or leave it blank."),
        ({"kind": "change_in_score", "measure_id": "wellbeing", "direction": "at_most"},
            "row 2, direction: a change in score counts what got better, so a target is 'at_least'."),
        ({"direction": "at_most"}, "row 2, direction: of 'completed' more is better, so a target is 'at_least'."),
        ({"kind": "other", "measure_id": "plan_started", "target": 1.0},
            "row 2, direction: of 'plan_started' less is better, so a target is 'at_most'."),
        ({"target": -500.0}, "row 2, target: -500 is not between -100 and 100 percentage points; correct it."),
        ({"target": -5.0, "comparator": None},
            "row 2, target: -5 is not between 0 and 100 per cent; correct it, or name a comparator where it is a gap."),
        ({"baseline": 101.0}, "row 2, baseline: 101 is not between -100 and 100 percentage points; correct it."),
        ({"due": dt.date(2009, 6, 30)},
            "row 2, due: the target is due on 2009-06-30, not after it was agreed (2009-06-30); correct one."),
        ({"version": 2},
            "row 2, version: the first version of 'T1' is 2; put version 1 back, or count from 1 if there was none."),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_fix(change: dict[str, Any], said: str) -> None:
    assert faults(change) == [said]


def test_versions_count_without_a_hole_each_agreed_after_the_one_before() -> None:
    later = {"row": 3, "version": 2, "agreed_on": dt.date(2010, 6, 30)}
    assert faults({}, later) == []
    assert faults({}, {**later, "version": 3}) == [
        "row 3, version: version 3 follows 1; put version 2 back, or count on if there was none."
    ]
    assert faults({}, {**later, "agreed_on": dt.date(2009, 6, 30)}) == [
        "row 3, agreed_on: version 2 was not agreed after version 1; correct a date."
    ]
