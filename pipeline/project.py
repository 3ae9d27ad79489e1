"""The project as a folder: where each stage reads and writes, and the guard that its inputs stand still."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from pipeline.contract.dataset import Dataset, read_dataset
from pipeline.contract.services import ServiceFacts
from pipeline.files.key import KEY
from pipeline.files.records import read_records
from pipeline.files.slices import read_context
from pipeline.notebooks.fingerprint import code_fingerprint, list_files, relative_name
from pipeline.present.sentences import speak
from pipeline.protect.rounding import Disclosure
from pipeline.settings import PAGE_FOLDERS, Settings, read_settings

Counts = Mapping[str, int]
SLICES = "slices.json"
"""In what `measure` writes: every file by its hash, and the hash of the code."""


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


@dataclass(frozen=True)
class Stage:
    """One stage: the folders it reads, and the function that does it."""

    reads: Callable[[Project], tuple[Path, ...]]
    run: Callable[[Project], Counts]


def _intake(project: Project) -> Counts:
    from pipeline.stages.intake import run_intake

    limit = project.settings.intake.maximum_file_mb
    return asdict(run_intake(project.dataset(), project.processed / "intake", limit))


def _validate(project: Project) -> Counts:
    from pipeline.stages.validate import run_validate

    processed, asked = project.processed, dict(project.settings.validate_)
    return asdict(run_validate(project.dataset(), processed / "intake", processed / "validate", **asked))


def _measure(project: Project) -> Counts:
    from pipeline.stages.measure import run_measure

    processed = project.processed
    reference = processed / "intake" / "reference"
    received = read_records(processed / "intake" / "received.csv")
    frozen = read_records(reference / "baselines.csv")
    validated, output = processed / "validate", processed / "measure"
    counts = run_measure(
        project.dataset(), validated, reference, output, received, frozen, project.settings.measure.engine
    )
    list_files(output, SLICES, code_fingerprint())
    return counts


def _impact(project: Project) -> Counts:
    from pipeline.stages.impact import run_impact

    settings = project.settings
    measures, output = project.processed / "measure", project.reports / "services"
    return run_impact(
        project.root,
        read_context(measures / "overall"),
        settings.shared,
        project.rule,
        settings.impact,
        settings.measure,
        settings.equality,
        measures,
        output,
    )


def _equality(project: Project) -> Counts:
    from pipeline.stages.equality import run_equality

    settings = project.settings
    measures, output = project.processed / "measure", project.reports / "equality"
    return run_equality(
        project.root,
        read_context(measures / "overall"),
        settings.shared,
        project.rule,
        settings.measure,
        settings.equality,
        settings.impact,
        measures,
        output,
    )


def _cycle(project: Project) -> Counts:
    from pipeline.stages.cycle import run_cycle

    settings, processed = project.settings, project.processed
    context = read_context(processed / "measure" / "overall")
    return run_cycle(
        project.root,
        context,
        settings.shared,
        project.rule,
        settings.cycle,
        settings.equality,
        processed,
        project.reports,
    )


def _audit(project: Project) -> Counts:
    from pipeline.stages.audit import find_in_words, find_singled_out, read_nested, run_audit

    settings, reports, rule = project.settings, project.reports, project.rule
    besides = find_singled_out(project.root, reports, project.dataset_folder, rule)
    besides += find_in_words(reports, rule, settings.limits)
    output, main, accept = project.processed / "audit", settings.impact.measure, settings.audit.accept
    nested = read_nested(project.processed / "intake" / "reference")
    return run_audit(reports, output, rule, main, accept, nested, besides)


def _publish(project: Project) -> Counts:
    from pipeline.publishing.watched import watch_sources
    from pipeline.stages.publish import run_publish

    counts = run_publish(project.root, project.reports, project.rule, project.settings)
    for line in watch_sources(project.root):
        print(line)
    return counts


def _reads_measures(project: Project) -> tuple[Path, ...]:
    return (project.processed / "measure", project.root / "notebooks")


def _reads_findings(project: Project) -> tuple[Path, ...]:
    reports = project.reports
    tables = project.processed / "intake" / "reference"
    return (reports / "services", reports / "equality", tables, project.root / "notebooks")


def _reads_rows(project: Project) -> tuple[Path, ...]:
    intake = project.processed / "intake"
    return (project.processed / "validate", intake / "reference", intake / "received.csv")


def _reads_pages(project: Project) -> tuple[Path, ...]:
    from pipeline.publishing.watched import own_sources

    intake = project.processed / "intake"
    return (
        *own_sources(project.root),
        project.dataset_folder / KEY,
        *(
            intake / name
            for name in ("corrections.csv", "files.csv", "received.csv", "reference/measures.parquet")
        ),
        project.processed / "validate",
        project.processed / "measure" / "overall" / "context.json",
        project.reports / "services",
        project.reports / "equality",
        project.reports / "cycle",
    )


# Each function imports its own stage: great-expectations alone costs seconds, and only `validate` needs it.
STAGES: Mapping[str, Stage] = {
    "intake": Stage(lambda project: (project.dataset().folder,), _intake),
    "validate": Stage(lambda project: (project.processed / "intake",), _validate),
    "measure": Stage(_reads_rows, _measure),
    "impact": Stage(_reads_measures, _impact),
    "equality": Stage(_reads_measures, _equality),
    "cycle": Stage(_reads_findings, _cycle),
    "audit": Stage(lambda project: tuple(project.reports / name for name in PAGE_FOLDERS), _audit),
    "publish": Stage(_reads_pages, _publish),
}


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
