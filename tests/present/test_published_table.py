"""Tables as HTML and CSV: what stands in them, and what can never stand in them."""

import csv
import html
import io
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shown_tables import NHS, make_rows, publish, read_csv

from pipeline.present.disclosure.columns import Chosen, Column, Count, Figure, Link, Percentage, Text, Verdict
from pipeline.present.disclosure.door import Door
from pipeline.present.disclosure.estimates import Share
from pipeline.present.disclosure.rounding import HIDDEN, NOT_AVAILABLE
from pipeline.present.disclosure.table import MOST_ROWS, escape, format_html, pick_rows
from pipeline.present.disclosure.table_files import format_csv
from pipeline.protect.rounding import People, ShownCount
from pipeline.protect.tally import Sum
from pipeline.stats.results import Counts

ROWS = make_rows([Counts(65, 100)])
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "![x](y)",
    "a | b",
    "`code`",
    "{{< include /etc/passwd >}}",
    "{=html}",
    "$x^2$",
    "**bold** _it_ ~~no~~",
    "# heading",
    "&lt;b&gt;",
    '" onmouseover="alert(1)',
    "first\n\n<b>second</b>",
    "https://example.org",
    "[@cite]",
    "a\\b",
]


class Tags(HTMLParser):
    """What a browser sees in a table: tags with their attributes, and cells' texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag in ("td", "th", "caption"):
            self.texts.append("")

    def handle_data(self, data: str) -> None:
        self.texts[-1] += data


@pytest.mark.parametrize("text", HOSTILE)
def test_escaped_text_holds_no_sign_of_html_or_markdown(text: str) -> None:
    escaped = escape(text)
    rest = re.sub(r"&#\d+;", "", escaped)
    assert not set(rest) & set("\\`*_{}[]()#+!|~$^<>&\"'@:\n")
    assert html.unescape(escaped) == " ".join(text.split())


@pytest.mark.parametrize(("common", "fails", "shown"), [(70, 2, 20), (31, 29, 30), (90, 85, 60)])
def test_a_long_table_shows_rows_of_rare_verdicts_and_its_file_has_every_row(
    common: int, fails: int, shown: int
) -> None:
    words = ["agree"] * common + ["above"] * 1 + ["fail"] * fails
    rows = [{"c": f"S{place:02d}", "b": word} for place, word in enumerate(words)]
    table = publish(rows, [Text("c", "C"), Verdict("b", "B")])
    page = format_html(table, pick_rows(table))
    assert page.count("<tr>") - 1 == shown
    assert f"S{common:02d}" in page, "the rarest"
    assert page.index("S01") < page.index(f"S{common:02d}"), "in the table's order"
    assert format_html(table).count("<tr>") - 1 == len(rows)
    assert format_csv(table).count("\n") == len(rows) + 1
    assert f"Shown are {shown} of {len(rows)} rows" in html.unescape(Door(NHS, None, "").format(table))


def test_a_long_table_without_verdicts_shows_its_first_rows_and_a_shorter_one_all() -> None:
    rows = [{"c": f"S{place:02d}"} for place in range(MOST_ROWS + 5)]
    table = publish(rows, [Text("c", "C")])
    page = format_html(table, pick_rows(table))
    assert "Shown are the first 60 of 65 rows" in Door(NHS, None, "").format(table)
    assert (page.count("<tr>") - 1, "S59" in page, "S60" in page) == (MOST_ROWS, True, False)
    assert "Shown are" not in Door(NHS, None, "").format(publish(rows[:MOST_ROWS], [Text("c", "C")]))


@given(st.text())
def test_escaping_loses_nothing_but_white_space(text: str) -> None:
    assert html.unescape(escape(text)) == " ".join(text.split())


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_stay_words_in_every_place_of_a_table(text: str) -> None:
    columns: list[Column] = [Text("a", text), Verdict("b", "B"), Link("c", "C")]
    table = publish([{"a": text, "b": "met", "c": text, "c_link": "S01.ipynb"}], columns)
    shown = format_html(table)
    seen = Tags(shown)
    assert set(seen.tags) == {"table", "caption", "thead", "tr", "th", "tbody", "td", "span", "a"}
    assert {name for name, _ in seen.attributes} == {"class", "style", "scope", "href"}
    flat = " ".join(text.split())
    assert seen.texts[1:] == [flat, "B", "C", flat, "met", flat]
    assert "\n" not in shown


def test_the_first_cell_of_a_row_is_its_heading_and_columns_have_theirs() -> None:
    shown = format_html(publish(make_rows([Counts(65, 100)])))
    assert '<th scope="col">Ethnic group</th><th scope="col" class=number>Out of</th>' in shown
    assert '<tr><th scope="row">A</th><td class="number">100</td>' in shown
    assert "<caption>Who was reached. Children in S01, 2009 to 2012.</caption>" in shown


@pytest.mark.parametrize("label", ["Children", 'It\'s <b>, 5%: "x" \\ url(a) é\n'])
def test_a_table_tells_a_narrow_screen_its_labels(label: str) -> None:
    text = format_html(replace(publish(ROWS), labels=("Group", label, "x")))
    style = re.findall(r' style="([^"]*)"', text)
    assert len(style) == 1
    words = re.fullmatch(r"--c2:'([^']*)';--c3:'x'", html.unescape(style[0]))
    assert words is not None
    assert re.sub(r"\\([0-9a-f]+) ", lambda sign: chr(int(sign[1], 16)), words[1]) == label


def test_a_link_leads_where_its_row_says() -> None:
    shown = format_html(publish([{"c": "S01", "c_link": "S01.ipynb"}], [Link("c", "C")]))
    assert Tags(shown).attributes[-1] == ("href", "S01.ipynb")


def test_csv_holds_protected_values_and_what_the_table_is_about() -> None:
    assert read_csv(publish(make_rows([Counts(65, 100), Counts(0, 5), Counts(0, 0)]))) == [
        {
            "group": name,
            "total": total,
            "level": level,
            "level_lower": low,
            "level_upper": high,
            "table_population": "Children in S01",
            "table_period": "2009 to 2012",
            "table_source": "a test",
        }
        for name, total, level, low, high in [
            ("A", "100", "65.0", "55.3", "73.6"),
            ("B", "5", HIDDEN, HIDDEN, HIDDEN),
            ("C", "0", NOT_AVAILABLE, NOT_AVAILABLE, NOT_AVAILABLE),
        ]
    ]


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1+1", '=HYPERLINK("x")', "=cmd|' /C calc'!A0"]
)
def test_a_spreadsheet_reads_words_as_words(text: str) -> None:
    written = read_csv(publish([{"a": text}], [Text("a", "A")]))[0]["a"]
    assert written == "'" + text.strip()


@pytest.mark.parametrize("text", ["plain", 'with "quotes", and commas', "−5", "2009-q2"])
def test_other_words_come_back_from_csv_as_they_were(text: str) -> None:
    assert read_csv(publish([{"a": text}], [Text("a", "A")]))[0]["a"] == text


def test_white_space_within_words_is_one_space_so_that_no_row_breaks() -> None:
    assert read_csv(publish([{"a": "two\r\nlines"}], [Text("a", "A")]))[0]["a"] == "two lines"


def test_rows_of_different_kinds_fill_the_same_csv_columns() -> None:
    level = Chosen("level", "Level")
    rows = [
        {"level": Counts(65, 100), "level_kind": Share("level", "", 0.95)},
        {"level": Counts(65, 100), "level_kind": Percentage("level", "")},
        {"level": Counts(0, 5), "level_kind": Percentage("level", "")},
    ]
    lines = list(csv.reader(io.StringIO(format_csv(publish(rows, [level])))))
    assert {len(line) for line in lines} == {len(lines[0])}


def test_only_the_symbols_that_stand_in_a_table_are_explained() -> None:
    assert list(publish(make_rows([Counts(65, 100)])).symbols()) == []
    assert list(publish(make_rows([Counts(0, 5)])).symbols()) == [HIDDEN]
    assert list(publish(make_rows([Counts(0, 0), Counts(0, 5)])).symbols()) == [HIDDEN, NOT_AVAILABLE]


def test_numbers_about_no_child_stand_as_they_are_and_those_of_children_must_be_rounded() -> None:
    columns: list[Column] = [Figure("f", "Returns"), Count("n", "Children")]
    table = publish([{"f": 3, "n": ShownCount(5)}], columns)
    assert [cell.text for cell in table.cells[0]] == ["3", "5"]
    with pytest.raises(TypeError, match="was not rounded"):
        publish([{"f": 3, "n": 3}], columns)


some_sums = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 30), st.integers(0, 2**40), st.integers(0, 2**40)).map(
        lambda told: Sum(told[0], told[0] + told[1], 0.0, 0.0, told[2], told[2] + told[3])
    ),
    min_size=1,
    max_size=10,
)
_COLUMNS: list[Column] = [
    Text("group", "Group"),
    Count("people", "People"),
    Count("total", "Total"),
    Share("level", "Level", 0.95),
]


def publish_sums(sums: list[Sum]) -> list[dict[str, str]]:
    """The CSV of so many people, and of so many out of others."""
    rows = [
        {
            "group": str(place),
            "people": People.count(range(int(each.total))),
            "total": each.tally(NHS).total,
            "level": each,
        }
        for place, each in enumerate(sums)
    ]
    return read_csv(publish(rows, _COLUMNS))


@given(some_sums)
def test_every_count_of_a_published_table_is_a_multiple_and_no_share_is_of_few(sums: list[Sum]) -> None:
    for line in publish_sums(sums):
        assert (int(line["people"]) % 5, int(line["total"]) % 5) == (0, 0)
        few = 0 < int(line["total"]) <= 7
        assert {line[name] == HIDDEN for name in ("level", "level_lower", "level_upper")} == {few}


@given(some_sums)
def test_a_share_given_back_its_published_total_gives_only_rounded_events(sums: list[Sum]) -> None:
    for line in publish_sums(sums):
        if line["level"] not in (HIDDEN, NOT_AVAILABLE):
            events = float(line["level"]) / 100 * int(line["total"])
            assert round(events) % 5 == 0
            assert events == pytest.approx(round(events), abs=0.03)
