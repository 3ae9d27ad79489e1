"""How services and areas compare: a funnel a measure over all, and a service's own place. Never a league table."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.analysis.group_counts import PER_CHILD_YEARS
from pipeline.analysis.performance.providers import Comparison, PeerKind, ServicePlace, comparisons
from pipeline.contract.context import MeasureFacts
from pipeline.contract.tables import load_table
from pipeline.present.disclosure.columns import (
    Cell,
    Figure,
    Number,
    Row,
)
from pipeline.present.disclosure.estimates import Rate, Share
from pipeline.present.disclosure.rounding import NOT_AVAILABLE, format_number, round_for_file, round_half_up
from pipeline.present.disclosure.table import MOST_ROWS, PublishedTable, escape
from pipeline.present.page import Page, fold, join_words, named_service, paragraph, stack
from pipeline.present.performance.funnel_chart import funnel_chart
from pipeline.present.sentences import say, verdict_word
from pipeline.protect.rounding import Disclosure
from pipeline.stats.monitoring.funnel import PlacedUnit
from pipeline.stats.results import NotEstimable

_TOLD = ("above", "below")


class InFunnel(Number):
    """An adjusted figure with the control limits of its size; the row holds it as Placed, or None.

    The CSV has the warning limits and the size too, from which the funnel is drawn.
    """

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        placed: PlacedUnit | None = row[self.key]
        ends = ("", "_lower", "_upper", "_warning_lower", "_warning_upper", "_size")
        names = [f"{self.key}{end}" for end in ends]
        if placed is None:
            return Cell(NOT_AVAILABLE, dict.fromkeys(names, NOT_AVAILABLE))
        limits, scale, decimals = placed.limits, row["scale"], row["decimals"]
        outer = limits.control_lower, limits.control_upper
        inner = limits.warning_lower, limits.warning_upper
        scaled = [number * scale for number in (placed.value, *outer, *inner)]
        middle, lower, upper = (format_number(number, decimals) for number in scaled[:3])
        told = [*(round_for_file(number, decimals + 1) for number in scaled), round_half_up(placed.size, 1)]
        text = say("compare within", value=middle, lower=lower, upper=upper)
        return Cell(text, dict(zip(names, told, strict=True)))


def show_comparison(page: Page, measure: str, minimum: int) -> str:
    """The section: on a service's page its place on every measure; over all a funnel a measure."""
    found = comparisons(page, minimum)
    if page.service is not None:
        return _show_own(page, page.service.service_id, found)
    ordered = sorted(found, key=lambda comparison: comparison.measure.measure_id != measure)
    able = [comparison for comparison in ordered if not isinstance(comparison.funnel, NotEstimable)]
    if not able:
        return paragraph(say("compare none possible"))
    first, *others = able
    names = {service.service_id: [service.name] for service in page.context.services}
    apart = [each for each in others if _apart(each)]
    alike = [each for each in others if not _apart(each)]
    shown = _show_funnel(page, first)
    # The pictures and rows of many services, measure by measure, weigh more than a page may: who stands apart is told.
    more = [_show_funnel(page, each, whole=len(each.places) <= MOST_ROWS) for each in apart]
    for each in alike:  # in the file alone
        funnel_table(page, each)
    listed = "; ".join(each.measure.title for each in alike)
    return stack(
        paragraph(_told_words(able, "service", names)),
        shown,
        fold(say("compare more", number=len(more)), *more),
        paragraph(say("compare alike", measures=listed)) if alike else "",
        *_show_areas(page, measure, minimum),
    )


def _show_areas(page: Page, measure: str, minimum: int) -> Iterator[str]:
    """The areas that children live in, by the same limits: the main measure, and those in which one stands apart."""
    found = comparisons(page, minimum, "area")
    able = [comparison for comparison in found if not isinstance(comparison.funnel, NotEstimable)]
    if not able:
        return
    yield f"### {escape(say('compare areas'))}"
    yield paragraph(_told_words(able, "area", {}))
    for each in able:
        if _apart(each) or each.measure.measure_id == measure:
            yield _show_funnel(page, each, "area")


def _apart(comparison: Comparison) -> list[ServicePlace]:
    """The services or areas above or below the others."""
    return [place for place in comparison.places if place.verdict in _TOLD]


def _told_words(able: list[Comparison], kind: PeerKind, names: Mapping[str, Sequence[str]]) -> str:
    """Say which services differ, by measure; `names` has what a service is called beside its number."""
    found = [
        f"{comparison.measure.title}: {title} ({verdict_word(place.verdict)})"
        for comparison in able
        for place in _apart(comparison)
        for title in [" ".join([place.name, *names.get(place.name, ())])]
    ]
    key = f"compare {kind}s told" if found else f"compare {kind}s alike"
    return say(key, number=len(able), found="; ".join(found))


