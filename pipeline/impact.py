"""What services did, for notebooks: what is found of each outcome, as a frame, and the parts of a page.

Open a page with `open_page` and ask for `outcomes`: a row a service and outcome by the design that was declared for it.
The columns are declared in `pipeline.analysis.finding_columns`. The functions whose names begin with `show_` give the
parts of the published page as Markdown.
"""

from __future__ import annotations

import pandas as pd

from pipeline.analysis.findings import tabulate_outcomes
from pipeline.analysis.impact.outcomes import all_findings, verdict_on
from pipeline.present.equality.own_targets import show_own_targets
from pipeline.present.equality.targets import judgement_rules
from pipeline.present.impact.claims import show_claims
from pipeline.present.impact.evidence_needed import show_would_change
from pipeline.present.impact.impact_page import show_headline, show_services, show_steps
from pipeline.present.impact.reported_vs_measured import show_whole_and_parts
from pipeline.present.impact.score_gaps import show_gap_effect
from pipeline.present.impact.scores import show_change
from pipeline.present.impact.what_works import show_what_works
from pipeline.present.page import Page, open_page
from pipeline.present.performance.catalogue import show_measures, show_trend
from pipeline.present.performance.contract_service_children import show_tiers
from pipeline.present.performance.contracts import show_contract
from pipeline.present.performance.curve_charts import show_curves, show_scorecard
from pipeline.present.performance.providers import show_comparison
from pipeline.present.performance.reach import show_journey, show_reached
from pipeline.present.performance.service import show_service
from pipeline.present.performance.waits import show_waits

__all__ = [
    "Page",
    "judgement_rules",
    "open_page",
    "outcomes",
    "show_change",
    "show_claims",
    "show_comparison",
    "show_contract",
    "show_curves",
    "show_gap_effect",
    "show_headline",
    "show_journey",
    "show_measures",
    "show_own_targets",
    "show_reached",
    "show_scorecard",
    "show_service",
    "show_services",
    "show_steps",
    "show_tiers",
    "show_trend",
    "show_waits",
    "show_what_works",
    "show_whole_and_parts",
    "show_would_change",
]


def outcomes(page: Page, minimum_pairs: int) -> pd.DataFrame:
    """Evaluate every outcome of the page's services by its design: one row each (columns of OUTCOMES)."""
    found = [
        (service.service_id, finding)
        for service in page.slice.context.services
        for finding in all_findings(page, service, minimum_pairs)
    ]
    verdicts = {(service_id, each.outcome): verdict_on(page, each) for service_id, each in found}
    return page.record("finding_outcomes", tabulate_outcomes(found, verdicts, page.door.rule))
