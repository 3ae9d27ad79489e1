"""A return before it is sent: its files, and the provider and period that they state."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.contract.periods import PERIOD_EXAMPLES, find_period, period_length, split_version, tidy_period
from pipeline.files.intake.find_returns import COVER_FILE
from pipeline.files.intake.source import MAPPING
from pipeline.files.mapping.mapped_sources import is_named
from pipeline.files.mapping.mapping_file import MappingError, read_mapping


class CheckError(ValueError):
    """A request that cannot be checked; one plain sentence with the fix."""


@dataclass(frozen=True)
class SentReturn:
    """The files of one return; `folder` is the name of the provider's folder of returns.

    Provider and period are blank where nothing states them.
    """

    files: tuple[Path, ...]
    mapping: Path | None
    provider: str
    folder: str
    period: str

    @property
    def mapped(self) -> bool:
        """Whether there is a mapping, which may state the period itself."""
        return self.mapping is not None

    @property
    def mapped_above(self) -> bool:
        """Whether one mapping serves all periods, so that a block may be for a file of another period."""
        return self.mapping is not None and any(
            file.parent != self.mapping.parent or _period_in_name(file) for file in self.files
        )

    def lay_out(self, folder: Path) -> None:
        """Copy the files into `folder` as the commissioner stores them; a mapping above them stays above."""
        folder.mkdir(parents=True)
        if self.mapping:
            shutil.copyfile(self.mapping, (folder.parent if self.mapped_above else folder) / MAPPING)
        for path in self.files:
            said_of_return = path.suffix == ".yaml" and _period_in(path.stem)
            shutil.copyfile(path, folder / (COVER_FILE if said_of_return else path.name))


def gather_return(paths: Sequence[Path], provider: str, period: str) -> SentReturn:
    """Return the return made of these files and folders; CheckError where they are not of one return."""
    found = list(dict.fromkeys(file for path in paths for file in _list_files(path)))
    mappings = [file for file in found if file.name == MAPPING]
    files = [file for file in found if file.name != MAPPING]
    names = [file.name.casefold() for file in files]
    if len(mappings) > 1:
        raise CheckError("These have a mapping.yaml each; check one return at a time.")
    twice = next((file for file in files if names.count(file.name.casefold()) > 1), None)
    if twice:
        raise CheckError(
            f"Two files are called {twice.name}; keep one of them, or check one return at a time."
        )
    periods = {_period_of(file) for file in files} - {""}
    if not period and len(periods) > 1:
        raise CheckError(
            f"These are of several periods ({', '.join(sorted(periods))}); check one return at a time."
        )
    folders = {_provider_folder(file) for file in files}
    return SentReturn(
        files=tuple(files),
        mapping=mappings[0] if mappings else None,
        provider=provider,
        folder=folders.pop() if len(folders) == 1 else "",
        period=tidy_period(period) or next(iter(periods), ""),
    )


def _list_files(path: Path) -> Iterator[Path]:
    """Yield a folder's files; or a file, those that the mapping names beside it, and the mapping."""
    path = path.absolute()
    folder = path if path.is_dir() else path.parent
    above = folder.parent if _period_in(folder.name) else folder
    mapping = next((file for file in (folder / MAPPING, above / MAPPING) if file.is_file()), None)
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.is_file())
        if not files:
            raise CheckError(f"{path.as_posix()} holds no file; name the folder of one return, or its files.")
        yield from files
    elif not path.is_file():
        raise CheckError(f"{path.as_posix()} is missing; check the name and the folder.")
    else:
        yield path
        for said in (path.parent / COVER_FILE, path.with_suffix(".yaml")):
            if said.is_file():
                yield said
        yield from _list_companions(path, mapping)
    if mapping:
        yield mapping


def _list_companions(path: Path, mapping: Path | None) -> Iterator[Path]:
    """Yield the other files of the same period that the mapping of a checked file names."""
    try:
        patterns = [block.file for block in read_mapping(mapping, MAPPING)] if mapping else []
    except MappingError:
        return  # read again with the return, and refused there with its reason
    for file in sorted(path.parent.iterdir()):
        if _period_of(file) == _period_of(path) and any(is_named(pattern, file.name) for pattern in patterns):
            yield file


def _period_in(name: str) -> str:
    """Return the period in the name of a return, without its version; blank for another name."""
    period, _ = split_version(name)
    return period if period_length(period) else ""


def _period_of(file: Path) -> str:
    """Return the period from a file's folder or name."""
    return _period_in(file.parent.name) or _period_in_name(file)


def _period_in_name(file: Path) -> str:
    found = (find_period(file.stem, length)[0] for length in PERIOD_EXAMPLES)
    return next(filter(None, found), "")


def _provider_folder(file: Path) -> str:
    """Return the folder that contains a provider's returns."""
    return file.parent.parent.name if _period_in(file.parent.name) else file.parent.name
