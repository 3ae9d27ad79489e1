"""The data-quality page: how complete protected characteristics are, and how that has moved."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Any

from pipeline.contract.periods import MONTHS_IN
from pipeline.contract.tables import load_table
from pipeline.present.dates import format_period
from pipeline.present.disclosure.columns import Percentage
from pipeline.present.disclosure.rounding import format_number
from pipeline.present.disclosure.table import MOST_ROWS, PublishedTable
from pipeline.present.page import fold, join_words, paragraph
from pipeline.present.quality.data import QualityData, Rows
from pipeline.present.sentences import say, say_number
from pipeline.protect.rounding import Disclosure, ShownCount
from pipeline.protect.tally import Sum, Tally, add_sums, share_out

ETHNICITY_STATES = ("known", "not_stated", "refused", "not_yet_asked", "missing")
_PER_CENT = 100
_LEAST_POINTS = 2
_MET, _NOT_MET, _TOO_FEW = "met", "not met", "too few to say"


def split_years(data: QualityData) -> list[list[str]]:
    """The periods of which anything is counted, a year's at a time from the first."""
    periods = sorted({row["period"] for row in data.completeness})
    step = 12 // MONTHS_IN[data.dataset.period]
    return [periods[at : at + step] for at in range(0, len(periods), step)]


def _span(periods: Sequence[str]) -> str:
    first, last = format_period(periods[0]), format_period(periods[-1])
    return first if first == last else say("window", first=first, last=last)


def _tally(data: QualityData, rows: Rows, *keys: str) -> Mapping[tuple[str, ...], Sum]:
    """Episodes without a known value, of all, by these columns; all of a service and period have one key."""
    found: dict[tuple[str, ...], Sum] = defaultdict(Sum)
    placed: dict[tuple[str, ...], set[tuple[str, str]]] = defaultdict(set)
    group_of = itemgetter(*keys)
    for row in rows:
        group = group_of(row)
        place, known = (row["service_id"], row["period"]), row["state"] == "known"
        own = data.name_key(row["characteristic"], *place, row["state"])
        unknown, key = (0, 0) if known else (row["episodes"], own)
        found[group] += Sum(unknown, row["episodes"], 0.0, 0.0, key)
        placed[group].add(place)
    return {
        group: replace(found[group], size_key=sum(data.name_key(*place) for place in places))
        for group, places in placed.items()
    }


def _known(found: Sum, rule: Disclosure) -> Tally:
    """Episodes with a known value, out of all: what is shown of all less what is shown of those without.

    All are counted again of each characteristic. Those with a value, rounded by themselves, too, would each time tell
    anew how many all are.
    """
    whole, unknown = found.count(rule), found.counted(rule)
    return Tally(ShownCount(max(whole - unknown, 0)), whole, 0.0, 0.0, rule)


def _sum(tally: Mapping[tuple[str, ...], Sum], name: str, periods: Sequence[str]) -> Sum:
    return add_sums(tally[name, period] for period in periods if (name, period) in tally)


def change_words(rule: Disclosure, one: Tally, other: Tally) -> str:
    """How far the share has moved; what rounding alone could do is no change.

    >>> change_words(Disclosure(7, 5), Tally(400, 500, 0), Tally(450, 500, 0))
    'up 10 points'
    """
    if one.few or other.few or not (one.total and other.total):
        return _TOO_FEW
    points = _PER_CENT * (other.counts().rate - one.counts().rate)
    rounding = _PER_CENT * rule.round_to / min(one.total, other.total)
    if abs(points) <= max(_LEAST_POINTS, rounding):
        return say("quality steady")
    return say("quality up" if points > 0 else "quality down", points=format_number(abs(points)))


def _change_since_first(rule: Disclosure, by_year: Sequence[Sum]) -> str:
    """The change since the first year in which there was an episode."""
    counted = [found for found in by_year if found.total]
    if not counted:
        return _TOO_FEW
    return (
        change_words(rule, _known(counted[0], rule), _known(counted[-1], rule))
        if len(counted) > 1
        else say("quality first year")
    )


def _judge(shown: Tally, minimum: float) -> str:
    if shown.few:
        return _TOO_FEW
    return _MET if shown.events >= minimum * shown.total else _NOT_MET


def uncollected(data: QualityData) -> list[str]:
    """Titles of the characteristics that stand in no row of any return: nobody collects them, so none is missing.

    Ethnicity is not among them: contracts ask for it, so that it is missing where nobody sends it.
    """
    filled = {row["characteristic"] for row in data.completeness if row["state"] != "missing"}
    return [
        field.title
        for field in load_table("episodes").fields
        if field.characteristic and field.codes is None and field.name not in filled
    ]


