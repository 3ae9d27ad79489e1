"""The project folder: its settings, where stages read and write, and a guard against inputs that change meanwhile."""

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
    """An input is missing, or changed while a stage was reading it."""


@dataclass(frozen=True)
class Project:
    """A project folder with its settings, the folder of its pages, and the disclosure rule of their counts."""

    root: Path
    settings: Settings
    reports: Path
    rule: Disclosure

    @property
    def dataset_folder(self) -> Path:
        """The dataset's folder from params.yaml."""
        return self.root / self.settings.shared.dataset

    @property
    def processed(self) -> Path:
        """Where stages write what is not published."""
        return self.root / "data" / "processed"

    @property
    def slices(self) -> Path:
        """What notebooks read: protected slices, or in the internal edition those of `measure`."""
        return self.processed / ("measure" if self.rule.exact else "protect")

    def dataset(self) -> Dataset:
        """Read and check the dataset."""
        return read_dataset(self.dataset_folder)

    def services(self) -> tuple[ServiceFacts, ...]:
        """The services of the register, as read by `measure`."""
        return read_context(self.processed / "measure" / "overall").services


def open_project(root: Path) -> Project:
    """Open the project in that folder, and set the language of its texts for this process."""
    settings = read_settings(root)
    speak(settings.shared.language)
    return Project(root, settings, root / "reports", settings.shared.rule)


@contextmanager
def standing_still(paths: tuple[Path, ...], root: Path) -> Iterator[None]:
    """Fail if an input was written meanwhile: DVC would record it as if the stage had used it."""
    if missing := [path for path in paths if not path.exists()]:
        raise InputsMovedError(f"{relative_name(missing[0], root)} is not there; 'dvc repro' makes it.")
    before = list(_stamps(paths))
    yield
    if list(_stamps(paths)) != before:
        raise InputsMovedError("An input changed while this stage was reading it; run it again.")


def _stamps(paths: Iterable[Path]) -> Iterator[tuple[Path, int, int]]:
    """Yield path, time of writing and size of these files and of all files in these folders."""
    for path in paths:
        if path.is_dir():
            yield from _stamps(sorted(path.iterdir()))
        else:
            facts = path.stat()
            yield path, facts.st_mtime_ns, facts.st_size
