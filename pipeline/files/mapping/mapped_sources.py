"""Which files a mapping.yaml is for: those that its blocks name, in its own folder or in a provider's periods."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.contract.dataset import Dataset
from pipeline.contract.groups.ethnicity import OFFICIAL
from pipeline.contract.periods import (
    PERIOD_EXAMPLES,
    deny_period,
    find_financial,
    find_period,
    is_period,
    tidy_period,
)
from pipeline.contract.values import Fault
from pipeline.files.formats.file_types import Part
from pipeline.files.intake.source import Source, folder_names, name_within, place_fault
from pipeline.files.mapping.mapping_file import Block, MappingError, read_mapping


def reach(dataset: Dataset, folder: Path, paths: Sequence[Path]) -> list[Path]:
    """Return those of `paths` that a mapping in `folder` is for: a provider's is for its periods' folders too."""
    of_provider = folder.parent == dataset.folder / "returns"
    return [path for path in paths if path.parent == folder or (of_provider and path.parent.parent == folder)]


def is_named(pattern: str, name: str) -> bool:
    """Tell whether a block's `file` names that file: `*` stands for any text, `?` for one sign; case is no matter.

    >>> is_named("Caseload *.xlsx", "caseload 2009-q3.xlsx"), is_named("Caseload [1].csv", "Caseload 1.csv")
    (True, False)
    """
    escaped = re.escape(pattern.casefold()).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(escaped, name.casefold()) is not None


def find_mapped(
    dataset: Dataset, path: Path, providers: Collection[str], paths: Sequence[Path]
) -> list[Source]:
    """Return every reading that the mapping in `path` asks for of `paths`; MappingError where it cannot be used."""
    place = name_within(dataset, path)
    sources = []
    for block in read_mapping(path, place, dataset.classification.name in OFFICIAL):
        said = _period_set(block)
        fault = place_fault(dataset, "", said, ()) if said else None
        if fault:
            where = f"{place}, line {block.period_line}, block '{block.name}', set, period"
            raise MappingError(f"{where}: {fault.message}")
        named = [file for file in paths if is_named(block.file, file.name)]
        sources += [_source(dataset, file, block, providers) for file in named]
        if not named:
            sources.append(_unused(dataset, path.parent / block.file, block))
    return sources


def _period_set(block: Block) -> str:
    return tidy_period(block.constants.get("period", ""))


def _source(dataset: Dataset, file: Path, block: Block, providers: Collection[str]) -> Source:
    """Return one file through one block; what does not say its period, or says two, is refused."""
    provider, period, version = folder_names(dataset, file.parent, providers)
    said, example = _period_set(block), PERIOD_EXAMPLES[dataset.period]
    fault = None
    if not is_period(period, dataset.period):
        period, version = find_period(file.stem, dataset.period)
        period = said or period
    if not period:
        message = f"the {dataset.period} that the file is for is not given anywhere"
        fix = f"put it in a folder such as {example}, or write {example} in its name"
        for name in (file.parent.name, file.stem):
            if find_financial(name, dataset.period):
                message, fix = deny_period(name, dataset.period)
        fault = Fault("file.place", message, fix)
    elif said and said != period:
        message = f"mapping.yaml sets the period {said}, but its folder is called {period}"
        fault = Fault("file.mapping", message, "take 'period' out of 'set', or move the file")
    return replace(
        _read_through(dataset, file, block),
        provider=provider,
        period=period,
        version=version,
        refused=fault or place_fault(dataset, provider, period, providers),
    )


def _unused(dataset: Dataset, file: Path, block: Block) -> Source:
    """Return the refused line that says of a block that no file is called as it asks."""
    source = _read_through(dataset, file, block)
    provider, period, version = folder_names(dataset, file.parent, ())
    message = f"the file is missing, and block '{block.name}' of mapping.yaml is not used"
    fault = Fault(
        "file.missing", message, "send the file, correct 'file' in mapping.yaml, or take the block out"
    )
    period = period or _period_set(block)
    return replace(source, provider=provider, period=period, version=version, refused=fault)


def _read_through(dataset: Dataset, file: Path, block: Block) -> Source:
    part = Part(sheet=block.sheet, header_row=block.header_row)
    name = part.name(name_within(dataset, file))
    return Source(file, name, "", "", block.table.name, block, part=part)
