"""What must hold of targets, scales and standards beyond their columns: each fault with its row and fix."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pipeline.contract.dataset import EVERYONE_ELSE
from pipeline.contract.groups.ethnicity import Classification, codes_in, find_group, group_names
from pipeline.contract.plans import CHANGE_IN_SCORE, POPULATION, REPRESENTATION
from pipeline.contract.values import suggest

Row = Mapping[str, Any]
_MOST_POINTS = 100
GOAL_ATTAINMENT = "goal_attainment"
_GOALS = (-2, 2, "higher")


@dataclass(frozen=True)
class RegisterFault:
    """What is wrong with a row of the register, and how to fix it."""

    row: int
    column: str
    said: str


def check_register(
    targets: Sequence[Row], measures: Sequence[Row], scales: Sequence[Row], classification: Classification
) -> Iterator[RegisterFault]:
    """Every fault of the register, row by row, then those between versions of one target."""
    units = {row["measure_id"]: row["unit"] for row in measures}
    better = {row["measure_id"]: row["direction"] for row in measures}
    for row in targets:
        yield from _check_subject(row, units, {scale["scale"] for scale in scales})
        yield from _check_groups(row, classification)
        yield from _check_direction(row, better)
        yield from _check_values(row, units)
        if row["due"] <= row["agreed_on"]:
            said = f"the target is due on {row['due']}, not after it was agreed ({row['agreed_on']}); correct one."
            yield RegisterFault(row["row"], "due", said)
    yield from check_versions(targets, "target_id")


def _unknown(
    row: Row, column: str, known: Collection[str], where: str, offered: Sequence[str] = ()
) -> RegisterFault:
    otherwise = f"; use one of {', '.join(offered)}." if offered else "; check its spelling, or add it there."
    hint = suggest(str(row[column]), sorted(known)) or otherwise
    return RegisterFault(row["row"], column, f"'{row[column]}' is not {where}{hint}")


def _check_subject(row: Row, units: Mapping[str, str], scales: Collection[str]) -> Iterator[RegisterFault]:
    kind, subject = row["kind"], row["measure_id"]
    if kind == REPRESENTATION:
        if subject is not None:
            said = f"a target for representation has no measure, but this says '{subject}'; leave it blank."
            yield RegisterFault(row["row"], "measure_id", said)
        return
    known, where = (
        (scales, "a scale in reference/scales.csv")
        if kind == CHANGE_IN_SCORE
        else (units.keys(), "in reference/measures.csv")
    )
    if subject is None:
        said = f"this is blank; a target of the kind {kind} needs one that is {where}."
        yield RegisterFault(row["row"], "measure_id", said)
    elif subject not in known:
        yield _unknown(row, "measure_id", known, where)


def _check_groups(row: Row, classification: Classification) -> Iterator[RegisterFault]:
    names = group_names(classification)
    where = f"a broad group, code or label of {classification.name}"
    group, comparator = row["ethnic_group"], row["comparator"]
    found = find_group(classification, group)
    if found is None:
        yield _unknown(row, "ethnic_group", names, where, classification.known_groups)
    represented = row["kind"] == REPRESENTATION
    if represented and comparator not in (None, POPULATION):
        said = "a share of the children reached is compared with the population; "
        yield RegisterFault(row["row"], "comparator", said + f"write '{POPULATION}' or leave it blank.")
    elif comparator == POPULATION and not represented:
        said = f"'{POPULATION}' is the comparator of the kind {REPRESENTATION} only; "
        fix = f"write '{EVERYONE_ELSE}', a group, or leave it blank."
        yield RegisterFault(row["row"], "comparator", said + fix)
    if represented or comparator in (None, POPULATION, EVERYONE_ELSE):
        return
    other = find_group(classification, comparator)
    own = codes_in(classification, [found]) if found else frozenset()
    apart = [
        name for name in names if not own & codes_in(classification, [find_group(classification, name) or ""])
    ]
    offered = (*(name for name in classification.known_groups if name in apart), EVERYONE_ELSE)
    if other is None:
        yield _unknown(row, "comparator", (*apart, EVERYONE_ELSE), where, offered)
    elif own & codes_in(classification, [other]):
        said = f"'{comparator}' and '{group}' hold the same children; use one of {', '.join(offered)}."
        yield RegisterFault(row["row"], "comparator", said)


def _check_direction(row: Row, better: Mapping[str, str]) -> Iterator[RegisterFault]:
    kind, subject = row["kind"], row["measure_id"]
    if kind == CHANGE_IN_SCORE:
        wanted, because = "at_least", "a change in score counts what got better"
    elif subject in better and kind != REPRESENTATION:
        wanted = "at_most" if better[subject] == "lower" else "at_least"
        because = f"of '{subject}' {'less' if wanted == 'at_most' else 'more'} is better"
    else:
        return
    if row["direction"] != wanted:
        yield RegisterFault(row["row"], "direction", f"{because}, so a target is '{wanted}'.")


def _check_values(row: Row, units: Mapping[str, str]) -> Iterator[RegisterFault]:
    gap = row["comparator"] is not None
    unit = "percent" if row["kind"] == REPRESENTATION else units.get(row["measure_id"])
    for column in ("baseline", "target"):
        value = row[column]
        if value is None or row["kind"] == CHANGE_IN_SCORE:
            continue
        low = -_MOST_POINTS if gap else 0
        if unit == "percent" and not low <= value <= _MOST_POINTS:
            of_level = "per cent; correct it, or name a comparator where it is a gap."
            said = f"{value:g} is not between {low} and {_MOST_POINTS} "
            said += "percentage points; correct it." if gap else of_level
            yield RegisterFault(row["row"], column, said)


def check_versions(rows: Sequence[Row], key: str) -> Iterator[RegisterFault]:
    """Versions of what `key` names count from 1 without a hole, each agreed after the one before."""
    listed: dict[str, list[Row]] = {}
    for row in rows:
        listed.setdefault(row[key], []).append(row)
    for versions in listed.values():
        ordered = sorted(versions, key=lambda row: int(row["version"]))
        if ordered[0]["version"] != 1:
            said = f"the first version of '{ordered[0][key]}' is {ordered[0]['version']}"
            said += "; put version 1 back, or count from 1 if there was none."
            yield RegisterFault(ordered[0]["row"], "version", said)
        for earlier, later in pairwise(ordered):
            if later["version"] != earlier["version"] + 1:
                between = int(earlier["version"]) + 1
                said = f"version {later['version']} follows {earlier['version']}"
                said += f"; put version {between} back, or count on if there was none."
                yield RegisterFault(later["row"], "version", said)
            elif later["agreed_on"] <= earlier["agreed_on"]:
                said = f"version {later['version']} was not agreed after version {earlier['version']}; correct a date."
                yield RegisterFault(later["row"], "agreed_on", said)


def check_scales(rows: Iterable[Mapping[str, Any]]) -> Iterator[RegisterFault]:
    """Every fault: goals scored otherwise than from -2 to 2, a cut-off that is no score of the scale."""
    for row in rows:
        if (
            row.get("kind") == GOAL_ATTAINMENT
            and (row["minimum"], row["maximum"], row["direction"]) != _GOALS
        ):
            said = "goals are scored from -2 to 2, more being better; correct that, or write 'score'."
            yield RegisterFault(row["row"], "kind", said)
        cutoff = row.get("clinical_cutoff")
        if cutoff is not None and not row["minimum"] <= cutoff <= row["maximum"]:
            said = (
                f"{cutoff:g} is no score from {row['minimum']:g} to {row['maximum']:g}; correct one of them."
            )
            yield RegisterFault(row["row"], "clinical_cutoff", said)


def check_standards(rows: Iterable[Row]) -> Iterator[RegisterFault]:
    """Every fault: a finding without its day, a day without a finding, a next check before the last."""
    for row in rows:
        checked, after = row["checked_on"], row["next_check"]
        if row["met"] == "not_checked" and checked is not None:
            said = f"this says {checked}, but the standard is 'not_checked'; say what was found, or leave it blank."
            yield RegisterFault(row["row"], "checked_on", said)
        if row["met"] != "not_checked" and checked is None:
            said = f"this is blank, but the standard is '{row['met']}'; give the day, or write 'not_checked'."
            yield RegisterFault(row["row"], "checked_on", said)
        if checked is not None and after is not None and after <= checked:
            said = f"{after} is not after the last check ({checked}); correct one of them."
            yield RegisterFault(row["row"], "next_check", said)
