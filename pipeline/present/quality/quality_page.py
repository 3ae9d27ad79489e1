"""The pages on what was sent: data quality for those who read findings, and what providers can mend for providers."""

from __future__ import annotations

from dataclasses import replace

from pipeline.present.disclosure.door import Door
from pipeline.present.page import headline
from pipeline.present.quality.completeness import ethnicity_sentence, show_completeness
from pipeline.present.quality.data import QualityData
from pipeline.present.quality.findings import show_findings
from pipeline.present.quality.returns import (
    received_sentence,
    show_each_return,
    show_returns,
    without_versions,
)
from pipeline.present.quality.rows import check_sums, show_columns, show_rows, show_set_aside, used_sentence


def for_readers(door: Door, data: QualityData) -> QualityData:
    """Return what may be told: for the public without a word of which returns were sent again."""
    check_sums(data)
    return (
        data if door.rule.exact else replace(data, received=[without_versions(row) for row in data.received])
    )


def show_quality(door: Door, data: QualityData) -> str:
    """The page on data quality: the answer first, then what shortfalls do to findings, and how complete data are."""
    data = for_readers(door, data)
    parts = [
        headline(received_sentence(data), used_sentence(door, data), ethnicity_sentence(door, data)),
        *show_findings(door, data),
        *show_completeness(door, data),
        *show_returns(door, data),
    ]
    return "\n\n".join(parts) + "\n"


def show_providers(door: Door, data: QualityData) -> str:
    """The first part of the page for providers: their returns, and what could not be used."""
    data = for_readers(door, data)
    parts = [
        headline(received_sentence(data), used_sentence(door, data)),
        *show_each_return(door, data),
        *show_set_aside(door, data),
    ]
    return "\n\n".join(parts) + "\n"


def show_provider_details(door: Door, data: QualityData) -> str:
    """The last part of it: columns, what was odd, and what happened to each row."""
    data = for_readers(door, data)
    return "\n\n".join([*show_columns(door, data), *show_rows(door, data)]) + "\n"
