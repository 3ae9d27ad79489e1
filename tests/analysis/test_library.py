"""Outturn on a frame of one's own: the example of docs/library.md as it stands, and what is refused."""

import contextlib
import io
import re
from pathlib import Path

import pandas as pd
import pytest

from pipeline.library import PROFILES, Disclosure, compare_groups
from pipeline.stats.proportions.one_group import wilson_interval
from pipeline.stats.proportions.two_groups import newcombe_difference
from pipeline.stats.results import Counts, Estimate

PAGE = Path(__file__).parents[2] / "docs" / "library.md"
KEY = bytes(range(32))


def frame(**groups: tuple[int, int]) -> pd.DataFrame:
    """A row a child of each group: so many with the event, out of so many."""
    rows = [(name, place < events) for name, (events, total) in groups.items() for place in range(total)]
    return pd.DataFrame(rows, columns=["group", "event"]).assign(child=range(len(rows)))


def compared(children: pd.DataFrame, rule: Disclosure = PROFILES["nhs"]) -> pd.DataFrame:
    return compare_groups(children, "group", "event", "child", KEY, rule).set_index("group")


def test_the_example_gives_what_the_page_says() -> None:
    text = PAGE.read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    (printed,) = re.findall(r"```\n(group .*?)```", text, re.DOTALL)
    assert len([line for line in code.splitlines() if line]) <= 10
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(code, str(PAGE), "exec"), {})
    assert out.getvalue().strip() == printed.strip()


def test_counts_are_rounded_and_the_rest_follows_from_them() -> None:
    found = compared(frame(A=(63, 121), B=(88, 203)))
    row = found.loc["A"]
    assert row["events"] % 5 == row["total"] % 5 == 0
    assert row["share"] == pytest.approx(row["events"] / row["total"])
    assert row["share_lower"] < row["share"] < row["share_upper"]


def test_without_rounding_intervals_are_those_of_wilson_and_newcombe() -> None:
    row = compared(frame(A=(63, 121), B=(88, 203)), Disclosure(0, 1)).loc["A"]
    alone = wilson_interval(Counts(63, 121))
    gap = newcombe_difference(Counts(63, 121), Counts(88, 203))
    assert isinstance(alone, Estimate) and isinstance(gap, Estimate)
    assert row["share_lower"] == pytest.approx(alone.lower)
    assert (row["difference_lower"], row["difference_upper"]) == pytest.approx((gap.lower, gap.upper))


def test_small_groups_show_no_figure_and_no_verdict() -> None:
    found = compared(frame(A=(60, 100), B=(30, 100), C=(0, 3)))
    assert found.loc["C", "verdict"] == "too few to say"
    assert found.loc["C", ["events", "total", "share", "difference"]].isna().all()
    assert (found.loc["A", "verdict"], found.loc["B", "verdict"]) == ("higher", "lower")


def test_the_same_children_are_rounded_alike_and_another_key_rounds_otherwise() -> None:
    children = frame(**{name: (17 + 3 * place, 61 + 7 * place) for place, name in enumerate("ABCDEFGHIJ")})
    assert compared(children).equals(compared(children.sample(frac=1, random_state=1)))
    other = compare_groups(children, "group", "event", "child", bytes(32)).set_index("group")
    assert not other["events"].equals(compared(children)["events"])


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [("child", 1, "a child stands in several rows"), ("group", None, "a value is missing in group")],
)
def test_what_cannot_be_compared_is_refused_in_words(column: str, value: int | None, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        children = frame(A=(3, 6))
        children[column] = value
        compared(children)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="the key is too short"):
        compare_groups(frame(A=(3, 6)), "group", "event", "child", b"short")