def _cells(page: Page, place: ServicePlace, measure: MeasureFacts) -> dict[str, Any]:
    """What is shown of a place, whichever table it stands in."""
    percent, places = measure.unit == "percent", place.places
    scale = PER_CHILD_YEARS if percent else 1
    told = say("regression none")
    if places:
        told = say("compare places", lowest=places.lowest, highest=places.highest, number=places.units)
    return {
        "verdict": place.verdict,
        "total": place.tally.total if percent else place.tally.events,
        "level": place.tally.counts() if percent else place.tally,
        "level_kind": (Share if percent else Rate)("level", "", page.confidence_level),
        "expected": None if place.expected is None else place.expected * scale,
        "expected_kind": Figure("expected", "", 0 if percent else 1, suffix="%" if percent else ""),
        "adjusted": place.placed,
        "scale": scale,
        "decimals": 0 if percent else 1,
        "shrunk": place.shrunk,
        "places": told,
    }


def _note(page: Page, kind: PeerKind = "service") -> str:
    names = [
        load_table("episodes").field(name).title.lower() for name in page.slice.adjusted_for if name != kind
    ]
    limits = say("compare limits", listed=say(f"compare listed {kind}s"))
    if not names:
        return say("compare note alike", limits=limits)
    return say("compare note", covariates=join_words(names), limits=limits)


def funnel_table(page: Page, comparison: Comparison, kind: PeerKind = "service") -> PublishedTable:
    """Services on one measure in the order of the register, or areas in that of their names."""
    measure, of_areas = comparison.measure, kind == "area"
    services = {service.service_id: service for service in page.context.services}
    rows = [
        {
            **({"area": place.name} if of_areas else named_service(services[place.name])),
            **_cells(page, place, measure),
        }
        for place in comparison.places
    ]
    name = "compare_areas" if of_areas else "compare"
    declared = name if measure.unit == "percent" else f"{name}, by rate"
    return page.table(declared, rows, _note(page, kind), measure=measure.title)


def _show_funnel(
    page: Page, comparison: Comparison, kind: PeerKind = "service", *, whole: bool = True
) -> str:
    measure = comparison.measure
    table = funnel_table(page, comparison, kind)
    axes = (
        (say("performance children allowing for"), say("performance up adjusted per"))
        if measure.unit == "percent"
        else (say("performance events expected"), say("performance up adjusted per 100"))
    )
    title = say(f"performance funnel of {kind}s", title=measure.title)
    apart = [f"{place.name} {verdict_word(place.verdict)}" for place in _apart(comparison)]
    message = say("chart apart", services=join_words(apart)) if apart else say(f"chart none apart {kind}")
    heading = f"{'####' if kind == 'area' else '###'} {escape(measure.title)}"
    if not whole:
        return stack(heading, paragraph(_spread_words(comparison, kind)), page.door.link_to(table))
    chart = funnel_chart(table, "adjusted", title, axes, message, kind)
    return stack(heading, paragraph(_spread_words(comparison, kind)), page.format(table, chart))


def _spread_words(comparison: Comparison, kind: PeerKind) -> str:
    assert not isinstance(comparison.funnel, NotEstimable)
    over = comparison.funnel.overdispersion
    if over.tau_squared == 0:
        return say(f"compare spread chance {kind}s")
    return say(f"compare spread more {kind}s", phi=format_number(over.phi, 1))


def _show_own(page: Page, service_id: str, found: tuple[Comparison, ...]) -> str:
    own = [(comparison.measure, comparison.of(service_id)) for comparison in found]
    placed = [(measure, place) for measure, place in own if place is not None]
    if not placed:
        return paragraph(say("compare none possible"))
    rows = [{"measure": measure.title, **_cells(page, place, measure)} for measure, place in placed]
    table = page.table("compare, own", rows, note=_note(page))
    return f"{paragraph(_own_words(placed))}\n\n{page.format(table)}"


def _own_words(placed: list[tuple[MeasureFacts, ServicePlace]]) -> str:
    listed = {word: [measure.title for measure, place in placed if place.verdict == word] for word in _TOLD}
    compared = sum(place.placed is not None for _, place in placed)
    if not compared:
        return say("compare own few")
    told = {word: join_words(measures) for word, measures in listed.items() if measures}
    said = [say(f"compare own {word}", measures=measures) for word, measures in told.items()]
    return " ".join(said) or say("compare own none", number=compared)
