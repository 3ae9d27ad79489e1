"""The checklist of the NHS's levels is filled in, and what shows each item is there."""

import re

import pytest
from source_tree import ROOT

DOCS = ROOT / "docs"
LINK = re.compile(r"\]\((?P<to>[^)#\s]+)[^)]*\)")
ITEMS = {"Baseline": 5, "Silver": 9, "Gold": 4}
DOCUMENTS = (
    "rap.md",
    "remotes.md",
    "schedule.md",
    "library.md",
    "comparison.md",
    "releases.md",
    "windows-and-macos.md",
)


def rows(level: str) -> list[list[str]]:
    """The items of a level: what is asked, whether it is met, and by what."""
    part = (DOCS / "rap.md").read_text(encoding="utf-8").partition(f"\n## {level}\n")[2].partition("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[1:]]


@pytest.mark.parametrize("level", ITEMS)
def test_every_item_of_a_level_is_answered_with_a_link(level: str) -> None:
    items = rows(level)
    assert len(items) == ITEMS[level]
    assert [item for item, *_, shown in items if not LINK.search(shown)] == []


def test_every_gold_item_is_met() -> None:
    assert {state for _, state, _ in rows("Gold")} == {"yes"}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_leads_to_a_file(name: str) -> None:
    links = [match["to"] for match in LINK.finditer((DOCS / name).read_text(encoding="utf-8"))]
    assert [to for to in links if not to.startswith("https://") and not (DOCS / to).exists()] == []
