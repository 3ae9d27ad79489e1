"""What readers look up: of each measure what is counted and out of what; services, targets, groups by name."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from pipeline.contract.context import Context
from pipeline.contract.services import OUTCOMES
from pipeline.present.dates import format_day
from pipeline.present.disclosure.table import escape
from pipeline.present.sentences import say, verdict_word

PAGE = "/definitions.qmd"


def definition_link(measure_id: str) -> str:
    """Return the address of a measure's definition, from any page."""
    return f"{PAGE}#measure-{measure_id}"


def show_definitions(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the page as Markdown; `rows` are those of the commissioner's catalogue, the versions of one together."""
    parts = []
    for measure_id, versions in groupby(rows, key=lambda row: str(row["measure_id"])):
        told = list(versions)
        last = told[-1]
        better = say(f"definition {last['direction']}", unit=say(f"definition {last['unit']}"))
        outcome = verdict_word(OUTCOMES.get(last["ecm_outcome"] or "", ""))
        parts += [
            f"## {escape(last['title'])} {{#measure-{measure_id}}}",
            escape(" ".join(filter(None, (better, outcome and say("definition outcome", outcome=outcome))))),
            "\n".join(f"- {escape(_version_words(row))}" for row in told),
            say("definition figures", measure_id=measure_id),
        ]
    return "\n\n".join(parts) + "\n"


def _version_words(row: Mapping[str, Any]) -> str:
    """One version: from when, what is counted, out of what."""
    start, end = row["start"], row["end"]
    since = say("definition since", start=format_day(start))
    if isinstance(end, dt.date):
        since = say("definition until", start=format_day(start), end=format_day(end))
    out_of = row["denominator"]
    return say(
        "definition version",
        version=row["version"],
        since=since,
        table=row["table"],
        numerator=row["numerator"],
        denominator=say("definition all") if out_of == "all" else out_of,
        dated_by=row["dated_by"],
    )


def list_named(context: Context) -> Mapping[str, Sequence[str]]:
    """Return lines of Markdown by what they name."""
    return {
        say("named services"): list(_services(context)),
        say("named measures"): list(_measures(context)),
        say("targets title"): list(_targets(context)),
        say("named groups"): list(_groups(context)),
    }


def _link(words: str, page: str) -> str:
    return f"[{escape(words)}](</{page}>)"


def _services(context: Context) -> Iterator[str]:
    """Number and name, with the race-equality page, the provider, and what it is for."""
    for service in context.services:
        page = _link(f"{service.service_id} {service.name}", f"services/{service.service_id}.ipynb")
        equality = _link(say("named equality"), f"equality/{service.service_id}.ipynb")
        about = (
            service.provider,
            service.programme,
            *map(verdict_word, (OUTCOMES[service.ecm_outcome], service.tier, service.stage)),
        )
        yield f"{page}, {equality}: {escape(', '.join(filter(None, about)))}"


def _measures(context: Context) -> Iterator[str]:
    for measure in context.measures:
        page = _link(measure.title, definition_link(measure.measure_id).removeprefix("/"))
        groups = _link(say("named by group"), f"equality/{measure.measure_id}.ipynb")
        yield f"{page}, {_link(say('named in services'), 'services/index.ipynb')}, {groups}"


def _targets(context: Context) -> Iterator[str]:
    for target in context.targets:
        page = _link(target.target_id, f"equality/index.ipynb#{target.target_id}")
        title = context.outcome_title(target.measure_id) if target.measure_id else ""
        about = (title, context.dataset.name_of(target.ethnic_group), target.service_id)
        yield f"{page}: {escape(', '.join(filter(None, about)))}"


def _groups(context: Context) -> Iterator[str]:
    """Broad groups by their full names, with the detailed groups that add up to each."""
    dataset = context.dataset
    titles = dict(zip(dataset.known_groups, dataset.group_titles, strict=False))
    for group in dataset.known_groups:
        inside = [each.name for each in dataset.detailed_groups if each.broad_group == group]
        page = _link(titles.get(group, group), "equality/index.ipynb")
        yield f"{page}: {escape(', '.join((group, *inside)))}"
