"""Declared tables of pages: each can be laid out with the kinds of columns, options and words that it names."""

from importlib import import_module
from pathlib import Path
from string import Formatter

import pytest

from pipeline.contract.published import PAGE_TABLES
from pipeline.present.disclosure.page_tables import MORE, About, lay_out
from pipeline.present.sentences import SENTENCES

PLACES = {place for text in SENTENCES.values() for _, place, _, _ in Formatter().parse(text) if place}
TOLD = dict.fromkeys((*PLACES, "total", "points", "action"), "x")


def test_every_declared_table_has_columns_of_known_kinds_under_words_of_the_catalogue() -> None:
    for path in Path("pipeline/present").rglob("*.py"):
        import_module(".".join(path.with_suffix("").parts))
    for table, said in PAGE_TABLES.items():
        found = lay_out(table, About("", "", ""), [], told=TOLD, level=0.95)
        assert [column.key for column in found.columns] == [
            key for key in said if key != MORE and not key.startswith("_")
        ]
        assert found.title


def test_a_variant_shares_its_tables_file_and_title_where_it_has_none_of_its_own() -> None:
    found = lay_out("gap, rate", About("", "", ""), [], "", told=TOLD)
    assert (found.name, found.title) == ("gap", lay_out("gap", About("", "", ""), [], "", told=TOLD).title)


def test_a_table_is_named_after_what_it_is_of_only_where_that_is_declared() -> None:
    assert lay_out("goals", About("", "", ""), [], "", of="star", told=TOLD).name == "goals_star"
    with pytest.raises(AssertionError):
        lay_out("due", About("", "", ""), [], "", of="star", told=TOLD)


def test_columns_are_left_out_and_put_in_where_the_declaration_says() -> None:
    years = lay_out("due", About("", "", ""), [], "").columns[:1]
    found = lay_out("trend", About("", "", ""), [], "", told=TOLD, without=("definition",), more=years)
    assert [column.key for column in found.columns] == ["period", "total", "level", "day", "state", "remark"]
