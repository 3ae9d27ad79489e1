"""What every page has: its slice, its door, its words for population, period and source; its top and its foot."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Unpack

import pandas as pd

from pipeline.analysis.judgement_rules import JudgementRules
from pipeline.analysis.performance.reach import count_children
from pipeline.analysis.scope import Scope
from pipeline.contract.context import DatasetFacts
from pipeline.contract.services import LEVELS, TIERS, ServiceFacts
from pipeline.files.slices import read_slice
from pipeline.present.dates import format_day, format_window
from pipeline.present.disclosure.door import IN_VIEW, Door, Downloads
from pipeline.present.disclosure.frames import RULE, finding_file
from pipeline.present.disclosure.page_tables import About, Layout, lay_out
from pipeline.present.disclosure.rounding import NOT_FOR_PUBLICATION
from pipeline.present.disclosure.table import MOST_ROWS, PublishedTable, Told, escape
from pipeline.present.sentences import ENGLISH, say, speak
from pipeline.protect.cells import Slice
from pipeline.protect.rounding import Disclosure

P = ParamSpec("P")


@dataclass(frozen=True, eq=False)
class Publisher(ABC):
    """A page at its door: all its tables and findings are about the same people, time and source."""

    door: Door

    @property
    @abstractmethod
    def about(self) -> About:
        """What its tables are about."""

    def table(
        self, declared: str, rows: Sequence[dict[str, Any]], note: str | None = None, **how: Unpack[Layout]
    ) -> PublishedTable:
        """Publish a table that `page_tables.yaml` declares, about this page's population and period (see `lay_out`).

        Only tables that are each about a `measure` share a file.
        """
        level = getattr(self, "confidence_level", math.nan)  # only pages with estimates have one
        return self.door.publish(lay_out(declared, self.about, rows, note, level=level, **how))

    def record(self, name: str, finding: pd.DataFrame) -> pd.DataFrame:
        """Publish a frame of findings beside the page's tables, and return it, with the rule that it is shown by."""
        door = self.door
        finding.attrs[RULE] = door.rule
        if door.downloads is not None and len(finding):
            marked = finding.assign(edition=NOT_FOR_PUBLICATION) if door.rule.exact else finding
            door.downloads.write_frame(f"{door.prefix}{finding_file(name)}", marked, self.about.source)
        return finding

    def told(self, words: str, *tables: str, row: str = "") -> Told:
        """Words that know the tables or findings ('finding_curves') in which their figures stand, the nearest first."""
        return Told(words, *map(self.door.address_of, tables), row=row)

    def format(self, table: PublishedTable, chart: str | None = None, in_view: int = IN_VIEW) -> str:
        """A published table with its chart, notes and download, and so many of its rows in view."""
        return self.door.format(table, chart, in_view)

    def show(self, table: PublishedTable) -> str:
        """The same; nothing where the table has no row."""
        return self.format(table) if table.cells else ""

    def fold(self, table: PublishedTable) -> str:
        """The same under the table's title, which opens it."""
        return fold(table.title, self.format(table, in_view=MOST_ROWS)) if table.cells else ""


@dataclass(frozen=True, eq=False)
class Page(Publisher, Scope):
    """What one page evaluates, and its door."""

    def of_service(self, own: Slice) -> Page:
        """What is cut out for one of the services; its files are named after it."""
        assert own.context.service is not None
        return replace(self, slice=own, door=replace(self.door, prefix=f"{own.context.service.service_id}_"))

    @property
    def about(self) -> About:
        """The service's children, or those of the place, in all months of commissioned work."""
        place, service = self.dataset.title, self.service
        whose = say("about service", service=service.name) if service else say("about all", place=place)
        return About(whose, format_window(self.whole), self.dataset.source, self.context.cuts)


def recorded(
    tabulate: Callable[Concatenate[Page, P], pd.DataFrame],
) -> Callable[Concatenate[Page, P], pd.DataFrame]:
    """Return `tabulate_kpis` as a function that publishes what it finds, too, as the finding `kpis`."""

    @wraps(tabulate)
    def found(page: Page, /, *asked: P.args, **named: P.kwargs) -> pd.DataFrame:
        return page.record(tabulate.__name__.removeprefix("tabulate_"), tabulate(page, *asked, **named))

    return found


def locate(place: str) -> Path:
    """A path of a notebook, which is told from the folder notebooks/; papermill may run it from the one above."""
    path, above = Path(place), Path("notebooks") / place
    return above if above.parent.exists() and not path.exists() else path


