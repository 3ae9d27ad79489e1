"""Which returns are expected, and how each stands: received, late, revised, nil or missing."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from pipeline.contract.dataset import Dataset
from pipeline.contract.groups.ethnicity_censuses import CENSUSES, tell_difference
from pipeline.contract.periods import is_period, period_days, periods_within
from pipeline.files.intake.ledger import ReceivedLine
from pipeline.files.intake.read_returns import ReadReturn
from pipeline.files.intake.return_statement import Cover
from pipeline.files.intake.versions import Return, Settled

_EMPTY = "the files have no row; send the rows or, where there is nothing to report, write 'nil: true' in return.yaml"
_MIXED = "has ethnic groups that only another census has; each is counted in the group that includes it"
_UNREADABLE = "no file of the return can be read"


_Days = tuple[dt.date | None, dt.date | None]
"""When a return was received first, and when the version in force was."""


def list_received(
    dataset: Dataset,
    services: Sequence[Mapping[str, object]],
    settled: Settled,
    mixed: Collection[Return] = (),
) -> list[ReceivedLine]:
    """One line for each return that was sent or is expected, by provider and period.

    `mixed` are returns with ethnic groups that only another census has than the one they are read by.
    """
    held: dict[Return, list[ReadReturn]] = {
        key: [] for key in settled.in_force if is_period(key[1], dataset.period)
    }
    for reading in settled.readings:
        held.get((reading.source.provider, reading.source.period), []).append(reading)
    days = {key: _days(key, settled) for key in held}
    expected = [*list_expected(dataset, services, held)] if dataset.has_returns else []
    keys = {*held, *expected}
    return [
        _tell_coding(_line(dataset, key, held[key], settled, days), held[key], dataset, key in mixed)
        if key in held
        else ReceivedLine(*key, "missing", 0, "", "", _text(_due(dataset, key[1])), "", "", "")
        for key in sorted(keys)
    ]


def list_expected(
    dataset: Dataset, services: Sequence[Mapping[str, object]], sent: Iterable[Return]
) -> Iterator[Return]:
    """Each provider and period with a commissioned service, of the periods for which the data are complete.

    Of a service that several providers deliver, whoever has no service of its own and has sent a return is expected
    from then on; a file of all providers together is expected of nobody.
    """
    own = {str(service["provider_id"]) for service in services if service["provider_id"]}
    joined: dict[str, str] = {}
    for provider, period in sorted(sent):
        if provider and provider not in own:
            joined.setdefault(provider, period)
    for service in services:
        deliverer = service["provider_id"]
        for period in _commissioned(dataset, service):
            if deliverer:
                yield str(deliverer), period
            else:
                yield from ((other, period) for other, since in joined.items() if period >= since)


def _commissioned(dataset: Dataset, service: Mapping[str, object]) -> Iterator[str]:
    start, end = service["start"], service["end"]
    if isinstance(start, dt.date):
        for period in periods_within(start, dataset.complete_to, dataset.period):
            if not isinstance(end, dt.date) or period_days(period)[0] <= end:
                yield period


def _days(key: Return, settled: Settled) -> _Days:
    days = [
        cover.received
        for (*version, _), cover in sorted(settled.covers.items(), key=lambda item: item[0])
        if tuple(version) == key and cover.received
    ]
    latest = settled.covers.get((*key, settled.in_force[key]), Cover()).received
    return days[0] if days else None, latest


def _due(dataset: Dataset, period: str) -> dt.date | None:
    if dataset.returns_due_days is None:
        return None
    return period_days(period)[1] + dt.timedelta(days=dataset.returns_due_days)


def _text(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


def _line(
    dataset: Dataset,
    key: Return,
    held: Sequence[ReadReturn],
    settled: Settled,
    days: Mapping[Return, _Days],
) -> ReceivedLine:
    force, due = settled.in_force[key], _due(dataset, key[1])
    cover = settled.covers.get((*key, force), Cover())
    first, latest = days[key]
    late = "" if not (first and due) else "yes" if first > due else "no"
    status, remarks = "received", [*settled.remarks[key]]
    if fault := _unusable(held, cover):
        status, remarks = "missing", [*remarks, fault]
    elif cover.nil:
        status = "nil"
    elif force > 1 or _overtaken(key, days):
        status = "revised"
    elif late == "yes":
        status = "late"
    revised = _text(latest) if force > 1 else ""
    return ReceivedLine(
        *key, status, force, _text(first), revised, _text(due), late, "; ".join(remarks), cover.note
    )


def _tell_coding(
    line: ReceivedLine, held: Iterable[ReadReturn], dataset: Dataset, mixed: bool
) -> ReceivedLine:
    """The line with the classification that the ethnic groups of the return were read by."""
    own = dataset.classification
    read_by = dict.fromkeys(
        reading.coded_in or own.name
        for reading in held
        if reading.shaped and reading.lines and "ethnicity" in reading.shaped.columns
    )
    said = [tell_difference(name, own) for name in read_by if name in CENSUSES and name != own.name]
    if mixed and not any(said):
        said.append(_MIXED)
    remark = "; ".join(filter(None, said))
    return replace(line, ethnic_classification="; ".join(read_by), ethnic_remark=remark)


def _unusable(held: Collection[ReadReturn], cover: Cover) -> str:
    """Why what was sent is no return; blank where it is one."""
    if any(reading.shaped and reading.lines for reading in held):
        return ""
    if any(reading.refused for reading in held):
        return _UNREADABLE
    return "" if cover.nil else _EMPTY


def _overtaken(key: Return, days: Mapping[Return, _Days]) -> bool:
    """Whether the provider's return for a later period was in before this one."""
    mine, _ = days[key]
    return mine is not None and any(
        provider == key[0] and period > key[1] and first is not None and first < mine
        for (provider, period), (first, _) in days.items()
    )
