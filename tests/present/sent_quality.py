"""What was sent, made by hand, for the pages on data quality and for providers."""

from typing import Any

from small_slice import DATASET, SERVICE

from pipeline.present.disclosure.door import Door
from pipeline.present.quality.data import QualityData
from pipeline.protect.rounding import Disclosure

DOOR = Door(Disclosure(7, 5), None, "quality")
FIRST_YEAR = ("2009-q2", "2009-q3", "2009-q4", "2010-q1")
IN = {
    "provider": "harbour",
    "status": "received",
    "version": 1,
    "received": "",
    "revised": "",
    "due": "",
    "late": "",
}


def sent(period: str, **told: Any) -> dict[str, Any]:
    """A line of received.csv."""
    return {**IN, "remarks": "", "period": period, **told}


def rule(name: str, title: str, severity: str, checked: int, failed: int) -> dict[str, Any]:
    place = {"table": "episodes", "provider": "harbour", "period": "2009-q2"}
    return {"rule": name, "title": title, "severity": severity, "checked": checked, "failed": failed, **place}


def _known(episodes: int, *periods: str) -> list[dict[str, Any]]:
    """Lines of completeness.csv: so many of 200 episodes with a known ethnic group, in each of the periods."""
    line = {"service_id": "S01", "characteristic": "ethnicity"}
    states = {"known": episodes, "refused": 200 - episodes}
    return [
        {**line, "period": period, "state": state, "episodes": number}
        for period in periods
        for state, number in states.items()
    ]


def quality(lines: int = 103, known: int = 95) -> QualityData:
    fates = {"lines": lines, "accepted": 98, "superseded": 0, "set_aside": 5, "out_of_scope": 0}
    states = {"known": known, "not_stated": 0, "refused": 0, "not_yet_asked": 0, "missing": 100 - known}
    return QualityData(
        door=DOOR,
        dataset=DATASET,
        services=[SERVICE],
        returns=[{"provider": "harbour", "period": "2009-q2", "table": "episodes", **fates}],
        rules=[
            rule("cell.date", "Dates are dates", "set aside", 60, 3),
            rule("cell.date", "Dates are dates", "set aside", 43, 2),
            rule("cell.code", "Codes are known", "set aside", 103, 0),
            rule("episode.one_sex", "A child has one sex", "warn", 98, 11),
        ],
        ethnicity=[{"service_id": "S01", **states, "total": 100, "reached": str(known >= 90)}],
        provider_names={"harbour": "Harbour Youth"},
        minimum_known=0.9,
        maximum_unknown=0.3,
        completeness=_known(160, *FIRST_YEAR) + _known(190, "2010-q2"),
        received=[sent("2009-q2"), sent("2009-q3", status="missing", version=0, due="2009-10-30")],
        files=[{"provider": "harbour", "period": "2009-q2", "normalised": 31}],
    )  # fmt: skip
