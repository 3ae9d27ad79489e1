"""Stage `publish`: the executed notebooks and what frames them, as a site; and the headline figures for DVC."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from pipeline.analysis.quality import ETHNICITY_STATES
from pipeline.contract.context import ServiceFacts
from pipeline.files.slices import read_slice
from pipeline.files.writer import read_records
from pipeline.present.door import Door
from pipeline.present.overview import format_banner, format_footer, headline_metrics, show_overview
from pipeline.present.page import Page
from pipeline.present.quality_page import QualityData, show_quality
from pipeline.present.targets import judgement_rules
from pipeline.publishing import publish_site
from pipeline.settings import Settings

_NUMBERS = (
    "lines",
    "accepted",
    "superseded",
    "set_aside",
    "out_of_scope",
    "checked",
    "failed",
    "total",
    *ETHNICITY_STATES,
)


def _read_numbers(path: Path) -> pd.DataFrame:
    frame = pd.DataFrame(read_records(path))
    return frame.astype({name: "int64" for name in _NUMBERS if name in frame})


def read_quality(validate: Path, reference: Path, page: Page, minimum_known: float) -> QualityData:
    """What `validate` wrote, and the names that the page shows in place of ids."""
    returns = _read_numbers(validate / "returns.csv")
    providers = pd.read_parquet(reference / "providers.parquet")
    services: Sequence[ServiceFacts] = page.slice.context.services
    return QualityData(
        dataset=page.slice.context.dataset,
        returns=returns,
        rules=_read_numbers(validate / "rules.csv"),
        ethnicity=_read_numbers(validate / "ethnicity.csv"),
        expected_periods=sorted(set(returns["period"]) - {""}),
        provider_names=dict(zip(providers["provider_id"], providers["name"], strict=True)),
        service_names={service.service_id: service.name for service in services},
        minimum_known=minimum_known,
    )


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def run_publish(root: Path, settings: Settings) -> dict[str, int]:
    """Write the generated parts, the metrics and the site; returns the counts for the log."""
    reports, processed = root / "reports", root / "data" / "processed"
    content = read_slice(processed / "measure" / "overall")
    shared = settings.shared
    impact, equality = (
        Page(content, Door(shared.disclosure, None, f"{folder}/index"), shared.confidence_level)
        for folder in ("services", "equality")
    )
    rules = judgement_rules(
        equality,
        settings.measure.baseline_months,
        settings.equality.window_months,
        settings.equality.minimum_total,
        settings.equality.maximum_unknown,
    )
    pairs = settings.impact.minimum_pairs
    generated = reports / "_generated"
    dataset = content.context.dataset
    _write(generated / "banner.html", format_banner(dataset))
    _write(generated / "footer.html", format_footer(dataset, version("outturn")))
    _write(generated / "overview.md", show_overview(impact, equality, pairs, rules))
    minimum_known = settings.validate.minimum_ethnicity_known
    quality = read_quality(processed / "validate", processed / "intake" / "reference", impact, minimum_known)
    door = Door(shared.disclosure, reports / "quality", "quality")
    _write(generated / "quality.md", show_quality(door, quality))
    metrics = headline_metrics(impact, equality, pairs, rules)
    _write(reports / "metrics.json", json.dumps(metrics, indent=1, ensure_ascii=False) + "\n")
    site = publish_site(reports, reports / "_site", settings.publish.with_, cache=processed / "pages")
    return {"pages": len(site.pages), "made": len(site.made)}
