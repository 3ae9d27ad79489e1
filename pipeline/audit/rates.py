"""Rates for each 1,000 people: how many live somewhere is public, so that a rate tells how many it counts."""

from collections.abc import Iterator, Mapping

from pipeline.audit.cells import number_in
from pipeline.audit.frames import REFERRED
from pipeline.audit.tables import NO_SHARE, Tables, name_row
from pipeline.protect.rounding import MONTHS

_PER_PEOPLE = 1000
_DIGITS, _OF_BOTH = 0.0051, 0.0101
"""How far what is told in three digits may be off; a rate and how many people it is of may both be."""
Row = Mapping[str, str]


def find_wrong_rates(tables: Tables) -> Iterator[tuple[str, str, str]]:
    """Yield table, place and why of rates that are not of the referrals told, and of rates that no finding has."""
    referred = {
        (row["characteristic"], row["level"]): float(row["total"]) * MONTHS / float(row["months"])
        for named in tables.values()
        for row in named.get("finding_referrals", ())
    }
    for page, named in tables.items():
        found = named.get("finding_population_rates", ())
        rates = [number_in(row, "rate") or 0.0 for row in found]
        for row in found:
            a_year = referred.get((row["characteristic"], row["level"]))
            if row["counted"] == REFERRED and a_year is not None and not _is_rate_of(row, a_year):
                yield f"{page}: finding_population_rates", name_row(row), NO_SHARE
        for name in (each for each in named if each.startswith("population_")):
            for row in named[name]:
                rate = number_in(row, "rate")
                half_step = 0.51 * 10 ** -len(row.get("rate", "").partition(".")[2])
                if rate and not any(abs(each - rate) <= _DIGITS * each + half_step for each in rates):
                    yield f"{page}: {name}", name_row(row), NO_SHARE


def _is_rate_of(row: Row, a_year: float) -> bool:
    people, rate = number_in(row, "people"), number_in(row, "rate")
    return not people or rate is None or abs(rate * people / _PER_PEOPLE - a_year) <= _OF_BOTH * a_year
