"""great-expectations and our own masks check each other: where they differ, the stage must fail."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from small_dataset import take_in, write_dataset

from pipeline.analysis.validation.coded_columns import FrameRows
from pipeline.analysis.validation.expectations import question_rows
from pipeline.analysis.validation.great_expectations_check import ExpectationError, confirm
from pipeline.analysis.validation.rules import Known, find_failing
from pipeline.contract.tables import load_table
from pipeline.files.writer import read_table, to_frame

KNOWN = Known(
    services={"S01": "harbour", "S03": ""},
    providers=frozenset({"harbour"}),
    scales={"wellbeing": (7.0, 35.0)},
)
CODES = {"ethnicity": ["BAFR", "WBRI"]}


@pytest.fixture
def episodes(tmp_path: Path) -> pd.DataFrame:
    take_in(write_dataset(tmp_path / "data"))
    return to_frame(read_table(tmp_path / "intake" / "episodes.parquet"))


def _masks(rows: pd.DataFrame) -> Mapping[str, pd.Series]:
    return find_failing(FrameRows(rows), "episodes", KNOWN).masks


def check_rows(rows: pd.DataFrame, masks: Mapping[str, pd.Series]) -> int:
    return confirm(question_rows(FrameRows(rows), load_table("episodes"), CODES, masks, KNOWN))


def test_valid_rows_meet_every_expectation_and_are_left_untouched(episodes: pd.DataFrame) -> None:
    before = episodes.copy()
    assert check_rows(episodes, _masks(episodes)) > 30
    pd.testing.assert_frame_equal(episodes, before)


def test_a_mask_that_misses_a_row_is_found_out(episodes: pd.DataFrame) -> None:
    rows = episodes.assign(service_id=["S01", "S01", "S09"])
    masks = {**_masks(rows), "episode.service_known": pd.Series([False, False, False])}
    with pytest.raises(ExpectationError, match=r"episode.service_known: .* finds 1 rows, our own mask 0"):
        check_rows(rows, masks)


@pytest.mark.parametrize("services", [["S09", "S01", "S09"], ["S01", "S09", "S09"]])
def test_a_value_that_fails_counts_as_often_as_it_stands(episodes: pd.DataFrame, services: list[str]) -> None:
    rows = episodes.assign(service_id=services)
    masks = {**_masks(rows), "episode.service_known": pd.Series([False, False, True])}
    with pytest.raises(ExpectationError, match=r"episode.service_known: .* finds 2 rows, our own mask 1"):
        check_rows(rows, masks)


BROKEN: dict[str, dict[str, Any]] = {
    "required cell blank": {"child_id": ["C1", None, "C3"]},
    "code of another classification": {"ethnicity": ["BAFR", "XXXX", None]},
    "code of another list": {"sex": ["female", "f", None]},
    "number out of range": {"age": pd.array([9, 99, None], dtype="Int64")},
    "pattern not met": {"child_id": ["C1", "Jo B", "C3"]},
    "another type": {"age": ["nine", "ten", None]},
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_row_that_intake_should_not_have_let_through_is_a_fault_of_ours(
    episodes: pd.DataFrame, case: str
) -> None:
    rows = episodes.assign(**BROKEN[case])
    with pytest.raises(ExpectationError, match=r"episodes, .* our own mask 0|could not be checked"):
        check_rows(rows, _masks(rows))


def test_a_column_that_is_not_there_is_a_fault_of_ours(episodes: pd.DataFrame) -> None:
    masks = _masks(episodes)
    with pytest.raises(ExpectationError, match=r"columns: |could not be checked"):
        check_rows(episodes.drop(columns="area"), masks)


def test_no_rows_at_all_do_not_pass(episodes: pd.DataFrame) -> None:
    rows = episodes.iloc[:0]
    with pytest.raises(ExpectationError, match="row count"):
        check_rows(rows, _masks(rows))
