"""Every table that may be published, and how the audit reads it: one that stands nowhere here stops the run."""

import re
from collections.abc import Iterator, Mapping, Sequence

Rows = Sequence[Mapping[str, str]]
Tables = Mapping[str, Mapping[str, Rows]]
"""By page ('services/S01'), then by table ('measures'): the rows of its CSV."""

RELATED = (
    "characteristics", "course_", "curve_", "detail", "finding_delivery", "finding_gap_changes", "finding_gaps",
    "finding_journey", "finding_kpi_periods", "finding_kpis", "finding_parts", "finding_population_rates",
    "finding_reach", "finding_referrals", "finding_results", "finding_score_changes", "finding_targets",
    "finding_unknown", "finding_waits", "gap", "measures", "population_by_area", "population_rates_", "reliable_",
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
    "full_cost": "money",
    "funding": "money",
    "gap_effect_": "differences of means",
    "if_unknown": "shares, were the unknown of a group",
    "joint_working": "words",
    "moved": "shares of years",
    "moving_on": "verdicts on the children of finding_reach",
    "periods": "gaps of years",
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

QUALITY: Mapping[str, Sequence[str]] = {
    "coding": (), "columns": (), "completeness": (), "corrections": (), "ethnicity": (), "ethnicity_by_period": (),
    "findings": (), "received": (), "services": (), "standing": (), "warnings": (),
    "periods": ("lines", "set_aside", "out_of_scope", "tidied"),
    "providers": ("lines", "set_aside", "out_of_scope", "tidied"),
    "returns": ("lines", "set_aside", "out_of_scope"),
    "rules": ("failed",),
}  # fmt: skip
"""Tables of the page on data quality and of the overview, with the columns whose numbers are of no child: lines that
are not used, the shown number of those used with these, and cells that were tidied."""
_OF_ROWS = re.compile(r"(\d+)(?:\.0)?")
_ROWS = ("periods", "providers", "returns", "rules", "warnings")
"""Of these tables every number is one of rows; the others hold shares, too, of which some are whole."""
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


def list_quality_counts(name: str, rows: Rows) -> Iterator[tuple[str, int]]:
    """Yield every number in a table of QUALITY that is of children, or of rows about them, and where it stands."""
    if name not in _ROWS:
        yield from list_counts(name, rows)
        return
    other = (*QUALITY[name], *_NOT_OF_PEOPLE)
    for row in rows:
        for column, text in row.items():
            number = (
                None if column in other or column.startswith("table_") else _OF_ROWS.fullmatch(text or "")
            )
            if number:
                yield f"{column} of {name_row(row)}", int(number[1])
