"""`outturn diff`: which numbers of two releases differ, by the reasons of the page "What changed"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pipeline.releases.changes import Change, compare_tables
from pipeline.releases.manifest import TABLES
from pipeline.review.package import Package


def tell_differences(before: Package, now: Package) -> Iterator[str]:
    """Yield a line a value that differs, below its table and by its reason; first how many there are of each reason."""
    old, new = before.texts(TABLES), now.texts(TABLES)
    changes = list(compare_tables(old, new, before.manifest, now.manifest))
    yield f"From release {before.manifest.name} to release {now.manifest.name}: {_count(changes)}."
    yield from (f"only in {before.manifest.name}: {name}" for name in sorted(old.keys() - new.keys()))
    yield from (f"only in {now.manifest.name}: {name}" for name in sorted(new.keys() - old.keys()))
    table = ""
    for each in changes:
        if each.table != table:
            yield each.table
        table = each.table
        yield f"  {each.why}: {each.row}, {each.column}: {each.before or 'not there'} -> {each.now or 'not there'}"


def _count(changes: Sequence[Change]) -> str:
    if not changes:
        return "no value of a table that both have differs"
    whys = Counter(each.why for each in changes)
    return f"{len(changes):,} values differ: " + ", ".join(
        f"{number:,} {why}" for why, number in whys.most_common()
    )
