"""Stages: each reads folders, calls the rooms below, and writes; each is one module and one DVC stage.

A stage's module is imported only when it runs: great-expectations alone takes seconds, and only `validate` needs it.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path

from pipeline.files.key import KEY
from pipeline.files.records import read_records
from pipeline.notebooks.fingerprint import code_fingerprint, list_files
from pipeline.project import Project
from pipeline.publishing.watched import own_sources, watch_sources
from pipeline.settings import PAGE_FOLDERS

Counts = Mapping[str, int]
SLICES = "slices.json"
"""The file in which `measure` and `protect` record the hash of every file and of the code."""


@dataclass(frozen=True)
class Stage:
    """A stage: the folders it reads and the function that runs it."""

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


def _protect(project: Project) -> Counts:
    from pipeline.stages.protect import run_protect

    output = project.processed / "protect"
    counts = run_protect(project.processed / "measure", output, project.rule)
    list_files(output, SLICES, code_fingerprint())
    return counts


def _audit(project: Project) -> Counts:
    from pipeline.stages.audit import find_in_words, find_singled_out, read_links, run_audit

    settings, reports, rule = project.settings, project.reports, project.rule
    besides = find_singled_out(project.root, reports, project.dataset_folder, rule)
    besides += find_in_words(reports, rule, settings.limits)
    output, main, accept = project.processed / "audit", settings.impact.measure, settings.audit.accept
    links = read_links(project.processed / "intake" / "reference")
    return run_audit(reports, output, rule, main, accept, links, besides)


def _publish(project: Project) -> Counts:
    from pipeline.stages.publish import run_publish

    counts = run_publish(project)
    for line in watch_sources(project.root):
        print(line)
    return counts


def _run_pages(name: str) -> Callable[[Project], Counts]:
    """Return the function of a stage that makes pages."""

    def run(project: Project) -> Counts:
        counts: Counts = getattr(import_module(f"pipeline.stages.{name}"), f"run_{name}")(project)
        return counts

    return run


def _reads_slices(project: Project) -> tuple[Path, ...]:
    return (project.slices, project.root / "notebooks")


def _reads_findings(project: Project) -> tuple[Path, ...]:
    reports = project.reports
    tables = project.processed / "intake" / "reference"
    return (reports / "services", reports / "equality", tables, project.root / "notebooks")


def _reads_rows(project: Project) -> tuple[Path, ...]:
    intake = project.processed / "intake"
    return (project.processed / "validate", intake / "reference", intake / "received.csv")


def _reads_pages(project: Project) -> tuple[Path, ...]:
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
        *_page_folders(project),
    )


def _page_folders(project: Project) -> tuple[Path, ...]:
    return tuple(project.reports / name for name in PAGE_FOLDERS)


STAGES: Mapping[str, Stage] = {
    "intake": Stage(lambda project: (project.dataset().folder,), _intake),
    "validate": Stage(lambda project: (project.processed / "intake",), _validate),
    "measure": Stage(_reads_rows, _measure),
    "protect": Stage(lambda project: (project.processed / "measure",), _protect),
    "impact": Stage(_reads_slices, _run_pages("impact")),
    "equality": Stage(_reads_slices, _run_pages("equality")),
    "cycle": Stage(_reads_findings, _run_pages("cycle")),
    "audit": Stage(_page_folders, _audit),
    "publish": Stage(_reads_pages, _publish),
}
