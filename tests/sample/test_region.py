"""A region of a size: services, children and areas as asked, and nobody's folder deleted."""

from pathlib import Path

import pytest

from pipeline.contract.dataset import read_dataset
from pipeline.contract.tables import load_table
from pipeline.files.commissioner.reference import read_reference
from pipeline.sample.__main__ import main
from pipeline.sample.region import Size, region_returns, write_region

SIZE = Size(services=40, children=301, areas=3)


def test_a_region_has_the_services_children_and_areas_that_were_asked_for() -> None:
    columns = load_table("episodes").columns
    rows = [
        dict(zip(columns, row, strict=True))
        for _, each in region_returns(SIZE)
        for row in each.tables["episodes"]
    ]
    assert {row["area"] for row in rows} == {"Area 01", "Area 02", "Area 03"}
    assert len({row["child_id"] for row in rows}) == 301
    assert {row["service_id"] for row in rows} <= {f"S{number:03d}" for number in range(1, 41)}
    assert {row["service_id"] > "S020" for row in rows} == {False, True}


def test_a_region_is_a_dataset_whose_tables_can_be_read_and_the_same_each_time(tmp_path: Path) -> None:
    for name in ("one", "other"):
        write_region(tmp_path / name, SIZE)
    tables = read_reference(read_dataset(tmp_path / "one")).tables
    assert (tables["services"].num_rows, tables["providers"].num_rows) == (40, 30)
    one, other = (
        {
            path.relative_to(tmp_path / name): path.read_bytes()
            for path in (tmp_path / name).rglob("*")
            if path.is_file()
        }
        for name in ("one", "other")
    )
    assert one == other


def test_a_size_that_is_no_number_of_boroughs_is_refused() -> None:
    with pytest.raises(ValueError, match="multiple of 20"):
        Size(services=50)


def test_a_folder_that_is_no_region_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "ours.csv").write_text("kept", encoding="utf-8")
    with pytest.raises(SystemExit):
        main([str(tmp_path)])
    assert [path.name for path in tmp_path.iterdir()] == ["ours.csv"]
