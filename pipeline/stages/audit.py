"""Stage `audit`: find what could be inferred about people from the tables to be published, before publication."""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from pipeline.audit.alone import UNREAD, UNROUNDED
from pipeline.audit.attack import SINGLED_OUT, Leak, find_leaks
from pipeline.audit.cells import Links
from pipeline.audit.errors import AuditError
from pipeline.audit.quality import QUALITY, list_quality_counts
from pipeline.audit.tables import Rows, Tables
from pipeline.audit.texts import WORDS, find_in_outputs, find_in_text
from pipeline.files.key import read_key
from pipeline.files.records import parse_records, write_records
from pipeline.protect.rounding import Disclosure
from pipeline.publishing.source import list_tables
from pipeline.releases.manifest import FOLDER, TABLES, list_releases, read_tables
from pipeline.releases.moved import fingerprint_children, list_moved
from pipeline.settings import PAGE_FOLDERS, Accepted

_SHOWN = 20
_STATES = ("stops the run", "accepted")
_DEFINED = ("table", "denominator", "numerator")
_STEPS = {
    "started": ("episodes", "all", "start_date is given"),
    "outcome_achieved": ("outcomes", "achieved is given", "achieved = fully or partly"),
}
"""The definition of a measure that counts a step of the journey, or the result 'outcome_achieved'."""
_GIVEN = " is given"
"""A condition on a value that may still be filled later."""
_CHANGES = "changed_"
"""Prefix of tables of changes since a release: their columns come from other tables, which are audited."""


@dataclass(frozen=True)
class LeakLine:
    """A line of `leaks.csv`; `state` is one of _STATES."""

    table: str
    place: str
    why: str
    fix: str
    state: str


def arrange_tables(texts: Mapping[str, str]) -> Tables:
    """Return tables by page and name: 'services/tables/S06-measures.csv' is table 'measures' of page S06."""
    found: dict[str, dict[str, Rows]] = {}
    for place, text in texts.items():
        folder, inside, name = place.partition("/tables/")
        page, _, table = name.removesuffix(".csv").rpartition("-")
        if inside:
            found.setdefault(f"{folder}/{page}", {})[table] = parse_records(text)
    return found


def read_links(reference: Path) -> Links:
    """Return which measure's denominator is another's events, and which measures count a step of the journey.

    Both must count the same rows by the same date over the same time; for the journey that is all time, so the measure
    must have kept one definition. Also returns which measures wait for later events. `reference` is intake's folder
    with measures.parquet.
    """
    measures = pq.read_table(reference / "measures.parquet").to_pylist()
    first = min((each["start"] for each in measures), default=None)
    alike = ("table", "dated_by", "start", "end")
    wholes = {
        (each["numerator"], *(each[name] for name in alike)): f"{each['measure_id']} v{each['version']}"
        for each in measures
        if each["denominator"] == "all"
    }
    nested = {
        f"{each['measure_id']} v{each['version']}": whole
        for each in measures
        if (whole := wholes.get((each["denominator"], *(each[name] for name in alike))))
    }
    versions = Counter(each["measure_id"] for each in measures)
    always = [each for each in measures if versions[each["measure_id"]] == 1 and each["start"] == first]
    defined = {tuple(each[name] for name in _DEFINED): each["measure_id"] for each in always}
    steps = {step: defined[by] for step, by in _STEPS.items() if by in defined}
    later = (each for each in measures if each["numerator"].endswith(_GIVEN))
    return Links(nested, steps, frozenset(f"{each['measure_id']} v{each['version']}" for each in later))


def find_singled_out(root: Path, reports: Path, dataset: Path, rule: Disclosure) -> list[Leak]:
    """Return the returns whose correction since the last release would reveal the groups of a few children."""
    kept = list_releases(reports / FOLDER)
    if not kept:
        return []
    rows = fingerprint_children(root / "data" / "processed" / "validate", read_key(dataset))
    moved = list_moved(root, rows, kept, rule)
    return [Leak(f"release {kept[-1].name}", place, SINGLED_OUT) for place in moved]


def find_in_words(reports: Path, rule: Disclosure, limits: Collection[int]) -> list[Leak]:
    """Return leaks in the text of executed pages; `limits` are numbers of people that the text may state."""
    return sorted(
        Leak(path.relative_to(reports).with_suffix("").as_posix(), whom, why)
        for folder in PAGE_FOLDERS
        for path in (reports / folder).glob("*.ipynb")
        for whom, why in set(find_in_outputs(json.loads(path.read_bytes()), rule, limits))
    )


def run_audit(
    reports: Path,
    output: Path,
    rule: Disclosure,
    main: str,
    accept: Sequence[Accepted],
    links: Links,
    besides: Sequence[Leak] = (),
) -> dict[str, int]:
    """Attack the tables together with those of the last release; AuditError names each leak.

    `links` come from `read_links`, `besides` from `find_singled_out` and `find_in_words`.
    """
    releases = {"": arrange_tables(dict(list_tables(reports)))}
    for release in list_releases(reports / FOLDER)[-1:]:
        releases[release.name] = arrange_tables(read_tables(reports / FOLDER / release.name / TABLES))
    leaks = [*find_leaks(releases, rule, main, links), *besides]
    accepted = {(each.table, each.place) for each in accept}
    lines = [
        LeakLine(each.table, each.place, each.why, each.fix, _STATES[(each.table, each.place) in accepted])
        for each in leaks
    ]
    write_records(output / "leaks.csv", LeakLine, lines)
    _refuse(leaks, accepted)
    return {"tables": sum(map(len, releases[""].values())), "accepted": len(accepted)}


def check_generated(reports: Path, rule: Disclosure, limits: Collection[int]) -> None:
    """AuditError where a page made by `publish` (overview, data quality) contains an unrounded number."""
    tables = {
        Path(name).stem: text
        for name, text in read_tables(reports / "quality").items()
        if not name.startswith(_CHANGES)
    }
    leaks = [
        Leak(path.name, whom, WORDS)
        for path in sorted((reports / "_generated").iterdir())
        for whom in find_in_text(path.read_text(encoding="utf-8"), rule, limits)
    ]
    leaks += [
        Leak(name, place, UNROUNDED)
        for name, text in tables.items()
        if name in QUALITY
        for place, count in list_quality_counts(name, parse_records(text))
        if count % rule.round_to
    ]
    leaks += [Leak(name, "", UNREAD) for name in tables.keys() - QUALITY.keys()]
    _refuse(leaks, set())


def _refuse(leaks: Sequence[Leak], accepted: set[tuple[str, str]]) -> None:
    messages = [
        f"{leak.table}, {leak.place}: {leak.why}. {leak.fix[:1].upper()}{leak.fix[1:]}."
        for leak in leaks
        if (leak.table, leak.place) not in accepted
    ]
    messages += [
        f"params.yaml, audit.accept: {table}, {place} tells nothing; take it out."
        for table, place in sorted(accepted - {(leak.table, leak.place) for leak in leaks})
    ]
    if messages:
        more = (
            [f"and {len(messages) - _SHOWN} more, in data/processed/audit/leaks.csv"]
            if len(messages) > _SHOWN
            else []
        )
        raise AuditError("\n".join(["Not published: these tables tell too much.", *messages[:_SHOWN], *more]))
