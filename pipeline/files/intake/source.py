"""What one table is to be read from: the place in a return, and whose and of which period its folders say it is."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.contract.dataset import Dataset
from pipeline.contract.names import find_same
from pipeline.contract.periods import deny_period, is_period, split_version
from pipeline.contract.values import Fault, suggest
from pipeline.files.formats.file_types import WHOLE, Part
from pipeline.files.mapping.mapping_file import Block

MAPPING = "mapping.yaml"


@dataclass(frozen=True)
class Source:
    """One table to be read from a file or a part of it (through `block` where it is mapped), or refused unread.

    `file` is what messages call the place. Provider, period and table are blank where that place does not say them.
    The table COVER is no table of the contract, but what is said of the return it lies with.
    """

    path: Path
    file: str
    provider: str
    period: str
    table: str
    block: Block | None = None
    refused: Fault | None = None
    part: Part = WHOLE
    version: int = 1

    @property
    def about(self) -> dict[str, Any]:
        """Whose and which table it is, as lines of the ledger say it."""
        named = {name: getattr(self, name) for name in ("file", "provider", "period", "table")}
        return {**named, "block": self.block.name if self.block else ""}

    @property
    def sent_as(self) -> str:
        """The file's place among the returns, without its part."""
        return self.file.removesuffix(self.part.name("")).removeprefix("returns/")


def name_within(dataset: Dataset, path: Path) -> str:
    """Return what messages call a file of the dataset."""
    return path.relative_to(dataset.folder).as_posix()


def folder_names(dataset: Dataset, folder: Path, providers: Collection[str]) -> tuple[str, str, int]:
    """Return provider, period and version as the folders name them; blank where there is no such folder.

    A provider is called as in `providers`, however its folder is spelt.
    """
    parts = folder.relative_to(dataset.folder / "returns").parts
    provider, name, *_ = (*parts, "", "")
    return find_same(provider, providers) or provider, *split_version(name)


def place_fault(dataset: Dataset, provider: str, period: str, providers: Collection[str]) -> Fault | None:
    """Return why a return cannot be of that provider and period."""
    if provider and provider not in providers:
        message = (
            f"there is no provider '{provider}' in reference/providers.csv{suggest(provider, providers)}"
        )
        return Fault("file.place", message, "give the folder the provider's short name (provider_id)")
    if is_period(period, dataset.period):
        return None
    return Fault("file.place", *deny_period(period, dataset.period))
