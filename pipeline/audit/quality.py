"""Tables on data quality: which of their numbers are of children, or of rows about them."""

import re
from collections.abc import Iterator, Mapping, Sequence

from pipeline.audit.tables import Rows, list_counts, name_row

_LINES = ("lines", "set_aside", "out_of_scope")
QUALITY: Mapping[str, Sequence[str]] = {
    **dict.fromkeys(
        ("coding", "columns", "completeness", "corrections", "ethnicity", "ethnicity_by_period"), ()
    ),
    **dict.fromkeys(("findings", "received", "services", "standing", "warnings"), ()),
    **dict.fromkeys(("periods", "providers"), (*_LINES, "tidied")),
    "returns": _LINES,
    "rules": ("failed",),
}
"""Those on data quality and on the overview, with the columns whose numbers are of no child: lines that are not used,
the shown number of those used with these, and cells that were tidied."""
_OF_ROWS = ("periods", "providers", "returns", "rules", "warnings")
"""Of these every number is one of rows; the others hold shares, too, of which some are whole."""
_ROWS = re.compile(r"(\d+)(?:\.0)?")


def list_quality_counts(name: str, rows: Rows) -> Iterator[tuple[str, int]]:
    """Yield every number of children, or of rows about them, in a table of QUALITY, and where it stands."""
    if name not in _OF_ROWS:
        yield from list_counts(name, rows)
        return
    for row in rows:
        for column, text in row.items():
            named = column.startswith("table_") or column in (*QUALITY[name], "period")
            if not named and (number := _ROWS.fullmatch(text or "")):
                yield f"{column} of {name_row(row)}", int(number[1])
