"""What readers ask for by name or number, each with its page: services, measures, targets and groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pipeline.contract.context import Context
from pipeline.contract.services import OUTCOMES
from pipeline.present.definitions import definition_link
from pipeline.present.disclosure.table import escape
from pipeline.present.sentences import say, tell_word


def list_named(context: Context) -> Mapping[str, Sequence[str]]:
    """Return lines of Markdown by what they name."""
    return {
        say("named services"): list(_services(context)),
        say("named measures"): list(_measures(context)),
        say("named targets"): list(_targets(context)),
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
            *map(tell_word, (OUTCOMES[service.ecm_outcome], service.tier, service.stage)),
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
