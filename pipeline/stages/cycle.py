"""Stage `cycle`: the notebooks on planning and doing, from the commissioner's tables and findings already published.

They read no unpublished count, so nothing in them needs protecting again.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.contract.context import Context
from pipeline.files.context import read_context
from pipeline.files.cycle import DEPRIVATION, LEVELS, STANDARDISED, write_cycle
from pipeline.measures.population import group_population
from pipeline.notebooks.pages import PageSet, make_pages
from pipeline.present.disclosure.frames import finding_file
from pipeline.present.sentences import retell, say
from pipeline.project import Project
from pipeline.publishing import read_downloads
from pipeline.stages.impact import shared_parameters

PAGES: Mapping[str, Sequence[str]] = {
    "needs": ("benchmarks", "priorities", "population_levels"),
    "plan": ("priorities", "criteria", "evidence"),
    "money": ("funding", "priorities"),
    "market": ("bids", "coproduction", "joint_working"),
}
"""For each notebook, tables of which at least one must have a row for its page to be shown."""
_OF_SERVICE = ("kpis", "reach")
_OVER_ALL = ("contracts", "outcomes", "kpis", "reach", "parts")


def _collect(reports: Path, context: Context) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield, by existing page, the findings of executed notebooks and the levels of characteristics."""
    services = [facts.service_id for facts in context.services]
    wanted: Mapping[str, Sequence[str]] = {
        "services/index": [*map(finding_file, _OVER_ALL)],
        "equality/index": (*map(finding_file, ("targets", "referrals")), LEVELS, DEPRIVATION, STANDARDISED),
        **{f"services/{service}": [*map(finding_file, _OF_SERVICE)] for service in services},
        **{f"equality/{service}": (LEVELS,) for service in services},
    }
    for page, names in wanted.items():
        if files := read_downloads(reports, f"{page}.ipynb"):
            yield page, {name: files[name] for name in names if name in files}


def _is_shown(reference: Path, tables: Sequence[str]) -> bool:
    return any(pq.read_metadata(reference / f"{name}.parquet").num_rows for name in tables)


def run_cycle(project: Project) -> dict[str, int]:
    """Make the pages that have content and are out of date; return the counts for the log."""
    settings, equality = project.settings.cycle, project.settings.equality
    reference, made = project.processed / "intake" / "reference", project.reports / "cycle"
    overall = project.processed / "measure" / "overall"
    # Exact numbers stay in the folder of the internal edition.
    output = project.reports / "_cycle" if project.rule.exact else project.processed / "cycle"
    findings = dict(_collect(project.reports, read_context(overall)))
    population = pd.read_parquet(reference / "population.parquet")
    grouped = pa.Table.from_pandas(
        group_population(population, project.dataset().classification), preserve_index=False
    )
    write_cycle(output, overall / "context.json", reference, grouped, findings)
    sets = [
        PageSet(
            root=project.root,
            notebook=project.root / "notebooks" / f"{name}.ipynb",
            output=made,
            slices=project.processed,
            titles={name: say(f"page {name}")} if _is_shown(reference, tables) else {},
            parameters={
                **shared_parameters(project.settings.shared, project.rule),
                "minimum_bids": settings.minimum_bids,
                "months_ahead": settings.months_ahead,
                "false_discovery_rate": equality.false_discovery_rate,
                "maximum_unknown": equality.maximum_unknown,
                "minimum_total": equality.minimum_total,
            },
            of_all=output,
        )
        for name, tables in PAGES.items()
    ]
    return make_pages(*sets, workers=settings.workers, words=retell)
