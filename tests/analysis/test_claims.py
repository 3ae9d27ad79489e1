"""What may be claimed: one table, row by row; and no check that ever strengthens a word."""

from itertools import product
from typing import get_args

import pytest

from pipeline.analysis.impact.change import ChangeVerdict
from pipeline.analysis.impact.claims import LADDER, CheckOutcome, Claim, EvidenceStrength, weigh_claim

OUTCOMES: tuple[CheckOutcome, ...] = get_args(CheckOutcome)
VERDICTS: tuple[ChangeVerdict, ...] = get_args(ChangeVerdict)
PASS: tuple[CheckOutcome, ...] = ("pass", "not possible")


@pytest.mark.parametrize("verdict", ["better", "worse"])
@pytest.mark.parametrize(
    ("strength", "failed", "rung"),
    [
        ("randomised comparison", 0, "randomised comparison"),
        ("randomised comparison", 1, "comparison group"),
        ("randomised comparison", 2, "interrupted series"),
        ("randomised comparison", 3, "before and after"),
        ("randomised comparison", 4, "descriptive"),
        ("randomised comparison", 9, "descriptive"),
        ("comparison group", 0, "comparison group"),
        ("comparison group", 1, "interrupted series"),
        ("comparison group", 2, "before and after"),
        ("comparison group", 3, "descriptive"),
        ("interrupted series", 0, "interrupted series"),
        ("interrupted series", 1, "before and after"),
        ("interrupted series", 2, "descriptive"),
        ("before and after", 0, "before and after"),
        ("before and after", 1, "descriptive"),
        ("before and after", 2, "descriptive"),
        ("descriptive", 0, "descriptive"),
        ("descriptive", 1, "descriptive"),
    ],
)
def test_each_failed_check_takes_a_clear_change_one_rung_down(
    verdict: ChangeVerdict, strength: EvidenceStrength, failed: int, rung: str
) -> None:
    fails: list[CheckOutcome] = ["fail"] * failed
    assert weigh_claim(verdict, strength, [*PASS, *fails]) == Claim(verdict, rung)  # type: ignore[arg-type]


@pytest.mark.parametrize("strength", LADDER)
@pytest.mark.parametrize(
    ("verdict", "failed", "said"),
    [
        ("no clear change", 0, "no clear change"),
        ("no clear change", 1, "cannot tell yet"),
        ("cannot tell yet", 0, "cannot tell yet"),
        ("cannot tell yet", 1, "cannot tell yet"),
        ("too few to say", 0, "too few to say"),
        ("too few to say", 1, "too few to say"),
    ],
)
def test_without_a_clear_change_there_is_nothing_to_claim(
    strength: EvidenceStrength, verdict: ChangeVerdict, failed: int, said: str
) -> None:
    assert weigh_claim(verdict, strength, ["fail"] * failed).verdict == said


@pytest.mark.parametrize("strength", LADDER)
@pytest.mark.parametrize("verdict", VERDICTS)
def test_no_check_makes_a_claim_weightier_and_a_failed_one_never_spares_it(
    verdict: ChangeVerdict, strength: EvidenceStrength
) -> None:
    """Every combination of up to four checks, each turned from what it was to worse."""
    for number in range(5):
        for checks in product(OUTCOMES, repeat=number):
            weight = weigh_claim(verdict, strength, checks).weight
            assert weight <= weigh_claim(verdict, strength, ()).weight
            for place in range(number):
                failed: list[CheckOutcome] = [*checks[:place], "fail", *checks[place + 1 :]]
                assert weigh_claim(verdict, strength, failed).weight <= weight


def test_a_stronger_design_never_claims_less() -> None:
    for checks in product(OUTCOMES, repeat=3):
        weights = [weigh_claim("better", strength, checks).weight for strength in LADDER]
        assert weights == sorted(weights)


def test_a_direction_is_never_turned() -> None:
    for verdict, strength, checks in product(VERDICTS, LADDER, product(OUTCOMES, repeat=2)):
        said = weigh_claim(verdict, strength, checks).verdict
        assert said == verdict or said == "cannot tell yet"


def test_a_claim_weighs_by_how_much_it_says() -> None:
    told = [Claim("cannot tell yet", "descriptive"), Claim("no clear change", "randomised comparison")]
    told += [Claim("worse", rung) for rung in LADDER]
    assert [claim.weight for claim in told] == list(range(len(told)))
