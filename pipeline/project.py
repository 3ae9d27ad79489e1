"""The project as a folder: where each stage reads and writes, and the guard that its inputs stand still."""

from __future__ import annotations

import datetime as dt
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
from pipeline.protect.rounding import Disclosure
from pipeline.settings import Settings, read_settings

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
    """The project in that folder."""
    settings = read_settings(root)
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
    counts = run_measure(project.dataset(), validated, reference, output, received, frozen)
    list_files(output, SLICES, code_fingerprint())
    return counts


def _impact(project: Project) -> Counts:
    from pipeline.stages.impact import run_impact

    settings = project.settings
    measures, output = project.processed / "measure", project.reports / "services"
    return run_impact(
        project.root,
        project.services(),
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
        project.services(),
        settings.shared,
        project.rule,
        settings.measure,
        settings.equality,
        settings.impact,
        measures,
        output,
    )


def _publish(project: Project) -> Counts:
    from pipeline.publishing.watched import watch_sources
    from pipeline.stages.publish import run_publish

    counts = run_publish(project.root, project.reports, project.rule, project.settings)
    for line in watch_sources(project.root):
        print(line)
    return counts


def _reads_measures(project: Project) -> tuple[Path, ...]:
    return (project.processed / "measure", project.root / "notebooks")


def _reads_rows(project: Project) -> tuple[Path, ...]:
    intake = project.processed / "intake"
    return (project.processed / "validate", intake / "reference", intake / "received.csv")


def _reads_pages(project: Project) -> tuple[Path, ...]:
    from pipeline.publishing.watched import own_sources

    intake = project.processed / "intake"
    return (
        *own_sources(project.root),
        project.dataset_folder / KEY,
        *(intake / name for name in ("corrections.csv", "files.csv", "received.csv")),
        project.processed / "validate",
        project.processed / "measure" / "overall" / "context.json",
        project.reports / "services",
        project.reports / "equality",
    )


# Each function imports its own stage: great-expectations alone costs seconds, and only `validate` needs it.
STAGES: Mapping[str, Stage] = {
    "intake": Stage(lambda project: (project.dataset().folder,), _intake),
    "validate": Stage(lambda project: (project.processed / "intake",), _validate),
    "measure": Stage(_reads_rows, _measure),
    "impact": Stage(_reads_measures, _impact),
    "equality": Stage(_reads_measures, _equality),
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


def freeze(root: Path, day: dt.date) -> Iterator[str]:
    """Freeze what is not frozen yet, in the dataset's reference folder: evaluation plans, and measured baselines.

    Plans are frozen before there are data; baselines rest on the measures as `dvc repro` left them. A line each.
    """
    project = open_project(root)
    yield from _freeze_plans(project, day)
    if (project.processed / "measure" / "overall" / "context.json").is_file():
        yield from _freeze_baselines(project, day)


def _freeze_plans(project: Project, day: dt.date) -> Iterator[str]:
    """Keep the fingerprint of every version of a plan; what is frozen already stays as it is."""
    from pipeline.contract.plans import FrozenPlan
    from pipeline.files.commissioner.plans_table import add_frozen_plans, list_plans
    from pipeline.files.commissioner.reference import read_reference

    dataset = project.dataset()
    reference = read_reference(dataset)
    known = {(row["plan_id"], row["version"]) for row in reference.frozen_plans}
    added = [
        FrozenPlan(plan.plan_id, plan.version, day, plan.fingerprint)
        for plan in list_plans(reference.evaluation_plan)
        if (plan.plan_id, plan.version) not in known
    ]
    if added:
        add_frozen_plans(dataset.folder / "reference" / "frozen_plans.csv", reference.frozen_plans, added)
    for each in added:
        yield f"plan {each.plan_id} version {each.version}: frozen, {each.fingerprint[:12]}"
    yield f"{len(added)} plans frozen, {len(known)} already."


def _freeze_baselines(project: Project, day: dt.date) -> Iterator[str]:
    """Freeze every measured baseline whose months are over; what is frozen already stays as it is."""
    from pipeline.files.commissioner.frozen_table import add_frozen, list_frozen
    from pipeline.files.commissioner.reference import read_reference
    from pipeline.present.equality.frozen import freeze_baselines
    from pipeline.present.equality.targets import judgement_rules
    from pipeline.present.page import open_page

    shared, equality = project.settings.shared, project.settings.equality
    overall = (project.processed / "measure" / "overall").as_posix()
    page = open_page(overall, "", shared.confidence_level, project.rule.hide_up_to, project.rule.round_to)
    rules = judgement_rules(
        page,
        project.settings.measure.baseline_months,
        equality.window_months,
        equality.minimum_total,
        equality.maximum_unknown,
        equality.false_discovery_rate,
        equality.family,
    )
    dataset = project.dataset()
    before = list_frozen(read_reference(dataset).baselines)
    added = list(freeze_baselines(page, rules, day))
    if added:
        add_frozen(dataset.folder / "reference" / "baselines.csv", before, added)
    for each in added:
        yield f"{each.target_id} version {each.version}: frozen, {each.first_day} to {each.last_day}"
    yield f"{len(added)} baselines frozen, {len(before)} already; run 'dvc repro' to publish it."
