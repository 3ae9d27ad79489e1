"""The site on Project STAR says what the trial found, overall and for each group, and that its children are real."""

import html

import pytest
from star_regression import coefficient, with_both_scores
from whole_run import Copy

from pipeline.publishing import check_site

pytest_plugins = ("whole_run_fixtures",)

SITE = "reports/_site"
PAGE = f"{SITE}/services/small_class.html"
TABLES = "reports/_site/services/tables/small_class"


@pytest.fixture(scope="module")
def words(star: Copy) -> str:
    return html.unescape((star.root / PAGE).read_text(encoding="utf-8"))


def test_the_site_is_whole_and_asks_nothing_of_the_network(star: Copy) -> None:
    assert check_site(star.root / SITE) == []
    pages = {path.relative_to(star.root / SITE).as_posix() for path in (star.root / SITE).rglob("*.html")}
    assert pages >= {"index.html", "quality.html", "services/small_class.html", "equality/small_class.html"}


def test_no_page_says_that_the_data_are_invented(star: Copy) -> None:
    pages = list((star.root / SITE).rglob("*.html"))
    assert pages
    assert [path.name for path in pages if "synthetic data" in path.read_text(encoding="utf-8").lower()] == []


def test_the_page_gives_the_effect_with_its_interval(star: Copy, words: str) -> None:
    rows = with_both_scores()
    expected = coefficient(rows[rows["group"] == "Black"], "small", ["start"])
    (row,) = (row for row in star.rows(f"{TABLES}-effect_sat_reading.csv") if row["group"] == "Black")
    published = [float(row[key]) for key in ("given_start", "given_start_lower", "given_start_upper")]
    # A file may be a step short, so that it is on the page what it is in the file.
    assert published == pytest.approx([expected.value, expected.lower, expected.upper], abs=0.01)
    assert row["verdict"] == "better"
    assert str(expected) in words


def test_the_page_says_what_small_classes_did_to_the_gap_between_black_and_white_pupils(
    star: Copy, words: str
) -> None:
    (row,) = (row for row in star.rows(f"{TABLES}-gap_effect_sat_reading.csv") if row["group"] == "Black")
    moved = [float(row[key]) for key in ("moved_lower", "moved", "moved_upper")]
    assert moved == sorted(moved)
    assert float(row["comparison_gap"]) < float(row["treated_gap"]) < 0
    assert row["verdict"] == ("narrowing" if moved[0] > 0 else "no clear change")
    assert "did the service narrow gaps?" in words


def test_the_evidence_is_called_that_of_a_randomised_trial(words: str) -> None:
    assert "randomised comparison" in words


def test_the_claim_is_weakened_by_first_scores_that_follow_a_year_of_the_trial(
    star: Copy, words: str
) -> None:
    """The baseline is no score from before small classes, so it differs between arms: the check must see it."""
    (row,) = star.rows(f"{TABLES}-evaluation.csv")
    assert (row["claim"], row["evidence"], row["design"]) == ("better", "4 of 5", "Randomised")
    failed = [check["check"] for check in star.rows(f"{TABLES}-checks.csv") if check["result"] == "fail"]
    assert failed == ["Nothing where nothing can be"]
    assert "because of the service" not in words


def test_every_child_of_small_and_regular_classes_is_counted_and_the_others_are_out_of_scope(
    star: Copy,
) -> None:
    returns = star.rows("data/processed/validate/returns.csv")
    assert len(returns) == 6
    assert all(int(row["lines"]) == int(row["accepted"]) + int(row["out_of_scope"]) for row in returns)


def test_the_gap_between_black_and_white_pupils_stands_by_year_in_small_and_in_regular_classes(
    star: Copy,
) -> None:
    table = star.rows("reports/_site/equality/tables/small_class-gap_effect_years_sat_reading.csv")
    years = {row["year"]: row for row in table if row["group"] == "Black"}
    assert list(years) == ["reviews of 1987", "reviews of 1988", "reviews of 1989"]
    rows = with_both_scores()
    for year, row in years.items():
        grade = int(year.removeprefix("reviews of ")) - 1986
        own = rows[rows["stratum"].str.endswith(f"grade {grade}") & rows["group"].isin(["Black", "White"])]
        for key, small in (("treated_gap", 1), ("comparison_gap", 0)):
            arm = own[own["small"] == small].assign(
                black=lambda found: (found["group"] == "Black").astype(int)
            )
            expected = coefficient(arm, "black", [])
            published = [float(row[name]) for name in (key, f"{key}_lower", f"{key}_upper")]
            assert published == pytest.approx([expected.value, expected.lower, expected.upper], abs=0.06)
