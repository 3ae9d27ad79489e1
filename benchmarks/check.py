"""`outturn check` on a return of 5,000 rows, as CSV files and as one workbook, with the sample's tables.

The return repeats one of the sample, with an unknown code in every fiftieth episode. Imports are not timed; reading the
commissioner's tables and eleven earlier returns is.
"""

import csv
import io
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.trial import ROOT, tell
from pipeline.contract.dataset import read_dataset
from pipeline.contract.tables import RETURN_TABLES
from pipeline.returns.check import check_return
from pipeline.returns.check_report import format_check
from pipeline.returns.sent_files import gather_return
from pipeline.returns.templates import describe
from pipeline.returns.workbook import format_workbook

ROWS, TARGET = 5_000, 3.0
PROVIDER, PERIOD = "good_table", "2012-q1"
SAMPLE = ROOT / "data" / "raw" / "sample"
_NUMBERS = ("episode_id", "child_id", "feedback_id")


def _multiply() -> dict[str, list[dict[str, str]]]:
    """Repeat the return's rows under new ids until there are enough."""
    own = {
        name: list(csv.DictReader(io.StringIO((_folder() / f"{name}.csv").read_text(encoding="utf-8"))))
        for name in RETURN_TABLES
    }
    copies = -(-ROWS // sum(map(len, own.values())))
    rows = {
        name: [
            {
                column: f"{cell}-{copy}" if column in _NUMBERS and cell else cell
                for column, cell in row.items()
            }
            for copy in range(copies)
            for row in lines
        ]
        for name, lines in own.items()
    }
    for row in rows["episodes"][::50]:
        row["ethnicity"] = "WHTE"
    return rows


def _folder() -> Path:
    return SAMPLE / "returns" / PROVIDER / PERIOD


def _write(folder: Path, rows: dict[str, list[dict[str, str]]]) -> None:
    (folder / PERIOD).mkdir(parents=True)
    for name, lines in rows.items():
        with (folder / PERIOD / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, lines[0].keys(), lineterminator="\n")
            writer.writeheader()
            writer.writerows(lines)
    workbook = format_workbook(describe(read_dataset(SAMPLE)), rows)
    (folder / f"{PERIOD}.xlsx").write_bytes(workbook)


def time_check(path: Path) -> float:
    """Return the processor seconds of one check in this process, with its formatted report."""
    start = time.process_time()
    checked = check_return(gather_return([path], PROVIDER, ""), read_dataset(SAMPLE), 200)
    format_check(checked, colour=False)
    return time.process_time() - start


def _first_seconds(path: Path) -> float:
    """Time a check in a new process, where nothing has run before it."""
    code = f"from pathlib import Path; from benchmarks.check import time_check; print(time_check(Path({str(path)!r})))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout)


def compare_check(folder: Path) -> None:
    """Print the seconds with the target: the best of three processes."""
    rows = _multiply()
    _write(folder, rows)
    size = sum(map(len, rows.values()))
    for words, path in (("CSV files", folder / PERIOD), ("workbook", folder / f"{PERIOD}.xlsx")):
        seconds = min(_first_seconds(path) for _ in range(3))
        tell(f"check of {size:,} rows, {words}, seconds", seconds, TARGET)
