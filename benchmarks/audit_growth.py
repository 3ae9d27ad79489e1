"""`python -m benchmarks.audit_growth [number ...]`: the time of the audit for a site of so many services.

Repeats the tables of the sample's pages (run it first) under new service names. Tables over all services stay those of
the sample's 20, so with more services they reveal what no real site would: only for 20 is the last column 0.
"""

import math
import sys
import time
from itertools import cycle, islice
from pathlib import Path

from pipeline.audit.attack import find_leaks
from pipeline.audit.tables import Rows, Tables
from pipeline.publishing.source import list_tables
from pipeline.settings import read_settings
from pipeline.stages.audit import arrange_tables, read_links

ROOT = Path(__file__).resolve().parents[1]
NUMBERS = (20, 100, 400)
_ALL = "index"


def _under(rows: Rows, old: str, new: str) -> Rows:
    return [row | {"service_id": new} if row.get("service_id") == old else row for row in map(dict, rows)]


def take_over(tables: Tables, number: int) -> Tables:
    """Return the pages over all, and those of so many services, repeating the sample's."""
    services = sorted({page.split("/")[1] for page in tables} - {_ALL})
    found = {page: named for page, named in tables.items() if page.endswith(f"/{_ALL}")}
    for at, own in enumerate(islice(cycle(services), number)):
        new = f"{own}x{at}"
        for folder in ("services", "equality"):
            named = tables.get(f"{folder}/{own}", {})
            found[f"{folder}/{new}"] = {name: _under(rows, own, new) for name, rows in named.items()}
    return found


def main() -> None:
    """Print a Markdown table with one row per number of services, and the log-log slope."""
    settings = read_settings(ROOT)
    tables = arrange_tables(dict(list_tables(ROOT / "reports")))
    links = read_links(ROOT / "data" / "processed" / "intake" / "reference")
    numbers, seconds = [int(text) for text in sys.argv[1:]] or [*NUMBERS], []
    for number in numbers:
        grown, started = take_over(tables, number), time.process_time()
        leaks = find_leaks({"": grown}, settings.shared.rule, settings.impact.measure, links)
        seconds.append(time.process_time() - started)
        size = sum(map(len, grown.values()))
        print(f"| {number} | {size:,} | {seconds[-1]:.1f} s | {len(leaks)} |", flush=True)
    if len(numbers) > 1:
        slope = math.log(seconds[-1] / seconds[0]) / math.log(numbers[-1] / numbers[0])
        print(f"slope {slope:.2f}")


if __name__ == "__main__":
    main()
