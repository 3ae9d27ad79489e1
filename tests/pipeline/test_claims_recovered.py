"""What the sample's author planted for its evaluation plans is what the pages claim, and no more."""

from typing import Any

import pytest
import yaml
from whole_run import REPOSITORY, Copy

pytest_plugins = ("whole_run_fixtures",)

TRUTHS: dict[str, Any] = yaml.safe_load(
    (REPOSITORY / "tests" / "sample" / "truths.yaml").read_text(encoding="utf-8")
)


def _evaluated(run: Copy, service: str, outcome: str) -> dict[str, str]:
    rows = run.rows(f"reports/_site/services/tables/{service}-evaluation.csv")
    (found,) = (row for row in rows if row["outcome"] == outcome)
    return found


def _holds(row: dict[str, str], planted: float) -> bool:
    return float(row["effect_lower"]) <= planted <= float(row["effect_upper"])


def test_a_planted_fall_is_found_by_the_interrupted_series_that_was_declared(run: Copy) -> None:
    chance = TRUTHS["chances"]["positive_feedback"]
    before, after = chance["base"], chance["base"] + chance["shift_from_change"]["S08"]
    row = _evaluated(run, "S08", "Positive feedback")
    assert (row["claim"], row["evidence"]) == ("worse", "3 of 5")
    assert _holds(row, after / (1 - after) / (before / (1 - before)))


def test_a_planted_rise_is_found_beside_services_in_which_nothing_began(run: Copy) -> None:
    planted = TRUTHS["chances"]["took_part"]["shift_from_change"]["S05"]
    row = _evaluated(run, "S05", "Took part in planning or delivering the service")
    assert (row["claim"], row["evidence"]) == ("better", "4 of 5")
    assert _holds(row, 100 * planted)


def test_a_booklet_that_changed_nothing_is_not_said_to_have_worked(run: Copy) -> None:
    row = _evaluated(run, "S07", "Took part in planning or delivering the service")
    assert row["claim"] in ("no clear change", "cannot tell yet")


@pytest.mark.parametrize(
    ("service", "title"),
    [
        ("S01", "Difficulties score"),
        ("S03", "Family star, mean of its points"),
        ("S05", "Short wellbeing scale"),
    ],
)
def test_what_is_said_of_a_declared_comparison_is_what_was_planted(
    run: Copy, service: str, title: str
) -> None:
    planted = TRUTHS["services"][service]["aims"][0]["effect_against_comparison"]
    row = _evaluated(run, service, title)
    assert (row["claim"], row["evidence"]) == ("better" if planted else "no clear change", "4 of 5")
    assert _holds(row, planted)


def test_plans_say_whether_they_came_first_and_read_as_they_did(run: Copy) -> None:
    standing = {
        row["plan"]: row["standing"]
        for service in TRUTHS["services"]
        for path in [run.root / f"reports/_site/services/tables/{service}-plans.csv"]
        if path.is_file()
        for row in run.rows(f"reports/_site/services/tables/{service}-plans.csv")
    }
    assert len(standing) == 10
    late = {plan for plan, words in standing.items() if "read it as exploratory" in words}
    assert late == {"P05 version 1", "P06 version 2"}
    changed = {plan for plan, words in standing.items() if "changed since it was frozen" in words}
    assert changed == {f"{TRUTHS['plan_changed_since_frozen']} version 1"}
    assert [plan for plan, words in standing.items() if "agreed anew" in words] == ["P06 version 2"]


def test_no_claim_stands_above_the_design_that_was_declared(run: Copy) -> None:
    rows = run.rows("reports/_site/services/tables/index-what_works.csv")
    strong = {(row["service"][:3], row["evidence"]) for row in rows if row["evidence"] > "2 of 5"}
    compared, followed = ("S01", "S03", "S05"), ("S07", "S08")
    assert strong == {*((own, "4 of 5") for own in compared), *((own, "3 of 5") for own in followed)}
