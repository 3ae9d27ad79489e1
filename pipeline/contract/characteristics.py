"""Characteristics that returns record of a child besides its ethnic group, and their levels."""

from collections.abc import Mapping

from pipeline.contract.tables import Field

AGE_BANDS: Mapping[str, int] = {"Under 1": 0, "1 to 4": 4, "5 to 9": 9, "10 to 15": 15}
"""Age bands of the Department for Education, with the highest age of each."""
OLDEST = "16 and over"
_UNKNOWN = ("not_known", "not_stated")


def list_declared(field: Field) -> tuple[str, ...]:
    """Return the levels that the contract declares by name; empty where the levels are those that occur."""
    if field.name == "age":
        return (*AGE_BANDS, OLDEST)
    return tuple(level for level in field.enum if level not in _UNKNOWN)


def list_possible(field: Field) -> tuple[str, ...]:
    """Return every level that can occur; empty where any text is allowed.

    >>> from pipeline.contract.tables import load_table
    >>> list_possible(load_table("episodes").field("deprivation"))
    ('1', '2', '3', '4', '5')
    """
    if field.name == "age" or field.minimum is None or field.maximum is None:
        return list_declared(field)
    return tuple(map(str, range(int(field.minimum), int(field.maximum) + 1)))
