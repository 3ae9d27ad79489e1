"""Log a line for each run of a stage: `data/processed/log/<stage>.jsonl`."""

import json
import sys
import time
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

_ROWS = {"lines", "read", "accepted", "superseded", "set_aside", "out_of_scope", "replaced", "rows_out"}
_LIBRARIES = (
    *("pandas", "duckdb", "ibis-framework", "great-expectations"),
    *("papermill", "statsmodels", "scipy", "numpy"),
)


def loggable(counts: Mapping[str, int], hide_up_to: int) -> dict[str, int | str]:
    """Return counts of rows for the log; small ones are withheld, because each row is about a child."""
    few = f"1 to {hide_up_to}"
    return {key: few if key in _ROWS and 1 <= value <= hide_up_to else value for key, value in counts.items()}


def write_log(folder: Path, stage: str, seconds: float, counts: Mapping[str, int | str]) -> None:
    """Append a line to the stage's log: time, duration, counts, and the versions that the numbers depend on."""
    folder.mkdir(parents=True, exist_ok=True)
    line = {
        "stage": stage,
        "finished": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "seconds": round(seconds, 2),
        **counts,
        "python": ".".join(map(str, sys.version_info[:3])),
        **{name: version(name) for name in _LIBRARIES},
    }
    with (folder / f"{stage}.jsonl").open("a", encoding="utf-8", newline="\n") as stream:
        stream.write(json.dumps(line) + "\n")
