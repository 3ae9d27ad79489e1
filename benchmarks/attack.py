"""`python -m benchmarks.attack [site] [earlier sites]`: what a built site's tables reveal, without their values."""

import sys
import time
from pathlib import Path

from pipeline.audit.attack import find_leaks
from pipeline.releases.manifest import read_tables
from pipeline.settings import read_settings
from pipeline.stages.audit import arrange_tables, read_links

SITE = Path("reports/_site")
REFERENCE = Path("data/processed/intake/reference")


def main() -> None:
    sites = [Path(name) for name in sys.argv[1:]] or [SITE]
    settings = read_settings(Path())
    started = time.perf_counter()
    releases = {"": arrange_tables(read_tables(sites[0]))} | {
        site.as_posix(): arrange_tables(read_tables(site)) for site in sites[1:]
    }
    leaks = find_leaks(releases, settings.shared.rule, settings.impact.measure, read_links(REFERENCE))
    for leak in leaks:
        print(f"{leak.table}, {leak.place}: {leak.why}; {leak.fix}")
    print(f"{len(leaks)} places, {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()
