"""Suites decide: the library names the rows that fail, and what it cannot ask is a fault of ours."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from small_dataset import take_in, write_dataset

from pipeline.analysis.validation.batches import Known
from pipeline.analysis.validation.results import ExpectationError, check_contract_promises, find_failing
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


def failing(rows: pd.DataFrame) -> dict[str, list[int]]:
    places = find_failing(rows, "episodes", KNOWN).places
    return {rule: found.tolist() for rule, found in places.items() if len(found)}


def test_valid_rows_meet_every_expectation_and_are_left_untouched(episodes: pd.DataFrame) -> None:
    before = episodes.copy()
    assert check_contract_promises(episodes, "episodes", CODES) > 50
    assert failing(episodes) == {}
    pd.testing.assert_frame_equal(episodes, before)


def test_a_failing_row_is_named_by_its_place(episodes: pd.DataFrame) -> None:
    assert failing(episodes.assign(service_id=["S09", "S01", "S09"])) == {"episode.service_known": [0, 2]}


def test_a_fault_that_another_rule_tells_is_told_once(episodes: pd.DataFrame) -> None:
    rows = pd.concat(
        [episodes, episodes.iloc[:1], episodes.iloc[:1].assign(episode_id="E9")], ignore_index=True
    )
    assert failing(rows) == {"episode.key_unique": [0, 3], "episode.child_once": [4]}


def test_a_row_that_is_set_aside_is_not_warned_of(episodes: pd.DataFrame) -> None:
    unstarted = episodes["start_date"].mask(episodes["episode_id"].notna())
    rows = episodes.assign(end_reason="completed", start_date=unstarted, end_date=episodes["referral_date"])
    assert failing(rows) == {"episode.completed_has_start": [0, 1, 2]}
    assert failing(rows.assign(service_id=["S09", "S01", "S01"])) == {
        "episode.completed_has_start": [1, 2],
        "episode.service_known": [0],
    }


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
    with pytest.raises(ExpectationError, match=r"episodes, .* finds"):
        check_contract_promises(rows, "episodes", CODES)


def test_a_column_that_is_not_there_is_a_fault_of_ours(episodes: pd.DataFrame) -> None:
    with pytest.raises(ExpectationError, match="columns there"):
        check_contract_promises(episodes.drop(columns="area"), "episodes", CODES)


def test_a_rule_that_cannot_be_asked_is_a_fault_of_ours(episodes: pd.DataFrame) -> None:
    with pytest.raises(ExpectationError, match="could not be checked"):
        find_failing(episodes.assign(end_date="soon"), "episodes", KNOWN)


def test_no_rows_at_all_do_not_pass(episodes: pd.DataFrame) -> None:
    with pytest.raises(ExpectationError, match="row count"):
        check_contract_promises(episodes.iloc[:0], "episodes", CODES)
