"""Stage `publish`: the executed notebooks and what frames them, as a site; and the headline figures for DVC."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipeline.contract.context import Context
from pipeline.contract.dataset import PeriodLength
from pipeline.contract.periods import is_period
from pipeline.files.key import read_key
from pipeline.files.records import read_records
from pipeline.files.slices import read_context
from pipeline.notebooks.pages import is_forced
from pipeline.present.changes import show_changes
from pipeline.present.decide.overview import open_overview, show_families, show_overview
from pipeline.present.definitions import list_named, show_definitions
from pipeline.present.disclosure.door import Door, Downloads
from pipeline.present.disclosure.frames import Published, headline_metrics, read_files, tell_frame
from pipeline.present.page import format_banner, format_footer
from pipeline.present.quality.completeness import ETHNICITY_STATES
from pipeline.present.quality.data import NOBODY_KNOWN, QualityData
from pipeline.present.quality.quality_page import show_provider_details, show_providers, show_quality
from pipeline.present.quality.returns import provisional_words
from pipeline.present.quality.rows import unreviewed_words
from pipeline.protect.rounding import Disclosure
from pipeline.publishing import list_downloads, list_everything, publish_site, read_downloads
from pipeline.publishing.source import list_tables
from pipeline.releases.changes import Change, compare_tables
from pipeline.releases.manifest import FOLDER, TABLES, Manifest, describe, list_releases, read_tables
from pipeline.releases.moved import tell_missing
from pipeline.settings import Settings
from pipeline.stages.audit import check_generated

_FATES = ("lines", "accepted", "superseded", "set_aside", "out_of_scope")


def _read_numbers(path: Path, *numbers: str) -> list[dict[str, Any]]:
    """The rows of a CSV written by a stage, these columns as numbers."""
    rows: list[dict[str, Any]] = list(read_records(path))
    for row in rows:
        for name in numbers:
            row[name] = int(row[name])
    return rows


def _without_strange_places(
    rows: list[dict[str, Any]], names: Mapping[str, str], length: PeriodLength
) -> list[dict[str, Any]]:
    """The rows; a folder that names no provider of the commissioner's, or no period, may be called anything."""
    for row in rows:
        if row["provider"] not in names and row["provider"]:
            row["provider"] = NOBODY_KNOWN
        if not is_period(row["period"], length):
            row["period"] = ""
    return rows


def read_quality(
    processed: Path,
    context: Context,
    published: Published,
    minimum_known: float,
    maximum_unknown: float,
    key: bytes,
) -> QualityData:
    """What `intake` and `validate` wrote, and the names that the page shows in place of ids."""
    intake, validate = processed / "intake", processed / "validate"
    names = {row["provider_id"]: row["name"] for row in read_records(validate / "providers.csv")}

    def placed(path: Path, *numbers: str) -> list[dict[str, Any]]:
        return _without_strange_places(_read_numbers(path, *numbers), names, context.dataset.period)

    return QualityData(
        dataset=context.dataset,
        services=context.services,
        returns=placed(validate / "returns.csv", *_FATES),
        rules=placed(validate / "rules.csv", "checked", "failed"),
        ethnicity=_read_numbers(validate / "ethnicity.csv", "total", *ETHNICITY_STATES),
        provider_names=names,
        minimum_known=minimum_known,
        maximum_unknown=maximum_unknown,
        key=key,
        completeness=_read_numbers(validate / "completeness.csv", "episodes"),
        received=placed(intake / "received.csv", "version"),
        corrections=read_records(intake / "corrections.csv"),
        files=placed(intake / "files.csv", "normalised"),
        columns=[row for row in placed(intake / "faults.csv") if row["rule"].startswith("column.")],
        published=published,
    )


def read_published(reports: Path) -> Published:
    """What the executed notebooks in `reports` show, and the findings that they offer."""

    @cache
    def downloads(page: str) -> Mapping[str, str]:
        return read_downloads(reports, f"{page}.ipynb")

    return read_files(downloads)


