"""What services did, for notebooks: what is found of each outcome, as a frame, and the parts of a page.

Open a page with `open_page` and ask for `outcomes`: a row a service and outcome by the design that was declared for it.
The columns are declared in `pipeline.analysis.finding_columns`. The functions whose names begin with `show_` give the
parts of the published page as Markdown.
"""

import pandas as pd

from pipeline.analysis import contract_findings as _contracts
from pipeline.analysis import impact_findings as _impact
from pipeline.analysis import performance_findings as _performance
from pipeline.analysis.impact.score_changes import scores_within as _scores_within
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
from pipeline.present.performance.catalogue import show_measures, show_trend
from pipeline.present.performance.contract_service_children import show_tiers
from pipeline.present.performance.contracts import show_contract, show_service
from pipeline.present.performance.providers import show_comparison
from pipeline.present.performance.reach import show_journey, show_reached, show_waits
from pipeline.present.performance.scorecard import show_curves, show_curves_headline, show_scorecards


def contracts(page: Page, minimum_pairs: int) -> pd.DataFrame:
    """Judge each contract, its measures and its children: one row a service (columns of CONTRACTS)."""
    return page.record("contracts", _contracts.tabulate_contracts(page, minimum_pairs))


def delivery(page: Page) -> pd.DataFrame:
    """Set what was delivered against what was agreed, by contract year and as a whole (columns of DELIVERY)."""
    return page.record("delivery", _contracts.tabulate_delivery(page))


def reach(page: Page) -> pd.DataFrame:
    """Count the children reached, all and by ethnic group (columns of REACH)."""
    return page.record("reach", _performance.tabulate_reach(page))


def parts(page: Page) -> pd.DataFrame:
    """Count the children whom services of one programme, plan, priority or tier reached together (columns of PARTS)."""
    return page.record("parts", _performance.tabulate_parts(page))


def journey(page: Page) -> pd.DataFrame:
    """Follow episodes from referral to outcome: one row a step (columns of JOURNEY)."""
    return page.record("journey", _performance.tabulate_journey(page))


def waits(page: Page, minimum: int) -> pd.DataFrame:
    """Time each step of the journey, with no days of fewer than `minimum` children (columns of WAITS)."""
    return page.record("waits", _performance.tabulate_waits(page, minimum))


def results(page: Page) -> pd.DataFrame:
    """Count what agreements and outcomes came to (columns of RESULTS)."""
    return page.record("results", _performance.tabulate_results(page))


def kpis(page: Page, minimum_pairs: int) -> pd.DataFrame:
    """Judge every measure over time, by its plan or its control chart: one row each (columns of KPIS)."""
    return page.record("kpis", _performance.tabulate_kpis(page, minimum_pairs))


def kpi_periods(page: Page) -> pd.DataFrame:
    """Every measure by period, with the limits of its chart and what it signals (columns of KPI_PERIODS)."""
    return page.record("kpi_periods", _performance.tabulate_kpi_periods(page))


def curves(page: Page) -> pd.DataFrame:
    """Judge every curve against the forecast from before its action: one row each (columns of CURVES)."""
    return page.record("curves", _performance.tabulate_curves(page))


def curve_periods(page: Page) -> pd.DataFrame:
    """What was to be expected of each period since a curve's action (columns of CURVE_PERIODS)."""
    return page.record("curve_periods", _performance.tabulate_curve_periods(page))


def score_changes(page: Page, minimum_pairs: int) -> pd.DataFrame:
    """Compare scores before and after, and with a comparison group, by ethnic group (columns of SCORE_CHANGES)."""
    return page.record("score_changes", _impact.tabulate_score_changes(page, minimum_pairs))


def score_rows(page: Page) -> pd.DataFrame:
    """The children's own scores that `score_changes` rests on: to reckon with, never to be shown."""
    return _scores_within(page)


def outcomes(page: Page, minimum_pairs: int) -> pd.DataFrame:
    """Evaluate every outcome of the page's services by its design: one row each (columns of OUTCOMES)."""
    return page.record("outcomes", _impact.tabulate_outcomes(page, minimum_pairs))
