"""Stage `publish`: build the site from executed notebooks, and write the headline figures for DVC."""

import json
import shutil
from collections.abc import Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipeline.contract.context import Context
from pipeline.contract.periods import is_period
from pipeline.files.context import read_context
from pipeline.files.key import read_key
from pipeline.files.records import read_records
from pipeline.notebooks.pages import is_forced
from pipeline.present.changes import show_changes
from pipeline.present.decide.overview import (
    open_overview,
    show_families,
    show_overview,
    show_without_review,
)
from pipeline.present.definitions import list_named, show_definitions
from pipeline.present.disclosure.door import Door, Downloads
from pipeline.present.disclosure.frames import Published, format_frame, headline_metrics, read_files
from pipeline.present.page import format_banner, format_cut, format_footer
from pipeline.present.quality.completeness import ETHNICITY_STATES
from pipeline.present.quality.data import NOBODY_KNOWN, QualityData
from pipeline.present.quality.quality_page import show_provider_details, show_providers, show_quality
from pipeline.present.quality.returns import provisional_words
from pipeline.present.quality.rows import unreviewed_words
from pipeline.present.settings_table import show_settings
from pipeline.project import Project
from pipeline.publishing import list_downloads, list_everything, publish_site, read_downloads
from pipeline.publishing.source import list_tables
from pipeline.releases.changes import Change, compare_tables
from pipeline.releases.manifest import FOLDER, TABLES, Manifest, describe, list_releases, read_tables
from pipeline.releases.moved import describe_missing_hashes
from pipeline.settings import Settings
from pipeline.stages.audit import check_generated
from pipeline.stages.cycle import PAGES

_OF_REVIEW = ("definitions.md", "families.md", "quality.md", "providers.md", "provider-details.md")
"""Parts of pages that are left out when blank."""
_FATES = ("lines", "accepted", "superseded", "set_aside", "out_of_scope")


def _read_numbers(path: Path, *numbers: str) -> list[dict[str, Any]]:
    """Read a CSV written by a stage, with these columns as numbers."""
    return [row | {name: int(row[name]) for name in numbers} for row in read_records(path)]


def _read_quality(project: Project, context: Context, published: Published) -> QualityData:
    """Read what `intake` and `validate` wrote, and the names shown in place of ids."""
    intake, validate = project.processed / "intake", project.processed / "validate"
    names = {row["provider_id"]: row["name"] for row in read_records(validate / "providers.csv")}

    def read_known(path: Path, *numbers: str) -> list[dict[str, Any]]:
        """Blank or replace folder names that are no known provider or period: they can hold any text."""
        rows = _read_numbers(path, *numbers)
        for row in rows:
            if row["provider"] not in names and row["provider"]:
                row["provider"] = NOBODY_KNOWN
            if not is_period(row["period"], context.dataset.period):
                row["period"] = ""
        return rows

    return QualityData(
        door=Door(project.rule, Downloads(project.reports / "quality"), "quality/"),
        dataset=context.dataset,
        services=context.services,
        returns=read_known(validate / "returns.csv", *_FATES),
        rules=read_known(validate / "rules.csv", "checked", "failed"),
        ethnicity=_read_numbers(validate / "ethnicity.csv", "total", *ETHNICITY_STATES),
        provider_names=names,
        minimum_known=project.settings.validate_.minimum_ethnicity_known,
        maximum_unknown=project.settings.equality.maximum_unknown,
        key=read_key(project.dataset_folder),
        completeness=_read_numbers(validate / "completeness.csv", "episodes"),
        received=read_known(intake / "received.csv", "version"),
        corrections=read_records(intake / "corrections.csv"),
        files=read_known(intake / "files.csv", "normalised"),
        columns=[row for row in read_known(intake / "faults.csv") if row["rule"].startswith("column.")],
        published=published,
    )


def _write_lists(reports: Path, context: Context | None) -> None:
    """Write the lists of downloads and of everything on the site, after all other pages.

    `context` names services, measures, targets and groups that have pages.
    """
    downloads = list_downloads(reports, but=("a-to-z.qmd", "downloads.qmd"))
    _write(reports / "_generated" / "downloads.md", downloads)
    everything = list_everything(reports, "a-to-z.qmd", list_named(context) if context else {})
    _write(reports / "_generated" / "a-to-z.md", everything)


def _write_trend(path: Path, published: Published, measure: str) -> None:
    """Write the chosen measure by period, over all services, for `dvc plots`."""
    periods = published.finding("services/index", "kpi_periods")
    chosen = periods[periods["measure_id"] == measure]
    _write(path, format_frame(chosen).to_csv(index=False, lineterminator="\n"))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def _list_changes(project: Project, release: Manifest) -> list[Change]:
    """Return every value that changed since a release."""
    before = read_tables(project.reports / FOLDER / release.name / TABLES)
    quality = {f"quality/{name}": text for name, text in read_tables(project.reports / "quality").items()}
    now = dict(list_tables(project.reports)) | {
        name: text for name, text in quality.items() if not name.startswith("quality/changed_")
    }
    return list(compare_tables(before, now, release, describe(project.root, project.processed, now)))


