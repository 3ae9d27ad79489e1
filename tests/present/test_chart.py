"""Charts: drawn from published tables, so that they hold no more than the table beside them."""

import base64
import html
import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from itertools import combinations

import pytest
from shown_tables import COLUMNS, make_rows, publish

from pipeline.present.chart import GROUP_COLOURS, interval_chart, panel_chart
from pipeline.present.disclosure.columns import Column, Figure, Text
from pipeline.present.disclosure.estimates import Measured, Share
from pipeline.present.disclosure.table import PublishedTable
from pipeline.present.drawing import WIDTH
from pipeline.present.lettering import Box, width_of
from pipeline.present.line_chart import line_chart
from pipeline.present.performance.funnel_chart import funnel_chart
from pipeline.stats.results import Counts, Estimate

SHOWN, HIDDEN, NONE = Counts(65, 100), Counts(0, 5), Counts(0, 0)
COLOURS = {*GROUP_COLOURS.values()}
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
    return sum(any(f"fill:{colour}" in style for colour in COLOURS) for style in styles)


def segments(markdown: str, dashed: bool = False) -> int:
    """How many straight pieces the line has."""
    dashes = "stroke-dasharray:[0-9., ]+;" if dashed else ""
    width = "1.2" if dashed else "2"
    lines = re.findall(
        rf'<path d="([^"]*)" clip-path="[^"]*" style="fill:none;{dashes}stroke:#12436d;stroke-width:{width}',
        svg(markdown),
    ) or re.findall(
        rf'<path d="([^"]*)" style="fill:none;{dashes}stroke:#12436d;stroke-width:{width}', svg(markdown)
    )
    return sum(path.count("L") for path in lines)


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
    assert words == "Who was reached. A: 65% (55 to 74); C: 40% (31 to 50)."


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
    assert [segments(chart) for chart in (whole, broken)] == [3, 2]
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
    found = (markers(chart), svg(chart).count("fill:#ffffff;stroke:#12436d"))
    assert found == (2 + 1, 1 + 1)  # filled and hollow: points, and one of each in the key
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
        "Gaps. Asian: 65% (55 to 74) in 2009, 40% (31 to 50) in 2011; Black: 65% (55 to 74) in 2010."
    )


@pytest.mark.parametrize(
    "cells", [{("Asian", "2009"): SHOWN}, {("Asian", "2009"): HIDDEN, ("Asian", "2010"): NONE}]
)
def test_there_are_no_panels_of_one_period_or_of_nothing_shown(cells: dict[tuple[str, str], Counts]) -> None:
    assert panel_chart(panels(cells), "level", "Gaps", "Points") is None


def test_what_a_chart_says_comes_first_then_what_it_is_of() -> None:
    table = publish(make_rows([SHOWN, HIDDEN, Counts(40, 100)]))
    said = drawn(interval_chart(table, "level", "Who was reached", "%", message="A stands out"))
    assert said.startswith("![**A stands out.** Who was reached. Per cent. Children in S01, 2009 to 2012.](")
    assert alternative(said).startswith("A stands out. Who was reached. A: 65%")


def test_of_many_rows_the_alternative_tells_the_ends() -> None:
    table = publish(make_rows([Counts(20 + 5 * number, 100) for number in range(9)]))
    assert alternative(drawn(dots(table))) == (
        "Who was reached. 9 rows; lowest A: 20% (13 to 29); highest I: 60% (50 to 69)."
    )


def test_ethnic_groups_have_one_order_and_one_colour_whatever_the_tables_order() -> None:
    found = []
    for names in (
        ["White", "Not known", "Black", "All children"],
        ["Black", "All children", "White", "Not known"],
    ):
        rows = [{**row, "group": name} for row, name in zip(make_rows([SHOWN] * 4), names, strict=True)]
        picture = svg(drawn(dots(publish(rows))))
        found.append(re.findall(r">([A-Z][a-z ]+)</text>", picture))
        colours = re.findall(r'<use [^>]*style="fill:(#[0-9a-f]{6})', picture)
        assert colours == ["#0b0c0c", "#28a197", "#f46a25", "#a285d1"]
    assert found == [["All children", "Black", "White", "Not known"]] * 2


def test_the_way_to_what_is_not_finished_is_dashed_and_the_key_says_so() -> None:
    states = ("", "", "", "not judged yet")
    rows = [{**row, "state": state} for row, state in zip(make_rows([SHOWN] * 4), states, strict=True)]
    table = publish(rows, [*COLUMNS, Text("state", "Remark")])
    chart, finished = drawn(line(table)), drawn(line(publish(make_rows([SHOWN] * 4))))
    assert (segments(chart), segments(finished)) == (2, 3)
    assert ("not finished" in svg(chart), "not finished" in svg(finished)) == (True, False)


