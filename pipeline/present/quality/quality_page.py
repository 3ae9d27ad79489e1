"""The pages on what was sent: data quality for those who read findings, and what providers can fix for providers.

What each shortfall does to the findings is told by what the other pages have published.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pipeline.contract.services import ServiceFacts
from pipeline.present.dates import format_period
from pipeline.present.disclosure.door import IN_VIEW
from pipeline.present.disclosure.rounding import format_number
from pipeline.present.disclosure.table import MOST_ROWS, PublishedTable, escape
from pipeline.present.page import fold, headline, join_words, named_service, paragraph
from pipeline.present.quality.completeness import ethnicity_sentence, show_completeness
from pipeline.present.quality.data import QualityData
from pipeline.present.quality.returns import (
    MISSING,
    received_sentence,
    show_each_return,
    show_returns,
    without_versions,
)
from pipeline.present.quality.rows import check_sums, show_columns, show_rows, show_set_aside, used_sentence
from pipeline.present.sentences import say, say_number

_PER_CENT = 100
_LOWEST_NAMED = 3


def for_readers(data: QualityData) -> QualityData:
    """Return what may be told: for the public without a word of which returns were sent again."""
    check_sums(data)
    return (
        data
        if data.door.rule.exact
        else replace(data, received=[without_versions(row) for row in data.received])
    )


def show_quality(data: QualityData) -> str:
    """The page on data quality: the answer first, then what shortfalls do to findings, and how complete data are."""
    data = for_readers(data)
    parts = [
        headline(received_sentence(data), used_sentence(data), ethnicity_sentence(data)),
        *show_findings(data),
        *show_completeness(data),
        *show_returns(data),
    ]
    return "\n\n".join(parts) + "\n"


def show_providers(data: QualityData) -> str:
    """The first part of the page for providers: their returns, and what could not be used."""
    data = for_readers(data)
    parts = [
        headline(received_sentence(data), used_sentence(data)),
        *show_each_return(data),
        *show_set_aside(data),
    ]
    return "\n\n".join(parts) + "\n"


def show_provider_details(data: QualityData) -> str:
    """The last part of it: columns, what was odd, and what happened to each row."""
    data = for_readers(data)
    return "\n\n".join([*show_columns(data), *show_rows(data)]) + "\n"


def _scored_share(data: QualityData, service: ServiceFacts) -> float | None:
    """The share of episodes with a score at the start and at a review, in per cent; None where it is not told."""
    journey = data.published.finding(f"services/{service.service_id}", "journey")
    shares = journey.loc[journey["step"] == "review", "estimate"].dropna()
    return next((_PER_CENT * share for share in shares), None)


def _unknown_shares(data: QualityData, service: ServiceFacts) -> Mapping[str, float]:
    """The share without a known ethnic group, in per cent, by measure."""
    unknown = data.published.finding(f"equality/{service.service_id}", "unknown").dropna(subset="estimate")
    return dict(zip(unknown["measure"], _PER_CENT * unknown["estimate"], strict=True))


def _untold(data: QualityData, service: ServiceFacts) -> dict[str, float]:
    """Measures whose gap cannot be told in the service, because ethnicity is unknown too often."""
    limit = _PER_CENT * data.maximum_unknown
    return {name: share for name, share in _unknown_shares(data, service).items() if share > limit}


def _percent(share: float) -> str:
    return f"{format_number(share)}%"


def _gap_words(data: QualityData, service: ServiceFacts) -> str:
    shares = _unknown_shares(data, service)
    if untold := _untold(data, service):
        told = {name: _percent(share) for name, share in untold.items()}
        named = [say("quality unknown for", name=name, percent=share) for name, share in told.items()]
        return say("quality cannot be told", named=join_words(named))
    if not shares:
        return say("quality nothing")
    return say("quality unknown for at", percent=_percent(max(shares.values())))


def _missing_of(data: QualityData, service: ServiceFacts) -> list[str]:
    """Periods whose return the service's provider has not sent."""
    missing = (row for row in data.received if row["status"] == MISSING)
    return [format_period(row["period"]) for row in missing if row["provider"] == service.provider_id]


def findings_table(data: QualityData) -> PublishedTable:
    """One row a service: what its change and its gaps rest on, and which of its periods are provisional."""
    rows = []
    for service in data.services:
        scored, nothing = _scored_share(data, service), say("quality nothing")
        row = {
            **named_service(service),
            "service_link": f"services/{service.service_id}.ipynb",
            "rests_on": nothing if scored is None else say("quality of episodes", percent=_percent(scored)),
            "gaps": _gap_words(data, service),
            "provisional": join_words(_missing_of(data, service) or [say("none")]),
        }
        rows.append(row)
    return data.table("findings", rows)


def _effects(data: QualityData) -> Iterator[str]:
    """What shortfalls do in each service where they do much, with a link to the page concerned."""
    scored = {service.service_id: _scored_share(data, service) for service in data.services}
    lowest = sorted(share for share in scored.values() if share is not None)[:_LOWEST_NAMED]
    for service in data.services:
        said = []
        if untold := _untold(data, service):
            worst = _percent(max(untold.values()))
            said.append(say_number("quality gaps cannot be", len(untold), worst=worst))
        if (share := scored[service.service_id]) in lowest:
            said.append(say("quality its change rests", percent=_percent(share)))
        if periods := _missing_of(data, service):
            said.append(say("quality provisional for as", named=join_words(periods)))
        if said:
            page = f"{'equality' if untold else 'services'}/{service.service_id}.ipynb"
            told = data.told("; ".join(said), "findings", row=service.service_id)
            yield f"- [{escape(data.service(service.service_id))}]({page}): {told}."


def show_findings(data: QualityData) -> list[str]:
    """The section on what shortfalls do: the worst in a list, every service in a table."""
    effects = list(_effects(data))
    return [
        "## " + say("quality what this does"),
        "\n".join(effects[:IN_VIEW]) or paragraph(say("quality nothing missing keeps")),
        fold(say("services others", number=len(effects) - IN_VIEW), "\n".join(effects[IN_VIEW:])),
        fold(say("quality show every service"), data.format(findings_table(data), in_view=MOST_ROWS)),
    ]
