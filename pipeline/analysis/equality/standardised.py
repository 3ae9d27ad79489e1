"""A group's rate, had it the ages of all children."""

from dataclasses import dataclass

from pipeline.analysis.group_counts import FEW, PER_CHILD_YEARS
from pipeline.contract.groups.ethnicity import NOT_KNOWN
from pipeline.protect.cells import Cells
from pipeline.protect.tally import NOBODY
from pipeline.stats.proportions.standardised import directly_standardised_rate
from pipeline.stats.results import Result


@dataclass(frozen=True)
class Standardised:
    """What a rate has of what it takes to be told, and the rate."""

    worth: float
    rate: Result


def standardise_for_age(
    characteristics: Cells, measure_id: str, group: str, confidence_level: float
) -> Standardised:
    """A group's rate per 100 child-years, standardised to the child-years of all children, age by age.

    Children of unknown age are left out.
    """
    rows = characteristics.where("measure_id", measure_id).where("characteristic", "age")
    rows = rows.without("level", NOT_KNOWN)
    of_group = rows.where("ethnic_group", group)
    everyone, own, whole = rows.tally_by("level"), of_group.tally_by("level"), of_group.add_up()
    if whole.few:
        return Standardised(whole.worth, FEW)
    # An age in which the rounding leaves events but no time tells no rate.
    ages = [(own.get(age, NOBODY), of_all) for age, of_all in everyone.items() if of_all.child_years]
    rate = directly_standardised_rate(
        [tally.events if tally.child_years else 0 for tally, _ in ages],
        [tally.child_years for tally, _ in ages],
        [of_all.child_years for _, of_all in ages],
        PER_CHILD_YEARS,
        confidence_level,
        whole.effect,
    )
    return Standardised(whole.worth, rate)