def test_the_day_of_an_action_stands_where_it_was() -> None:
    table = publish(make_rows([SHOWN] * 4))
    chart = svg(drawn(line_chart(table, "level", "Level", "%", action=(1.25, "action, July 2010"))))
    assert "action, July 2010" in chart
    assert "action" not in svg(drawn(line(table)))


def test_a_picture_follows_a_page_into_the_dark() -> None:
    picture = svg(drawn(dots(publish(make_rows([SHOWN])))))
    assert "@media screen and (prefers-color-scheme:dark)" in picture
    assert "text{fill:#e8ebee}" in picture


def boxes(markdown: str) -> list[tuple[str, Box]]:
    """The words of a picture with the room that they take up, as the font is measured."""
    found = []
    for element in ET.fromstring(svg(markdown)).iter():
        if element.tag.endswith("}text") and element.text:
            style = element.get("style", "")
            size = re.search(r"font(?:-size)?:([0-9.]+)px", style)
            assert size, ET.tostring(element)
            x, y, points = float(element.attrib["x"]), float(element.attrib["y"]), float(size[1])
            width = width_of(element.text, points)
            back = 0.5 if "middle" in style else 1.0 if "anchor:end" in style else 0.0
            left = x - back * width
            found.append((element.text, Box(left, y - 0.75 * points, left + width, y + 0.2 * points)))
    return found


LONG = "A service of a very long name that no single line of a small picture could ever hold (scale of wellbeing)"


def crowded() -> list[str]:
    """Charts with as many words as they may have to hold."""
    counts = [Counts(60 + number % 3, 100) for number in range(12)]
    rows = [
        {**row, "group": f"Jan–Mar {2000 + number}", "state": "early" if number > 10 else "", "remark": "x"}
        for number, row in enumerate(make_rows(counts, names="ABCDEFGHIJKL"))
    ]
    series = publish(rows, [*COLUMNS, Text("state", "Remark"), Text("remark", "Signal")])
    named = publish([{**row, "group": f"{LONG} {place}"} for place, row in enumerate(rows[:5])])
    groups = {(group, f"Jan–Mar {year}"): SHOWN for group in GROUP_COLOURS for year in range(2009, 2013)}
    return [
        drawn(line_chart(series, "level", "L", "%", [3], target=61, action=(6.5, "action, December 2010"))),
        drawn(
            line_chart(series, "level", "L", "%", [1, 11], target=60, action=(0.2, "action, September 2010"))
        ),
        drawn(dots(named)),
        drawn(panel_chart(panels(groups), "level", "Gaps", "Points")),
        drawn(
            funnel_chart(
                funnel(), "adjusted", "Funnel", ("Children", "Per cent"), "S05 stands apart", "service"
            )
        ),
    ]


def funnel() -> PublishedTable:
    """Twenty services of almost the same size and level, and two that stand apart."""
    ends = ("_size", "", "_lower", "_upper", "_warning_lower", "_warning_upper")
    levels = {5: 20.0, 6: 99.0}
    rows = [
        dict(zip((f"adjusted{end}" for end in ends), figures, strict=True))
        | {"service_id": f"S{number:02} A service with a name"}
        for number in range(20)
        for figures in [(150 + number, levels.get(number, 60 + number % 3), 40, 80, 50, 70)]
    ]
    columns: list[Column] = [
        Text("service_id", "Service"),
        *(Figure(f"adjusted{end}", end, 1) for end in ends),
    ]
    return publish(rows, columns)


def test_a_service_outside_the_limits_is_named_and_said_first() -> None:
    chart = crowded()[4]
    named = [text for text, _ in boxes(chart) if text.endswith("a name")]
    assert {"S05 A service with a name", "S06 A service with a name"} <= set(named)
    assert alternative(chart).startswith(
        "S05 stands apart. Funnel. 20 services, outside the outer limits: S05"
    )


@pytest.mark.parametrize("number", range(5))
def test_no_words_overlap_and_none_leave_the_picture(number: int) -> None:
    placed = boxes(crowded()[number])
    met = [(one, two) for (one, a), (two, b) in combinations(placed, 2) if a.meets(b)]
    assert len(placed) > 4
    assert met == []
    assert [text for text, box in placed if box.left < -1 or box.right > WIDTH + 1 or box.top < 0] == []
