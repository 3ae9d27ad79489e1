"""`outturn areas`: a page of published statistics alone, without a provider or a return."""

import csv
import shutil
from pathlib import Path

import pytest

from pipeline.commands.areas import write_areas
from pipeline.contract.dataset import read_dataset
from pipeline.files.commissioner.benchmarks import read_benchmarks
from pipeline.files.commissioner.reference_table import ReferenceTableError

ROOT = Path(__file__).parents[2]
RAW = ROOT / "data" / "raw"
REAL = ROOT.parent / "shared" / "data" / "children_social_care"


def test_a_dataset_without_services_and_returns_has_a_page_of_its_own(tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    shutil.copytree(RAW / "sample" / "benchmarks", alone / "benchmarks")
    (alone / "reference").mkdir()
    for name in ("dataset.yaml", "reference/benchmarks.csv"):
        shutil.copy(RAW / "sample" / name, alone / name)
    said = list(write_areas(ROOT, alone, tmp_path / "out"))
    assert said[0].startswith(
        "Rising faster here than among similar areas (statistical neighbours): Children looked after on 31 March."
    )
    page = (tmp_path / "out" / "areas.html").read_text(encoding="utf-8")
    assert page.count("<img") == 2
    assert "How sure is this?" in page
    with (tmp_path / "out" / "tables" / "finding_areas.csv").open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 20


def test_a_dataset_without_benchmarks_is_told_what_to_write(tmp_path: Path) -> None:
    shutil.copy(RAW / "sample" / "dataset.yaml", tmp_path / "dataset.yaml")
    with pytest.raises(ReferenceTableError, match=r"benchmarks\.csv is missing or blank; write a row"):
        list(write_areas(ROOT, tmp_path, tmp_path / "out"))


@pytest.mark.skipif(not REAL.is_dir(), reason="the real files of ../shared/data are not here")
def test_a_real_council_s_page_is_made_of_files_that_stay_where_they_are() -> None:
    found = {each.indicator_id: each for each in read_benchmarks(read_dataset(RAW / "england_area"))}
    assert {each.area for each in found.values()} == {"Rochdale"}
    assert [len(each.periods) for each in found.values()] == [5, 5, 5, 13, 13, 13, 5]
    latest = found["looked_after"].periods[-1]
    assert (latest.own.value, latest.region.value, latest.england.value) == (102, 90, 67)
    assert len(latest.neighbours) == 10
