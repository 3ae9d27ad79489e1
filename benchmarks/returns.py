"""Returns by the million rows in providers' formats: the sample borough repeated."""

import csv
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.trial import ROOT
from pipeline.contract.tables import load_table
from pipeline.sample.writing import sample_returns

SAMPLE = ROOT / "data" / "raw" / "sample"
_OWN_NUMBERS = ("episode_id", "child_id", "feedback_id")


_WRONG = {"service_id": "S99", "end_date": "2001-01-01"}


def write_returns(folder: Path, rows: int, wrong_every: int = 0) -> int:
    """Write a dataset whose returns hold at least `rows` rows, including the sample's own faults; return the number.

    In every `wrong_every`th copy each episode has an unknown service and ends before it begins.
    """
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("returns"), dirs_exist_ok=True)
    returns = sample_returns()
    sample = sum(len(table) for each in returns for table in each.tables.values())
    copies = -(-rows // sample)
    for each in returns:
        place = folder / "returns" / each.provider_id / each.period
        place.mkdir(parents=True)
        for table, lines in each.tables.items():
            header = load_table(table).columns
            with (place / f"{table}.csv").open("w", encoding="utf-8", newline="") as stream:
                writer = csv.writer(stream, lineterminator="\n")
                writer.writerow(header)
                for copy in range(copies):
                    spoilt = _WRONG if wrong_every and copy % wrong_every == 0 and table == "episodes" else {}
                    writer.writerows(_renumbered(header, line, copy, spoilt) for line in lines)
    return copies * sample


def _renumbered(
    header: Sequence[str], line: Sequence[str], copy: int, spoilt: Mapping[str, str]
) -> list[str]:
    """Return the line with ids of its own in each copy, so that no child or episode occurs in two."""
    cells = [
        f"{cell}-{copy}" if name in _OWN_NUMBERS and cell else spoilt.get(name, cell)
        for name, cell in zip(header, line, strict=False)
    ]
    return [*cells, *line[len(header) :]]
