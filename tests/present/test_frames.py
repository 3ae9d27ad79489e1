"""Frames of findings in the digits that they leave the project in."""

import pandas as pd
import pytest

from pipeline.analysis.finding_columns import SCHEMAS, Row, as_frame
from pipeline.present.disclosure.frames import format_frame, read_finding, trim_means
from pipeline.protect.rounding import EXACT, Disclosure


def test_a_mean_does_not_tell_of_how_many_it_is() -> None:
    """A mean of 23 whole scores in all its digits is a multiple of 1/23 and of no smaller fraction."""
    frame = pd.DataFrame({"estimate": [39 / 23, None], "total": pd.Series([25, None], dtype="Int64")})
    told = format_frame(frame)
    assert told["estimate"].tolist()[0] == "1.7"
    assert told["total"].tolist()[0] == 25


def test_child_years_keep_the_months_that_they_were_rounded_to() -> None:
    assert format_frame(pd.DataFrame({"other_child_years": [1234.5833333]}))[
        "other_child_years"
    ].tolist() == ["1234.58"]


@pytest.mark.parametrize("value", [0.0, -0.0512349, 123456.0])
def test_three_digits_are_told(value: float) -> None:
    told = float(format_frame(pd.DataFrame({"lower": [value]}))["lower"].tolist()[0])
    assert told == pytest.approx(value, rel=5e-3)


def test_a_frame_comes_back_in_its_declared_types_and_without_rows_from_nothing() -> None:
    rows: list[Row] = [
        {"curve_id": "C1", "period": "2011-q2", "forecast": 0.25},
        {"curve_id": "None", "period": "2011-q3"},
    ]
    told = format_frame(as_frame(rows, "curve_periods")).to_csv(index=False)
    found = read_finding("curve_periods", told)
    assert found.dtypes.astype(str).to_dict() == dict(SCHEMAS["curve_periods"])
    assert found["curve_id"].tolist() == ["C1", "None"]
    assert found["forecast"].dropna().tolist() == [0.25]
    assert len(read_finding("curve_periods", "")) == 0


def test_a_mean_has_no_digits_that_only_some_numbers_of_scores_can_give() -> None:
    """91 points over 56 scores are 1.625, and no other number from 51 to 59 gives that."""
    frame = pd.DataFrame({"unit": ["points", "points"], "size": [55, 255], "estimate": [91 / 56, 91 / 56]})
    told = trim_means(frame, Disclosure(7, 5))["estimate"]
    assert told.tolist() == [1.6, 1.63]
    assert trim_means(frame, EXACT)["estimate"].equals(frame["estimate"])


def test_a_share_that_nothing_is_set_beside_is_told_as_a_share() -> None:
    """Of the group that others are compared with: 3,075 of 3,220 is no 0.954, and a rate has three digits."""
    rows: list[Row] = [
        {"version": 1, "level": 3075 / 3220, "unit": ""},
        {"version": 1, "level": 3075 / 3220, "child_years": 10.0, "unit": ""},
    ]
    frame = as_frame(rows, "gaps")
    assert format_frame(frame)["level"].tolist() == ["0.95497", "0.954"]
    without_time = frame[:1].drop(columns="child_years")
    assert format_frame(without_time)["level"].tolist() == ["0.95497"], "where no measure is a rate"
