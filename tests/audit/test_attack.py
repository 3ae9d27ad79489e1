"""The attack finds what tables tell together, and nothing where they tell no more than their rounding does."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.audit.attack import FEW, find_leaks
from pipeline.audit.cells import EVENTS, Known, Links, Reader
from pipeline.audit.tables import NO_SHARE, Rows
from pipeline.protect.rounding import Disclosure

RULE = Disclosure(7, 5)
LINKS = Links(steps={"started": "started", "outcome_achieved": "outcome_achieved"})
STARTED = {"measure": "Started", "version": "started v1", "unit": "%"}
RATE = {"measure": "Plans", "version": "plans v1", "unit": "per 100 child-years"}


def whole(events: int, total: int, **said: str) -> dict[str, str]:
    return {**STARTED, "events": f"{events}", "total": f"{total}", **said}


def group(name: str, events: int, total: int, other_events: int, other_total: int) -> dict[str, str]:
    numbers = {"events": events, "total": total, "other_events": other_events, "other_total": other_total}
    named = {"measure_id": "started", "version": "1", "ethnic_group": name, "child_years": ""}
    named["comparator"] = "everyone else"
    return named | {key: str(number) for key, number in numbers.items()}


def level(who: str, events: int, total: int) -> dict[str, str]:
    return {"measure": "Started", "who": who, "total": str(total), "level": f"{100 * events / total:.1f}"}


def referred(level: str, total: int, others: int) -> dict[str, str]:
    told = {"characteristic": "sex", "level": level, "months": "36"}
    return told | {"total": f"{total}", "other_total": f"{others}"}


def attack(page: dict[str, Rows], *earlier: dict[str, Rows], links: Links = LINKS) -> set[str]:
    """Why places of one service's page leak."""
    releases = {f"release {at}": {"equality/S01": each} for at, each in enumerate(earlier)}
    return {leak.why for leak in find_leaks({**releases, "": {"equality/S01": page}}, RULE, "started", links)}


TOLD = {FEW}
PLANTED: dict[str, dict[str, Rows]] = {
    "a margin: groups that are more than all": {
        "measures": [whole(5, 80)],
        "finding_gaps": [
            group("Black", 5, 20, 10, 60),
            group("White", 10, 40, 5, 40),
            group("Asian", 5, 20, 10, 60),
        ],
    },
    "a sub-group: codes that are more than their group": {
        "finding_gaps": [group("Black", 0, 20, 50, 90)],
        "detail": [
            {"measure": "Started", "group": f"Black: {code}", "total": "5", "level": "100.0"}
            for code in ("African", "Caribbean", "Other", "British")
        ],
        "measures": [whole(60, 130)],
    },
    "a level: levels that are more than all": {
        "measures": [whole(5, 80)],
        "characteristics": [
            level(f"Religion: {name}", events, 25) for name, events in (("a", 10), ("b", 5), ("c", 5))
        ],
    },
    "a period: quarters that are more than the whole": {
        "measures": [whole(5, 80)],
        "trend": [
            {"period": f"2010-q{quarter}", "total": "20", "level": share}
            for quarter, share in ((1, "50.0"), (2, "25.0"), (3, "25.0"))
        ],
    },
    "a step of the journey: more took it than are left by those who did not": {
        "finding_journey": [
            {"step": "referred", "episodes": "20"},
            {"step": "started", "episodes": "15", "events": "15", "total": "25"},
            {"step": "review", "episodes": "5", "events": "5", "total": "25"}
            | {"before_events": "5", "before_total": "5"},
        ]
    },
    "a result: parts that are more than those achieved": {
        "measures": [whole(20, 60) | {"measure": "Achieved", "version": "outcome_achieved v1"}],
        "finding_results": [
            {"result": f"achieved_{name}", "events": events, "total": "70"}
            for name, events in (("fully", "20"), ("partly", "15"))
        ],
    },
    "a year: children newly reached are more than all": {
        "finding_reach": [{"ethnic_group": "All children", "children": "15"}],
        "finding_delivery": [
            {"service_id": "S01", "what": "reached", "months": f"{year}", "events": events}
            for year, events in ((2009, "10"), (2010, "10"), (2011, "10"), (2012, "15"))
        ],
    },
    "a group: more of it have a second score than of all": {
        "finding_score_changes": [
            {"scale": "wellbeing", "ethnic_group": name, "with_baseline": "30", "total": twice}
            for name, twice in (("All children", "10"), ("Black", "15"), ("White", "5"), ("Not known", "5"))
        ]
    },
    "a wait: more took a step in time than took it": {
        "finding_waits": [{"step": "started", "taken": "5", "events": "15", "total": "20"}]
    },
    "levels of whom it is told only how many were referred": {
        "measures": [whole(0, 0)],
        "finding_referrals": [referred(name, 10, 0) for name in "abcd"],
    },
    "everyone else than a level, of whom more were referred than of all": {
        "measures": [whole(0, 0)],
        "finding_referrals": [referred("a", 10, 25)],
    },
    "a period of a measure that no chart shows": {
        "measures": [whole(5, 80)],
        "finding_kpi_periods": [
            {
                "measure_id": "started",
                "version": "1",
                "period": f"2010-q{quarter}",
                "events": events,
                "total": "20",
            }
            for quarter, events in ((1, "10"), (2, "5"), (3, "5"))
        ],
    },
}


