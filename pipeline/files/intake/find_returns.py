"""Finding providers' returns in a dataset's folder, and what each file is meant to be."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from pipeline.contract.dataset import Dataset
from pipeline.contract.names import find_same
from pipeline.contract.periods import is_period, period_days, split_version
from pipeline.contract.rules import BY_NAME
from pipeline.contract.tables import RETURN_TABLES
from pipeline.contract.values import Fault, suggest
from pipeline.files.formats.file_types import WHOLE, WORKBOOKS, Part, kind_fault, open_sent
from pipeline.files.formats.grid import EMPTY
from pipeline.files.formats.text import RefusedFileError
from pipeline.files.intake.source import MAPPING, folder_names, name_within, place_fault
from pipeline.files.intake.source import Source as Source
from pipeline.files.mapping.mapped_sources import find_mapped, reach
from pipeline.files.mapping.mapping_file import MappingError
from pipeline.files.mapping.marked_yaml import say_within
from pipeline.files.progress import at_work

TOO_LARGE = "file.size"
_BYTES_PER_MB = 1_000_000
COVER = "return"
COVER_FILE = f"{COVER}.yaml"
_NOT_A_MAPPING = Fault(
    "file.mapping",
    f"not used, because a mapping must be called {MAPPING}",
    f"call it {MAPPING}, or take it out",
)
_UNNAMED = Fault(
    "file.mapping",
    f"no block of {MAPPING} names this file",
    f"name it under 'file' in {MAPPING}, or take it out",
)
_CORRECT = "correct mapping.yaml in that line"
_EARLY = Fault("file.early", BY_NAME["file.early"].message, BY_NAME["file.early"].fix)
_PLACE_IT = (
    "call it episodes.csv, outcomes.csv or feedback.csv, and put it in the folder of its provider and period, such as "
    "returns/harbour/2009-q3/episodes.csv; or name it in a mapping.yaml beside it; or take it out"
)
_NO_RETURNS = ("readme.md", "readme.txt", "thumbs.db", "desktop.ini")


def find_sources(
    dataset: Dataset,
    providers: Collection[str],
    maximum_file_mb: int,
    within: str = "",
) -> tuple[Source, ...]:
    """Every table under returns/ (or in one folder there), in the order of its name; what cannot be one, or lies
    in a file larger than the limit of params.yaml, is refused.
    """
    folder = dataset.folder / "returns"
    paths = sorted((folder / within).rglob("*"), key=Path.as_posix)
    wanted = [path for path in paths if path.is_file() and _may_be_return(path, folder)]
    sources: list[Source] = []
    claimed: set[Path] = set()
    spoilt: dict[Path, Fault] = {}
    # A mapping in the folder itself comes before one of the folder above.
    mappings = [path for path in wanted if path.name == MAPPING]
    claimed.update(mappings)
    for path in sorted(mappings, key=lambda path: -len(path.parts)):
        within_reach = [each for each in reach(dataset, path.parent, wanted) if each not in claimed]
        try:
            mapped = find_mapped(dataset, path, providers, within_reach)
        except MappingError as error:
            said = say_within(error, name_within(dataset, path))
            spoilt.update(_list_spoilt(path, within_reach))
            sources.append(_refuse(dataset, path, Fault("file.mapping", said, _CORRECT)))
            continue
        claimed.update(source.path for source in mapped)
        spoilt.update((each, _UNNAMED) for each in within_reach if _is_nameless(dataset, each))
        sources += [
            source if source.refused else replace(source, refused=_size_fault(source.path, maximum_file_mb))
            for source in mapped
        ]
    own = [path for path in wanted if path not in claimed]
    for path in at_work("Opening", own, lambda path: path.relative_to(folder).as_posix()):
        fault_or_none = spoilt.get(path) or _size_fault(path, maximum_file_mb)
        sources += _own_sources(dataset, path, providers, fault_or_none)
    sources += _missing_episodes(dataset, sources)
    return tuple(sorted(_refuse_repeated(sources), key=lambda source: source.file))


def refuse_early(dataset: Dataset, sources: Iterable[Source]) -> Iterator[Source]:
    """Yield the sources, those of periods after the last day of the data refused: who has not sent yet would be missed.

    Such rows would be counted in some figures, and of all months that pages are about in none. What is said of a
    return beside its rows is read: that there is nothing to report may be said beforehand.
    """
    for source in sources:
        known = not source.refused and source.table != COVER and is_period(source.period, dataset.period)
        early = known and period_days(source.period)[0] > dataset.complete_to
        yield replace(source, refused=_EARLY) if early else source


def _size_fault(path: Path, maximum_file_mb: int) -> Fault | None:
    if not path.is_file() or path.stat().st_size <= maximum_file_mb * _BYTES_PER_MB:
        return None
    message = f"the file is larger than {maximum_file_mb} MB"
    return Fault(
        TOO_LARGE, message, "split it, or ask the commissioner to raise intake.maximum_file_mb in params.yaml"
    )


def _is_nameless(dataset: Dataset, path: Path) -> bool:
    """Tell whether a file is called after neither a table nor a period, so that only a mapping could say what it is."""
    named = is_period(split_version(path.stem)[0], dataset.period)
    return not (named or _table_called(path.stem) or path.suffix.lower() in (".yaml", ".yml"))


def _list_spoilt(mapping: Path, paths: Sequence[Path]) -> Iterator[tuple[Path, Fault]]:
    """Yield the files that cannot be used with a broken mapping; below it, all but those called after a table."""
    for path in paths:
        beside = path.parent == mapping.parent
        if beside or not _table_called(path.stem):
            where = "the same folder" if beside else "the folder above"
            said = f"{MAPPING} in {where} cannot be used"
            yield path, Fault("file.mapping", said, f"correct {MAPPING} as its own message says")


def _may_be_return(path: Path, folder: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    return not hidden and not path.name.startswith("~$") and path.name.lower() not in _NO_RETURNS


def _refuse(dataset: Dataset, path: Path, fault: Fault) -> Source:
    return Source(path, name_within(dataset, path), "", "", "", refused=fault)


def _own_sources(
    dataset: Dataset, path: Path, providers: Collection[str], fault: Fault | None
) -> list[Source]:
    """The tables in a file that no mapping names: one in a CSV, any number in a workbook or a ZIP."""
    holds_many = _holds_many(path)
    provider, period, version = folder_names(dataset, path.parent, providers)
    table = _table_called(path.stem)
    depth = len(path.relative_to(dataset.folder / "returns").parts)
    is_cover = path.name == COVER_FILE
    if depth == 2 and (holds_many or path.suffix == ".yaml"):
        (period, version), depth, is_cover = split_version(path.stem), 3, not holds_many
    if fault:
        return [_refuse(dataset, path, fault)]
    if path.suffix.lower() in (".yaml", ".yml") and path.stem.casefold().startswith("mapping"):
        return [_refuse(dataset, path, _NOT_A_MAPPING)]
    strange = None if path.suffix.lower() in (".yaml", ".yml") else kind_fault(path)
    if depth != 3 or not (table or holds_many or is_cover):
        if strange:
            fix = f"{strange.fix}; if it is no part of the return, take it out"
            return [_refuse(dataset, path, replace(strange, fix=fix))]
        hint = suggest(path.stem, RETURN_TABLES, 0.75)
        elsewhere = "it is not in a folder of its provider and period"
        said = elsewhere if table else f"its name is not that of a table{hint}"
        return [_refuse(dataset, path, Fault("file.place", said, _PLACE_IT))]
    table = COVER if is_cover else table
    whole = Source(path, name_within(dataset, path), provider, period, table, version=version)
    unread = place_fault(dataset, provider, period, providers) or strange
    if unread or not holds_many:
        return [replace(whole, refused=unread)]
    try:
        return _part_sources(whole, open_sent(path).parts())
    except RefusedFileError as refusal:
        return [replace(whole, refused=refusal.fault)]


def _holds_many(path: Path) -> bool:
    return path.suffix.lower() in (*WORKBOOKS, ".zip")


def _table_called(name: str) -> str:
    return find_same(name, (*RETURN_TABLES, COVER))


def _part_sources(whole: Source, parts: list[Part]) -> list[Source]:
    """A sheet is the table after which it is called; where it is the only one, its file may be called so instead."""
    if not parts:
        return [replace(whole, refused=EMPTY)]
    sheets = Counter(part.member for part in parts)
    sources = []
    for part in parts:
        file = PurePosixPath(part.member).stem if part.member else whole.path.stem
        names = [part.sheet, file] if sheets[part.member] == 1 else [part.sheet]
        table = next((table for name in names if (table := _table_called(name))), "")
        message = f"its name is not that of a table{suggest(part.sheet or file, RETURN_TABLES)}"
        fix = f"call the sheet or file {', '.join(RETURN_TABLES[:-1])} or {RETURN_TABLES[-1]}, or take it out"
        stray = None if table else Fault("file.place", message, fix)
        sources.append(replace(whole, file=part.name(whole.file), table=table, part=part, refused=stray))
    return sources


def _refuse_repeated(sources: list[Source]) -> list[Source]:
    """Refuse every file of a table that one return holds more than once: which of them counts is not ours to say."""
    own = _own_tables(sources)
    held = Counter(map(_held, own))
    fault = Fault("file.repeated", "the return holds this table more than once", "send each table once")
    repeated = {source.file for source in own if held[_held(source)] > 1}
    return [replace(source, refused=fault) if source.file in repeated else source for source in sources]


def _own_tables(sources: list[Source]) -> list[Source]:
    return [
        source
        for source in sources
        if source.table in RETURN_TABLES and not source.block and not source.refused
    ]


def _held(source: Source) -> tuple[str, str, int, str]:
    return source.provider, source.period, source.version, source.table


def _missing_episodes(dataset: Dataset, sources: list[Source]) -> list[Source]:
    """A refused line for each return that holds other tables but no episodes, and no workbook that cannot be opened."""
    returns = {_held(source)[:3]: source for source in _own_tables(sources)}
    complete = {_held(source)[:3] for source in sources if _may_hold_episodes(source)}
    fault = Fault("file.missing", "the file is missing", "send the episodes with the rest of the return")
    missing = []
    for key, source in returns.items():
        if key not in complete:
            provider, period, version = key
            name = period if version == 1 else f"{period}-v{version}"
            path = dataset.folder / "returns" / provider / name / "episodes.csv"
            file = name_within(dataset, path)
            missing.append(replace(source, path=path, file=file, table="episodes", refused=fault, part=WHOLE))
    return missing


def _may_hold_episodes(source: Source) -> bool:
    """Whether its episodes were sent, if perhaps in a file that cannot be opened."""
    if not source.refused:
        return source.table == "episodes"
    of_another_kind = source.table == "episodes" and source.refused.rule == "file.kind"
    return of_another_kind or (_holds_many(source.path) and source.part == WHOLE)
