"""Race equality, for notebooks: what is judged, as frames, and the parts of a page.

Open a page with `open_page`, put the rules together with `judgement_rules`, and ask for a frame: `targets`, `gaps`,
`gap_changes`. Their columns are declared in `pipeline.analysis.finding_columns`; every number in them is as it may be
shown. The functions whose names begin with `show_` give the parts of the published page as Markdown.
"""

import pandas as pd

from pipeline.analysis import findings as _findings
from pipeline.analysis.judgement_rules import JudgementRules
from pipeline.present.equality.baselines import show_baselines
from pipeline.present.equality.characteristics import show_characteristics
from pipeline.present.equality.equality_page import (
    show_headline,
    show_method,
    show_parts,
    show_score_gaps,
    show_unknown,
)
from pipeline.present.equality.gap_years import show_years
from pipeline.present.equality.gaps import show_clear, show_gaps
from pipeline.present.equality.measure_page import (
    show_measure_alike,
    show_measure_detail,
    show_measure_groups,
    show_measure_headline,
    show_measure_unknown,
    show_measure_years,
)
from pipeline.present.equality.representation import show_representation
from pipeline.present.equality.target_cards import show_targets
from pipeline.present.equality.targets import judgement_rules, show_targets_table
from pipeline.present.page import Page, open_page


def targets(page: Page, rules: JudgementRules) -> pd.DataFrame:
    """Judge every target of the page: one row each, with the counts it rests on (columns of TARGETS)."""
    return page.record("targets", _findings.tabulate_targets(page, rules))


def gaps(page: Page, rules: JudgementRules) -> pd.DataFrame:
    """Compare every ethnic group with the comparator on every measure (columns of GAPS)."""
    return page.record("gaps", _findings.tabulate_gaps(page, rules))


def gap_changes(page: Page, rules: JudgementRules) -> pd.DataFrame:
    """Compare every gap in the first twelve months with the same in the last twelve (columns of GAP_CHANGES)."""
    return page.record("gap_changes", _findings.tabulate_gap_changes(page, rules))


def unknown(page: Page) -> pd.DataFrame:
    """Count of each percentage whose ethnic group is not known (columns of UNKNOWN)."""
    return page.record("unknown", _findings.tabulate_unknown(page))
