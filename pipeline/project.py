"""The project as a folder: its settings, where stages read and write, and the guard that inputs stand still."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.contract.dataset import Dataset, read_dataset
from pipeline.contract.services import ServiceFacts
from pipeline.files.context import read_context
from pipeline.notebooks.fingerprint import relative_name
from pipeline.present.sentences import speak
from pipeline.protect.rounding import Disclosure
from pipeline.settings import Settings, read_settings


class InputsMovedError(RuntimeError):
    """An input is not there, or changed while a stage was reading it."""


@dataclass(frozen=True)
class Project:
    """A project folder with its settings, where its pages are made, and by which rule their counts are protected."""

    root: Path
    settings: Settings
    reports: Path
    rule: Disclosure

    @property
    def dataset_folder(self) -> Path:
        """The folder named in params.yaml."""
        return self.root / self.settings.shared.dataset

    @property
    def processed(self) -> Path:
        """Where stages write what is not published."""
        return self.root / "data" / "processed"

    @property
    def slices(self) -> Path:
        """What notebooks read: protected, and in the internal edition as `measure` counted it."""
        return self.processed / ("measure" if self.rule.exact else "protect")

    def dataset(self) -> Dataset:
        """The dataset, read and checked."""
        return read_dataset(self.dataset_folder)

    def services(self) -> tuple[ServiceFacts, ...]:
        """The services that `measure` found in the register."""
        return read_context(self.processed / "measure" / "overall").services


def open_project(root: Path) -> Project:
    """The project in that folder, whose language is spoken from here on."""
    settings = read_settings(root)
    speak(settings.shared.language)
    return Project(root, settings, root / "reports", settings.shared.rule)


@contextmanager
def standing_still(paths: tuple[Path, ...], root: Path) -> Iterator[None]:
    """Refuse to finish when an input was written meanwhile: DVC would record it as if it had been used."""
    if missing := [path for path in paths if not path.exists()]:
        raise InputsMovedError(f"{relative_name(missing[0], root)} is not there; 'dvc repro' makes it.")
    before = list(_stamps(paths))
    yield
    if list(_stamps(paths)) != before:
        raise InputsMovedError("An input changed while this stage was reading it; run it again.")


def _stamps(paths: Iterable[Path]) -> Iterator[tuple[Path, int, int]]:
    """When each file was written, and its size: of these, and of all in those that are folders."""
    for path in paths:
        if path.is_dir():
            yield from _stamps(sorted(path.iterdir()))
        else:
            facts = path.stat()
            yield path, facts.st_mtime_ns, facts.st_size
