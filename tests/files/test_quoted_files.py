"""Quotation marks around cells change nothing."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from pipeline.contract.dataset import read_dataset
from pipeline.contract.tables import RETURN_TABLES
from pipeline.stages.intake import run_intake

ROOT = Path(__file__).parents[2]


@pytest.mark.long
def test_the_sample_reads_the_same_where_every_cell_stands_in_quotation_marks(tmp_path: Path) -> None:
    sample = read_dataset(ROOT / "data" / "raw" / "sample")
    quoted = write_quoted(sample.folder, tmp_path / "sample")
    written = []
    for dataset, place in ((sample, tmp_path / "plain"), (read_dataset(quoted), tmp_path / "quoted")):
        run_intake(dataset, place / "intake")
        written.append(
            {path.relative_to(place): path.read_bytes() for path in place.rglob("*.*") if path.is_file()}
        )
    assert written[0] == written[1]


def write_quoted(folder: Path, copy: Path) -> Path:
    """The dataset with every cell of its returns' own CSV files in quotation marks."""
    for path in (path for path in folder.rglob("*") if path.is_file()):
        place = copy / path.relative_to(folder)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(path.read_bytes())
        if path.suffix == ".csv" and path.stem in RETURN_TABLES and b"\0" not in path.read_bytes():
            with (
                path.open(encoding="utf-8", newline="") as lines,
                place.open("w", encoding="utf-8", newline="") as out,
            ):
                csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(csv.reader(lines))
    return copy
