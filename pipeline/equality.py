"""Race equality, for notebooks: judged findings as frames, and the parts of a page.

Open a page with `open_page`, build the rules with `judgement_rules`, and call `targets`, `gaps` or `gap_changes` for a
frame. The columns are declared in `pipeline/contract/findings.yaml`; every number may be shown. Functions whose names
begin with `show_` return parts of the published page as Markdown.
"""

from pipeline.analysis import findings as _findings
from pipeline.analysis.equality.referrals import tabulate_referrals as _tabulate_referrals
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
from pipeline.present.page import open_page
from pipeline.present.page import recorded as _recorded

targets = _recorded(_findings.tabulate_targets)
gaps = _recorded(_findings.tabulate_gaps)
gap_changes = _recorded(_findings.tabulate_gap_changes)
unknown = _recorded(_findings.tabulate_unknown)
referrals = _recorded(_tabulate_referrals)
