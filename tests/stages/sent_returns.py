"""What tests of whole returns have in common: the return they change, sent as files or in a workbook."""

from io import BytesIO
from pathlib import Path

import xlsxwriter
from small_dataset import FILES, RETURN, write_file

from pipeline.files.records import read_records

TABLES = ("episodes", "outcomes", "feedback")
KEY = {"provider": "harbour", "period": "2009-q2"}


def ledger(folder: Path, name: str) -> list[dict[str, str]]:
    return read_records(folder.parent / "intake" / f"{name}.csv")


def received(folder: Path, period: str = KEY["period"]) -> dict[str, str]:
    """The line of the provider's return for that period."""
    (line,) = (
        line for line in ledger(folder, "received") if {**KEY, "period": period}.items() <= line.items()
    )
    return line


def workbook(folder: Path, name: str, sheets: dict[str, str]) -> None:
    """A workbook of the given CSV texts, a sheet each."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        for title, text in sheets.items():
            sheet = book.add_worksheet(title)
            for number, line in enumerate(text.splitlines()):
                for place, cell in enumerate(line.split(",")):
                    sheet.write_string(number, place, cell)
    write_file(folder, name, stream.getvalue())


def own_files() -> dict[str, str]:
    return {table: FILES[f"{RETURN}/{table}.csv"] for table in TABLES}
