"""`outturn freeze`: record evaluation plans, and baselines whose months are over, so that later changes show."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from pipeline.project import Project, open_project


def freeze(root: Path, day: dt.date) -> Iterator[str]:
    """Freeze new evaluation plans and measured baselines into the dataset's reference folder; yield a line for each.

    Plans are frozen before there are data; baselines use the measures of the last `dvc repro`.
    """
    project = open_project(root)
    yield from _freeze_plans(project, day)
    if (project.slices / "overall" / "context.json").is_file():
        yield from _freeze_baselines(project, day)


def _freeze_plans(project: Project, day: dt.date) -> Iterator[str]:
    """Record the fingerprint of every new version of a plan; frozen ones stay unchanged."""
    from pipeline.contract.plans import FrozenPlan
    from pipeline.files.commissioner.plans_table import add_frozen_plans, list_plans
    from pipeline.files.commissioner.reference import read_reference

    dataset = project.dataset()
    reference = read_reference(dataset)
    known = {(row["plan_id"], row["version"]) for row in reference.optional["frozen_plans"]}
    added = [
        FrozenPlan(plan.plan_id, plan.version, day, plan.fingerprint)
        for plan in list_plans(reference.optional["evaluation_plan"])
        if (plan.plan_id, plan.version) not in known
    ]
    if added:
        add_frozen_plans(
            dataset.folder / "reference" / "frozen_plans.csv", reference.optional["frozen_plans"], added
        )
    for each in added:
        yield f"plan {each.plan_id} version {each.version}: frozen, {each.fingerprint[:12]}"
    yield f"{len(added)} plans frozen, {len(known)} already."


def _freeze_baselines(project: Project, day: dt.date) -> Iterator[str]:
    """Record every measured baseline whose months are over; frozen ones stay unchanged."""
    from pipeline.files.commissioner.plans_table import add_frozen, list_frozen
    from pipeline.files.commissioner.reference import read_reference
    from pipeline.present.equality.baselines import freeze_baselines
    from pipeline.present.equality.targets import judgement_rules
    from pipeline.present.page import open_page

    shared, equality = project.settings.shared, project.settings.equality
    overall = (project.slices / "overall").as_posix()
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
    before = list_frozen(read_reference(dataset).optional["baselines"])
    added = list(freeze_baselines(page, rules, day))
    if added:
        add_frozen(dataset.folder / "reference" / "baselines.csv", before, added)
    for each in added:
        yield f"{each.target_id} version {each.version}: frozen, {each.first_day} to {each.last_day}"
    yield f"{len(added)} baselines frozen, {len(before)} already; run 'dvc repro' to publish it."
