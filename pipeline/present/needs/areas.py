"""The area beside its statistical neighbours, its region and England: a chart, a table and a few sentences each."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.analysis.finding_columns import Row as Finding
from pipeline.analysis.needs.area_trends import AreaTrend, judge_trend
from pipeline.analysis.needs.areas import AreaPoint, compare_areas
from pipeline.contract.benchmarks import AreaUnit, Benchmark
from pipeline.contract.services import OUTCOMES
from pipeline.present.chart import list_finite
from pipeline.present.disclosure.columns import Cell, Number, Row, symbol_cell
from pipeline.present.disclosure.door import Door
from pipeline.present.disclosure.page_tables import About, lay_out
from pipeline.present.disclosure.rounding import HIDDEN, NOT_AVAILABLE, format_number, round_for_file
from pipeline.present.disclosure.table import PublishedTable, Told
from pipeline.present.line_chart import line_chart
from pipeline.present.page import fold, join_words, paragraph, stack
from pipeline.present.sentences import say, verdict_word
from pipeline.protect.rounding import Disclosure
from pipeline.stats.proportions.rounded import Between
from pipeline.stats.results import Estimate, NotEstimable

_BESIDE = ("neighbours", "region", "england")
_MEANT = {"band": "areas chart band", "hollow": "areas chart forecast", "diamond": "chart remark"}
_SMALL_NUMBER = "c"


def show_areas(door: Door, benchmarks: Sequence[Benchmark], confidence_level: float) -> str:
    """Every indicator by its outcome, the answer over all of them first; a sentence where there is none."""
    if not benchmarks:
        return paragraph(say("areas none"))
    trends = [judge_trend(each, confidence_level) for each in benchmarks]
    parts: list[str] = []
    for outcome, title in OUTCOMES.items():
        mine = [each for each in trends if each.benchmark.ecm_outcome == outcome]
        parts += [f"### {paragraph(verdict_word(title))}"] if mine else []
        parts += [_show_indicator(door, each) for each in mine]
    return stack(*parts)


def say_areas(trends: Sequence[Finding]) -> str:
    """The answer in a sentence (of `area_trends`): what rises, what falls, what rises faster than neighbours'."""
    counted = Counter(each["verdict"] for each in trends)
    faster = [each["title"] for each in trends if each["against_verdict"] == "rising faster"]
    told = {word: counted[word] for word in ("rising", "falling")}
    told |= {"unclear": counted["cannot tell"] + counted["too few to say"], "number": len(trends)}
    key = "areas answer" if told["rising"] or told["falling"] else "areas steady"
    said = say(key, area=trends[0]["area"], **told)
    return f"{say('areas faster', indicators=join_words(faster))} {said}" if faster else said


def area_table(door: Door, trend: AreaTrend) -> PublishedTable:
    """An indicator by period, and the forecast of the next."""
    about, found = trend.benchmark, trend.forecast
    decimals = about.decimals
    figures = [
        Published("own", about.area, decimals),
        Published("neighbours", say("areas neighbours"), decimals),
        Published("region", about.region or say("needs region"), decimals),
        Published("england", say("needs england"), decimals),
    ]
    rows = [_row(about, point) for point in compare_areas(about)]
    without = () if any(row["note"] for row in rows) else ("note",)
    if isinstance(found, Estimate):
        said = {"period": trend.next_period, "own": found, "note": "", "state": "forecast"}
        rows.append({**dict.fromkeys(_BESIDE), **said})
    told = {"title": about.title, "rounded": f"{about.rounded_to:g}"}
    whose = About(about.area, say("window", first=rows[0]["period"], last=rows[-1]["period"]), about.source)
    table = lay_out("area", whose, rows, of=about.indicator_id, told=told, without=without, more=figures)
    return door.publish(table)


def _row(about: Benchmark, point: AreaPoint) -> dict[str, Any]:
    broken = about.breaks.get(point.period)
    withheld = point.neighbours_withheld
    notes = [
        say("areas new series", reason=broken) if broken else "",
        say("areas withheld", number=withheld) if withheld else "",
    ]
    return {**vars(point), "note": "; ".join(filter(None, notes)), "state": ""}


def _show_indicator(door: Door, trend: AreaTrend) -> str:
    about = trend.benchmark
    table = area_table(door, trend)
    places = [place for place, period in enumerate(table.values("period")) if period in about.breaks]
    chart = line_chart(
        table,
        "own",
        about.title,
        say(f"unit {about.unit}").strip(),
        places,
        message=_message(trend),
        beside=[name for name in _BESIDE if list_finite(table, name)],
        meant=_MEANT,
    )
    trends = door.address_of("finding_area_trends")
    sure = fold(say("areas how sure"), Told(" ".join(_say_how_sure(trend)), trends, row=about.indicator_id))
    folded = fold(say("table folded", title=about.title), door.format(table))
    open_words = Told(f"{_say_latest(trend)} {_say_forecast(trend)}", door.address_of(table.name))
    return stack(f"#### {paragraph(about.title)}", open_words, chart or "", folded, sure)


