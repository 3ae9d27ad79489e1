"""What was planted in the tables on planning and letting is what the pages on planning and doing say, and no more."""

import html
import re
from typing import Any

import pytest
import yaml
from whole_run import REPOSITORY, Copy

pytest_plugins = ("whole_run_fixtures",)

TRUTHS: dict[str, Any] = yaml.safe_load(
    (REPOSITORY / "tests" / "sample" / "truths.yaml").read_text(encoding="utf-8")
)["cycle"]


def rows_of(run: Copy, page: str, table: str) -> list[dict[str, str]]:
    return run.rows(f"reports/_site/cycle/tables/{page}-{table}.csv")


def page_of(run: Copy, page: str) -> str:
    return (run.root / "reports" / "_site" / "cycle" / f"{page}.html").read_text(encoding="utf-8")


def test_gaps_and_services_of_no_priority_are_found(run: Copy) -> None:
    rows = rows_of(run, "plan", "finding_coverage")
    found = {word: [row for row in rows if row["verdict"] == word] for word in ("no priority", "overlap")}
    by_word = {row["verdict"]: row["priority_id"] for row in rows}
    assert [row["services"] for row in found["no priority"]] == TRUTHS["no_priority"]
    assert [by_word["no service"]] == TRUTHS["no_service"]
    assert [by_word["one provider"]] == TRUTHS["one_provider"]
    assert {row["priority_id"]: row["alike"].split(", ") for row in found["overlap"]} == TRUTHS["overlap"]
    assert rows[0]["verdict"] == "no priority"


def test_the_area_with_one_provider_is_found_and_no_other(run: Copy) -> None:
    rows = rows_of(run, "plan", "finding_one_provider")
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["priority_id"], []).append(row["area"])
    assert found == TRUTHS["one_provider_areas"]
    assert "In Withy Meadow one provider alone answers to" in page_of(run, "plan")


def test_a_need_that_rises_stands_beside_its_services_their_outcomes_and_the_money(run: Copy) -> None:
    rows = {row["priority_id"]: row for row in rows_of(run, "plan", "finding_coverage")}
    assert [own for own, row in rows.items() if row["need_verdict"] == "rising"] == TRUTHS["need_rising"]
    services = {row["service_id"]: row for row in run.rows("data/raw/sample/reference/services.csv")}
    for row in rows.values():
        own = [services[each] for each in row["services"].split(", ") if each]
        assert int(row["annual_value"]) == sum(int(each["annual_value"]) for each in own)
    both = [own for own in services if sum(own in row["services"] for row in rows.values()) > 1]
    assert both == TRUTHS["answers_to_two"]


def test_children_of_a_programme_are_counted_once(run: Copy) -> None:
    rows = {(row["by"], row["name"]): row for row in rows_of(run, "money", "finding_rolled_up")}
    reached = {
        row["service_id"]: int(row["children"])
        for own in (f"S{number:02}" for number in range(1, 21))
        for row in run.rows(f"reports/_site/services/tables/{own}-finding_reach.csv")
        if row["ethnic_group"] == "All children"
    }
    whole = next(
        int(row["children"])
        for row in run.rows("reports/_site/services/tables/index-finding_reach.csv")
        if row["ethnic_group"] == "All children"
    )
    assert rows["all", ""]["children"] == str(whole)
    off = 4  # what rounding to a multiple of 5 leaves open of each number
    for row in rows.values():
        own = [reached[each] for each in row["services"].split(", ")]
        assert max(own) - 2 * off <= int(row["children"]) <= sum(own) + off * (len(own) + 1)
    tiers = [int(row["children"]) for (by, _), row in rows.items() if by == "tier"]
    assert sum(tiers) > whole  # some are in several tiers


def test_the_contract_that_pays_least_of_its_cost_is_named_first(run: Copy) -> None:
    rows = rows_of(run, "money", "full_cost")
    assert rows[0]["service_id"] == TRUTHS["paid_least"]
    services = {row["service_id"]: row for row in run.rows("data/raw/sample/reference/services.csv")}
    for row in rows:
        own = services[row["service_id"]]
        assert float(row["recovered"]) == round(100 * int(own["annual_value"]) / int(own["full_cost"]))


def test_more_than_commissioned_stands_beside_what_a_child_costs(run: Copy) -> None:
    rows = {row["service_id"]: row for row in rows_of(run, "money", "costs")}
    assert rows["S12"]["volume"] == "more than commissioned"
    assert float(rows["S12"]["cost_child"]) < float(rows["S12"]["cost_planned"])
    assert rows["S10"]["volume"] == "fewer than commissioned"


