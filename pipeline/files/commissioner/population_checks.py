"""What must hold of the population: each group counted once, and told as far as the targets need it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.contract.context import CHILDREN
from pipeline.contract.groups.ethnicity import NOT_KNOWN, Classification
from pipeline.contract.register import POPULATION, find_group
from pipeline.files.commissioner.register_table import RegisterFault

Row = Mapping[str, Any]


def check_counted_once(population: Sequence[Row], classification: Classification) -> Iterator[RegisterFault]:
    """Faults of rows that count people a second time: a code beside its label, or beside its broad group."""
    broad = {entry.code: entry.broad_group for entry in classification.codes}
    seen: dict[tuple[str, int, str], int] = {}
    for row in population:
        counted = row["counted"] or CHILDREN
        group = find_group(classification, row["ethnic_group"]) or row["ethnic_group"]
        parts = [code for code, whole in broad.items() if whole == group != NOT_KNOWN and code != group]
        for other in (group, broad.get(group, group), *parts):
            earlier = seen.get((counted, row["year"], other))
            if earlier is not None:
                said = (
                    f"'{row['ethnic_group']}' and row {earlier} count the same people; keep one of the two."
                )
                yield RegisterFault(row["row"], "ethnic_group", said)
                break
        seen[counted, row["year"], group] = row["row"]


def check_target_population(
    targets: Sequence[Row], population: Sequence[Row], classification: Classification
) -> Iterator[RegisterFault]:
    """Faults of targets that are set against a population which is not told for every group.

    A share of the population rests on all groups: one that is missing makes all others look larger than they are.
    """
    compared = [row for row in targets if row["comparator"] == POPULATION]
    if not compared:
        return
    counted, year, told = _area(population, classification)
    broad = {entry.code: entry.broad_group for entry in classification.codes}
    missing = [code for code, group in broad.items() if group != NOT_KNOWN and not {code, group} & told]
    where = f"the population ({counted}, {year})" if year else "the population"
    for row in compared:
        group = find_group(classification, row["ethnic_group"])
        if missing:
            said = (
                f"this target needs {where}, which has no row for {', '.join(map(repr, missing))}; "
                "add one for each (0 where nobody lives there), or a row for the broad group."
            )
            yield RegisterFault(row["row"], "comparator", said)
        elif group in broad and group not in told:
            said = (
                f"{where} has a row for {broad[group]} but none for '{row['ethnic_group']}'; "
                f"give the population by the detailed groups, or set the target for {broad[group]}."
            )
            yield RegisterFault(row["row"], "ethnic_group", said)


def _area(population: Sequence[Row], classification: Classification) -> tuple[str, int, set[str]]:
    """Whom the area's population counts (the group named first), its latest year, and the groups told of it."""
    if not population:
        return CHILDREN, 0, set()
    counted = population[0]["counted"] or CHILDREN
    rows = [row for row in population if (row["counted"] or CHILDREN) == counted]
    year = max(row["year"] for row in rows)
    latest = [row for row in rows if row["year"] == year and row["population"] is not None]
    found = (find_group(classification, row["ethnic_group"]) for row in latest)
    return counted, year, {group for group in found if group}