@pytest.mark.parametrize("page", PLANTED.values(), ids=PLANTED)
def test_a_count_that_tables_tell_together_is_found(page: dict[str, Rows]) -> None:
    assert attack(page) & {*TOLD, "nobody, or everybody", "numbers that cannot all be true"}


def test_a_share_that_is_of_exact_counts_is_found() -> None:
    exact = {"measure": "Started", "who": "Sex: male", "total": "40", "level": "26.3"}
    assert attack({"measures": [whole(15, 80)], "characteristics": [exact]}) == {
        "a share that is of no rounded counts"
    }


def test_a_count_that_was_not_rounded_is_found() -> None:
    assert attack({"measures": [whole(17, 80)]}) == {"a count that is not rounded"}


def test_numbers_that_cannot_all_be_true_are_found() -> None:
    page: dict[str, Rows] = {"measures": [whole(5, 80)], "finding_gaps": [group("Black", 50, 60, 40, 50)]}
    assert attack(page) == {"numbers that cannot all be true"}


def test_time_that_tables_tell_together_is_found() -> None:
    """The months of a group and of everyone else are more than those of all that rounding lets them be."""
    row = {
        "measure_id": "plans",
        "version": "1",
        "ethnic_group": "Black",
        "total": "",
        "comparator": "everyone else",
    }
    times = {"": 10, "other_": 10, "first_": 20}
    told = {f"{name}child_years": f"{months / 12:.6g}" for name, months in times.items()}
    counts = {f"{name}events": "0" for name in times}
    page: dict[str, Rows] = {"measures": [RATE], "finding_gaps": [row | told | counts]}
    assert attack(page) == set()
    assert attack({**page, "finding_gap_changes": [row | told | counts]}) == {"time is told"}


def test_what_an_earlier_release_says_is_put_beside_it() -> None:
    """What has been counted stays counted: each release alone tells nothing, both together do."""
    groups = [level(f"Religion: {name}", 5, 25) for name in "abc"]
    now: dict[str, Rows] = {"measures": [whole(5, 80)]}
    then: dict[str, Rows] = {
        "measures": [whole(10, 90)],
        "characteristics": [*groups, level("Religion: d", 10, 25)],
    }
    assert attack(now) == attack(then) == set()
    assert attack(now, then) == TOLD


def test_where_one_count_of_a_page_fell_no_other_is_taken_to_have_grown() -> None:
    """A child was taken out: what would follow from growth is wrong."""
    measures = [RATE, whole(5, 80)]
    levels = [level(f"Religion: {name}", 5, 25) for name in "abc"] + [level("Religion: d", 10, 25)]
    plans = {"measure_id": "plans", "version": "1", "period": "", "events": "0", "total": ""}

    def kpis(months: int) -> list[dict[str, str]]:
        return [plans | {"child_years": f"{months / 12:.6g}"}]

    then: dict[str, Rows] = {"measures": [RATE, whole(10, 90)], "characteristics": levels}
    assert attack({"measures": measures, "finding_kpis": kpis(30)}, then | {"finding_kpis": kpis(30)}) == TOLD
    assert (
        attack({"measures": measures, "finding_kpis": kpis(15)}, then | {"finding_kpis": kpis(30)}) == set()
    )