def test_tenders_let_to_nobody_or_with_one_bid_are_counted_and_compared_with_nothing(run: Copy) -> None:
    rows = rows_of(run, "market", "finding_award_years")
    for name in ("not_let", "one_bid"):
        assert {row["year"]: int(row[name]) for row in rows if int(row[name])} == TRUTHS[name]


def test_who_would_be_affected_is_told_by_group_area_and_need(run: Copy) -> None:
    page = html.unescape(page_of(run, "plan"))
    for words in ("Children referred, by local area:", "Children referred, by level of need, from 1"):
        assert page.count(words) >= len(TRUTHS["open"]) - 1, words
    rows = rows_of(run, "plan", "finding_affected")
    assert sorted({row["service_id"] for row in rows}) == TRUTHS["open"]
    for row in rows:
        clear = row["verdict"] in ("more than others", "less than others")
        inside = float(row["lower"]) <= float(row["population_share"]) <= float(row["upper"])
        assert not (clear and inside)


@pytest.mark.parametrize(
    ("table", "figure", "title"),
    [("by_area_plan_started", "level", "child protection"), ("population_by_area", "rate", "for each 1,000")],
)
def test_the_map_holds_every_area_of_the_table_and_nothing_else(
    run: Copy, table: str, figure: str, title: str
) -> None:
    rows = rows_of(run, "needs", table)
    maps = re.findall(r'alt="([^"]*on the map[^"]*)"', html.unescape(page_of(run, "needs")))
    (told,) = [words for words in maps if title in words.partition("on the map")[0]]
    listed = {f"{place} {row['area']}: {float(row[figure]):g}" for place, row in enumerate(rows, 1)}
    assert len(listed) == 10
    assert set(told.rstrip(".").partition("map. ")[2].split("; ")) == listed


def test_a_figure_by_area_is_that_of_the_race_equality_page(run: Copy) -> None:
    rows = {row["area"]: row["level"] for row in rows_of(run, "needs", "by_area_plan_started")}
    published = {
        row["who"].removeprefix("Local area: "): float(row["level"])
        for row in run.rows("reports/_site/equality/tables/index-characteristics.csv")
        if row["who"].startswith("Local area: ") and "becoming subject" in row["measure"]
    }
    assert {area: float(level) for area, level in rows.items()} == published


def test_only_services_that_show_what_was_agreed_may_move_on(run: Copy) -> None:
    whole = {
        row["service_id"]: row["verdict"]
        for row in rows_of(run, "plan", "finding_moving_on")
        if row["criterion"] == "all"
    }
    assert [own for own, verdict in whole.items() if verdict == "met"] == TRUTHS["may_move_on"]
    assert [whole[own] for own in TRUTHS["may_not_move_on"]] == ["not met"]


def test_a_service_that_has_just_begun_is_never_marked_down_for_its_few_children(run: Copy) -> None:
    rows = rows_of(run, "plan", "finding_moving_on")
    own = {row["criterion"]: row["verdict"] for row in rows if row["service_id"] == "S20"}
    assert "not met" not in own.values()


def test_what_was_said_stands_beside_the_service_that_it_is_about(run: Copy) -> None:
    notes = run.rows("data/raw/sample/reference/evidence.csv")
    page = html.unescape(page_of(run, "plan"))
    for note in notes:
        told = 2 if note["service_id"] in TRUTHS["open"] else 1
        assert page.count(note["says"]) == told, note["evidence_id"]


def test_money_is_told_by_who_pays_it_and_how_much_is_pooled(run: Copy) -> None:
    rows = run.rows("data/raw/sample/reference/funding.csv")
    whole, pooled = (
        sum(int(row["amount"]) for row in rows if row["pooled"] in kinds)
        for kinds in (("yes", "no"), ("yes",))
    )
    words = re.sub(r"</?(?:a|span)\b[^>]*>", "", page_of(run, "money"))  # figures lead to their rows
    assert f"£{whole:,} was paid in from 2009 to 2012; {100 * pooled / whole:.0f}% of it is pooled." in words


def test_every_service_whose_future_is_open_has_a_note(run: Copy) -> None:
    page = page_of(run, "plan")
    assert [
        own
        for own in (f"S{number:02}" for number in range(1, 21))
        if f"{own} " in page and "decide by" in page
    ]
    for own in TRUTHS["open"]:
        assert f'services/{own}.html#what-would-change-these-answers"' in page
    assert page.count("If it ended:") == len(TRUTHS["open"])