def _show_review(
    project: Project, context: Context, published: Published, kept: Sequence[Manifest]
) -> dict[str, str]:
    """Return the parts of the pages on returns and outcomes, by file name."""
    quality = _read_quality(project, context, published)
    overview, provisional = open_overview(context, published), provisional_words(quality)
    catalogue = pq.read_table(project.processed / "intake" / "reference" / "measures.parquet").to_pylist()
    changes = _list_changes(project, kept[-1]) if kept else []
    return {
        "overview.md": show_overview(overview, quality.door, provisional, unreviewed_words(quality)),
        "definitions.md": show_definitions(catalogue),
        "families.md": show_families(overview),
        "quality.md": show_quality(quality),
        "providers.md": show_providers(quality),
        "provider-details.md": show_provider_details(quality),
        "changes.md": show_changes(quality.door, context.dataset.source, kept, changes, provisional),
    }


def _show_without_review(
    project: Project, context: Context, published: Published, kept: Sequence[Manifest]
) -> dict[str, str]:
    """Return the same parts for a dataset without returns: only the overview and any changes are filled."""
    reports = project.reports
    door = Door(project.rule, Downloads(reports / "quality"), "quality/")
    pages = [name for name in PAGES if (reports / "cycle" / f"{name}.ipynb").is_file()]
    changes = ""
    if kept:
        changes = show_changes(door, context.dataset.source, kept, _list_changes(project, kept[-1]), "")
    return {
        **dict.fromkeys(_OF_REVIEW, ""),
        "overview.md": show_without_review(context, published, pages),
        "changes.md": changes,
    }


def _list_settings(settings: Settings) -> dict[str, float]:
    """What decides how figures are shown and judged, as Methods lists it."""
    shared, equality = settings.shared, settings.equality
    return {
        "confidence_level": shared.confidence_level,
        **({} if shared.rule.exact else shared.disclosure.model_dump()),
        "minimum_total": equality.minimum_total,
        "minimum_pairs": settings.impact.minimum_pairs,
        "minimum_ethnicity_known": settings.validate_.minimum_ethnicity_known,
        "maximum_unknown": equality.maximum_unknown,
        "false_discovery_rate": equality.false_discovery_rate,
        "baseline_months": settings.measure.baseline_months,
        "window_months": equality.window_months,
        "minimum_bids": settings.cycle.minimum_bids,
        "months_ahead": settings.cycle.months_ahead,
    }


def run_publish(project: Project) -> dict[str, int]:
    """Write the generated parts, the metrics and the site into the reports; return the counts for the log.

    Finished pages are kept from run to run, except those with exact numbers.
    """
    processed, reports, rule = project.processed, project.reports, project.rule
    context = read_context(processed / "measure" / "overall")
    published = read_files(lambda page: read_downloads(reports, f"{page}.ipynb"))
    kept = [] if rule.exact else list_releases(reports / FOLDER)
    if missing := describe_missing_hashes(project.root, kept):
        print(f"Do not put this online: {missing}")
    (reports / "quality").mkdir(exist_ok=True)
    summed = (reports / "cycle" / "money.ipynb").is_file()
    show = _show_review if project.dataset().has_returns else _show_without_review
    parts = {
        "banner.html": format_banner(context.dataset, rule) + format_cut(context.services, summed),
        "settings.md": show_settings(_list_settings(project.settings)),
        "footer.html": format_footer(context.dataset, version("outturn")),
        **show(project, context, published, kept),
    }
    for name, text in parts.items():
        _write(reports / "_generated" / name, text)
    _write_lists(reports, context if project.dataset().has_returns else None)
    check_generated(reports, rule, project.settings.limits)
    metrics = json.dumps(headline_metrics(published), indent=1, ensure_ascii=False)
    _write(reports / "metrics.json", metrics + "\n")
    _write_trend(reports / "trend.csv", published, project.settings.impact.measure)
    return _make_site(project)


def _make_site(project: Project) -> dict[str, int]:
    """Publish the site; finished pages are kept, except those with exact numbers."""
    private, reports = project.rule.exact, project.reports
    finished = None if private else project.processed / "pages"
    with_ = project.settings.publish.with_
    make = partial(publish_site, reports, reports / "_site", with_, cache=finished, private=private)
    site = make()
    if finished and is_forced(not site.made):
        shutil.rmtree(finished)
        site = make()
    return {"pages": len(site.pages), "made": len(site.made)}
