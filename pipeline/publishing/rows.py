"""The rows in which a page's figures stand, in its tables and in files, and the measures that they are of."""

import csv
import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.publishing.source import SourcePage

DEFINITIONS = "definitions.html"
NUMBER = r"[+\u2212-]?\d[\d,]*(?:\.\d+)?"
TABLE = re.compile(r"<table class=\"data\b.*?</table>", re.S)
ROW = re.compile(r"<tr(?P<about>[^>]*)>(?=<th scope=\"row\">)(?P<cells>.*?)</tr>", re.S)
_FILE = re.compile(r"<p class=\"downloads\">.*?href=\"(?P<link>[^\"]+\.csv)\"", re.S)
_DEFINED = re.compile(
    r"^## (?P<title>.+?) \{#(?P<place>measure-.+?)\}\n(?P<text>.*?)(?=^## |\Z)", re.M | re.S
)
_VERSION = re.compile(r"^- \D*(\d+)", re.M)
_TAG = re.compile(r"<[^>]+>")
_HALF = 0.5001
_SHARES = (("events", "total"), ("other_events", "other_total"))


@dataclass(frozen=True)
class Row:
    """A row in which figures stand: of the page's table of that number, or of the file at that address."""

    title: str
    label: str
    text: str
    address: str
    number: int = 0

    @property
    def link(self) -> str:
        """Where it is, for an attribute of HTML."""
        return f"#row-{self.number}" if self.number else html.escape(self.address)

    @property
    def name(self) -> str:
        """What it is called: its table without whom and when that is about, or its file; and its label."""
        table = self.title.partition(". ")[0] if self.number else self.address.rpartition("/")[2]
        return f"{table}: {self.label}"

    @cached_property
    def _numbers(self) -> list[str]:
        """Its numbers in their order, without their signs, as words tell a side."""
        return [digits_of(number) for number in re.findall(NUMBER, self.text)]

    def holds(self, figure: Sequence[str]) -> bool:
        """Whether a figure and its limits stand in it side by side; of a file also rounded, or as a share."""
        size = len(figure)
        value, *limits = figure
        # What is worse by so much has its limits the other way round.
        told = [figure, [value, *reversed(limits)]] if len(limits) > 1 else [figure]
        sides = [self._numbers[at : at + size] for at in range(len(self._numbers) - size + 1)]
        if any(each in sides for each in told):
            return True
        return not self.number and any(_are_rounded(each, sides) for each in told)


@dataclass(frozen=True)
class Measure:
    """A measure of the catalogue: its title, where it is defined, and its latest version."""

    title: str
    place: str
    version: str

    def is_of(self, row: Row) -> bool:
        """Whether a row is about it; files have it by its name."""
        return self.title in f"{row.title} {row.text}"


def read_measures(pages: Sequence[SourcePage]) -> list[Measure]:
    """Return what the page of definitions says, the longest title first; nothing for a site without one."""
    text = next((page.markdown for page in pages if page.address == DEFINITIONS), "")
    found = [
        Measure(html.unescape(each["title"]), each["place"], (_VERSION.findall(each["text"]) or [""])[-1])
        for each in _DEFINED.finditer(text)
    ]
    return sorted(found, key=lambda measure: -len(measure.title))


def digits_of(number: str) -> str:
    return number.lstrip("+\u2212-").replace(",", "")


def _are_rounded(figure: Sequence[str], sides: Iterable[Sequence[str]]) -> bool:
    """Whether the figure is one of these rounded, or as a share in per cent."""
    told = [(float(number), _HALF * 10.0 ** -len(number.partition(".")[2])) for number in figure]
    return any(
        all(abs(by * float(exact) - number) < off for (number, off), exact in zip(told, side, strict=True))
        for side in sides
        for by in (1, 100)
    )


def _plain(text: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())


def list_rows(main: str) -> Iterator[Row]:
    """The rows of the tables of a page, in their order; each with the file that is offered below its table."""
    number = 0
    for table in TABLE.finditer(main):
        file = _FILE.search(main, table.end())
        caption = table[0].partition("<caption>")[2].partition("</caption>")[0]
        title = _plain(caption.partition('<span class="about">')[2] or caption)
        for row in ROW.finditer(table[0]):
            number += 1
            label, _, cells = row["cells"].partition("</th>")
            address = html.unescape(file["link"]) if file else ""
            yield Row(title, _plain(label), _plain(f"{label} {cells}"), address, number)


def list_filed(text: str, address: str, measures: Sequence[Measure]) -> Iterator[Row]:
    """The rows of a file, with the shares that their counts make."""
    titles = {measure.place.removeprefix("measure-"): measure.title for measure in measures}
    for row in csv.DictReader(text.splitlines()):
        shares = (_share(row, *names) for names in _SHARES)
        named = titles.get(row.get("measure_id", ""), "")
        cells = [value for name, value in row.items() if not name.startswith("table_")]
        label = named or next(filter(None, cells), "")
        yield Row("", label, " ".join([*cells, named, *shares]), address)


def _share(row: Mapping[str, str], events: str, total: str) -> str:
    try:
        return f"{float(row[events]) / float(row[total])}"
    except (KeyError, ValueError, ZeroDivisionError):
        return ""
