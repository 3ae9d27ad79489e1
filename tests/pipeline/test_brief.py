"""Every row of the brief can be seen: docs/brief.md names the page, the words there, and a test."""

import html
import re

import pytest
from whole_run import REPOSITORY, Copy

pytest_plugins = ("whole_run_fixtures",)

IDS = [
    *(f"L{number}" for number in range(1, 7)),
    *(f"T{number}" for number in range(1, 10)),
    *(f"G{number}" for number in range(1, 15)),
    *(f"C{number}" for number in range(1, 6)),
    *(f"S{number}" for number in range(1, 4)),
]
ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in (REPOSITORY / "docs" / "brief.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| [LTGCS]\d", line)
]


def test_every_row_of_the_brief_is_listed_once() -> None:
    assert [row[0] for row in ROWS] == IDS
    assert len(IDS) == 37


@pytest.mark.parametrize(("row", "asked", "place", "words", "test"), ROWS, ids=[row[0] for row in ROWS])
def test_a_row_is_seen_where_it_is_said_to_be(
    run: Copy, row: str, asked: str, place: str, words: str, test: str
) -> None:
    found = run.root / place if place.startswith("docs/") else run.root / "reports" / "_site" / place
    shown = html.unescape(re.sub(r"<[^>]+>", " ", found.read_text(encoding="utf-8")))
    assert words in " ".join(shown.split()), f"{row}: {asked}"
    assert (REPOSITORY / test).is_file()
