"""What changed since the last release: which verdicts, how many numbers, and why."""

from collections import Counter
from collections.abc import Sequence
from typing import get_args

from pipeline.present.dates import format_day
from pipeline.present.disclosure.columns import Column, Figure
from pipeline.present.disclosure.door import Door
from pipeline.present.disclosure.page_tables import About, lay_out
from pipeline.present.page import headline, paragraph
from pipeline.present.sentences import say
from pipeline.releases.changes import Change, Why
from pipeline.releases.manifest import Manifest


def show_changes(
    door: Door, source: str, releases: Sequence[Manifest], changes: Sequence[Change], provisional: str
) -> str:
    """Return the page, as Markdown; the last of the releases is what the changes are since."""
    if not releases:
        return headline(say("present there no earlier")) + "\n"
    last = releases[-1]
    since = say("present release", name=last.name, day=format_day(last.date))
    # A verdict of a finding stands in tables of the page as well.
    words = [each for each in changes if each.column == "verdict" and "finding_" in each.table]
    numbers = [each for each in changes if each.column != "verdict"]
    counted = {"verdicts": f"{len(words):,}", "others": f"{len(numbers):,}"}
    answer = say("present changed" if changes else "present nothing changed since", since=since, **counted)
    parts = [headline(answer, f"[p]: {provisional}" if provisional else "")]
    if words:
        parts += ["## " + say("present which verdicts changed"), _show_verdicts(door, source, since, words)]
    if changes:
        parts += ["## " + say("present why did numbers"), _show_reasons(door, source, since, changes)]
    used = {each.why for each in changes}
    parts += [paragraph(say(f"why {name}")) for name in get_args(Why) if name in used]
    return "\n\n".join(parts) + "\n"


def _page_of(table: str) -> dict[str, object]:
    """The page that a table stands on, and its source: 'services/tables/S06-reached.csv' on services/S06."""
    folder, _, name = table.partition("/tables/")
    page = f"{folder}/{name.rpartition('-')[0]}" if name else folder.partition("/")[0]
    return {"page": page, "page_link": f"{page}.ipynb" if name else f"{page}.qmd"}


def _publish(
    door: Door,
    source: str,
    since: str,
    name: str,
    rows: Sequence[dict[str, object]],
    more: Sequence[Column] = (),
) -> str:
    about = About(say("present published tables"), say("present since", since=since), source)
    return door.format(door.publish(lay_out(name, about, rows, more=more)))


def _show_verdicts(door: Door, source: str, since: str, words: Sequence[Change]) -> str:
    rows: list[dict[str, object]] = [
        {
            **_page_of(each.table),
            "what": each.row,
            "before": each.before or say("present not there"),
            "now": each.now,
            "why": say(f"why word {each.why}"),
        }
        for each in words
    ]
    return _publish(door, source, since, "changed_verdicts", rows)


def _show_reasons(door: Door, source: str, since: str, changes: Sequence[Change]) -> str:
    pages = {each.table: _page_of(each.table) for each in changes}
    counted = Counter((str(pages[each.table]["page"]), each.why) for each in changes)
    used = [why for why in get_args(Why) if any(why == found for _, found in counted)]
    told = {str(page["page"]): page for page in pages.values()}
    rows = [{**told[name], **{why: counted[name, why] for why in used}} for name in sorted(told)]
    columns = [Figure(why, say(f"why heading {why}")) for why in used]
    return _publish(door, source, since, "changed_numbers", rows, columns)
