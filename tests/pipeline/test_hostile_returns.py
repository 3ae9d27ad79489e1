"""Hostile texts in every name and field that somebody else fills in: the site is made, and none of theirs is on it."""

import csv
import html
import re
from pathlib import Path

import pytest
import xlsxwriter
from dvc_project import DATASET, write_own_dataset
from payloads import PAYLOADS
from whole_run import Copy, copy_project

from pipeline.contract.tables import REFERENCE_TABLES, load_table
from pipeline.publishing.finish import LIST, format_script, format_search

pytestmark = pytest.mark.slow
STAGES = ("intake", "validate", "measure", "protect", "impact", "equality", "publish")
STRANGER = "qzx"  # before each text that must not go out
_OWN_WORDS = ("name", "title", "why", "agreed_by", "label")


def _spoil_reference(folder: Path) -> int:
    """Put texts into each of the commissioner's free fields, many in one cell; return how many cells there are."""
    spoilt = 0
    for table in REFERENCE_TABLES:
        path = folder / f"{table}.csv"
        if not path.is_file():
            continue
        with path.open(encoding="utf-8-sig", newline="") as stream:
            header, *rows = csv.reader(stream)
        free = [name for name in header if name in _OWN_WORDS and not load_table(table).field(name).enum]
        for row in rows:
            for name in free:
                row[header.index(name)] = " ".join(PAYLOADS[spoilt % 4 :: 4])
                spoilt += 1
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([header, *rows])
    return spoilt


def _file_name(text: str) -> str:
    return f"{STRANGER} {text.replace('/', '_')}"[:60].strip()


def _spoil_returns(folder: Path) -> None:
    """Folders, files, sheets and headings called after the texts, and the texts in every cell of a row."""
    for number, text in enumerate(PAYLOADS):
        place = folder / _file_name(f"{number} {text}") / _file_name(text)
        place.mkdir(parents=True)
        (place / f"{_file_name(text)}.csv").write_text(f"{STRANGER}{text}\n{text}\n", encoding="utf-8")
    own = folder / "harbour_youth"
    for name in ("episodes", "outcomes", "feedback"):
        path = own / "2009-q4" / f"{name}.csv"
        with path.open(encoding="utf-8", newline="") as stream:
            header, *rows = csv.reader(stream)
        strange = [f"{STRANGER}{number} {text}" for number, text in enumerate(PAYLOADS)]
        hostile = [[f"{STRANGER}{text}"] * len(header) for text in PAYLOADS]
        with path.open("w", encoding="utf-8", newline="") as stream:
            whole = [row + strange[::-1] for row in [*rows, *hostile]]
            csv.writer(stream).writerows([header + strange, *whole])
    with xlsxwriter.Workbook(
        own / "2009-q3.xlsx", {"strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        for number, text in enumerate(PAYLOADS):
            sheet = book.add_worksheet(f"{number} {STRANGER} {re.sub(r'[^a-zA-Z]', '', text)}"[:31])
            sheet.write_row(0, 0, [f"{STRANGER}{text}", text])


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A whole run of it."""
    folder = tmp_path_factory.mktemp("hostile")
    copy = copy_project(folder / "outturn")
    write_own_dataset(copy.root, folder / "templates")
    assert _spoil_reference(copy.root / DATASET / "reference") >= 4
    _spoil_returns(copy.root / DATASET / "returns")
    copy.stages(*STAGES)
    return copy


def test_every_page_is_made(hostile: Copy) -> None:
    site = hostile.root / "reports/_site"
    pages = {path.relative_to(site).as_posix() for path in site.rglob("*.html")}
    assert {"index.html", "quality.html", "methods.html", "about.html"} < pages
    assert len([page for page in pages if page.startswith(("services/", "equality/"))]) >= 4


def test_nothing_that_others_called_something_is_on_the_site_or_in_a_log(hostile: Copy) -> None:
    places = [hostile.root / "reports", hostile.root / "data/processed/log"]
    files = [path for place in places for path in place.rglob("*") if path.is_file()]
    assert len(files) > 20
    found = [hostile.name(path) for path in files if STRANGER.encode() in path.read_bytes().lower()]
    assert found == []


def test_no_element_comes_from_a_text(hostile: Copy) -> None:
    site = hostile.root / "reports/_site"
    for path in site.rglob("*.html"):
        page, here = path.read_text(encoding="utf-8"), path.relative_to(site).as_posix()
        for own in filter(None, (format_search(here, (LIST,)), format_script(here))):
            assert page.count(own) == 1
            page = page.replace(own, "")
        assert (
            re.search(r"<(script|iframe|object|base|form|xmp|plaintext|input)\b", page, re.IGNORECASE) is None
        )
        assert re.search(r"<[^>\"']*(?:\"[^\"]*\"[^>\"']*)*\son\w+=", page) is None
    assert "javascript:" in html.unescape(
        (hostile.root / "reports/_site/services/index.html").read_text(encoding="utf-8")
    )
