"""`python -m benchmarks.attack [site] [earlier sites]`: what the tables of a built site tell, without their values."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from pipeline.audit.attack import find_leaks
from pipeline.audit.cells import Rows, Tables
from pipeline.files.records import read_records
from pipeline.settings import read_settings

SITE = Path("reports/_site")


def read_site(site: Path) -> Tables:
    """Return the CSV files of a built site, by page and table."""
    found: dict[str, dict[str, Rows]] = {}
    for path in sorted(site.glob("*/tables/*.csv")):
        page, _, table = path.stem.partition("-")
        found.setdefault(f"{path.parent.parent.name}/{page}", {})[table] = read_records(path)
    return found


def main() -> None:
    sites = [Path(name) for name in sys.argv[1:]] or [SITE]
    settings = read_settings(Path())
    started = time.perf_counter()
    releases = {"": read_site(sites[0])} | {site.as_posix(): read_site(site) for site in sites[1:]}
    leaks = find_leaks(releases, settings.shared.rule, settings.impact.measure)
    for leak in leaks:
        print(f"{leak.table}, {leak.place}: {leak.why}; {leak.mend}")
    print(f"{len(leaks)} places, {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()
