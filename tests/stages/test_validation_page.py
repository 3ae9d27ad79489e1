"""docs/validation.md can be typed: its suite is opened, run on rows and extended."""

import re
from pathlib import Path
from typing import Any

import pytest
from small_dataset import EPISODES, change_file, load, write_dataset

from pipeline.stages.intake import run_intake

PAGE = Path(__file__).parents[2] / "docs" / "validation.md"


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the page's lines leave behind, typed where a project keeps its data."""
    folder = write_dataset(tmp_path / "data" / "raw" / "sample")
    change_file(folder, EPISODES, "E3,S03,C3,2009-04-13,,,11", "E3,S09,C3,2009-04-13,,2009-04-12,19")
    run_intake(load(folder), tmp_path / "data" / "processed" / "intake")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for block in re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S):
        exec(block, names)
    return names


def test_the_suite_names_every_failing_row_by_file_and_line(typed: dict[str, Any]) -> None:
    assert typed["failing"] == {
        ("episode.service_known", EPISODES, 4),
        ("episode.dates_in_order", EPISODES, 4),
    }


def test_an_expectation_of_ones_own_is_asked_like_the_others(typed: dict[str, Any]) -> None:
    assert typed["suite"].expectations[-1] == typed["grown_up"]
    (found,) = typed["over_18"].result["unexpected_index_list"]
    assert (found["row"], found["age"]) == (4, 19)