def _write_lists(reports: Path, context: Context) -> None:
    """Write the lists of what can be taken away and of everything, once all other pages are written."""
    downloads = list_downloads(reports, but=("a-to-z.qmd", "downloads.qmd"))
    _write(reports / "_generated" / "downloads.md", downloads)
    everything = list_everything(reports, "a-to-z.qmd", list_named(context))
    _write(reports / "_generated" / "a-to-z.md", everything)


def _read_catalogue(processed: Path) -> list[dict[str, Any]]:
    """The commissioner's catalogue of measures; None where a cell is blank."""
    rows: list[dict[str, Any]] = pq.read_table(
        processed / "intake" / "reference" / "measures.parquet"
    ).to_pylist()
    return rows


def _write_trend(path: Path, published: Published, measure: str) -> None:
    """Write the measure that is asked for by period, over all services, for `dvc plots`."""
    periods = published.finding("services/index", "kpi_periods")
    chosen = periods[periods["measure_id"] == measure]
    _write(path, tell_frame(chosen).to_csv(index=False, lineterminator="\n"))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def _list_changes(root: Path, processed: Path, reports: Path, release: Manifest) -> list[Change]:
    """Every value that changed since a release."""
    before = read_tables(reports / FOLDER / release.name / TABLES)
    quality = {f"quality/{name}": text for name, text in read_tables(reports / "quality").items()}
    now = dict(list_tables(reports)) | {
        name: text for name, text in quality.items() if not name.startswith("quality/changed_")
    }
    return list(compare_tables(before, now, release, describe(root, processed, now)))


def run_publish(root: Path, reports: Path, rule: Disclosure, settings: Settings) -> dict[str, int]:
    """Write the generated parts, the metrics and the site into `reports`; returns the counts for the log.

    Pages that are finished are kept from one run to the next, but for those with exact numbers.
    """
    processed, key = root / "data" / "processed", read_key(root / settings.shared.dataset)
    context = read_context(processed / "measure" / "overall")
    published = read_published(reports)
    generated = reports / "_generated"
    _write(generated / "banner.html", format_banner(context.dataset, rule))
    _write(generated / "footer.html", format_footer(context.dataset, version("outturn")))
    quality = read_quality(
        processed,
        context,
        published,
        settings.validate_.minimum_ethnicity_known,
        settings.equality.maximum_unknown,
        key,
    )
    door = Door(rule, Downloads(reports / "quality"), "quality/")
    overview = open_overview(context, published)
    shown = show_overview(overview, door, provisional_words(quality), unreviewed_words(quality))
    _write(generated / "overview.md", shown)
    _write(generated / "definitions.md", show_definitions(_read_catalogue(processed)))
    _write(generated / "families.md", show_families(overview))
    _write(generated / "quality.md", show_quality(door, quality))
    _write(generated / "providers.md", show_providers(door, quality))
    _write(generated / "provider-details.md", show_provider_details(door, quality))
    kept = [] if rule.exact else list_releases(reports / FOLDER)
    if missing := tell_missing(root, kept):
        print(f"Do not put this online: {missing}")
    changes = _list_changes(root, processed, reports, kept[-1]) if kept else []
    about = show_changes(door, context.dataset.source, kept, changes, provisional_words(quality))
    _write(generated / "changes.md", about)
    _write_lists(reports, context)
    check_generated(reports, rule, settings.limits)
    metrics = json.dumps(headline_metrics(published), indent=1, ensure_ascii=False)
    _write(reports / "metrics.json", metrics + "\n")
    _write_trend(reports / "trend.csv", published, settings.impact.measure)
    return _make_site(reports, None if rule.exact else processed / "pages", settings, private=rule.exact)


def _make_site(reports: Path, finished: Path | None, settings: Settings, *, private: bool) -> dict[str, int]:
    """Publish; `finished` keeps pages from one run to the next."""
    make = partial(
        publish_site, reports, reports / "_site", settings.publish.with_, cache=finished, private=private
    )
    site = make()
    if finished and is_forced(not site.made):
        shutil.rmtree(finished)
        site = make()
    return {"pages": len(site.pages), "made": len(site.made)}
