"""The data-quality page: the answer first, then what was sent, how complete it is and what became of it."""

from __future__ import annotations

from dataclasses import replace

from pipeline.present.disclosure.door import Door
from pipeline.present.page import headline
from pipeline.present.quality.columns import show_columns
from pipeline.present.quality.completeness import ethnicity_sentence, show_completeness
from pipeline.present.quality.data import QualityData
from pipeline.present.quality.findings import show_findings
from pipeline.present.quality.returns import expired_words, received_sentence, show_returns, without_versions
from pipeline.present.quality.rows import check_sums, show_rows, used_sentence


def show_quality(door: Door, data: QualityData) -> str:
    """The whole page; for the public without a word of which returns were sent again."""
    check_sums(data)
    if not door.rule.exact:
        data = replace(data, received=[without_versions(row) for row in data.received])
    parts = [
        headline(
            received_sentence(data),
            used_sentence(door, data),
            ethnicity_sentence(door, data),
            expired_words(data),
        ),
        *show_findings(door, data),
        *show_returns(door, data),
        *show_completeness(door, data),
        *show_columns(door, data),
        *show_rows(door, data),
    ]
    return "\n\n".join(parts) + "\n"
