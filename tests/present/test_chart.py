"""Charts: drawn from published tables, so that they hold no more than the table beside them."""

from __future__ import annotations

import base64
import html
import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest
from shown_tables import COLUMNS, make_rows, publish

from pipeline.present.chart import interval_chart, line_chart, panel_chart
from pipeline.present.disclosure.columns import Text
from pipeline.present.disclosure.estimates import Measured, Share
from pipeline.present.disclosure.table import PublishedTable
from pipeline.stats.results import Counts, Estimate

SHOWN, HIDDEN, NONE = Counts(65, 100), Counts(0, 5), Counts(0, 0)
Draw = Callable[[PublishedTable], str | None]


def dots(table: PublishedTable) -> str | None:
    return interval_chart(table, "level", "Who was reached", "%")


def line(table: PublishedTable) -> str | None:
    return line_chart(table, "level", "Level over time", "%")


def svg(markdown: str) -> str:
    found = re.search(r"\(data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)\)", markdown)
    assert found
    return base64.b64decode(found[1]).decode("utf-8")


def alternative(markdown: str) -> str:
    found = re.search(r'\{fig-alt="([^"]*)"\}$', markdown)
    assert found
    return html.unescape(found[1])


def drawn(markdown: str | None) -> str:
    assert markdown is not None
    return markdown


def markers(markdown: str) -> int:
    """How many points a chart marks: matplotlib places each as a use of one drawn dot."""
    root = ET.fromstring(svg(markdown))
    uses = [element for element in root.iter() if element.tag.endswith("}use")]
    styles = [element.get("style", "") for element in uses]
    return sum("fill: #12436d" in style for style in styles)


@pytest.mark.parametrize("draw", [dots, line])
def test_a_chart_marks_one_point_for_each_row_that_the_table_shows(draw: Draw) -> None:
    table = publish(make_rows([SHOWN, HIDDEN, Counts(40, 100), NONE]))
    assert markers(drawn(draw(table))) == 2


@pytest.mark.parametrize("hidden", [HIDDEN, Counts(5, 5)])
@pytest.mark.parametrize("draw", [dots, line])
def test_a_hidden_row_leaves_no_trace_of_its_size(draw: Draw, hidden: Counts) -> None:
    one, other = (publish(make_rows([SHOWN, SHOWN, counts])) for counts in (HIDDEN, hidden))
    assert svg(drawn(draw(one))) == svg(drawn(draw(other)))


@pytest.mark.parametrize("draw", [dots, line])
def test_the_same_table_is_drawn_in_the_same_bytes(draw: Draw) -> None:
    table = publish(make_rows([SHOWN, Counts(40, 100)]))
    assert draw(table) == draw(table)


def test_the_alternative_says_every_drawn_row_in_words_and_no_other() -> None:
    words = alternative(drawn(dots(publish(make_rows([SHOWN, HIDDEN, Counts(40, 100)])))))
    assert words == "Who was reached. A: 65% (55 to 74); C: 40% (31 to 50)"


def test_the_alternative_of_a_line_says_its_two_ends() -> None:
    words = alternative(drawn(line(publish(make_rows([HIDDEN, SHOWN, SHOWN, Counts(40, 100)])))))
    assert words == "Level over time. From 65% (55 to 74) in B to 40% (31 to 50) in D."


def test_hostile_words_do_not_leave_the_alternative() -> None:
    markdown = drawn(dots(publish(make_rows([SHOWN, SHOWN], names='"]'))))
    assert alternative(markdown).startswith('Who was reached. ": 65%')
    assert markdown.count('"') == 2


@pytest.mark.parametrize("rows", [[], [HIDDEN], [NONE, HIDDEN]])
@pytest.mark.parametrize("draw", [dots, line])
def test_nothing_to_show_is_no_chart(draw: Draw, rows: list[Counts]) -> None:
    assert draw(publish(make_rows(rows))) is None


def test_one_point_is_no_line() -> None:
    assert line(publish(make_rows([SHOWN, HIDDEN]))) is None