def test_whom_bidding_treats_worse_is_found_and_nobody_else(run: Copy) -> None:
    rows = rows_of(run, "market", "finding_awards")
    worse = [
        f"{row['by']} {row['group']}"
        for row in rows
        if row["verdict"] == "wins less often" and not row["year"]
    ]
    assert worse == [TRUTHS["wins_less_often"]]


def test_no_bidder_is_named_anywhere(run: Copy) -> None:
    bids = run.rows("data/raw/sample/reference/bids.csv")
    names = {row["bidder"] for row in bids} - {
        row["name"] for row in run.rows("data/raw/sample/reference/providers.csv")
    }
    notebook = (run.root / "reports" / "cycle" / "market.ipynb").read_text(encoding="utf-8")
    assert names
    assert [name for name in names if name in notebook or name in page_of(run, "market")] == []


def test_services_that_work_with_families_are_told_from_those_that_do_not(run: Copy) -> None:
    rows = rows_of(run, "market", "coproduction")
    assert sorted(row["service_id"] for row in rows if row["kind"] == "with") == TRUTHS["doing_with"]


def test_where_partners_do_not_work_as_one_is_said(run: Copy) -> None:
    (least,) = TRUTHS["joint_working_least"]
    assert f"not as one, in: {least}." in page_of(run, "market")


@pytest.mark.parametrize("table", ["costs", "finding_costs"])
def test_no_cost_stands_without_its_outcome(run: Copy, table: str) -> None:
    rows = rows_of(run, "money", table)
    assert len(rows) == 20
    assert all(row["outcome"] for row in rows)


def test_what_is_due_on_the_page_is_what_the_command_says(run: Copy) -> None:
    said = run.python("-m", "pipeline", "due").stdout.splitlines()
    rows = rows_of(run, "market", "finding_due")
    assert [line.split()[:2] for line in said[1:]] == [[row["due"], row["state"]] for row in rows]
    assert said[0].endswith(f"{len(rows)} dates.")


def test_each_service_names_its_priority_or_says_that_it_cites_none(run: Copy) -> None:
    folder = run.root / "reports" / "_site" / "services"
    texts = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("S*.html")}
    assert len(texts) == 20
    assert [own for own, text in sorted(texts.items()) if "cites no priority" in text] == TRUTHS[
        "no_priority"
    ]
    assert "Young parents go on learning and find work" in texts["S18"]
    titles = {
        row["priority_id"]: row["title"] for row in run.rows("data/raw/sample/reference/priorities.csv")
    }
    (both,) = TRUTHS["answers_to_two"]
    assert f"{titles['R1']}; {titles['R2']}" in html.unescape(texts[both])


@pytest.mark.parametrize("table", ["standardised", "deprivation"])
def test_rates_at_like_ages_and_slopes_are_those_of_the_race_equality_page(run: Copy, table: str) -> None:
    rows = rows_of(run, "needs", table)
    published = run.rows(f"reports/_site/equality/tables/index-{table}.csv")
    named = ("measure", "group") if table == "standardised" else ("measure", "word")
    assert [[row[name] for name in named] for row in rows] == [
        [row[name] for name in named] for row in published
    ]
    told = [name for name in rows[0] if name.partition("_")[0] in ("level", "standardised", "slope", "ratio")]
    assert len(told) == 6
    for row, other in zip(rows, published, strict=True):
        for name in told:
            same = row[name] == other[name] or abs(float(row[name]) - float(other[name])) < 0.006
            assert same, (row["measure"], name)


def test_every_page_with_services_can_be_cut_by_tier_and_level(run: Copy) -> None:
    site = run.root / "reports" / "_site"
    asked = ("index", "services/index", "services/what_works", "services/curves", "equality/index", "quality")
    for page in (*asked, "cycle/plan", "cycle/money", "cycle/market"):
        text = (site / f"{page}.html").read_text(encoding="utf-8")
        assert 'class="cut"' in text
        assert re.search(r'class="[^"]*service tier-\w+ level-\w+"', text), page
    rows = {(row["by"], row["name"]): row["number"] for row in rows_of(run, "money", "finding_rolled_up")}
    assert [rows["level", name] for name in ("strategic", "operational", "individual")] == ["7", "9", "4"]