def _message(trend: AreaTrend) -> str:
    """What the chart says: the trend, and against the neighbours where that can be told."""
    alone, against, about = trend.verdict, trend.against_verdict, trend.benchmark
    names = {"title": about.title, "area": about.area}
    if not against.startswith("rising"):
        return say(f"areas chart is {alone}", **names)
    if alone in ("rising", "falling"):
        return say(f"areas chart is {alone}", **names) + say(f"areas chart {against}")
    return say(f"areas chart only {against}", **names)


def _told(found: Between | None, about: Benchmark) -> str:
    if found is None:
        return say("areas not published")
    return format_number(found.value, about.decimals) + say(f"unit {about.unit}")


def _say_latest(trend: AreaTrend) -> str:
    """The last published year, and where the area stands beside its neighbours."""
    about = trend.benchmark
    latest = next((point for point in reversed(trend.points) if point.own), trend.points[-1])
    told = {name: _told(getattr(latest, name), about) for name in ("own", "neighbours", "england")}
    told |= {"period": latest.period, "area": about.area, "of_region": _told(latest.region, about)}
    said = say("areas latest", region=about.region, **told)
    return f"{said} {say(f'areas standing {trend.standing}')}"


def _say_forecast(trend: AreaTrend) -> str:
    found, about = trend.forecast, trend.benchmark
    if isinstance(found, NotEstimable):
        return say("areas no forecast")
    lower, upper = (format_number(number, about.decimals) for number in (found.lower, found.upper))
    value = format_number(found.value, about.decimals) + say(f"unit {about.unit}")
    return say("areas forecast", period=trend.next_period, value=value, lower=lower, upper=upper)


def _say_how_sure(trend: AreaTrend) -> list[str]:
    """By how much it moved, alone and against the neighbours; breaks; and how past forecasts did."""
    about, tried, points = trend.benchmark, trend.tried, trend.points
    said = [say("areas broken", period=period, reason=why) for period, why in about.breaks.items()]
    moved = {"first": points[0].period, "last": points[-1].period}
    for name, change, verdict in (
        ("own", trend.change, trend.verdict),
        ("against", trend.against_neighbours, trend.against_verdict),
    ):
        if isinstance(change, NotEstimable):
            said.append(say(f"areas {name} few"))
            continue
        words = say(f"areas {name} {verdict}", **moved)
        said.append(f"{words} {say('areas moved', **_amounts(change, about.unit))}")
    if isinstance(trend.apart, Estimate):
        said.append(say("areas apart", **moved, **_amounts(trend.apart, about.unit)))
    if tried is not None:
        error, naive = (format_number(each, 1) for each in (tried.error, tried.naive_error))
        told = {"error": error + _points(about.unit), "naive": naive}
        said.append(say("areas tried", number=tried.forecasts, inside=tried.inside, **told))
    return said


def _amounts(found: Estimate, unit: AreaUnit) -> dict[str, str]:
    lower, upper = (format_number(each, 1, sign=True) for each in (found.lower, found.upper))
    return {
        "change": format_number(found.value, 1, sign=True),
        "lower": lower,
        "upper": upper,
        "unit": _points(unit),
    }


def _points(unit: AreaUnit) -> str:
    return say("unit points" if unit == "percent" else f"unit {unit}")


@dataclass(frozen=True)
class Published(Number):
    """A figure that others have published, in the file with its limits; a forecast shows these too.

    Where there is none the row's `<key>_marker` says why.
    """

    decimals: int

    def cell(self, row: Row, rule: Disclosure) -> Cell:
        found: Between | Estimate | None = row[self.key]
        if found is None:
            withheld = row.get(f"{self.key}_marker") == _SMALL_NUMBER
            return symbol_cell(self.key, HIDDEN if withheld else NOT_AVAILABLE)
        numbers = found.value, found.lower, found.upper
        value, *limits = (format_number(number, self.decimals) for number in numbers)
        told = say("interval", value=value, lower=limits[0], upper=limits[1])
        text = told if isinstance(found, Estimate) else value
        names = (self.key, f"{self.key}_lower", f"{self.key}_upper")
        values = (round_for_file(number, self.decimals + 2) for number in numbers)
        return Cell(text, dict(zip(names, values, strict=True)))
