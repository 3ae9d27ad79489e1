"""Every table that our code can publish is read by the audit, or named as holding nobody."""

import ast
from collections.abc import Iterator
from pathlib import Path

from pipeline.audit.tables import COUNTED_ALONE, COUNTS_NOBODY, RELATED, find_entry, list_counts
from pipeline.present.disclosure.frames import SCHEMAS, finding_file

PACKAGE = Path(__file__).parents[2] / "pipeline"
FRAMES = {name: schema for name, schema in SCHEMAS.items() if not name.startswith("_")}
NOT_PEOPLE = {
    "after", "agreed", "alike_value", "annual_value", "asked", "awarded", "before", "bids", "claim_level", "cost_child",
    "cost_planned", "days", "level", "missed", "missing_returns", "months", "more_months", "neighbours_counted",
    "neighbours_withheld", "new_winners", "not_known", "not_let", "number", "one_bid", "out_of", "periods",
    "population_breaks", "providers", "returns_due", "returns_late", "returns_missing", "series", "standards",
    "standards_met", "standards_not_met", "standards_partly", "tenders", "tried", "tried_inside", "version", "winners",
    "won", "year",
}  # fmt: skip
"""Whole numbers among findings that are of periods, returns, standards, rungs, versions, organisations or pounds."""


def list_names() -> Iterator[str]:
    """What our code calls the tables of notebooks' pages: a name, or the beginning of one that goes on with a scale."""
    paths = (path for path in (PACKAGE / "present").rglob("*.py") if path.parent.name != "quality")
    for path in sorted(paths):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "table"
            ):
                match node.args[0]:
                    case (
                        ast.Constant(value=str(name))
                        | ast.JoinedStr(values=[ast.Constant(value=str(name)), *_])
                    ):
                        yield name


def test_every_table_of_a_page_is_known_to_the_audit() -> None:
    names = {*list_names()}
    assert len(names) > 40
    assert [name for name in sorted(names) if not find_entry(name, "services/S01")] == []


def test_every_frame_of_findings_is_known_to_the_audit() -> None:
    assert [name for name in FRAMES if not find_entry(finding_file(name).removesuffix(".csv"), "")] == []


def test_every_whole_number_among_findings_is_of_people_or_named_as_something_else() -> None:
    whole = {
        (name, column) for name, each in FRAMES.items() for column, kind in each.items() if "nt64" in kind
    }
    read = {
        (name, column)
        for name, column in whole
        if [*list_counts(finding_file(name), [{"who": "Black", column: "15"}])]
        == [(f"{column} of Black", 15)]
    }
    assert {column for _, column in whole - read} == NOT_PEOPLE


def test_a_year_that_a_row_is_of_is_no_number_of_people() -> None:
    row = {"service": "Play", "period": "1986", "children": "15"}
    assert [*list_counts("trend", [row])] == [("children of Play", 15)]


def test_a_table_is_read_in_one_way_only() -> None:
    assert len({*RELATED, *COUNTED_ALONE, *COUNTS_NOBODY}) == len(RELATED) + len(COUNTED_ALONE) + len(
        COUNTS_NOBODY
    )
