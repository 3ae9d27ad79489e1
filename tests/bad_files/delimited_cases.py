"""CSV files, each with one fault or one peculiarity."""

import csv
import gzip
from collections.abc import Callable, Sequence
from io import StringIO

from clean_dataset import HEADER, OUTCOMES, ROWS, TABLE
from workbook_cases import clean_ods, clean_xls, clean_xlsx
from writers import Table, write_zip

CLEAN = "".join(f"{','.join(row)}\n" for row in TABLE)
_LINES = CLEAN.splitlines(keepends=True)


def _change(old: str, new: str, encoding: str = "utf-8") -> bytes:
    assert old in CLEAN
    return CLEAN.replace(old, new, 1).encode(encoding)


def _insert(place: int, *lines: str) -> bytes:
    return "".join([*_LINES[:place], *lines, *_LINES[place:]]).encode()


def _write(table: Table, **options: object) -> bytes:
    stream = StringIO(newline="")
    csv.writer(stream, lineterminator="\n", **options).writerows(table)  # type: ignore[arg-type]
    return stream.getvalue().encode()


def _with_last(text: str) -> Sequence[Sequence[str]]:
    """The table with another text in the last cell of its first row."""
    return (HEADER, (*ROWS[0][:-1], text), *ROWS[1:])


READ: dict[str, Callable[[], bytes]] = {
    "plain": lambda: CLEAN.encode(),
    "windows line ends": lambda: CLEAN.replace("\n", "\r\n").encode(),
    "old mac line ends": lambda: CLEAN.replace("\n", "\r").encode(),
    "no line end at the end": lambda: CLEAN.rstrip("\n").encode(),
    "every cell quoted": lambda: _write(TABLE, quoting=csv.QUOTE_ALL),
    "empty lines": lambda: _insert(2, "\n", "\n") + b"\n\n",
    "comma in quotation marks": lambda: _write(_with_last("Tilling Hill, north")),
    "line end in quotation marks": lambda: _write(_with_last("Over\nthere")),
    "quotation marks doubled": lambda: _write(_with_last('the "Hill"')),
    "formula in a text": lambda: _write(_with_last('=HYPERLINK("http://example.invalid","x")')),
    "script in a text": lambda: _write(_with_last("<script>alert(1)</script>")),
    "dangerous path in a text": lambda: _write(_with_last("../../etc/passwd")),
    "columns in another order": lambda: _write([list(reversed(row)) for row in TABLE]),
    "column nobody asked for": lambda: _write([(*row, "note") for row in TABLE]),
    "header only": lambda: _LINES[0].encode(),
    "ending in capitals": lambda: CLEAN.encode(),
    "table name in capitals": lambda: CLEAN.encode(),
    "byte order mark": lambda: CLEAN.encode("utf-8-sig"),
    "utf-16 little-endian": lambda: b"\xff\xfe" + CLEAN.encode("utf-16-le"),
    "utf-16 big-endian": lambda: b"\xfe\xff" + CLEAN.encode("utf-16-be"),
    "windows-1252": lambda: CLEAN.encode("cp1252"),
    "semicolons": lambda: CLEAN.replace(",", ";").encode(),
    "tabs": lambda: CLEAN.replace(",", "\t").encode(),
    "sep line": lambda: b"sep=;\r\n" + CLEAN.replace(",", ";").encode(),
    "trailing commas": lambda: CLEAN.replace("\n", ",,\n").encode(),
    "trailing comma in one row": lambda: _change("WBRI,NA\n", "WBRI,NA,\n"),
    "rows of commas": lambda: _insert(2, ",,,,,,,,\n", ",,\n"),
    "spaces in cells": lambda: _change("E2,S01,1E5", " E2,S01 ,1E5\u00a0"),
    "spaces in the header": lambda: _change("age", " age "),
    "column in capitals": lambda: _change("child_id", "Child_ID"),
    "title above the header": lambda: _insert(0, "Harbour Youth, April to June 2009\n", "\n"),
    "title above semicolons": lambda: b"Harbour Youth\n\n" + CLEAN.replace(",", ";").encode(),
    "two lines above the header": lambda: _insert(0, "Return,,,,,,,,\n", "Quarter,2009-q2,,,,,,,\n"),
    "trailing comma in every row but the header": lambda: (
        CLEAN.replace("\n", ",\n").replace("area,", "area").encode()
    ),
    "trailing comma in the header only": lambda: _change("area", "area,"),
    "date with midnight": lambda: _change("2009-05-26", "2009-05-26 00:00:00"),
    "date with midnight in ISO 8601": lambda: _change("2009-05-26", "2009-05-26T00:00:00.000Z"),
    "age with decimals": lambda: _change(",10,", ",10.0,"),
    "code in another case": lambda: _change("BAFR", "bafr"),
}
SET_ASIDE: dict[str, Callable[[], bytes]] = {
    "row too short": lambda: _change("E2,S01,1E5,2009-04-12", "E2,S01,1E5"),
    "row too long": lambda: _change("WBRI,NA\n", "WBRI,NA,more\n"),
    "comma without quotation marks": lambda: _change("Tilling Hill", "Tilling Hill, north"),
    "comma doubled in a row": lambda: _change(
        "2009-05-26,2009-06-20,10,WBRI,NA", "2009-05-26,,2009-06-20,10,WBRI"
    ),
    "comma doubled where the end is blank": lambda: _change("E2,S01,1E5", "E2,,S01,1E5").replace(
        b"WBRI,NA", b"WBRI,"
    ),
    "comma doubled, and nothing behind it": lambda: _change(
        "2009-04-12,2009-05-26,2009-06-20,10,WBRI,NA", "2009-04-12,,2009-05-26,,,,,"
    ),
    "comma lost in a row": lambda: _change("S01,1E5", "S011E5"),
    "comma lost in a row where all end in one": lambda: (
        CLEAN.replace("\n", ",\n").replace("S01,1E5", "S011E5").replace("NA,", ",").encode()
    ),
    "text after a quotation mark": lambda: _change("WBRI", '"WB"RI'),
    "endless cell": lambda: _change("WBRI", "W" * 140_000),
    "totals row": lambda: _insert(4, "Total,,,,,,30,,\n"),
    "totals row further right": lambda: _insert(4, ",,Grand total:,,,,30,,\n"),
    "serial date": lambda: _change("2009-05-26", "39959"),
    "day before month": lambda: _change("2009-05-26", "26/05/2009"),
    "date with a time": lambda: _change("2009-05-26", "2009-05-26 12:30:00"),
    "age with a fraction": lambda: _change(",10,", ",10.5,"),
    "hidden sign in a text": lambda: _change("Hill", "Hill\u0093"),
    "nul byte in a cell": lambda: _change("1E5", "1\0E5"),
    "nul byte in a cell of utf-16": lambda: _change("1E5", "1\0E5", "utf-16"),
    "hidden sign in a short name": lambda: _change("1E5", "1E5\u001f"),
    "two-digit year": lambda: _change("2009-05-26", "26/05/09"),
    "formula in a short name": lambda: _change("1E5", "=1E5"),
    "path in a short name": lambda: _change("1E5", "../E5"),
    "footnote": lambda: _insert(4, "Source: our own records\n"),
}
REFUSED: dict[str, Callable[[], bytes]] = {
    "empty file": lambda: b"",
    "blank lines only": lambda: b"\n\n \n",
    "byte order mark only": lambda: b"\xef\xbb\xbf",
    "commas only": lambda: b",,\n,,\n",
    "nul bytes in the header": lambda: _change("child_id", "child\0id"),
    "nul bytes in a row": lambda: _change("1E5", "1\0\0E5", "utf-16"),
    "utf-16 without its mark": lambda: CLEAN.encode("utf-16-le"),
    "utf-16 cut off": lambda: CLEAN.encode("utf-16")[:-1],
    "utf-32": lambda: CLEAN.encode("utf-32"),
    "bytes of no encoding": lambda: _change("NA\n", "N\0\n").replace(b"\0", b"\x81"),
    "two encodings": lambda: CLEAN.encode().replace(b"Hill", b"H\xeell"),
    "mark of utf-8 but not the text": lambda: b"\xef\xbb\xbf" + CLEAN.encode("cp1252"),
    "quotation mark never closed": lambda: _change("1E5", '"1E5'),
    "two columns of one name": lambda: _change("start_date", "referral_date"),
    "two columns of one name but for spaces": lambda: _change("start_date", "referral_date "),
    "no header": lambda: "".join(_LINES[1:]).encode(),
    "column missing": lambda: _change("child_id", "child"),
    "two headings of one name": lambda: _change("start_date", "Referral Date"),
    "row above the header": lambda: _insert(0, _LINES[1]),
    "comma lost in the header": lambda: _change("start_date,end_date", "start_dateend_date"),
    "comma lost in the header, and one too many in each row": lambda: (
        CLEAN.replace("\n", ",\n").replace("ethnicity,area,", "ethnicityarea").encode()
    ),
    "name lost in the header": lambda: _change("start_date,", ""),
    "comma too many in the header": lambda: _change("start_date", ",start_date"),
    "comma too many in the header, and at the end of each row": lambda: (
        CLEAN.replace("NA\n", "\n")
        .replace("Tilling Hill\n", "\n")
        .replace("Café Quay\n", "\n")
        .replace("\n", ",\n")
        .replace("start_date", ",start_date", 1)
        .replace("area,", "area", 1)
        .encode()
    ),
    "header repeated": lambda: _insert(3, _LINES[0]),
    "table below": lambda: _insert(4, "\n", OUTCOMES),
    "table of as many columns below": lambda: _insert(
        4, "episode_id,outcome,scale,goal,achieved,,,,\n", "E1,a,b,1,no,,,,\n"
    ),
    "bars between cells": lambda: CLEAN.replace(",", "|").encode(),
    "xlsx called csv": lambda: clean_xlsx(),
    "xls called csv": lambda: clean_xls(),
    "ods called csv": lambda: clean_ods(),
    "zip called csv": lambda: write_zip({"episodes.csv": CLEAN.encode()}),
    "pdf called csv": lambda: b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n",
    "web page called csv": lambda: f"<html><table><tr><td>{CLEAN}</td></tr></table></html>".encode(),
    "rtf called csv": lambda: b"{\\rtf1\\ansi " + CLEAN.encode() + b"}",
    "gzip called csv": lambda: gzip.compress(CLEAN.encode(), mtime=0),
    "picture called csv": lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 16,
    "letter": lambda: b"Dear commissioner,\n",
    "text file": lambda: CLEAN.encode(),
    "stray csv": lambda: CLEAN.encode(),
    "csv in the provider's folder": lambda: CLEAN.encode(),
}
CASES = {**READ, **SET_ASIDE, **REFUSED}
