"""Numbers with a unit in headlines, decisions and target cards stand in a published CSV, to the digit that is shown."""

import csv
import html
import re
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache
from pathlib import Path

import pytest
from whole_run import Copy

pytest_plugins = ("whole_run_fixtures",)

_UNIT = r"(?:%| percentage points?| points?| per 100 child-years)"
_NUMBER = r"[+−]?\d[\d,]*(?:\.\d+)?"
_TOLD = re.compile(rf"(£)?({_NUMBER})(?:{_UNIT})?(?: \(({_NUMBER}) to ({_NUMBER})\))?")
_BLOCK = re.compile(r'<(div|section|article) class="(?:headline|decisions|target)\b[^"]*"[^>]*>')
_SHOWN_AGAIN = {"curves", "what_works"}


def _words(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def _blocks(page: str) -> Iterator[str]:
    """The words of each headline, list of decisions and target card, without what is folded in it."""
    for found in _BLOCK.finditer(page):
        depth, end = 1, found.end()
        for tag in re.finditer(rf"<(/?){found[1]}\b", page[found.end() :]):
            depth += -1 if tag[1] else 1
            if not depth:
                end = found.end() + tag.start()
                break
        yield _words(re.sub(r"<details.*?</details>", " ", page[found.end() : end], flags=re.DOTALL))


def _paragraphs(page: str) -> Iterator[str]:
    """The words of each paragraph and each point of a list."""
    prose = re.sub(r"<(table|figure)\b.*?</\1>", " ", page.partition("<main")[2], flags=re.DOTALL)
    for found in re.finditer(r"<(p|li)\b[^>]*>(.*?)</\1>", prose, re.DOTALL):
        yield _words(found[2])


def told_numbers(words: str) -> Iterator[str]:
    """Numbers that have a unit, a pound sign or a range, and the ends of the range."""
    for found in _TOLD.finditer(words):
        if found[1] or found[3] or re.search(_UNIT, found[0]):
            yield from (number for number in found.groups()[1:] if number)


@cache
def _values(tables: tuple[Path, ...]) -> frozenset[Decimal]:
    """Every number of these tables, shares also as percentages, and numbers that stand within words."""
    found: set[Decimal] = set()
    for table in tables:
        with table.open(encoding="utf-8", newline="") as stream:
            cells = {cell for row in csv.reader(stream) for cell in row}
        for cell in cells:
            try:
                found.add(Decimal(cell))
            except InvalidOperation:
                found |= {_number(text) for text in re.findall(_NUMBER, cell)}
    return frozenset(value for value in found if value.is_finite())


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", "").replace("−", "-").replace("+", ""))


def stands_in(text: str, values: frozenset[Decimal]) -> bool:
    """Whether a value, its size, or a share as a percentage, is this number in the digits that are shown."""
    number = abs(_number(text))
    digit = Decimal(1).scaleb(int(number.as_tuple().exponent))
    return any(
        abs(value * times).quantize(digit, way) == number
        for value in values
        for times in (1, 100)
        for way in (ROUND_HALF_UP, ROUND_HALF_EVEN)
    )


def _tables(site: Path, page: Path) -> tuple[Path, ...]:
    if page.parent == site:
        return tuple(sorted(site.glob("*/tables/*.csv")))
    stem = "index" if page.stem in _SHOWN_AGAIN else page.stem
    own = sorted((page.parent / "tables").glob(f"{stem}-*.csv"))
    return tuple(own or sorted((page.parent / "tables").glob("index-*.csv")))


@pytest.mark.parametrize(
    ("folder", "parts"),
    [
        *((folder, _blocks) for folder in ("", "services", "equality")),
        *((folder, _paragraphs) for folder in ("", "services", "equality", "cycle")),
    ],
)
def test_numbers_in_prose_stand_in_the_page_s_downloads(
    run: Copy, folder: str, parts: Callable[[str], Iterator[str]]
) -> None:
    site = run.root / "reports/_site"
    missing, told = [], 0
    for page in sorted((site / folder).glob("*.html")):
        values = _values(_tables(site, page))
        for words in parts(page.read_text(encoding="utf-8")):
            numbers = [*told_numbers(words)]
            told += len(numbers)
            missing += [
                (page.stem, number, words[:300]) for number in numbers if not stands_in(number, values)
            ]
    assert told > 0
    assert missing == []


def test_every_figure_of_the_results_leads_to_its_row_or_file(run: Copy) -> None:
    """And the file or row is there, which the look at every link of a site holds (`check_site`)."""
    missing, linked = [], 0
    for page in sorted((run.root / "reports/_site").glob("*/*.html")):
        text = re.sub(r'<p class="notes">.*?</p>', "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        text, _, listed = text.partition('<details class="lineage">')
        found = re.findall(r'<a class="sourced"[^>]* href="([^"]+)">(.*?)</a>', text)
        assert all(f'{figure}: <a href="{link}">' in listed for link, figure in found), page
        linked += len(found)
        rest = re.sub(r'<a class="sourced".*?</a>', "", text)
        missing += [
            (page.stem, number, words) for words in _paragraphs(rest) for number in told_numbers(words)
        ]
    assert linked > 0
    assert missing == []


def test_a_number_that_is_off_in_its_last_digit_is_found() -> None:
    values = frozenset({Decimal("0.4567"), Decimal("1.75"), Decimal("-12.5")})
    assert [stands_in(text, values) for text in ("46", "1.8", "−12.5", "1.6", "47")] == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert [*told_numbers("In 2012 it was +1.8 points (1.2 to 2.4), 46% of 30, at £12,000.")] == [
        "+1.8",
        "1.2",
        "2.4",
        "46",
        "12,000",
    ]
