"""What `measure` writes for one notebook, and what the notebook reads of it."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from facts import DATASET, SERVICE

from pipeline.contract.context import Context, ScaleFacts
from pipeline.contract.services import ServiceFacts
from pipeline.files.slices import COUNTS, LONG, cut, protect_slice, read_slice, scores_path, write_slice
from pipeline.present.page import open_page
from pipeline.protect.cells import Slice
from pipeline.protect.rounding import EXACT, Disclosure

SCALES = (
    ScaleFacts("wellbeing", "Wellbeing", 0, 40, "higher"),
    ScaleFacts("worry", "Worry", 0, 40, "lower"),
)

_NAMES = ("measure_id", "service_id", "ethnic_group", "ethnicity", "period", "characteristic", "level")
_NUMBERS = ("version", "events", "total", "child_years", "events_key", "size_key")
COUNTED = pd.DataFrame([["sex"] * len(_NAMES) + [1] * len(_NUMBERS)], columns=[*_NAMES, *_NUMBERS])


def service(service_id: str) -> ServiceFacts:
    return replace(SERVICE, service_id=service_id)


def write(folder: Path, services: tuple[str, ...], of_service: str | None = None) -> None:
    facts = tuple(map(service, services))
    context = Context(DATASET, service(of_service) if of_service else None, facts, (), SCALES, (), ())
    nobody = pd.DataFrame({"service_id": pd.Series(dtype="str"), "total": pd.Series(dtype="int64")})
    counted = ("taken", "followed", "within", "waiting")
    keyed = {name: pd.Series(dtype="int64") for one in counted for name in (one, f"{one}_key")}
    tables = {**dict.fromkeys(LONG, COUNTED), **dict.fromkeys(COUNTS, nobody)}
    tables["waits"] = nobody.assign(step=pd.Series(dtype="str"), **keyed)
    write_slice(folder, context, tables, ["age", "need"])


@pytest.fixture
def overall(tmp_path: Path) -> Path:
    """Two services, of which the first has a child on each scale; the second has no score."""
    write(tmp_path / "overall", ("S01", "S02"))
    scores = pd.DataFrame(
        {
            "arm": ["treated", "comparison"],
            "child": [7, 8],
            "scale": ["wellbeing", "worry"],
            "baseline_score": [10.0, 10.0],
            "review_score": [13.0, 13.0],
            "review_date": pd.Series([pd.Timestamp("2009-09-01"), pd.NaT]),
        }
    )
    for name, rows in (("S01", scores), ("S02", scores.iloc[:0])):
        folder = tmp_path / "services" / name
        write(folder, (name,), name)
        rows.to_parquet(scores_path(folder), index=False)
    return tmp_path / "overall"


@pytest.fixture
def of_one(overall: Path) -> Slice:
    return read_slice(overall.parent / "services" / "S01", EXACT)


def test_an_improvement_is_above_nought_whichever_way_the_scale_runs(of_one: Slice) -> None:
    told = of_one.scores.set_index("scale")
    assert told["improvement"].to_dict() == {"wellbeing": 3.0, "worry": -3.0}
    assert told["sign"].to_dict() == {"wellbeing": 1.0, "worry": -1.0}


def test_the_slice_over_all_has_the_scores_of_each_service(overall: Path, of_one: Slice) -> None:
    pd.testing.assert_frame_equal(read_slice(overall, EXACT).scores, of_one.scores)


def test_a_table_without_rows_keeps_its_types(of_one: Slice) -> None:
    assert of_one.children._rows.dtypes.astype(str).to_dict() == {"service_id": "str", "total": "int64"}


def test_what_strata_rest_on_and_the_long_tables_are_read_as_written(of_one: Slice) -> None:
    assert of_one.adjusted_for == ("age", "need")
    for table in (of_one.measures._rows, of_one.characteristics._rows, of_one.strata):
        assert table.to_dict("list") == COUNTED.to_dict("list")


def test_each_service_has_its_rows_in_their_order_and_all_have_what_tells_no_services_apart() -> None:
    table = pd.DataFrame({"service_id": ["S02", "S01", "S02", "S09"], "events": [3, 1, 2, 7]})
    parts = cut(table, ["S02", "S03", "S01"])
    assert {name: part["events"].to_pylist() for name, part in parts.items()} == {
        "S02": [3, 2],
        "S03": [],
        "S01": [1],
    }
    common = cut(table[["events"]], ["S01", "S02"])
    assert [part.num_rows for part in common.values()] == [4, 4]


def test_a_slice_says_what_is_held_and_is_read_by_the_rule_it_was_protected_by(overall: Path) -> None:
    rule = Disclosure(7, 5, {(4.0, 99): 5, (2.5, 7): 0})
    with pytest.raises(FileNotFoundError, match=r"these numbers are exact\. Run 'dvc repro protect'"):
        read_slice(overall, rule)
    service = overall.parent / "services" / "S01"
    protect_slice(service, {"measures": COUNTED.assign(events=9)}, rule)
    found = read_slice(service, Disclosure(7, 5))
    assert found.rule.held == rule.held
    assert found.measures._rows["events"].tolist() == [9]
    assert found.characteristics._rows["events"].tolist() == [1]
    for other in (Disclosure(5, 10), EXACT):
        with pytest.raises(ValueError, match=r"is protected by hide_up_to = 7, round_to = 5, and was asked"):
            read_slice(service, other)


@pytest.mark.parametrize("folder", ["notebooks", "."])
def test_a_notebook_names_the_slices_there_are_wherever_it_is_run_from(
    overall: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    (overall.parent / "notebooks").mkdir()
    monkeypatch.chdir(overall.parent / folder)
    assert open_page("../services/S01", "", 0.95, 0, 1).service == service("S01")
    with pytest.raises(FileNotFoundError, match=r"S99/context\.json is missing; choose one of S01, S02\.$"):
        open_page("../services/S99", "", 0.95, 7, 5)
    with pytest.raises(FileNotFoundError, match=r"is missing; run 'dvc repro protect' first\.$"):
        open_page("../elsewhere/S01", "", 0.95, 7, 5)