def test_a_correction_that_takes_children_away_is_no_contradiction() -> None:
    assert attack({"measures": [whole(5, 80)]}, {"measures": [whole(30, 80)]}) == set()


@pytest.mark.parametrize("then", [20, 25, 30])
def test_time_that_shrank_as_a_child_was_taken_out_is_not_told_by_taking_it_to_grow(then: int) -> None:
    def page(months: int) -> dict[str, Rows]:
        row = {"measure_id": "plans", "version": "1", "period": "", "events": "0", "total": ""}
        return {"measures": [RATE], "finding_kpis": [row | {"child_years": f"{months / 12:.6g}"}]}

    assert attack(page(15), page(then)) == set()


def test_steps_of_the_journey_out_of_what_is_shown_tell_no_more_than_that_one_lies_in_another() -> None:
    shown = {"referred": 20, "started": 20, "isa_agreed": 10, "review": 5}
    before = [20, *shown.values()]
    steps = [
        {"step": step, "episodes": f"{number}", "events": f"{number}", "total": "20"}
        | {"before_events": f"{number}", "before_total": f"{before[at]}"}
        for at, (step, number) in enumerate(shown.items())
    ]
    steps[0] = {"step": "referred", "episodes": "20"}
    assert attack({"finding_journey": steps}) == set()
    raised = [*steps[:2], steps[2] | {"episodes": "30", "events": "30", "before_events": "30"}, steps[3]]
    assert attack({"finding_journey": raised}) == {"numbers that cannot all be true"}


def test_those_referred_are_who_started_and_who_did_not_as_the_measure_counts_them() -> None:
    """Rounded by themselves, too, they would tell of both."""
    measures: dict[str, Rows] = {"measures": [whole(20, 60)]}
    steps = [{"step": "referred", "episodes": "60"}, {"step": "started", "episodes": "20"}]
    steps[1] |= {"events": "20", "total": "60", "before_events": "20", "before_total": "60"}
    assert attack(measures | {"finding_journey": steps}) == set()
    by_themselves = [steps[0] | {"episodes": "45"}, steps[1] | {"total": "45", "before_total": "45"}]
    assert attack(measures | {"finding_journey": by_themselves}) == {"numbers that cannot all be true"}


def test_who_is_in_time_or_late_are_those_who_started() -> None:
    in_time = {"measure": "In time", "version": "in_time v1", "unit": "%", "events": "25", "total": "35"}
    page: dict[str, Rows] = {"measures": [whole(20, 60), in_time]}
    assert attack(page) == set()
    assert attack(page, links=replace(LINKS, nested={"in_time v1": "started v1"})) == {
        "numbers that cannot all be true"
    }


def test_tables_that_add_up_as_rounding_lets_them_raise_no_alarm() -> None:
    page: dict[str, Rows] = {
        "measures": [whole(30, 80)],
        "finding_gaps": [group("Black", 5, 20, 25, 60), group("White", 20, 50, 10, 30)],
        "characteristics": [level("Sex: male", 15, 40), level("Sex: female", 15, 40)],
        "trend": [{"period": f"2010-q{quarter}", "total": "20", "level": "25.0"} for quarter in (1, 2, 3, 4)],
    }
    assert attack(page) == set()


def test_a_share_of_a_large_total_is_that_of_several_rounded_numbers() -> None:
    page: dict[str, Rows] = {
        "measures": [whole(20525, 24045)],
        "characteristics": [level("Sex: male", 20525, 24045)],  # 85.4 %, which 20,535 is nearer to
    }
    assert attack(page) == set()


