"""What is told of a published file's columns: headings, kinds and units are those that its page shows."""

from dataclasses import replace

import pandas as pd
from shown_tables import COLUMNS, NHS, make_rows, make_table, publish

from pipeline.downloads.declared import DeclaredColumn
from pipeline.present.disclosure.columns import Column, Figure, Link, Percentage, Text
from pipeline.present.disclosure.declared import declare_file, declare_frame
from pipeline.present.disclosure.table import PageTable, protect_table
from pipeline.stats.results import Counts

ROWS = make_rows([Counts(65, 100), Counts(0, 5)])


def _declared(*columns: Column, **row: object) -> dict[str, DeclaredColumn]:
    table = PageTable("x", "T", "All", "2010", "A source", columns, [row])
    return {column.name: column for column in declare_file("x.csv", [protect_table(table, NHS)]).columns}


def test_limits_are_called_after_the_figure_that_they_belong_to() -> None:
    columns = {column.name: column for column in declare_file("x.csv", [publish(ROWS)]).columns}
    assert columns["level"] == DeclaredColumn("level", "Level", "number", "Level", "%", 0)
    assert columns["level_lower"].label == "Level: lower limit"
    assert columns["level_upper"].part_of == "Level"
    assert columns["group"] == DeclaredColumn("group", "Ethnic group", "text")
    assert columns["total"].kind == "count"


def test_a_code_beside_words_is_called_by_its_name() -> None:
    column = Link("service", "Service", ("service_id",))
    found = _declared(column, service="Club", service_id="S01", service_link="S01.ipynb")
    assert (found["service_id"].label, found["service"].label) == ("Service id", "Service")


def test_two_columns_of_one_heading_are_told_apart() -> None:
    found = _declared(Text("now", "Level"), Text("before", "level"), now="a", before="b")
    assert [column.label for column in found.values()][:2] == ["Level (now)", "level (before)"]


def test_a_column_of_nothing_but_symbols_is_of_the_kind_that_its_page_has_it_for() -> None:
    found = _declared(Figure("aim", "Aim"), Percentage("known", "Known"), aim=None, known=Counts(0, 5))
    assert [found[name].kind for name in ("aim", "known", "known_lower")] == ["number"] * 3


def test_pounds_and_decimals_are_those_of_the_figures() -> None:
    found = _declared(Figure("share", "Share", 1, suffix="%"), Figure("n", "N", 2), share=48.25, n=1.5)
    assert (found["share"].unit, found["share"].decimals) == ("%", 1)
    assert (found["n"].unit, found["n"].decimals) == ("", 1)


def test_a_file_of_several_measures_has_the_columns_of_all_of_them() -> None:
    whole = make_table(ROWS)
    tables = [
        protect_table(replace(whole, measure="Started"), NHS),
        protect_table(replace(whole, measure="Plans", columns=COLUMNS[:1], note="Each once"), NHS),
    ]
    file = declare_file("reached.csv", tables)
    assert [column.name for column in file.columns][:3] == ["measure", "group", "total"]
    assert file.note.startswith("Counts are randomly rounded")
    assert file.note.endswith("Each once")


def test_findings_are_called_by_their_names_in_words_and_keep_their_types() -> None:
    frame = pd.DataFrame({"ethnic_group": ["Asian"], "total": [40], "estimate": [0.6154]})
    told = frame.assign(estimate=["0.615"])
    file = declare_frame("finding_x.csv", frame, told, "a source")
    assert file.columns == (
        DeclaredColumn("ethnic_group", "Ethnic group", "text"),
        DeclaredColumn("total", "Total", "count"),
        DeclaredColumn("estimate", "Estimate", "number", decimals=3),
    )
    assert (file.title, file.source) == ("", "a source")
