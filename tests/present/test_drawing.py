"""Where a drawing puts things: numbers on a scale, round ticks, and labels with as many decimals as are needed."""

import pytest

from pipeline.present.drawing import Scale, number_labels, scale_around


def test_a_scale_places_its_ends_and_what_lies_between() -> None:
    scale = Scale(-10.0, 30.0, 50.0, 250.0)
    assert [scale.place(value) for value in (-10.0, 0.0, 30.0)] == [50.0, 100.0, 250.0]


def test_a_scale_holds_all_values_with_a_twentieth_of_room_at_each_end() -> None:
    scale = scale_around([20.0, 40.0, 60.0], 0.0, 100.0)
    assert (scale.low, scale.high) == (18.0, 62.0)


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (18.0, 62.0, [20.0, 30.0, 40.0, 50.0, 60.0]),
        (-47.0, 21.0, [-40.0, -20.0, 0.0, 20.0]),
        (-0.3, 0.9, [-0.25, 0.0, 0.25, 0.5, 0.75]),
    ],
)
def test_ticks_are_round_numbers_between_the_ends(low: float, high: float, ticks: list[float]) -> None:
    assert Scale(low, high, 0.0, 100.0).ticks() == ticks


def test_labels_have_as_many_decimals_as_one_of_them_needs() -> None:
    assert list(number_labels([-0.25, 0.0, 0.25]).values()) == ["\N{MINUS SIGN}0.25", "0.00", "0.25"]
    assert list(number_labels([0.0, 1000.0]).values()) == ["0", "1,000"]
    assert number_labels([]) == {}
