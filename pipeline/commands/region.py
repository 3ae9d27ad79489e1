"""`outturn region`: combine what several councils' own runs accepted into one dataset."""

import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import pandas as pd
import yaml
from pydantic import Field, ValidationError

from pipeline.commands.region_tables import (
    NAMED,
    PEOPLE,
    SHARED,
    Member,
    RegionError,
    add_people,
    join_own,
    join_shared,
    name_rows,
    write_table,
)
from pipeline.contract.dataset import read_yaml
from pipeline.contract.tables import REFERENCE_TABLES, RETURN_TABLES
from pipeline.files.records import read_records
from pipeline.project import open_project
from pipeline.settings import Section, Text, describe_fault

DESCRIBED, OWN = "region.yaml", "own"
_ALIKE = ("period", "classification", "comparator", "synthetic")


class Region(Section):
    """The contents of `region.yaml`; `members` are the paths of councils' Outturn projects by name."""

    title: Text
    members: Annotated[dict[Text, Text], Field(min_length=2)]
    same_children: Annotated[bool, Field(strict=True)] = False


def write_region(root: Path, folder: Path) -> Iterator[str]:
    """Write dataset.yaml, reference/ and returns/ into `folder`, from its region.yaml and own/; yield lines to print.

    RegionError where that is impossible; earlier contents are then kept.
    """
    place = (folder / DESCRIBED).as_posix()
    region = _read_description(folder / DESCRIBED, place)
    members = [_open_member(root, name, where, place) for name, where in region.members.items()]
    _check_alike(members, place)
    part = folder / ".part"
    shutil.rmtree(part, ignore_errors=True)
    lines = [*_write_reference(part / "reference", folder / OWN, members)]
    lines += [line for member in members for line in _write_returns(part / "returns", member, region)]
    for name in ("reference", "returns"):
        shutil.rmtree(folder / name, ignore_errors=True)
        (part / name).rename(folder / name)
    part.rmdir()
    _write_dataset(folder / "dataset.yaml", region, members)
    yield from lines
    counted = "once in the region" if region.same_children else "once in each council"
    yield f"A child whom two councils know is counted {counted} ({place}, same_children)."


def _read_description(path: Path, place: str) -> Region:
    if not path.is_file():
        raise RegionError(f"{place} is missing: write 'title', and 'members' with a line 'council: project'.")
    try:
        return Region.model_validate(read_yaml(path))
    except ValidationError as error:
        raise RegionError(describe_fault(error, place, Region)) from None
    except ValueError as error:
        raise RegionError(str(error)) from error


def _open_member(root: Path, name: str, where: str, place: str) -> Member:
    project = root / where
    processed = project / "data" / "processed"
    if not re.search("[a-z0-9]", name.lower()):
        raise RegionError(f"{place}, members: '{name}' has no letter; write the council's name.")
    if not (processed / "validate" / "episodes.parquet").is_file():
        raise RegionError(
            f"{place}, members, {name}: {processed.as_posix()} holds no accepted rows; name a project's folder, and "
            "run 'python run.py report' there first."
        )
    return Member(name, open_project(project).dataset(), processed)


def _check_alike(members: Sequence[Member], place: str) -> None:
    first = members[0]
    known: dict[str, str] = {}
    for member in members:
        if (before := known.setdefault(member.prefix, member.name)) != member.name:
            raise RegionError(f"{place}, members: '{before}' and '{member.name}' are too alike; rename one.")
        for key in _ALIKE:
            if getattr(member.dataset, key) != getattr(first.dataset, key):
                written = "ethnic_classification" if key == "classification" else key
                raise RegionError(
                    f"{place}, members: {first.name} and {member.name} differ in '{written}' of dataset.yaml, so their "
                    "figures cannot be put together; agree on one."
                )


def _write_dataset(path: Path, region: Region, members: Sequence[Member]) -> None:
    first, sources = members[0].dataset, (f"{each.name} ({each.dataset.title})" for each in members)
    described = {
        "title": region.title,
        "synthetic": first.synthetic,
        "source": f"What these councils' own runs accepted, put together by 'outturn region': {'; '.join(sources)}.",
        "period": first.period,
        "complete_to": min(each.dataset.complete_to for each in members),
        "ethnic_classification": first.classification.name,
        "comparator": first.comparator,
    }
    path.write_text(yaml.safe_dump(described, sort_keys=False, allow_unicode=True), encoding="utf-8")


def _write_reference(folder: Path, own: Path, members: Sequence[Member]) -> Iterator[str]:
    """Write the commissioner's tables: councils' own ones stacked, shared ones once, the region's own from `own`."""
    folder.mkdir(parents=True)
    tables = {name: join_own(name, members) for name in NAMED if name not in RETURN_TABLES}
    tables |= {name: join_shared(name, members) for name in SHARED}
    tables["areas"] = pd.DataFrame({"area": [member.name for member in members], "title": ""})
    added = {name: add_people(name, members) for name in PEOPLE}
    tables |= {name: rows for name, (rows, _) in added.items()}
    for path in sorted(own.glob("*.csv")):
        rows = pd.read_csv(path, dtype="str", keep_default_na=False)
        before = tables.get(path.stem)
        tables[path.stem] = rows if path.stem in PEOPLE else pd.concat([before, rows])
    for name, rows in tables.items():
        if len(rows) or name in REFERENCE_TABLES:
            write_table(folder / f"{name}.csv", name, rows)
    yield f"services {len(tables['services'])}, providers {len(tables['providers'])}, councils {len(members)}"
    for name, (_, left_out) in added.items():
        if left_out and not (own / f"{name}.csv").is_file():
            yield f"{name}: left out, as not every council tells it: {', '.join(left_out)}"


def _write_returns(folder: Path, member: Member, region: Region) -> Iterator[str]:
    """Write every return as a folder of CSV files under its council and provider."""
    accepted = 0
    tables = {name: member.read(name) for name in RETURN_TABLES}
    parts = {name: dict(iter(rows.groupby(["return_provider", "period"]))) for name, rows in tables.items()}
    received = read_records(member.processed / "intake" / "received.csv")
    came = {(row["provider"], row["period"]) for row in received if row["status"] != "missing"}
    for provider, period in sorted(came):
        for name in RETURN_TABLES:
            rows = parts[name].get((provider, period), tables[name].iloc[:0])
            accepted += len(rows)
            named = name_rows(name, rows, member, region.same_children)
            write_table(folder / (member.prefix + provider) / period / f"{name}.csv", name, named)
    yield f"{member.name}: returns {len(came)}, rows accepted {accepted:,}"