def open_page(
    inputs: str,
    published: str,
    confidence_level: float,
    hide_up_to: int,
    round_to: int,
    peers: str = "",
    language: str = ENGLISH,
) -> Page:
    """Read the slice in `inputs` and set up the door; CSV files go to `published`, none where it is blank.

    Words are in `language` from here on. `peers` is the file of all services beside one another, where the page
    compares them.
    """
    speak(language)
    rule = Disclosure(hide_up_to, round_to)
    content = read_slice(locate(inputs), rule, locate(peers) if peers else None)
    service = content.context.service
    folder = Path(published) if published else None
    name = service.service_id if service else "index"
    door = Door(content.rule, Downloads(folder) if folder else None, link=f"tables/{name}-")
    return Page(content, confidence_level, door)


def is_small(page: Page, rules: JudgementRules) -> bool:
    """Whether a page is about a service that reached too few children to be judged."""
    service = page.service
    return service is not None and count_children(page, service.service_id) <= rules.minimum_total


def named_service(service: ServiceFacts) -> dict[str, str]:
    """Row entries of a column that leads to a service's page: its number and name, its address, its number alone."""
    own = service.service_id
    return {"service": f"{own} {service.name}", "service_link": f"{own}.ipynb", "service_id": own}


def headline(*sentences: str) -> str:
    """The first words of a page: the answer; nothing where there is none."""
    answer = "\n\n".join(escape(sentence) for sentence in sentences if sentence)
    if not answer:
        return ""
    return f'<div class="headline">\n\n{answer}\n\n</div>'


def paragraph(text: str) -> str:
    """A paragraph of plain words."""
    return escape(text)


def join_words(words: Sequence[str]) -> str:
    """'a', 'a and b', 'a, b and c'; blank for none."""
    return "".join(words) if len(words) < 2 else say("listed", others=", ".join(words[:-1]), last=words[-1])


def join_some(words: Sequence[str], most: int) -> str:
    """The first words of many, and how many more there are: 'a, b and 14 more'."""
    if len(words) <= most:
        return join_words(words)
    return say("listed", others=", ".join(words[:most]), last=say("listed more", number=len(words) - most))


def stack(*parts: str) -> str:
    """Parts of a page, one below the other; those that are blank are left out."""
    return "\n\n".join(filter(None, parts))


def fold(title: str, *parts: str) -> str:
    """Parts of a page under a title that opens them; nothing where there is none."""
    shown = stack(*parts)
    return shown and stack(f"<details><summary>{escape(title)}</summary>", shown, "</details>")


def callout(text: str) -> str:
    """What cannot be told yet, set apart: a callout of Quarto's, which the embedded publisher styles alike."""
    return f'::: {{.callout-note appearance="minimal"}}\n\n{text}\n\n:::'


def format_banner(dataset: DatasetFacts, rule: Disclosure) -> str:
    """What stands on top of every page: whose data these are, whether they are invented, and whether exact."""
    words = escape(dataset.title)
    if dataset.synthetic:
        words = say("site synthetic", place=words)
    if rule.exact:
        words = f"{say('site internal')} {words}"
    kind = "banner" if dataset.synthetic or rule.exact else "dataset"
    return f'<div class="{kind}"><p>{words}</p></div>\n'


def format_cut(services: Sequence[ServiceFacts], summed: bool) -> str:
    """What shows a page's rows about services of one tier or level: buttons that its styles follow, without a script.

    Nothing where all are alike. Pages without such a row hide it. It leads to sums by tier and level where there are
    some.
    """
    fields = []
    for by, names in (("tier", TIERS), ("level", LEVELS)):
        there = [name for name in names if any(getattr(each, by) == name for each in services)]
        if len(there) > 1:
            told = [("", say("cut all")), *((name, escape(say(f"part {by} {name}"))) for name in there)]
            buttons = "".join(
                f'<label><input type="radio" name="{by}" value="{name}"{"" if name else " checked"}> {words}</label>'
                for name, words in told
            )
            fields.append(f"<fieldset><legend>{escape(say(f'heading {by}'))}</legend>{buttons}</fieldset>")
    if not fields:
        return ""
    title, note = escape(say("cut title")), escape(say("cut note")) + (say("cut sums") if summed else "")
    return f'<details class="cut"><summary>{title}</summary>{"".join(fields)}<p>{note}</p></details>\n'


def format_footer(dataset: DatasetFacts, version: str) -> str:
    """What stands at the foot of every page."""
    source = escape(say("table source", source=dataset.source))
    complete = say("site complete to", day=format_day(dataset.complete_to))
    return f"<p>{source} {complete} {say('site made with', version=version)}</p>\n"
