"""Returns by the million rows, as providers send them: the sample borough many times over."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Mapping
from pathlib import Path

from benchmarks.trial import ROOT

SAMPLE = ROOT / "data" / "raw" / "sample"
_OWN_NUMBERS = ("episode_id", "child_id", "feedback_id")


_WRONG = {"service_id": "S99", "end_date": "2001-01-01"}


def write_returns(folder: Path, rows: int, wrong_every: int = 0) -> int:
    """A dataset whose returns hold at least `rows` rows, the sample's own faults among them; says how many.

    In every `wrong_every`th copy each episode has an unknown service and ends before it begins.
    """
    shutil.copytree(SAMPLE, folder)
    files = sorted(folder.glob("returns/*/*/*.csv"))
    texts = {path: path.read_text(encoding="utf-8") for path in files}
    own = {path: list(csv.reader(io.StringIO(text, newline=""))) for path, text in texts.items()}
    sample = sum(len(rows) - 1 for rows in own.values())
    copies = -(-rows // sample)
    for path, (header, *lines) in own.items():
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(header)
            for copy in range(copies):
                spoilt = _WRONG if wrong_every and copy % wrong_every == 0 and path.stem == "episodes" else {}
                writer.writerows(_renumbered(header, line, copy, spoilt) for line in lines)
    return copies * sample


def _renumbered(header: list[str], line: list[str], copy: int, spoilt: Mapping[str, str]) -> list[str]:
    """The line with numbers of its own in each copy, so that no child or episode stands in two."""
    cells = [
        f"{cell}-{copy}" if name in _OWN_NUMBERS and cell else spoilt.get(name, cell)
        for name, cell in zip(header, line, strict=False)
    ]
    return [*cells, *line[len(header) :]]
