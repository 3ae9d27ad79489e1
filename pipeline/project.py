"""The project as a folder: where each stage reads and writes, and the guard that its inputs stand still."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from pipeline.contract.context import ServiceFacts
from pipeline.contract.dataset import Dataset, read_dataset
from pipeline.files.records import read_records
from pipeline.files.slices import read_context
from pipeline.notebooks.fingerprint import hash_inputs
from pipeline.settings import Settings, read_settings

Counts = Mapping[str, int]


class InputsMovedError(RuntimeError):
    """An input changed while a stage was reading it."""


@dataclass(frozen=True)
class Project:
    """A project folder with its settings."""

    root: Path
    settings: Settings

    @property
    def dataset_folder(self) -> Path:
        """The folder named in params.yaml."""
        return self.root / self.settings.shared.dataset

    @property
    def processed(self) -> Path:
        """Where stages write what is not published."""
        return self.root / "data" / "processed"

    def dataset(self) -> Dataset:
        """The dataset, read and checked."""
        return read_dataset(self.dataset_folder)

    def services(self) -> tuple[ServiceFacts, ...]:
        """The services that `measure` found in the register."""
        return read_context(self.processed / "measure" / "overall").services


def open_project(root: Path) -> Project:
    """The project in that folder."""
    return Project(root, read_settings(root))


@dataclass(frozen=True)
class Stage:
    """One stage: the folders it reads, the function that does it, and whether it runs notebooks."""

    reads: Callable[[Project], tuple[Path, ...]]
    run: Callable[[Project], Counts]
    notebooks: bool = False


def _intake(project: Project) -> Counts:
    from pipeline.stages.intake import run_intake

    limit = project.settings.intake.maximum_file_mb
    return asdict(run_intake(project.dataset(), project.processed / "intake", limit))


def _validate(project: Project) -> Counts:
    from pipeline.stages.validate import run_validate

    minimum = project.settings.validate.minimum_ethnicity_known
    processed = project.processed
    return asdict(run_validate(project.dataset(), processed / "intake", processed / "validate", minimum))


def _measure(project: Project) -> Counts:
    from pipeline.stages.measure import run_measure

    processed = project.processed
    reference = processed / "intake" / "reference"
    received = read_records(processed / "intake" / "received.csv")
    return run_measure(project.dataset(), processed / "validate", reference, processed / "measure", received)


def _impact(project: Project) -> Counts:
    from pipeline.stages.impact import run_impact

    settings = project.settings
    measures, output = project.processed / "measure", project.root / "reports" / "services"
    return run_impact(project.root, project.services(), settings.shared, settings.impact, measures, output)


def _equality(project: Project) -> Counts:
    from pipeline.stages.equality import run_equality

    settings = project.settings
    measures, output = project.processed / "measure", project.root / "reports" / "equality"
    return run_equality(
        project.root,
        project.services(),
        settings.shared,
        settings.measure,
        settings.equality,
        settings.impact,
        measures,
        output,
    )


def _publish(project: Project) -> Counts:
    from pipeline.stages.publish import run_publish

    return run_publish(project.root, project.settings)


def _reads_measures(project: Project) -> tuple[Path, ...]:
    return (project.processed / "measure", project.root / "notebooks")


def _reads_rows(project: Project) -> tuple[Path, ...]:
    intake = project.processed / "intake"
    return (project.processed / "validate", intake / "reference", intake / "received.csv")


def _reads_pages(project: Project) -> tuple[Path, ...]:
    reports = project.root / "reports"
    intake = project.processed / "intake"
    return (
        *(intake / name for name in ("corrections.csv", "files.csv", "received.csv")),
        project.processed / "validate",
        project.processed / "measure" / "overall" / "context.json",
        reports / "services",
        reports / "equality",
    )


# Each function imports its own stage: great-expectations alone costs seconds, and only `validate` needs it.
STAGES: Mapping[str, Stage] = {
    "intake": Stage(lambda project: (project.dataset().folder,), _intake),
    "validate": Stage(lambda project: (project.processed / "intake",), _validate),
    "measure": Stage(_reads_rows, _measure),
    "impact": Stage(_reads_measures, _impact, notebooks=True),
    "equality": Stage(_reads_measures, _equality, notebooks=True),
    "publish": Stage(_reads_pages, _publish),
}


@contextmanager
def standing_still(paths: tuple[Path, ...], root: Path) -> Iterator[None]:
    """Refuse to finish when an input changed meanwhile: DVC would record it as if it had been used."""
    before = hash_inputs(paths, root)
    yield
    if hash_inputs(paths, root) != before:
        raise InputsMovedError("An input changed while this stage was reading it; run it again.")
