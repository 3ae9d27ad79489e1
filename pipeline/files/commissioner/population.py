"""The population: from published statistics in place of population.csv; each group once, and as far as targets need."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.contract.benchmarks import AreaFigure
from pipeline.contract.context import CHILDREN
from pipeline.contract.dataset import Dataset
from pipeline.contract.groups.ethnicity import NOT_KNOWN, Classification, find_group
from pipeline.contract.groups.ethnicity_spellings import load_broad_spellings, load_vocabulary
from pipeline.contract.plans import POPULATION
from pipeline.contract.values import spelling_key, suggest
from pipeline.files.commissioner.open_data import OpenTable, census_groups, read_open_data
from pipeline.files.commissioner.register_table import RegisterFault
from pipeline.files.formats.text import RefusedFileError
from pipeline.files.mapping.marked_yaml import Marked, read_marked

_NEEDED = ("file", "year", "counted")
_ROUNDED = "rounded_to"
_CENSUS = (*_NEEDED, "area")
_STATISTICS = (*_NEEDED, "group", "figure", "where")
_TOTAL = "total"
_AS_THERE = "; write it as the file does."
Counts = Mapping[str, int | None]
Row = Mapping[str, Any]


def read_population(path: Path, dataset: Dataset) -> pa.Table:
    """The population as the contract's table, one row a source and group; MappingError names line, key and fix.

    The file is one source, or a list of them under `sources`, of which the first is the area's population and each
    other a group in need. `year` and `area` say whose figures to take, `counted` says in the page's words who is
    counted ("all ages"). A census table needs `area` (a code or name); a file of explore-education-statistics needs
    `group` (the column of ethnic groups), `figure` (the column of numbers) and `where` (the cells that the rows must
    hold). `rounded_to` (optional) says what the publisher rounded the figures to. Of a group in
    need, `population` is blank where the cell was withheld.
    """
    top = read_marked(path, path.as_posix())
    keys = top.entries()
    if "sources" not in keys:
        return _read_source(top, path.parent, dataset, True)
    for name, part in keys.items():
        if name != "sources":
            raise part.fault("this key belongs within one of the 'sources'; move it there.")
    sources = keys["sources"].elements("'- file: theirs.csv'")
    if not sources:
        raise keys["sources"].fault("there is no source here; write at least the area's population.")
    tables = [_read_source(each, path.parent, dataset, each is sources[0]) for each in sources]
    seen = set()
    for source, table in zip(sources, tables, strict=True):
        about = *table["counted"].unique().to_pylist(), *table["year"].unique().to_pylist()
        if about in seen:
            raise source.fault(
                "an earlier source counts the same people in the same year; keep one of the two."
            )
        seen.add(about)
    return pa.concat_tables(tables)


def _read_source(source: Marked, folder: Path, dataset: Dataset, whole: bool) -> pa.Table:
    """One source; of the `whole` population no cell may be withheld."""
    keys = source.entries()
    for name in _NEEDED:
        if name not in keys:
            raise source.fault(f"the key '{name}' is missing.")
    table = _read_file(keys["file"], folder)
    allowed = _CENSUS if table.layout == "census" else _STATISTICS
    for name, part in keys.items():
        if name not in (*allowed, _ROUNDED):
            raise part.fault(f"not a key for this file{suggest(name, allowed) or '; take it out.'}")
    for name in allowed:
        if name not in keys:
            raise source.fault(f"the key '{name}' is missing, which this kind of file needs.")
    year = _year(keys["year"])
    found = _census(table, keys, whole) if table.layout == "census" else _statistics(table, keys, year, whole)
    codes = _codes(dict(found), keys["file"], dataset)
    size = len(codes)
    return pa.table(
        {
            "ethnic_group": pa.array(list(codes), pa.string()),
            "year": pa.array([year] * size, pa.int64()),
            "population": pa.array(list(codes.values()), pa.int64()),
            "counted": pa.array([keys["counted"].text()] * size, pa.string()),
            _ROUNDED: pa.array([_rounded_to(keys.get(_ROUNDED))] * size, pa.int64()),
            "row": pa.array([keys["file"].line] * size, pa.int64()),
        }
    )


def _read_file(part: Marked, folder: Path) -> OpenTable:
    name = part.text()
    if Path(name).name != name or "\\" in name:
        raise part.fault(f"'{name}' must be a file in reference/.")
    try:
        table = read_open_data(folder / name)
    except RefusedFileError as refusal:
        raise part.fault(f"{name}: {refusal.fault.message}; {refusal.fault.fix}.") from refusal
    if table.layout == "outturn":
        raise part.fault(f"{name} is a download of an Outturn page, which holds no population.")
    return table


def _rounded_to(part: Marked | None) -> int | None:
    if part is None:
        return None
    text = part.text()
    if not (text.isascii() and text.isdigit() and int(text)):
        raise part.fault(f"'{text}' is not a number such as 5 or 10, to which the figures were rounded.")
    return int(text)


def _year(part: Marked) -> int:
    text = part.text()
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise part.fault(f"'{text}' is not a year such as 2021.")
    return int(text)


def _census(table: OpenTable, keys: Mapping[str, Marked], whole: bool) -> Iterator[tuple[str, int | None]]:
    area = keys["area"].text()
    try:
        groups = census_groups(table, area)
    except KeyError:
        known = {name for cells in table.keys.values() for name in cells}
        raise keys["area"].fault(
            f"the file has no area '{area}'{suggest(area, known) or _AS_THERE}"
        ) from None
    for label, figure in groups.items():
        yield label, _count(figure, f"'{label}'", keys["file"], whole)


def _statistics(
    table: OpenTable, keys: Mapping[str, Marked], year: int, whole: bool
) -> Iterator[tuple[str, int | None]]:
    group, figure = keys["group"], keys["figure"]
    where = {name: part.text() for name, part in keys["where"].entries().items()}
    for part, name, columns in (
        (group, group.text(), table.keys),
        (figure, figure.text(), table.figures),
        *((keys["where"], name, table.keys) for name in where),
    ):
        if name not in columns:
            raise part.fault(f"the file has no column '{name}'{suggest(name, list(columns)) or _AS_THERE}")
    wanted = where | {"time_period": str(year)}
    rows = [
        row
        for row in range(len(table.row_numbers))
        if all(table.keys[name][row] == cell for name, cell in wanted.items())
    ]
    if not rows:
        raise keys["where"].fault(
            f"the file has no row for {year} with these cells; check 'year' and 'where'."
        )
    for row in rows:
        label = table.keys[group.text()][row]
        if spelling_key(label) != _TOTAL:
            place = f"row {table.row_numbers[row]}"
            yield label, _count(table.figures[figure.text()][row], place, figure, whole)


def _count(found: AreaFigure, place: str, part: Marked, whole: bool) -> int | None:
    if found.value is None and found.marker and not whole:
        return None
    if found.value is None:
        shown = f"withheld ('{found.marker}')" if found.marker else "blank"
        raise part.fault(f"{place} of the file is {shown}; use figures by broader groups, or population.csv.")
    return round(found.value)


def _codes(found: Counts, part: Marked, dataset: Dataset) -> Counts:
    """Counts by code or broad group of the dataset's classification."""
    classification = dataset.classification
    vocabulary = load_vocabulary(classification)
    broad = load_broad_spellings(classification)
    codes: dict[str, int | None] = {}
    for label, count in found.items():
        key = spelling_key(label)
        code = vocabulary.spellings.get(key) or broad.get(key)
        if not code:
            hint = suggest(label, {**vocabulary.spellings, **broad}) or "; write population.csv instead."
            raise part.fault(f"the file's group '{label}' is not one of {classification.name}{hint}")
        if code in codes:
            raise part.fault(
                f"two groups of the file, one of them '{label}', are '{code}' here; leave one out."
            )
        codes[code] = count
    return codes


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
