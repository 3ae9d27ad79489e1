"""Quotation marks around cells change nothing."""

import csv
import shutil
from pathlib import Path

import pytest

from pipeline.contract.dataset import read_dataset
from pipeline.contract.tables import RETURN_TABLES
from pipeline.stages.intake import run_intake

SAMPLE = Path(__file__).parents[2] / "data" / "raw" / "sample"
PROVIDERS = ("good_table", "northbrook")
"""Two that send folders of CSV files, in one of which a row is ragged."""


@pytest.mark.long
def test_returns_read_the_same_where_every_cell_stands_in_quotation_marks(tmp_path: Path) -> None:
    plain = Path(
        shutil.copytree(SAMPLE, tmp_path / "plain" / "sample", ignore=shutil.ignore_patterns("returns"))
    )
    for name in PROVIDERS:
        shutil.copytree(SAMPLE / "returns" / name, plain / "returns" / name)
    written = []
    for dataset in (plain, write_quoted(plain, tmp_path / "quoted" / "sample")):
        run_intake(read_dataset(dataset), dataset.parent / "intake")
        found = (path for path in (dataset.parent / "intake").rglob("*.*") if path.is_file())
        written.append({path.relative_to(dataset.parent): path.read_bytes() for path in found})
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
