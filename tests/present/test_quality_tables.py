"""What leaves by the page on data quality: tables that the audit knows, in which children's rows are rounded."""

from dataclasses import replace
from pathlib import Path

from sent_quality import DOOR, quality

from pipeline.audit.quality import QUALITY, list_quality_counts
from pipeline.files.records import parse_records
from pipeline.present.disclosure.door import Downloads
from pipeline.present.quality.quality_page import show_provider_details, show_providers, show_quality
from pipeline.releases.manifest import read_tables


def test_every_table_on_data_quality_is_known_to_the_audit_and_rounds_rows_about_children(
    tmp_path: Path,
) -> None:
    data = replace(
        quality(),
        door=replace(DOOR, downloads=Downloads(tmp_path)),
    )
    for show in (show_quality, show_providers, show_provider_details):
        show(data)
    tables = {Path(place).stem: parse_records(text) for place, text in read_tables(tmp_path).items()}
    assert len(tables) > 8
    assert tables.keys() <= QUALITY.keys()
    counts = {(name, *each) for name, rows in tables.items() for each in list_quality_counts(name, rows)}
    assert {number % DOOR.rule.round_to for *_, number in counts} == {0}
    assert {("warnings", "failed"), ("providers", "warned"), ("providers", "accepted")} <= {
        (name, place.partition(" ")[0]) for name, place, _ in counts
    }


def test_rows_about_children_are_counted_and_lines_that_are_not_used_are_none() -> None:
    row = {
        "provider": "Play",
        "period": "2010",
        "accepted": "15",
        "set_aside": "3.0",
        "tidied": "8.0",
        "warned": "7.0",
    }
    told = {place.partition(" ")[0]: count for place, count in list_quality_counts("providers", [row])}
    assert told == {"accepted": 15, "warned": 7}
    assert [*list_quality_counts("warnings", [{"title": "Odd", "failed": "3.0"}])] == [("failed of Odd", 3)]
    assert [*list_quality_counts("rules", [{"title": "Not used", "failed": "3.0"}])] == []
