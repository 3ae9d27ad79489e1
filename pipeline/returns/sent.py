"""A return before it is sent: which files it is made of, and which provider and period they say they are of."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.contract.periods import period_length, split_version
from pipeline.files.mapping import MappingError, read_mapping
from pipeline.files.returns import COVER_FILE, MAPPING


class CheckError(ValueError):
    """What was asked for cannot be checked; one plain sentence with the mend."""


@dataclass(frozen=True)
class SentReturn:
    """The files of one return; `folder` is what the folder is called in which a provider's returns would lie.

    Provider and period are blank where nothing says them.
    """

    files: tuple[Path, ...]
    provider: str
    folder: str
    period: str

    @property
    def mapped(self) -> bool:
        """Whether a mapping is among the files: it may say the period itself."""
        return any(path.name == MAPPING for path in self.files)

    def lay_out(self, folder: Path) -> None:
        """Copy the files into `folder`, as the commissioner would keep them."""
        folder.mkdir(parents=True)
        for path in self.files:
            said_of_return = path.suffix == ".yaml" and _period_in(path.stem)
            shutil.copyfile(path, folder / (COVER_FILE if said_of_return else path.name))


def gather_return(paths: Sequence[Path], provider: str, period: str) -> SentReturn:
    """The return made of these files and folders; CheckError where they are not those of one return."""
    files = list(dict.fromkeys(file for path in paths for file in _list_files(path)))
    names = [file.name.casefold() for file in files]
    twice = next((file for file in files if names.count(file.name.casefold()) > 1), None)
    if twice:
        raise CheckError(f"Two files are called {twice.name}; check one return at a time.")
    said = {_period_of(file) for file in files} - {""}
    if not period and len(said) > 1:
        raise CheckError(
            f"These are of several periods ({', '.join(sorted(said))}); check one return at a time."
        )
    folders = {_provider_folder(file) for file in files}
    return SentReturn(
        files=tuple(files),
        provider=provider,
        folder=folders.pop() if len(folders) == 1 else "",
        period=period or next(iter(said), ""),
    )


def _list_files(path: Path) -> Iterator[Path]:
    """A folder's files; a file, and with it the mapping beside it and what that names."""
    path = path.absolute()
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.is_file())
        if not files:
            raise CheckError(f"{path.as_posix()} holds no file; name the folder of one return, or its files.")
        yield from files
        return
    if not path.is_file():
        raise CheckError(f"{path.as_posix()} is not there.")
    yield path
    for said in (path.parent / COVER_FILE, path.with_suffix(".yaml")):
        if said.is_file():
            yield said
    mapping = path.parent / MAPPING
    if mapping.is_file():
        yield mapping
        yield from (file for name in _files_named(mapping) if (file := path.parent / name).is_file())


def _files_named(mapping: Path) -> list[str]:
    try:
        return [block.file for block in read_mapping(mapping, MAPPING)]
    except MappingError:
        return []  # read again with the return, and refused there with its reason


def _period_in(name: str) -> str:
    """The period in the name of a return, whatever its version; blank where it is another name."""
    period, _ = split_version(name)
    return period if period_length(period) else ""


def _period_of(file: Path) -> str:
    """The period after which a file or its folder is called."""
    return _period_in(file.stem) or _period_in(file.parent.name)


def _provider_folder(file: Path) -> str:
    """The folder in which a provider's returns lie."""
    return file.parent.parent.name if _period_in(file.parent.name) else file.parent.name
