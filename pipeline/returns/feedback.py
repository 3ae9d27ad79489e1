"""Feedback to each provider on its returns: counts, and every fault by file, row and column, without values."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.contract.tables import RETURN_TABLES
from pipeline.files.intake.ledger import FaultLine, ReturnLine
from pipeline.returns.checked import Place

_HINT = re.compile(r"; did you mean '[^']*'\?")
NOBODY = "_no_provider"
"""The feedback file on files outside every provider's folder; no provider id can be equal to it."""


@dataclass(frozen=True)
class Received:
    """Counts of rows of one table of one return."""

    period: str
    table: str
    lines: int
    accepted: int
    set_aside: int
    out_of_scope: int
    warned: int
    tidied: int


@dataclass(frozen=True)
class TidiedLine:
    """What was tidied on reading in one column (blank: the whole file), under its sender's name."""

    file: str
    column: str
    what: str
    cells: int


@dataclass(frozen=True)
class Feedback:
    """All feedback to one provider, latest return first."""

    provider: str
    name: str
    dataset: str
    received: tuple[Received, ...]
    faults: tuple[FaultLine, ...]
    tidied: tuple[TidiedLine, ...]

    @property
    def to_fix(self) -> tuple[FaultLine, ...]:
        """Faults by which something is not used."""
        return tuple(fault for fault in self.faults if fault.severity not in ("warn", "note"))

    @property
    def odd(self) -> tuple[FaultLine, ...]:
        """Warnings: values that are odd, but used."""
        return tuple(fault for fault in self.faults if fault.severity == "warn")

    @property
    def noted(self) -> tuple[FaultLine, ...]:
        """Notes on columns: not used, or missing."""
        return tuple(fault for fault in self.faults if fault.severity == "note")

    def total(self, count: str) -> int:
        """Return the sum of one of the counts over all that was received."""
        return sum(getattr(line, count) for line in self.received)


@dataclass(frozen=True)
class StageOutput:
    """The output of intake and validate for all providers; `files` and `tidied` as intake wrote them."""

    returns: Sequence[ReturnLine]
    faults: Sequence[FaultLine]
    files: Sequence[Mapping[str, str]]
    tidied: Sequence[Mapping[str, str]]
    names: Mapping[Place, Mapping[str, str]]


def list_feedback(heard: StageOutput, providers: Mapping[str, str], dataset: str) -> list[Feedback]:
    """Return one Feedback per provider that sent anything; `providers` are their names by id."""
    by_file = {(line["file"], line["block"]): line for line in heard.files}
    owners = {line["file"]: _owner(line["provider"], line["file"], providers) for line in heard.files}
    senders = {*owners.values(), *(line.provider for line in heard.returns if line.provider)}
    faults: dict[str, list[FaultLine]] = {sender: [] for sender in senders}
    for fault in heard.faults:
        faults.setdefault(fault.provider or owners.get(fault.file, ""), []).append(fault)
    tidied = [
        (owners[line["file"]], by_file[line["file"], line["block"]], line)
        for line in heard.tidied
        if line["file"] in owners  # not a table of the commissioner
    ]
    return [
        Feedback(
            provider=sender,
            name=providers.get(sender, sender) or "Files in no provider's folder",
            dataset=dataset,
            received=_list_received(heard, sender, faults[sender], tidied),
            faults=_sort_faults(_for_sender(fault, sender) for fault in faults[sender]),
            tidied=tuple(
                replace(tidied_line, file=_within(tidied_line.file, sender))
                for owner, file, line in tidied
                if owner == sender
                for tidied_line in [_describe_tidied(file, line, heard.names)]
            ),
        )
        for sender in sorted(senders)
    ]


def _owner(provider: str, file: str, providers: Mapping[str, str]) -> str:
    """Return the provider of a file, also of one misplaced inside a provider's folder."""
    _, folder, *_ = (*file.split("/"), "")
    return provider or (folder if folder in providers else "")


def _for_sender(fault: FaultLine, sender: str) -> FaultLine:
    """Return the fault with its file's path as the sender knows it, and without a hint."""
    # A suggestion near to a value of a row would reveal that value.
    message = fault.message if fault.row is None else _HINT.sub("", fault.message)
    return replace(fault, file=_within(fault.file, sender), message=message)


def _within(file: str, provider: str) -> str:
    """Return the file's path as its sender knows it, without the commissioner's folders."""
    return file.removeprefix("returns/").removeprefix(f"{provider}/")


def _sort_faults(faults: Iterable[FaultLine]) -> tuple[FaultLine, ...]:
    """Sort faults by latest period, then by their order in the files."""
    placed = sorted(faults, key=lambda fault: (fault.file, fault.row or 0, fault.rule, fault.column))
    return tuple(sorted(placed, key=lambda fault: fault.period, reverse=True))


def _list_received(
    heard: StageOutput,
    sender: str,
    faults: Sequence[FaultLine],
    tidied: Sequence[tuple[str, Mapping[str, str], Mapping[str, str]]],
) -> tuple[Received, ...]:
    warned_rows = {
        (fault.period, fault.table, fault.file, fault.row)
        for fault in faults
        if fault.severity == "warn" and fault.row is not None
    }
    warned = Counter((period, table) for period, table, _, _ in warned_rows)
    cells = Counter[tuple[str, str]]()
    for owner, file, line in tidied:
        if owner == sender:
            cells[file["period"], file["table"]] += int(line["cells"])
    counts = ("lines", "accepted", "set_aside", "out_of_scope")
    lines = [
        Received(
            *place,
            **{count: getattr(line, count) for count in counts},
            warned=warned[place],
            tidied=cells[place],
        )
        for line in heard.returns
        if line.provider == sender and line.table
        for place in [(line.period, line.table)]
    ]
    order = {table: place for place, table in enumerate(RETURN_TABLES)}
    lines.sort(key=lambda line: order[line.table])
    return tuple(sorted(lines, key=lambda line: line.period, reverse=True))


def _describe_tidied(
    file: Mapping[str, str], line: Mapping[str, str], names: Mapping[Place, Mapping[str, str]]
) -> TidiedLine:
    their_names = names.get((file["file"], file["table"], file["period"]), {})
    column = line["column"]
    return TidiedLine(line["file"], their_names.get(column, column), line["what"], int(line["cells"]))
