"""Parts of a whole: each rounded once, and none told by what all of them add up to."""

import numpy as np
import pytest

from pipeline.protect.rounding import EXACT, PROFILES, Disclosure, Least, People, ShownCount
from pipeline.protect.tally import Sum, Tally, counts_leave_room, leave_room, share_out, within_shown

RULE = Disclosure(7, 5)


def shown(events: int, total: int = 500) -> Tally:
    return Tally(events, total, 0.0, rule=RULE)


def test_parts_are_out_of_the_sum_of_what_is_shown() -> None:
    whole = Sum.of_people(range(40))
    better, worse = (Sum.of_people(range(*ends)).among(whole) for ends in ((0, 13), (13, 21)))
    parts = share_out((better, worse, better.rest(worse)), RULE)
    assert {part.total for part in parts} == {sum(part.events for part in parts)}
    assert all(part.events % 5 == 0 for part in parts)
    assert [part.variance for part in parts] == [2 * RULE.variance] * 3


def test_the_rest_of_two_parts_is_who_is_in_neither() -> None:
    whole = Sum.of_people(range(40))
    first, second = (Sum.of_people(range(*ends)).among(whole) for ends in ((0, 13), (13, 21)))
    assert first.rest(second) == Sum.of_people(range(21, 40)).among(whole)


@pytest.mark.parametrize(
    ("whole", "parts", "room"),
    [
        (400, (130, 135, 135), True),
        (400, (135, 135, 140), True),
        (400, (135, 140, 140), False),  # 11 more than the ends allow but one
        (400, (130, 130, 125), False),
    ],
)
def test_levels_that_are_nearly_too_many_or_too_few_for_their_whole_leave_no_room(
    whole: int, parts: tuple[int, ...], room: bool
) -> None:
    rows = [shown(events, events + 100) for events in parts]
    assert leave_room(shown(whole, whole + 300), rows) is room


def test_exact_numbers_hide_nothing_and_need_no_room() -> None:
    assert leave_room(Tally(10, 20, 0.0), [Tally(10, 20, 0.0)])
    assert counts_leave_room(10, [3, 3, 4], EXACT)
    assert within_shown(ShownCount(3), ShownCount(4), EXACT).variance == 0


@pytest.mark.parametrize("roundings", [1, 2])
@pytest.mark.parametrize(("part", "shown"), [(10, 10), (25, 20), (0, 0)])
def test_a_part_is_out_of_its_whole_as_shown_and_never_more(part: int, shown: int, roundings: int) -> None:
    found = within_shown(ShownCount(part), ShownCount(20), RULE, roundings)
    assert (found.events, found.total) == (shown, 20)
    # Rounded apart, a share p is off by (1 + n p^2) roundings; intervals take it to be p^2 + (1 - p)^2 of these.
    shares = np.linspace(0, 1, 101)
    assert np.all(
        found.variance * (shares**2 + (1 - shares) ** 2) >= RULE.variance * (1 + roundings * shares**2)
    )


@pytest.mark.parametrize("rule", [*PROFILES.values(), EXACT])
@pytest.mark.parametrize("least", [1, 8, 13, 23])
def test_what_is_said_of_enough_people_tells_no_more_than_their_number(rule: Disclosure, least: int) -> None:
    """Of a shown number either everybody whom it may stand for is enough, or nobody is."""
    answers: dict[int, set[bool]] = {}
    random = np.random.default_rng(0)
    for number in range(1, 60):
        for _ in range(30):
            people = People.count(random.integers(0, 2**62, number))
            answers.setdefault(people.shown(rule), set()).add(Least(least, rule).is_met(people))
            assert people > rule.hide_up_to or not Least(least, rule).is_met(people)
    assert all(len(answer) == 1 for answer in answers.values())
