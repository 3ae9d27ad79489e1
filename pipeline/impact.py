"""Impact of services, for notebooks: the finding for each outcome as a frame, and the parts of a page.

Open a page with `open_page` and call `outcomes`: one row per service and outcome, by the design that was declared for
it. The columns are declared in `pipeline/contract/findings.yaml`. Functions whose names begin with `show_` return parts
of the published page as Markdown.
"""

import pandas as pd

from pipeline.analysis import contract_findings as _contracts
from pipeline.analysis import impact_findings as _impact
from pipeline.analysis import performance_findings as _performance
from pipeline.analysis.impact.outcomes import scores_within as _scores_within
from pipeline.present.decide.decisions import show_questions
from pipeline.present.equality.targets import judgement_rules, show_own_targets
from pipeline.present.impact.claims import show_claims
from pipeline.present.impact.evidence_needed import show_would_change
from pipeline.present.impact.impact_page import show_for_whom, show_headline, show_services, show_steps
from pipeline.present.impact.reported_vs_measured import show_whole_and_parts
from pipeline.present.impact.scores import show_change, show_gap_effect
from pipeline.present.impact.what_works import (
    show_everything,
    show_shared,
    show_what_works,
    show_works_headline,
)
from pipeline.present.page import Page, open_page
from pipeline.present.page import recorded as _recorded
from pipeline.present.performance.catalogue import show_measures, show_trend
from pipeline.present.performance.contract_service_children import show_tiers
from pipeline.present.performance.contracts import show_contract, show_service
from pipeline.present.performance.providers import show_comparison
from pipeline.present.performance.reach import show_journey, show_reached, show_waits
from pipeline.present.performance.scorecard import show_curves, show_curves_headline, show_scorecards

contracts = _recorded(_contracts.tabulate_contracts)
delivery = _recorded(_contracts.tabulate_delivery)
reach = _recorded(_performance.tabulate_reach)
parts = _recorded(_performance.tabulate_parts)
journey = _recorded(_performance.tabulate_journey)
waits = _recorded(_performance.tabulate_waits)
results = _recorded(_performance.tabulate_results)
kpis = _recorded(_performance.tabulate_kpis)
kpi_periods = _recorded(_performance.tabulate_kpi_periods)
curves = _recorded(_performance.tabulate_curves)
curve_periods = _recorded(_performance.tabulate_curve_periods)
score_changes = _recorded(_impact.tabulate_score_changes)
outcomes = _recorded(_impact.tabulate_outcomes)


def score_rows(page: Page) -> pd.DataFrame:
    """Return the children's own scores behind `score_changes`: for calculation, never to be shown."""
    return _scores_within(page)
