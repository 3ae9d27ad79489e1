"""Every table that our code can publish is read by the audit, or named as holding nobody."""

from pipeline.analysis.finding_columns import SCHEMAS
from pipeline.audit.tables import find_entry, list_counts
from pipeline.contract.published import PAGE_TABLES, list_counted
from pipeline.present.disclosure.frames import finding_file

NOT_PEOPLE = {
    "after", "agreed", "alike_value", "amount", "annual_value", "asked", "awarded", "before", "bids",
    "claim_level", "cost_child", "cost_planned", "days", "first_year", "last_year", "level", "missed",
    "missing_returns", "months", "more_months", "neighbours_counted", "neighbours_withheld", "new_winners",
    "not_known", "not_let", "number", "one_bid", "out_of", "periods", "population_breaks", "providers",
    "returns_due", "returns_late", "returns_missing", "series", "standards", "standards_met",
    "standards_not_met", "standards_partly", "tenders", "tried", "tried_inside", "version", "winners", "won",
    "year",
}  # fmt: skip
"""Whole numbers among findings that are of periods, returns, standards, rungs, versions, organisations or pounds."""


def test_every_table_of_a_page_and_every_finding_says_whom_it_counts() -> None:
    """But for those that stages write themselves: of data quality, of the overview, and of what changed."""
    of_pages = {table for table, said in PAGE_TABLES.items() if "_counts" in said}
    silent = {table.partition(",")[0] for table in PAGE_TABLES.keys() - of_pages}
    assert silent - {table.partition(",")[0] for table in of_pages} == {
        "changed_numbers", "changed_verdicts", "coding", "columns", "completeness", "corrections", "ethnicity",
        "ethnicity_by_period", "findings", "providers", "received", "rules", "standing", "warnings",
    }  # fmt: skip
    assert {how for _, how in list_counted()} == {"related", "alone", "nobody"}
    assert [name for name in SCHEMAS if not find_entry(f"finding_{name}", "")] == []


def test_every_whole_number_among_findings_is_of_people_or_named_as_something_else() -> None:
    whole = {
        (name, column) for name, each in SCHEMAS.items() for column, kind in each.items() if "nt64" in kind
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
    names = [name for name, _ in list_counted()]
    assert len(names) == len({*names})