def completeness_table(data: QualityData) -> PublishedTable:
    """One row a characteristic: the share known in each year over all services, and how it has moved."""
    years, rule = split_years(data), data.door.rule
    tally = _tally(data, data.completeness, "characteristic", "period")
    absent = uncollected(data)
    told = [
        each for each in load_table("episodes").fields if each.characteristic and each.title not in absent
    ]
    by_title = {each.title: [_sum(tally, each.name, year) for year in years] for each in told}
    rows = [
        {
            "characteristic": title,
            **{f"known_{at}": _known(found, rule) for at, found in enumerate(by_year, start=1)},
            "change": _change_since_first(rule, by_year),
            "verdict": _judge(_known(by_year[-1], rule), data.minimum_known),
        }
        for title, by_year in by_title.items()
        if by_year
    ]
    columns = [Percentage(f"known_{at}", _span(year)) for at, year in enumerate(years, start=1)]
    return data.table("completeness", rows, told={"minimum": _minimum(data)}, more=columns)


def _minimum(data: QualityData) -> str:
    return f"{format_number(data.minimum_known * _PER_CENT)}%"


def _by_state(data: QualityData, row: Mapping[str, Any]) -> Mapping[str, Tally]:
    """Episodes of a service in which ethnicity is in each state, out of the sum of what is shown."""
    states = [
        Sum(row[state], row["total"], events_key=data.name_key(row["service_id"], state))
        for state in ETHNICITY_STATES
    ]
    return dict(zip(ETHNICITY_STATES, share_out(states, data.door.rule), strict=True))


def _reached(row: Mapping[str, Any], data: QualityData) -> str:
    return _judge(_by_state(data, row)["known"], data.minimum_known)


def ethnicity_table(data: QualityData) -> PublishedTable:
    """Completeness of ethnicity by service, against the contract's minimum; the ways of not knowing kept apart."""
    years = split_years(data)
    tally = _ethnicity_tally(data)
    rows = [
        {
            "service": data.service(row["service_id"]),
            "episodes": _by_state(data, row)["known"].total,
            **_by_state(data, row),
            "change": _change_since_first(
                data.door.rule, [_sum(tally, row["service_id"], year) for year in years]
            ),
            "verdict": _reached(row, data),
        }
        for row in data.ethnicity
    ]
    states = [
        Percentage(state, say(f"quality state {state}")) for state in ETHNICITY_STATES if state != "known"
    ]
    return data.table("ethnicity", rows, told={"minimum": _minimum(data)}, more=states)


def _ethnicity_tally(data: QualityData) -> Mapping[tuple[str, ...], Sum]:
    of_ethnicity = [row for row in data.completeness if row["characteristic"] == "ethnicity"]
    return _tally(data, of_ethnicity, "service_id", "period")


def ethnicity_by_period_table(data: QualityData) -> PublishedTable:
    """The share of each service's episodes with a known ethnic group, period by period."""
    tally = _ethnicity_tally(data)
    periods = [period for year in split_years(data) for period in year]
    rows = []
    for service in sorted({service for service, _ in tally}):
        known = {
            f"known_{period}": _known(tally.get((service, period), Sum()), data.door.rule)
            for period in periods
        }
        rows.append({"service": data.service(service), **known})
    columns = [Percentage(f"known_{period}", format_period(period)) for period in periods]
    return data.table("ethnicity_by_period", rows, more=columns)


def ethnicity_sentence(data: QualityData) -> str:
    """In how many services the minimum is reached, and in which not."""
    short = [data.service(row["service_id"]) for row in data.ethnicity if _reached(row, data) == _NOT_MET]
    told = [row for row in data.ethnicity if _reached(row, data) != _TOO_FEW]
    if not told:
        return ""
    reached = {"value": len(told) - len(short), "number": len(told)}
    met = say("quality services reach minimum", **reached, minimum=_minimum(data))
    return say_number("quality short", len(short), met=met, named=join_words(short)) if short else f"{met}."


def show_completeness(data: QualityData) -> list[str]:
    """The section on characteristics: over all services by year, and ethnicity by service."""
    by_period = ethnicity_by_period_table(data)
    parts = ["## " + say("quality how complete are")]
    if (table := completeness_table(data)).cells:
        parts += [paragraph(say("quality answer such as")), data.format(table)]
        titles = uncollected(data)
        parts += [paragraph(say("quality not collected in", named=join_words(titles)))] if titles else []
    parts.append(data.format(ethnicity_table(data)))
    if by_period.cells:
        parts.append(fold(say("quality show every period"), data.format(by_period, in_view=MOST_ROWS)))
    return parts
