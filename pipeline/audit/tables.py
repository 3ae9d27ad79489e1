"""Every table that may be published, and how the audit reads it: one that stands nowhere here stops the run."""

import re
from collections.abc import Iterator, Mapping, Sequence

Rows = Sequence[Mapping[str, str]]
Tables = Mapping[str, Mapping[str, Rows]]
"""By page ('services/S01'), then by table ('measures'): the rows of its CSV."""

RELATED = (
    "characteristics", "course_", "curve_", "detail", "finding_delivery", "finding_gap_changes", "finding_gaps",
    "finding_journey", "finding_kpi_periods", "finding_kpis", "finding_parts", "finding_reach", "finding_results",
    "finding_score_changes", "finding_targets", "finding_unknown", "finding_waits", "gap", "measures", "reliable_",
    "stand_out", "trend", "trend_", "unmatched_",
)  # fmt: skip
"""Their counts are put beside all that they add up to (`cells.py`, `frames.py`). What ends in '_' is a beginning."""
COUNTED_ALONE: Mapping[str, str] = {
    "baselines": "children with both scores, or of a target's first months",
    "change_": "the numbers of finding_score_changes",
    "checks": "children whom a comparison within strata rests on",
    "compare": "the numbers of measures",
    "compare_areas": "the numbers of characteristics",
    "contracts": "the numbers of finding_delivery",
    "costs": "the children of finding_reach, and outcomes of finding_kpis",
    "coverage": "the children of finding_parts",
    "cutoff_": "the numbers of finding_score_changes",
    "delivery": "the numbers of finding_delivery",
    "deprivation": "whoever's deprivation is known, of a measure",
    "effect_": "children with both scores, and those outside the service",
    "evaluation": "children whom the design of an outcome rests on",
    "finding_costs": "the children of finding_reach, and outcomes of finding_kpis",
    "finding_coverage": "the children of finding_parts",
    "finding_moving_on": "the children of finding_reach",
    "finding_outcomes": "the numbers of evaluation",
    "finding_referrals": "the numbers of characteristics and finding_gaps",
    "finding_rolled_up": "the children of finding_parts",
    "goals_": "children with agreed goals",
    "journey": "the numbers of finding_journey",
    "reached": "the numbers of finding_reach",
    "results": "the numbers of finding_results",
    "rolled_": "the children of finding_parts",
    "services": "the numbers of finding_delivery",
    "waits": "the numbers of finding_waits",
    "whole_and_parts": "children whose outcome was judged and scored",
}
"""Their counts add up to nothing that is published, or stand in a table of findings too; each has to be rounded."""
COUNTS_NOBODY: Mapping[str, str] = {
    "area_": "figures that others have published",
    "award_success": "bids of organisations",
    "award_years": "bids of organisations",
    "awards": "bids of organisations",
    "baseline_lengths": "shares of the months that a target's baseline might have had",
    "by_area_": "shares and rates of characteristics",
    "by_group": "verdicts",
    "clear": "shares of gap",
    "coproduction": "rungs, and shares of finding_kpis",
    "contract_types": "contracts and money",
    "due": "dates",
    "equality_impact": "shares of finding_reach",
    "evidence": "words, dated",
    "finding_affected": "shares of finding_reach",
    "finding_area_trends": "figures that others have published",
    "finding_areas": "figures that others have published",
    "finding_award_years": "bids of organisations",
    "finding_awards": "bids of organisations",
    "finding_contracts": "standards and returns",
    "finding_curve_periods": "forecasts",
    "finding_curves": "numbers of periods, and shares",
    "finding_due": "dates",
    "finding_one_provider": "services and areas",
    "finding_options": "dates and money",
    "finding_population_rates": "rates of finding_referrals, and figures that others have published",
    "full_cost": "money",
    "funding": "money",
    "gap_effect_": "differences of means",
    "if_unknown": "shares, were the unknown of a group",
    "joint_working": "words",
    "moved": "shares of years",
    "moving_on": "verdicts on the children of finding_reach",
    "periods": "gaps of years",
    "population_by_area": "rates of finding_referrals",
    "population_rates_": "rates of finding_referrals, and figures that others have published",
    "plans": "words of an evaluation plan",
    "programmes": "shares of a programme",
    "programmes_clear": "shares of a programme",
    "representation_": "shares of finding_reach",
    "returns": "days of returns",
    "scorecard": "shares of curves",
    "services_clear": "shares of services",
    "staggered": "effects",
    "staggered_quarters": "effects",
    "standardised": "shares of gap",
    "standards": "what the contract asks for",
    "targets": "shares of finding_targets",
    "tiers": "words",
    "unknown": "shares of finding_unknown",
    "what_works": "effects, and rungs of evidence",
    "years": "gaps of finding_gap_changes",
}
"""They hold no number of people at all, and why not."""

_NOT_OF_PEOPLE = ("period", "periods", "year", "years")
_WHOLE = re.compile(r"\d+")
_OF_PEOPLE = re.compile(
    r"(?:first_|last_|before_)?(?:other_)?(?:events|total|children|episodes|taken|waiting|with_baseline|size)"
)
NO_SHARE = "a share that is of no rounded counts"
FRAME = "finding_"
_WORDS = 2


def find_entry(name: str, page: str) -> str:
    """Return under which entry a table of a page is read; blank where under none.

    >>> find_entry("S01_gap_effect_wellbeing", "equality/index"), find_entry("gap", ""), find_entry("names", "")
    ('gap_effect_', 'gap', '')
    """
    entries = [*RELATED, *COUNTED_ALONE, *COUNTS_NOBODY]
    # The page over all shows tables of services, whose names begin with the service's.
    starts = [at + 1 for at, sign in enumerate(name) if sign == "_"] if page.endswith("/index") else []
    for own in (name[at:] for at in (0, *starts)):
        found = [each for each in entries if own == each or (each.endswith("_") and own.startswith(each))]
        if found:
            return max(found, key=len)
    return ""


def name_row(row: Mapping[str, str]) -> str:
    """Return the first words of a row, which tell it from others."""
    words = [text for text in row.values() if text and not text[0].isdigit()]
    return ", ".join(words[:_WORDS])


def list_counts(name: str, rows: Rows) -> Iterator[tuple[str, int]]:
    """Yield every number of people in a table, and where it stands.

    In published tables a number without a decimal point is one, but for a year that is the period of a row, and for
    findings, whose columns of people have names.
    """
    for row in rows:
        whose = name_row(row)
        for column, text in row.items():
            of_people = (
                _OF_PEOPLE.fullmatch(column) if name.startswith(FRAME) else column not in _NOT_OF_PEOPLE
            )
            if of_people and not column.startswith("table_") and _WHOLE.fullmatch(text or ""):
                yield f"{column} of {whose}", int(text)
