"""What a stranger with a ruler reads off a published chart of intervals."""

import base64
import csv
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

Triples = npt.NDArray[np.float64]
"""An estimate and its two limits a row."""
_SVG = re.compile(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)")
_GRID = re.compile(r'<path d="((?:M[\d.]+ [\d.]+L[\d.]+ [\d.]+)+)" style="fill:none;stroke:#d9d9d9')
_INTERVAL = re.compile(
    r'<path d="M([\d.]+) ([\d.]+)L([\d.]+) \2" style="fill:none;stroke:#\w+;stroke-width:2.2"'
)
_DOT = re.compile(r'<use xlink:href="#\w+" x="([\d.]+)" y="([\d.]+)"')
_WORDS = re.compile(r'<text [^>]*?y="([\d.]+)"[^>]*>([^<]+)</text>')
_NUMBER = re.compile(r"[−-]?\d[\d,]*\.?\d*")
_FEWEST = 2
OFF = 0.15
"""Points: a place on the chart and two lines of its grid are each rounded to a tenth."""


def _numbers_below(svg: str) -> list[float]:
    """The numbers of the lowest line of words, from left to right."""
    words = [(float(y), text) for y, text in _WORDS.findall(svg)]
    lowest = max((y for y, _ in words), default=0.0)
    told = [text.strip() for y, text in words if y == lowest]
    if not all(_NUMBER.fullmatch(text) for text in told):
        return []
    return [float(text.replace("−", "-").replace(",", "")) for text in told]


def read_intervals(page: Path) -> Iterator[tuple[Triples, float]]:
    """Yield of each chart of intervals what its places stand for, and how far off they may be by their digits."""
    for code in _SVG.findall(page.read_text(encoding="utf-8")):
        svg = base64.b64decode(code).decode()
        grid, numbers = _GRID.search(svg), _numbers_below(svg)
        dots = {y: float(x) for x, y in _DOT.findall(svg)}
        drawn = [(dots[y], float(low), float(high)) for low, y, high in _INTERVAL.findall(svg) if y in dots]
        lines = [float(x) for x in re.findall(r"M([\d.]+) ", grid[1])] if grid else []
        if not drawn or len(numbers) < _FEWEST or len(numbers) != len(lines):
            continue
        each = (numbers[-1] - numbers[0]) / (lines[-1] - lines[0])
        yield numbers[0] + (np.array(drawn) - lines[0]) * each, OFF * each


def read_published(page: Path) -> Triples:
    """Return every estimate with its limits in the CSV files of a page; a page of a measure shows those of all."""
    found, tables = [], page.parent / "tables"
    for path in [*tables.glob(f"{page.stem}-*.csv")] or tables.glob("index-*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            for row in csv.DictReader(stream):
                for name in row:
                    told = [row.get(f"{name}{end}") or "" for end in ("", "_lower", "_upper")]
                    if all(_NUMBER.fullmatch(text) for text in told):
                        found.append([float(text) for text in told])
    return np.array(found).reshape(-1, 3)


def count_precise(page: Path) -> tuple[int, int]:
    """Return how many intervals are drawn, and how many of them stand elsewhere than any that is published."""
    published, drawn, precise = read_published(page), 0, 0
    for places, off in read_intervals(page):
        nearest = [np.abs(published - row).max(axis=1).min(initial=np.inf) for row in places]
        drawn, precise = drawn + len(nearest), precise + sum(each > off for each in nearest)
    return drawn, precise
