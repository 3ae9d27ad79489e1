"""What became of every file and row: nothing that was sent goes missing without a line here."""

from dataclasses import dataclass

from pipeline.contract.values import Fault


class LedgerError(AssertionError):
    """Counts that do not add up: a fault of ours, never of the data."""


@dataclass(frozen=True)
class FileLine:
    """One file, or one block of a mapped file; a refused one has all its lines set aside."""

    file: str
    provider: str
    period: str
    table: str
    block: str
    lines: int
    read: int
    set_aside: int
    out_of_scope: int
    refused: str
    normalised: int
    ignored_columns: int

    def __post_init__(self) -> None:
        if self.lines != self.read + self.set_aside + self.out_of_scope:
            raise LedgerError(
                f"{self.file}: {self.lines} lines, but {self.read} read, {self.set_aside} set aside and "
                f"{self.out_of_scope} out of scope."
            )


@dataclass(frozen=True)
class ReplacedLine:
    """A file (or block) of a version that another one stands in place of; none of its lines counts elsewhere.

    `identical`: it was sent again as it was, and `by_version` is the one that was there already.
    """

    file: str
    provider: str
    period: str
    version: int
    table: str
    block: str
    lines: int
    by_version: int
    identical: str


@dataclass(frozen=True)
class ReceivedLine:
    """What was received for one provider and period; texts are blank, and `version` is 0, where nothing is known.

    `received` is the day of the first version, `revised` that of the one in force where it is a later one.
    `ethnic_classification` is what its ethnic groups were read by, `ethnic_remark` what that means for a reader.
    """

    provider: str
    period: str
    status: str
    version: int
    received: str
    revised: str
    due: str
    late: str
    remarks: str
    note: str
    ethnic_classification: str = ""
    ethnic_remark: str = ""


@dataclass(frozen=True)
class CorrectionLine:
    """What became of a correction: applied, expired, or without a row; no value of the row is in it."""

    correction: str
    provider: str
    period: str
    table: str
    column: str
    state: str
    remark: str
    why: str
    until: str


@dataclass(frozen=True)
class NormalisedLine:
    """What was tidied on reading one file (or block) in one column (blank: in the file), and in how many cells."""

    file: str
    block: str
    column: str
    what: str
    cells: int


@dataclass(frozen=True, slots=True)
class SetAside:
    """One row (or, where `row` is None, one file) that was not used, and how to fix it."""

    file: str
    row: int | None
    column: str
    rule: str
    message: str
    fix: str
    value: str


def set_aside(file: str, row: int | None, column: str, fault: Fault, value: str = "") -> SetAside:
    """The entry for `fault` at that place."""
    return SetAside(file, row, column, fault.rule, fault.message, fault.fix, value)


@dataclass(frozen=True, slots=True)
class Warned:
    """One accepted row that is odd; no value, so that it may travel. `period` is the return it counts against."""

    provider: str
    period: str
    table: str
    file: str
    row: int
    column: str
    rule: str
    message: str
    fix: str


@dataclass(frozen=True, slots=True)
class FaultLine:
    """One fault of a file, a row or a cell, in its sender's own column names; no value, so that it may travel."""

    provider: str
    period: str
    table: str
    file: str
    row: int | None
    column: str
    severity: str
    rule: str
    message: str
    fix: str


@dataclass(frozen=True)
class ColumnName:
    """What the sender of a file calls a column of the contract."""

    file: str
    table: str
    period: str
    column: str
    theirs: str


@dataclass(frozen=True)
class RuleLine:
    """How often one rule was checked, and failed, in one table of one return."""

    rule: str
    title: str
    severity: str
    table: str
    provider: str
    period: str
    checked: int
    failed: int


@dataclass(frozen=True)
class ReturnLine:
    """What became of one table of one return; `superseded` is a part of `accepted`."""

    provider: str
    period: str
    table: str
    lines: int
    accepted: int
    superseded: int
    set_aside: int
    out_of_scope: int

    def __post_init__(self) -> None:
        if self.lines != self.accepted + self.set_aside + self.out_of_scope:
            raise LedgerError(f"{self.provider}, {self.period}, {self.table}: the lines do not add up.")