def test_a_chart_asks_nothing_of_the_network_and_says_no_date() -> None:
    picture = svg(drawn(dots(publish(make_rows([SHOWN])))))
    links = re.findall(r'(?:href|src)="([^"]*)"', picture)
    assert all(link.startswith("#") for link in links)
    assert "<dc:date>" not in picture


def test_an_interval_without_an_end_is_not_drawn_to_nowhere() -> None:
    endless = Estimate(1.5, 0.5, math.inf, 0.95, method="a test", unit="ratio")
    near = Estimate(1.5, 0.5, 2.5, 0.95, method="a test", unit="ratio")
    rows = [{"group": name, "size": 50, "ratio": ratio} for name, ratio in (("A", endless), ("B", near))]
    table = publish(rows, [Text("group", "Group"), Measured("ratio", "Ratio", "size", 2)])
    picture = svg(drawn(interval_chart(table, "ratio", "Ratio", "times", 1.0)))
    assert "nan" not in picture
    assert "inf" not in picture


def test_no_line_leads_over_a_change_of_definition() -> None:
    table = publish(make_rows([SHOWN, Counts(40, 100), Counts(50, 98), SHOWN]))
    whole = drawn(line_chart(table, "level", "Level over time", "%"))
    broken = drawn(line_chart(table, "level", "Level over time", "%", [2]))
    assert markers(whole) == markers(broken) == 4
    assert "new definition" not in svg(whole)
    assert "new definition" in svg(broken)
    assert [chart.count("stroke: #12436d; stroke-width: 2;") for chart in (svg(whole), svg(broken))] == [1, 2]
    assert alternative(broken) == alternative(whole) + " New definition from C on."


def test_a_point_that_is_not_judged_is_hollow_and_a_signal_is_said() -> None:
    rows = [
        {**row, "state": state, "remark": remark}
        for row, state, remark in zip(
            make_rows([SHOWN, SHOWN, SHOWN]), ("", "", "not judged yet"), ("", "outside", ""), strict=True
        )
    ]
    table = publish(rows, [*COLUMNS, Text("state", "Remark"), Text("remark", "Signal")])
    chart = drawn(line_chart(table, "level", "Level over time", "%", target=70))
    assert markers(chart) == 2
    assert svg(chart).count("fill: #ffffff; stroke: #12436d") == 1
    assert alternative(chart).endswith("Target: 70. B: outside. C: not judged yet.")


def panels(cells: dict[tuple[str, str], Counts]) -> PublishedTable:
    """A table of groups and periods with a share each."""
    rows = [{"group": group, "period": period, "level": counts} for (group, period), counts in cells.items()]
    return publish(rows, (Text("group", "Group"), Text("period", "Period"), Share("level", "Level", 0.95)))


def test_panels_mark_one_point_for_each_figure_shown_and_tell_each_group_from_first_to_last() -> None:
    table = panels(
        {
            ("Asian", "2009"): SHOWN,
            ("Asian", "2010"): HIDDEN,
            ("Asian", "2011"): Counts(40, 100),
            ("Black", "2009"): HIDDEN,
            ("Black", "2010"): SHOWN,
            ("Mixed", "2009"): HIDDEN,
        }
    )
    chart = drawn(panel_chart(table, "level", "Gaps", "Points"))
    assert markers(chart) == 3
    assert alternative(chart) == (
        "Gaps. Asian: 65% (55 to 74) in 2009, 40% (31 to 50) in 2011; Black: 65% (55 to 74) in 2010"
    )


@pytest.mark.parametrize(
    "cells", [{("Asian", "2009"): SHOWN}, {("Asian", "2009"): HIDDEN, ("Asian", "2010"): NONE}]
)
def test_there_are_no_panels_of_one_period_or_of_nothing_shown(cells: dict[tuple[str, str], Counts]) -> None:
    assert panel_chart(panels(cells), "level", "Gaps", "Points") is None
