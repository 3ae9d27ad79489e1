"""What is said of a return as a whole, beside its files: when it was received, and whether it is a nil return."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pipeline.contract.groups.ethnicity import OFFICIAL, Classification
from pipeline.contract.groups.ethnicity_censuses import CENSUSES, NO_CENSUS
from pipeline.contract.names import find_same
from pipeline.contract.tables import Field, FieldType
from pipeline.contract.values import Fault, parse_text, suggest
from pipeline.files.formats.archive import read_member
from pipeline.files.formats.file_types import open_sent
from pipeline.files.formats.text import RefusedFileError
from pipeline.files.intake.find_returns import Source
from pipeline.files.intake.read_returns import ReadReturn
from pipeline.files.mapping.marked_yaml import MappingError, parse_marked, say_within

Version = tuple[str, str, int]  # provider, period, version
_YES = ("true", "yes")
CODED_IN = "ethnic_classification"


def _key(name: str, kind: FieldType, example: str, enum: tuple[str, ...] = ()) -> Field:
    return Field(name, name, kind, "", example, False, enum, None, None, None, False, None)


KEYS = {
    "received": _key("received", "date", "2012-04-20"),
    "nil": _key("nil", "string", "true", ("true", "false", "yes", "no")),
    "note": _key("note", "string", "The centre was closed."),
    CODED_IN: _key(CODED_IN, "string", CENSUSES[0], CENSUSES),
}


@dataclass(frozen=True)
class Cover:
    """What is said of one version of a return; `received` is None where nobody said.

    `coded_in` is the census whose ethnic groups it is coded in, blank where nobody said.
    """

    received: dt.date | None = None
    nil: bool = False
    note: str = ""
    coded_in: str = ""


def read_covers(
    sources: Iterable[Source], classification: Classification
) -> tuple[Mapping[Version, Cover], list[ReadReturn]]:
    """What is said of each version, and the files that cannot be used for it, each refused with its line."""
    said: dict[Version, dict[str, str]] = {}
    refused = []
    for source in sources:
        version = (source.provider, source.period, source.version)
        try:
            found = _read(source)
            if CODED_IN in found and classification.name not in OFFICIAL:
                raise _fault(f"{CODED_IN}: {NO_CENSUS}", "take it out")
            if twice := sorted(found.keys() & said.get(version, {}).keys()):
                raise _fault(
                    f"'{twice[0]}' is given in another file of this return too", "keep it in one place"
                )
        except RefusedFileError as refusal:
            refused.append(
                ReadReturn(replace(source, table=""), 0, refused=refusal.fault, column=refusal.column)
            )
            continue
        said[version] = {**said.get(version, {}), **found}
    return {version: _cover(values) for version, values in said.items()}, refused


def _cover(values: Mapping[str, str]) -> Cover:
    received = dt.date.fromisoformat(values["received"]) if "received" in values else None
    return Cover(received, values.get("nil", "") in _YES, values.get("note", ""), values.get(CODED_IN, ""))


def _fault(message: str, fix: str = "correct it, or take it out") -> RefusedFileError:
    return RefusedFileError(Fault("file.return", message, fix))


def _read(source: Source) -> dict[str, str]:
    if source.refused:
        raise RefusedFileError(source.refused)
    member = source.part.member
    if member.endswith(".yaml"):
        return _read_yaml(read_member(open_sent(source.path).archive, member), member)
    if source.path.suffix == ".yaml":
        return _read_yaml(source.path.read_bytes(), source.path.name)
    return _read_row(source)


def _read_yaml(raw: bytes, file: str) -> dict[str, str]:
    try:
        entries = parse_marked(raw, file).entries()
        texts = {key: (entry.text(), f"line {entry.line}, ") for key, entry in entries.items()}
    except MappingError as error:
        raise _fault(say_within(error, file)) from error
    return _check(texts)


def _read_row(source: Source) -> dict[str, str]:
    """A sheet Return, or return.csv: the keys as header, one row below it."""
    table = open_sent(source.path).read(source.part, KEYS)
    if table.faults or len(table.row_numbers) > 1:
        raise _fault(
            "the sheet or file 'return' needs a row of column names and one row below it",
            "keep one row below the column names",
        )
    cells = {name: table.column(name).texts() for name in table.header}
    return _check({name: (texts[0], "") for name, texts in cells.items() if texts and texts[0].strip()})


def _check(texts: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """The texts as the keys ask for them; the fault of the first that is wrong, with its line."""
    found: dict[str, str] = {}
    for written, (text, place) in texts.items():
        key = find_same(written, KEYS)
        if not key:
            hint = suggest(written, list(KEYS)) or f"; the keys are {', '.join(KEYS)}"
            raise _fault(f"{place}'{written}' is not a key{hint}")
        if key in found:
            raise _fault(f"{place}'{key}' is given twice", "keep it in one place")
        parsed = parse_text(text, KEYS[key])
        if parsed.fault:
            raise _fault(f"{place}{key}: {parsed.fault.message}", parsed.fault.fix)
        found[key] = str(parsed.value)
    return found
