"""What changed since the last release: which verdicts, how many numbers, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from pipeline.present.disclosure.columns import Column, Figure, Link, Text, Verdict
from pipeline.present.disclosure.door import Door
from pipeline.present.disclosure.table import PageTable
from pipeline.present.page import headline, paragraph
from pipeline.releases.changes import Change, Why
from pipeline.releases.manifest import Manifest

WHYS: Mapping[Why, str] = {
    "new data": "a period, or months, that the release did not have",
    "revision": "[r]: figures of a period that was published before, from data that were sent again or corrected",
    "method": "the same data, worked out by other rules, settings or a newer Outturn",
    "definition": "another version of the measure",
    "revision or method": "[r]: both the data of that period and the way they are worked out changed",
}


def show_changes(
    door: Door, source: str, releases: Sequence[Manifest], changes: Sequence[Change], provisional: str
) -> str:
    """Return the page, as Markdown; the last of the releases is what the changes are since."""
    if not releases:
        return headline("There is no earlier release that this edition is compared with.") + "\n"
    last = releases[-1]
    since = f"release {last.name} of {last.date.day} {last.date:%B %Y}"
    # A verdict of a finding stands in tables of the page as well.
    words = [each for each in changes if each.column == "verdict" and "finding_" in each.table]
    numbers = [each for each in changes if each.column != "verdict"]
    answer = (
        f"Since {since} {len(words):,} verdicts and {len(numbers):,} other values changed."
        if changes
        else f"Nothing changed since {since}."
    )
    parts = [headline(answer, f"[p]: {provisional}" if provisional else "")]
    if words:
        parts += ["## Which verdicts changed, and why?", _show_verdicts(door, source, since, words)]
    if changes:
        parts += ["## Why did numbers change?", _show_reasons(door, source, since, changes)]
    used = {each.why for each in changes}
    parts += [paragraph(f"{name.capitalize()}: {words}.") for name, words in WHYS.items() if name in used]
    return "\n\n".join(parts) + "\n"


def _page_of(table: str) -> dict[str, object]:
    """The page that a table stands on, and its source: 'services/tables/S06-reached.csv' on services/S06."""
    folder, _, name = table.partition("/tables/")
    page = f"{folder}/{name.partition('-')[0]}" if name else folder.partition("/")[0]
    return {"page": page, "page_link": f"{page}.ipynb" if name else f"{page}.qmd"}


def _publish(
    door: Door,
    source: str,
    since: str,
    name: str,
    title: str,
    columns: Sequence[Column],
    rows: Sequence[dict[str, object]],
) -> str:
    about = PageTable(name, title, "Published tables", f"since {since}", source, columns, rows)
    return door.format(door.publish(about))


def _show_verdicts(door: Door, source: str, since: str, words: Sequence[Change]) -> str:
    columns: list[Column] = [
        Link("page", "Page"),
        Text("what", "Of what"),
        Verdict("before", "Before"),
        Verdict("now", "Now"),
        Text("why", "Why"),
    ]
    rows: list[dict[str, object]] = [
        {
            **_page_of(each.table),
            "what": each.row,
            "before": each.before or "not there",
            "now": each.now,
            "why": each.why,
        }
        for each in words
    ]
    return _publish(door, source, since, "changed_verdicts", "Verdicts that changed", columns, rows)


def _show_reasons(door: Door, source: str, since: str, changes: Sequence[Change]) -> str:
    pages = {each.table: _page_of(each.table) for each in changes}
    counted = Counter((str(pages[each.table]["page"]), each.why) for each in changes)
    used = [why for why in WHYS if any(why == found for _, found in counted)]
    told = {str(page["page"]): page for page in pages.values()}
    rows = [{**told[name], **{why: counted[name, why] for why in used}} for name in sorted(told)]
    columns: list[Column] = [Link("page", "Page"), *(Figure(why, why.capitalize()) for why in used)]
    return _publish(
        door, source, since, "changed_numbers", "Values that changed, by page and reason", columns, rows
    )