@given(st.integers(1, 6000), st.data())
def test_every_share_of_rounded_counts_is_taken_for_one(total: int, data: st.DataObject) -> None:
    events = data.draw(st.integers(0, total))
    row = level("Sex: male", 5 * events, 5 * total)
    known = Known(RULE.least_values)
    Reader(known, RULE, "started").read({"equality/S01": {"characteristics": [row]}})
    assert known.faults == []
    (ends,) = [ends for cell, ends in known.ends.items() if cell.role == EVENTS]
    assert ends[0] <= max(0, 5 * events - RULE.off_by)
    assert ends[1] >= 5 * events + RULE.off_by


def test_a_curve_and_a_services_own_first_year_are_no_part_of_all_services() -> None:
    """A curve counts what a service counts too, and each service's first year begins with it."""
    curve = {"finding_curves": [{"curve_id": "C1", "measure_id": "started"}]}
    periods = {"curve_C1": [{"period": "2010-q1", "total": "80", "level": "50.0"}]}
    year = {
        f"first_{name}": text
        for name, text in group("Black", 5, 20, 0, 0).items()
        if name in ("events", "total")
    }
    own = group("Black", 5, 20, 25, 60) | year
    later = own | {"first_events": "15", "first_total": "35"}
    tables = {
        "services/index": {"measures": [whole(40, 80)], **curve, **periods},
        "services/S01": {"measures": [whole(40, 80)]},
        "equality/index": {"finding_gap_changes": [own]},
        "equality/S01": {"finding_gap_changes": [later]},
    }
    assert find_leaks({"": tables}, RULE, "started") == []


def test_a_group_compared_with_one_group_leaves_the_others_out() -> None:
    """Black and White children are not all: what is beside a group is no rest of it."""
    rows = [group(name, 20, 30, 40, 60) | {"comparator": "White"} for name in ("Black", "Asian")]
    known = Known(RULE.least_values)
    Reader(known, RULE, "started").read(
        {"equality/S01": {"measures": [whole(130, 200)], "finding_gaps": rows}}
    )
    groups = {("group", name) for name in ("Black", "Asian", "White")}
    assert {cell.who for cell in known.ends} == groups | {("all",)}


def reached(children: int) -> dict[str, Rows]:
    return {"finding_reach": [{"service_id": "", "ethnic_group": "All children", "children": str(children)}]}


@pytest.mark.parametrize(
    ("together", "why"),
    [(15, set()), (25, set()), (30, {FEW}), (0, {"numbers that cannot all be true"})],
)
def test_a_programme_is_no_fewer_than_each_of_its_services_and_no_more_than_their_sum(
    together: int, why: set[str]
) -> None:
    # Three services of 5, each of 1 to 9: 30 together are 26 or more, which leaves each 8 or 9.
    services = {f"services/S0{at}": reached(10 if together == 0 else 5) for at in (1, 2, 3)}
    row = {"by": "programme", "name": "P", "services": "S01, S02, S03", "children": str(together)}
    tables: dict[str, dict[str, Rows]] = {**services, "services/index": {"finding_parts": [row]}}
    assert {leak.why for leak in find_leaks({"": tables}, RULE, "started")} == why


@pytest.mark.parametrize(("plan", "why"), [(25, set()), (30, {FEW})])
def test_a_plan_is_no_more_than_its_programme_and_the_services_beside_it(plan: int, why: set[str]) -> None:
    # S01 and S02 could be 9 each; their programme is 9 at the most, and S03 and S04 as many.
    services = {f"services/S0{at}": reached(5) for at in (1, 2, 3, 4)}
    rows = [
        {"by": "programme", "name": "P", "services": "S01, S02", "children": "5"},
        {"by": "plan", "name": "Q", "services": "S01, S02, S03, S04", "children": str(plan)},
    ]
    tables: dict[str, dict[str, Rows]] = {**services, "services/index": {"finding_parts": rows}}
    assert {leak.why for leak in find_leaks({"": tables}, RULE, "started")} == why


@pytest.mark.parametrize(("everyone", "why"), [(15, set()), (25, set()), (30, {FEW})])
def test_all_children_are_no_more_than_those_of_the_services_together(everyone: int, why: set[str]) -> None:
    # Three services of 5, each of 1 to 9: 30 are 26 or more, which leaves each 8 or 9.
    services = {f"services/S0{at}": reached(5) for at in (1, 2, 3)}
    tables: dict[str, dict[str, Rows]] = {**services, "services/index": reached(everyone)}
    assert {leak.why for leak in find_leaks({"": tables}, RULE, "started")} == why


