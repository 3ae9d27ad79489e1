"""Finding providers' returns in a dataset's folder, and what each file is meant to be."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.contract.dataset import Dataset, PeriodLength
from pipeline.contract.tables import RETURN_TABLES
from pipeline.contract.values import Fault, suggest
from pipeline.files.mapping import Block, MappingError, read_mapping

MAPPING = "mapping.yaml"
_BYTES_PER_MB = 1_000_000
_PERIOD_SHAPES: Mapping[PeriodLength, tuple[re.Pattern[str], str]] = {
    "quarter": (re.compile(r"[0-9]{4}-q[1-4]"), "2009-q2"),
    "year": (re.compile(r"[0-9]{4}"), "2009"),
}
_NO_RETURNS = ("readme.md", "readme.txt", "thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class Source:
    """One file to be read as one table (through `block` where it is mapped), or refused unread.

    Provider, period and table are blank where the file's place does not say them.
    """

    path: Path
    file: str
    provider: str
    period: str
    table: str
    block: Block | None = None
    refused: Fault | None = None


def find_sources(dataset: Dataset, providers: Collection[str], maximum_file_mb: int) -> tuple[Source, ...]:
    """Every file under returns/, in the order of its name; those that cannot be returns, or are larger
    than the limit of params.yaml, are refused.
    """
    folder = dataset.folder / "returns"
    paths = sorted((path for path in folder.rglob("*") if path.is_file()), key=lambda path: path.as_posix())
    wanted = [path for path in paths if _may_be_return(path, folder)]
    sources: list[Source] = []
    claimed: set[Path] = set()
    spoilt: dict[Path, Fault] = {}
    for path in (path for path in wanted if path.name == MAPPING):
        claimed.add(path)
        try:
            mapped = _mapped_sources(dataset, path, providers)
        except MappingError as error:
            fault = Fault("file.mapping", str(error), "correct mapping.yaml")
            spoilt[path.parent] = fault
            sources.append(_refuse(dataset, path, fault))
            continue
        claimed.update(source.path for source in mapped)
        sources += mapped
    own = (path for path in wanted if path not in claimed)
    sources += [_own_source(dataset, path, providers, spoilt.get(path.parent)) for path in own]
    sources += _missing_episodes(dataset, sources)
    fitting = (_refuse_large(source, maximum_file_mb) for source in sources)
    return tuple(sorted(fitting, key=lambda source: source.file))


def _refuse_large(source: Source, maximum_file_mb: int) -> Source:
    if (
        source.refused
        or not source.path.is_file()
        or source.path.stat().st_size <= maximum_file_mb * _BYTES_PER_MB
    ):
        return source
    too_large = f"the file is larger than {maximum_file_mb} MB"
    return replace(source, refused=Fault("file.size", too_large, "split it, or raise intake.maximum_file_mb"))


def _may_be_return(path: Path, folder: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    return not hidden and path.name.lower() not in _NO_RETURNS


def _name(dataset: Dataset, path: Path) -> str:
    return path.relative_to(dataset.folder).as_posix()


def _refuse(dataset: Dataset, path: Path, fault: Fault) -> Source:
    return Source(path, _name(dataset, path), "", "", "", refused=fault)


def _folder_names(dataset: Dataset, folder: Path) -> tuple[str, str]:
    """Provider and period as the folders name them; blank where there is no such folder."""
    parts = folder.relative_to(dataset.folder / "returns").parts
    provider, period, *_ = (*parts, "", "")
    return provider, period


def _place_fault(dataset: Dataset, provider: str, period: str, providers: Collection[str]) -> Fault | None:
    if provider and provider not in providers:
        message = (
            f"there is no provider '{provider}' in reference/providers.csv{suggest(provider, providers)}"
        )
        return Fault("file.place", message, "name the folder after a provider_id")
    shape, example = _PERIOD_SHAPES[dataset.period]
    if not shape.fullmatch(period):
        return Fault(
            "file.place", f"'{period}' is not a {dataset.period} such as {example}", f"write {example}"
        )
    return None


def _mapped_sources(dataset: Dataset, path: Path, providers: Collection[str]) -> list[Source]:
    place = _name(dataset, path)
    provider, folder_period = _folder_names(dataset, path.parent)
    sources = []
    for block in read_mapping(path, place):
        period = block.constants.get("period", folder_period)
        fault = _place_fault(dataset, provider, period, providers)
        if fault:
            raise MappingError(
                f"{place}, line {block.period_line}, block '{block.name}', set, period: {fault.message}"
            )
        file = path.parent / block.file
        sources.append(Source(file, _name(dataset, file), provider, period, block.table.name, block))
    return sources


def _own_source(dataset: Dataset, path: Path, providers: Collection[str], spoilt: Fault | None) -> Source:
    provider, period = _folder_names(dataset, path.parent)
    if spoilt:
        fault = Fault(spoilt.rule, "mapping.yaml in the same folder cannot be used", spoilt.mend)
        return _refuse(dataset, path, fault)
    if len(path.relative_to(dataset.folder / "returns").parts) != 3 or path.stem not in RETURN_TABLES:
        message = f"not <provider>/<period>/<table>.csv{suggest(path.stem, RETURN_TABLES)}"
        mend = f"use the tables {', '.join(RETURN_TABLES)}, or name the file in a mapping.yaml beside it"
        return _refuse(dataset, path, Fault("file.place", message, mend))
    fault_or_none = _place_fault(dataset, provider, period, providers)
    return Source(path, _name(dataset, path), provider, period, path.stem, refused=fault_or_none)


def _missing_episodes(dataset: Dataset, sources: list[Source]) -> list[Source]:
    """A refused line for each return that holds other tables but no episodes."""
    own = [source for source in sources if source.table and not source.block and not source.refused]
    folders = {source.path.parent: source for source in own}
    complete = {source.path.parent for source in own if source.table == "episodes"}
    fault = Fault("file.missing", "the file is missing", "send the episodes with the rest of the return")
    missing = {
        folder / "episodes.csv": source for folder, source in folders.items() if folder not in complete
    }
    return [
        replace(source, path=path, file=_name(dataset, path), table="episodes", refused=fault)
        for path, source in missing.items()
    ]
