"""The one door: the CSV it writes, and the words around a table."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from shown_tables import COLUMNS, NHS, make_rows, make_table, publish, read_rows

from pipeline import show
from pipeline.downloads.declared import DECLARED, read_declared
from pipeline.present.disclosure.columns import Column, Count, Text, Verdict
from pipeline.present.disclosure.door import Door, Downloads
from pipeline.present.disclosure.rounding import NOT_APPLICABLE
from pipeline.present.disclosure.table import MOST_ROWS, PageTable, protect_table
from pipeline.present.disclosure.table_files import format_csv
from pipeline.protect.rounding import EXACT, ShownCount
from pipeline.stats.results import Counts

ROWS = make_rows([Counts(65, 100), Counts(0, 5)])


def test_the_door_writes_exactly_the_protected_table(tmp_path: Path) -> None:
    folder = tmp_path / "services" / "S01"
    published = Door(NHS, Downloads(folder), "S01").publish(make_table(ROWS))
    assert {file.name for file in folder.iterdir()} == {"reached.csv", DECLARED}
    assert (folder / "reached.csv").read_bytes() == format_csv(published).encode("utf-8")
    assert published == publish(ROWS)


def test_the_same_table_gives_the_same_bytes_twice(tmp_path: Path) -> None:
    for name in ("one", "two"):
        Door(NHS, Downloads(tmp_path / name), "S01").publish(make_table(ROWS))
    assert (tmp_path / "one/reached.csv").read_bytes() == (tmp_path / "two/reached.csv").read_bytes()


def test_the_name_of_a_file_holds_no_hyphen_as_that_parts_it_from_its_page(tmp_path: Path) -> None:
    door = Door(NHS, Downloads(tmp_path), "tables/a-S01-", "a-S01_")
    published = door.publish(replace(make_table(ROWS), name="change_SD-Q"))
    assert (tmp_path / "a+S01_change_SD+Q.csv").is_file()
    assert 'href="tables/a-S01-a+S01_change_SD+Q.csv"' in door.link_to(published)


def test_without_a_folder_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Door(NHS, None, "S01").publish(make_table(ROWS))
    assert list(tmp_path.iterdir()) == []


def test_a_table_is_followed_by_its_notes_its_source_and_its_download() -> None:
    shown = Door(NHS, None, "tables/S01-").format(publish(ROWS, note="Each child once"))
    table, notes, downloads = shown.split("\n\n")
    assert table.startswith("<table")
    assert notes == (
        '<p class="notes">Each child once. Counts are randomly rounded to a multiple of 5 so that nobody can be '
        "picked out, and intervals allow for it; no share, rate or mean rests on 7 children or fewer. "
        "&#91;c&#93; left out, because it rests on a small number of children.</p>"
    )
    assert 'href="tables/S01-reached.csv"' in downloads
    assert "Source&#58; a test" in downloads


def test_rounding_is_told_only_of_tables_that_hold_rounded_counts() -> None:
    door = Door(NHS, None, "")
    assert "rounded" not in door.format(publish(ROWS, COLUMNS[:1]))
    exact = protect_table(make_table(ROWS), EXACT)
    assert "rounded" not in Door(EXACT, None, "").format(exact)


def test_a_chart_stands_before_its_table() -> None:
    shown = Door(NHS, None, "tables/S01-").format(publish(ROWS), "![a chart](x)")
    assert shown.startswith("![a chart](x)\n\n<table")


@pytest.mark.parametrize(
    ("rows", "chart", "folded"), [(12, "![]()", True), (11, "![]()", False), (12, None, False)]
)
def test_a_long_table_is_folded_below_its_chart(rows: int, chart: str | None, folded: bool) -> None:
    periods = [{"period": f"{number}", "n": ShownCount(40)} for number in range(rows)]
    columns: list[Column] = [Text("period", "Quarter"), Count("n", "Children")]
    table = PageTable("x", "Reached", "All", "2010", "A source", columns, periods)
    door = Door(NHS, None, "S01-")
    text = door.format(door.publish(table), chart)
    assert ("<details><summary>Table&#58; Reached</summary>" in text) == folded == text.endswith("</details>")


@pytest.mark.parametrize(("rows", "in_view"), [(15, 15), (16, 12), (100, 12)])
def test_of_many_rows_without_a_chart_the_first_stand_in_view_and_the_others_are_folded(
    rows: int, in_view: int
) -> None:
    table = PageTable("x", "Reached", "All", "2010", "A source", [Text("c", "C")], [{"c": "x"}] * rows)
    door = Door(NHS, None, "S01-")
    text = door.format(door.publish(table))
    first, fold, others = text.partition("<details>")
    assert first.count("<tr>") - 1 == in_view
    assert bool(fold) == (in_view < rows)
    if fold:
        assert f"{min(rows, MOST_ROWS) - in_view} more rows" in others
        assert others.count("<tr>") - 1 == min(rows, MOST_ROWS) - in_view
        assert "Reached&#58; the other rows. All, 2010." in others, "no two tables of a page have one caption"
    assert door.format(door.publish(table), in_view=MOST_ROWS).count("<table") == 1


def test_rows_that_ask_for_a_decision_stand_in_view_before_others_and_all_in_their_order() -> None:
    rows = [{"c": f"row {at}", "v": "not met" if at in (3, 18) else "met"} for at in range(20)]
    columns = [Text("c", "C"), Verdict("v", "V")]
    door = Door(NHS, None, "S01-")
    text = door.format(door.publish(PageTable("x", "Kept", "All", "2010", "A source", columns, rows)))
    first = re.findall(r"row (\d+)", text.partition("<details>")[0])
    assert first == [*map(str, range(11)), "18"]


def test_show_hands_markdown_to_the_notebook(capsys: pytest.CaptureFixture[str]) -> None:
    show.part("**words**")
    assert "Markdown" in capsys.readouterr().out


def test_tables_of_several_measures_share_a_file_and_one_published_again_takes_its_own_place(
    tmp_path: Path,
) -> None:
    door = Door(NHS, Downloads(tmp_path), "S01")
    for measure in ("Started", "Completed", "Started"):
        published = door.publish(replace(make_table(ROWS), measure=measure))
    rows = read_rows(tmp_path / "reached.csv")
    assert [row["measure"] for row in rows] == ["Started", "Started", "Completed", "Completed"]
    assert "(CSV of all measures)" in door.link_to(published)


def test_a_column_that_one_of_the_tables_lacks_does_not_apply_to_it(tmp_path: Path) -> None:
    door, whole = Door(NHS, Downloads(tmp_path), "S01"), make_table(ROWS)
    door.publish(replace(whole, measure="Started"))
    door.publish(replace(whole, measure="Plans", columns=whole.columns[:1]))
    first, *_, last = read_rows(tmp_path / "reached.csv")
    lacking = set(whole.columns[1].cell(ROWS[0], NHS).values)
    assert lacking
    assert {last[name] for name in lacking} == {NOT_APPLICABLE}
    assert list(first)[-3:] == ["table_population", "table_period", "table_source"]
    declared = read_declared((tmp_path / DECLARED).read_text(encoding="utf-8"))["reached.csv"]
    assert [column.name for column in declared.columns] == list(first)
