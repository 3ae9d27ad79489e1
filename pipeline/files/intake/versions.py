"""Which version of a return counts: the highest replaces the whole return, and the others stay in the ledger."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.contract.groups.ethnicity import Classification
from pipeline.contract.values import Fault
from pipeline.files.intake.find_returns import COVER, Source
from pipeline.files.intake.ledger import ReplacedLine
from pipeline.files.intake.read_returns import ReadReturn, read_sources
from pipeline.files.intake.return_statement import Cover, Version, read_covers

Return = tuple[str, str]  # provider, period
_NIL_WITH_ROWS = Fault(
    "file.return",
    "a nil return, but the file holds rows",
    "take 'nil: true' out of return.yaml, or send no rows",
)


@dataclass(frozen=True)
class Settled:
    """The readings that count, the ledger of the others, and of each return the version in force and what to say.

    `covers` are what is said of each version.
    """

    readings: list[ReadReturn]
    covers: Mapping[Version, Cover]
    replaced: list[ReplacedLine]
    in_force: Mapping[Return, int]
    remarks: Mapping[Return, tuple[str, ...]]


def read_returns(sources: Iterable[Source], classification: Classification) -> Settled:
    """Read all that was sent, in the order of the files, and choose which version of each return counts."""
    found = list(sources)
    covers, spoilt = read_covers((source for source in found if source.table == COVER), classification)
    read = [*read_sources(source for source in found if source.table != COVER), *spoilt]
    read = [replace(reading, coded_in=_coded_in(reading, covers)) for reading in read]
    return _settle_versions(sorted(read, key=lambda reading: reading.source.file), covers)


def _settle_versions(readings: Sequence[ReadReturn], covers: Mapping[Version, Cover]) -> Settled:
    """Choose the version of each return that counts; a nil return that holds rows is refused."""
    checked = [_refuse_rows_of_nil(reading, covers) for reading in readings]
    held: dict[Version, list[ReadReturn]] = {version: [] for version in covers}
    for reading in checked:
        held.setdefault(_version_of(reading), []).append(reading)
    numbers: dict[Return, list[int]] = defaultdict(list)
    for provider, period, number in sorted(held):
        numbers[provider, period].append(number)
    in_force, remarks, stood_for = {}, {}, {}
    for key, sent in numbers.items():
        versions = {number: held[*key, number] for number in sent}
        in_force[key], remarks[key], replaced_by = _choose(versions, covers, key)
        stood_for.update({(*key, number): by for number, by in replaced_by.items()})
    placed = [(reading, stood_for.get(_version_of(reading))) for reading in checked]
    kept = [reading for reading, by in placed if by is None]
    replaced = [_replaced(reading, *by) for reading, by in placed if by is not None]
    return Settled(kept, covers, replaced, in_force, remarks)


def _version_of(reading: ReadReturn) -> Version:
    source = reading.source
    return source.provider, source.period, source.version


def _coded_in(reading: ReadReturn, covers: Mapping[Version, Cover]) -> str:
    """The census that the mapping names, else the one that is said of the whole return."""
    block = reading.source.block
    return (block.coded_in if block else "") or covers.get(_version_of(reading), Cover()).coded_in


def _refuse_rows_of_nil(reading: ReadReturn, covers: Mapping[Version, Cover]) -> ReadReturn:
    cover = covers.get(_version_of(reading))
    if reading.refused or not reading.lines or not (cover and cover.nil):
        return reading
    return replace(reading, shaped=None, unreadable=(), tidied=(), refused=_NIL_WITH_ROWS)


def _choose(
    versions: Mapping[int, list[ReadReturn]], covers: Mapping[Version, Cover], key: Return
) -> tuple[int, tuple[str, ...], dict[int, tuple[int, bool]]]:
    """The number in force, what to say, and for each other number by which it is replaced and whether unchanged."""
    said = list(_gaps(versions))
    force = min(versions)
    replaced: dict[int, tuple[int, bool]] = {}
    for number in sorted(versions)[1:]:
        before, now = versions[force], versions[number]
        nil = [bool((cover := covers.get((*key, each))) and cover.nil) for each in (force, number)]
        if not (nil[1] or any(reading.shaped and reading.lines for reading in now)):
            said.append(f"version {number} holds no row that can be read, so version {force} still counts")
        elif nil[0] == nil[1] and _content(before) == _content(now):
            replaced[number] = (force, True)
            said.append(f"version {number} is the same as version {force}, so nothing changes")
        else:
            replaced[force] = (number, False)
            if lost := sorted(_tables(before) - _tables(now)):
                said.append(
                    f"version {number} holds no {' and no '.join(lost)}, which version {force} did; "
                    "it replaces the whole return"
                )
            force = number
    return force, tuple(said), replaced


def _gaps(versions: Collection[int]) -> Iterator[str]:
    missing = [number for number in range(1, max(versions)) if number not in versions]
    for number in missing:
        yield f"version {number} is not here, though version {max(versions)} is"


def _tables(readings: Sequence[ReadReturn]) -> set[str]:
    return {reading.source.table for reading in readings if reading.shaped}


def _content(readings: Sequence[ReadReturn]) -> object:
    """All that was read, so that two versions can be held side by side, whatever kind of file they came in."""
    content = defaultdict(list)  # a block may read several files, whose names differ between versions
    for reading in readings:
        about = reading.source.about
        shaped = reading.shaped
        read = (
            {name: column.texts() for name, column in shaped.columns.items()} if shaped else reading.refused
        )
        bad = [(each.column, each.fault, each.value) for each in reading.unreadable]
        content[about["table"], about["block"]].append((read, bad, reading.lines, reading.coded_in))
    return content


def _replaced(reading: ReadReturn, by_version: int, identical: bool) -> ReplacedLine:
    return ReplacedLine(
        **reading.source.about,
        version=reading.source.version,
        lines=reading.lines,
        by_version=by_version,
        identical="yes" if identical else "no",
    )