@pytest.mark.parametrize(("everyone", "why"), [(15, set()), (25, {FEW})])
def test_all_children_are_no_more_than_a_programme_and_the_services_beside_it(
    everyone: int, why: set[str]
) -> None:
    # The programme of six is 4 at the most, S07 and S08 are 9: 25 are 21 or more, which leaves S07 8 or 9.
    services = {f"services/S0{at}": reached(5 if at > 6 else 0) for at in range(1, 9)}
    row = {
        "by": "programme",
        "name": "P",
        "services": ", ".join(f"S0{at}" for at in range(1, 7)),
        "children": "0",
    }
    tables = {**services, "services/index": {**reached(everyone), "finding_parts": [row]}}
    assert {leak.why for leak in find_leaks({"": tables}, RULE, "started")} == why


@pytest.mark.parametrize(("number", "why"), [(4, set()), (8, {FEW})])
def test_many_services_rounded_up_beside_all_rounded_down_are_found(number: int, why: set[str]) -> None:
    # Eight of at least 1 each, of 9 in all, are 1 or 2.
    tables = {f"services/S{at:02}": {"measures": [whole(5, 80)]} for at in range(1, number + 1)}
    leaks = find_leaks({"": {**tables, "services/index": {"measures": [whole(5, 800)]}}}, RULE, "started")
    assert {leak.why for leak in leaks} == why


@pytest.mark.parametrize(("later", "why"), [(frozenset(), {FEW}), (frozenset({"started v1"}), set())])
def test_those_to_whom_something_may_still_come_need_not_have_grown(
    later: frozenset[str], why: set[str]
) -> None:
    """Four levels of at least one who had not started, of 4 in all: unless some of them started since."""
    then = [level(f"Religion: {name}", 20, 25) for name in "abcd"]
    now: dict[str, Rows] = {"measures": [whole(95, 95)]}
    links = replace(LINKS, later=later)
    before: dict[str, Rows] = {"measures": [whole(80, 85)], "characteristics": then}
    assert attack(before, links=links) == attack(now, links=links) == set()
    assert attack(now, before, links=links) == why


def test_those_to_whom_it_came_and_those_to_whom_it_may_come_have_grown_together() -> None:
    # 20 of 4 to 8 and 12 to 16; later 10 of 11 to 14 and 0 to 4, who are no more than 18.
    links = replace(LINKS, later=frozenset({"started v1"}))
    now: dict[str, Rows] = {"measures": [whole(10, 10)]}
    then: dict[str, Rows] = {"measures": [whole(10, 25)]}
    assert attack(now, links=links) == attack(then, links=links) == set()
    assert attack(now, then, links=links) == {FEW}


def rates(referrals: int, rate: str, shown: str) -> set[str]:
    """Why tables leak that tell the rate of referrals from one of 1,000 places, as a finding and on its page."""
    place = {"characteristic": "area", "level": "Quayside"}
    tables: dict[str, dict[str, Rows]] = {
        "equality/index": {"finding_referrals": [referred("Quayside", referrals, 500) | place]},
        "cycle/needs": {
            "finding_population_rates": [place | {"counted": "started", "people": "1000", "rate": rate}],
            "population_by_area": [{"area": "Quayside", "rate": shown}],
        },
    }
    return {leak.why for leak in find_leaks({"": tables}, RULE, "started")}


@pytest.mark.parametrize(
    ("rate", "shown", "why"),
    [("25", "25.00", set()), ("26", "26.00", {NO_SHARE}), ("25", "26.00", {NO_SHARE})],
)
def test_a_rate_of_those_who_live_somewhere_is_of_the_referrals_that_are_told(
    rate: str, shown: str, why: set[str]
) -> None:
    """As many as 75 in three years of 1,000 people are 25 a year; 26 would be of 78."""
    assert rates(75, rate, shown) == why


def test_a_small_rate_is_told_in_few_digits_on_its_page() -> None:
    assert rates(15, "5", "5.0") == rates(5, "1.67", "1.7") == set()
