"""A `mapping.yaml` proposed from somebody's file, for a person to correct; no child's id, date or words are in it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap

from pipeline.contract.dataset import Dataset
from pipeline.contract.groups.ethnicity import load_classification
from pipeline.contract.groups.ethnicity_spellings import load_vocabulary
from pipeline.contract.groups.synonyms import known_names
from pipeline.contract.tables import RETURN_TABLES, load_table
from pipeline.contract.values import Vocabulary
from pipeline.files.commissioner.reference import ReferenceTableError
from pipeline.files.formats.file_types import Part, SentFile, open_sent
from pipeline.files.formats.text import RefusedFileError, TextTable
from pipeline.files.intake.headings import LOOKS_LIKE_VALUE
from pipeline.files.intake.spellings import Names, read_names
from pipeline.files.mapping.proposed_block import CHECK, FILL_IN, Draft, block_lines, quote
from pipeline.files.mapping.recognise import Contents, place_columns
from pipeline.files.progress import at_work, now_at

_MENDS = {
    "file.preamble": "give that row with --header-row",
    "file.sheet": "name the sheet with --sheet",
}
_INTRODUCTION = """\
# Proposed by 'outturn map' for a person to correct. Lines marked "check:" are guesses; those marked "fill in:" must
# be filled in, or deleted where they are not needed; the rest was certain. The return's period is the name of its
# folder, or stands in the file's name; else say it under 'set', such as period: 2009-q2. In a provider's own folder one
# mapping is for all its periods. Ethnic groups were read as those of {name}.
"""


_UNKNOWN = "no column of this file has a name that is known; check that row 1, or the row of --header-row, holds them."
_NEWEST = "ons_2021"


class ProposalError(ValueError):
    """A file for which no mapping can be proposed; the message says what to do."""


@dataclass(frozen=True)
class Proposal:
    """The text of a mapping.yaml, and how many of its lines must be checked or filled in."""

    text: str

    @property
    def checks(self) -> int:
        """Lines that are guesses."""
        return self.text.count(CHECK)

    @property
    def gaps(self) -> int:
        """Lines to be filled in before the mapping can be used."""
        return self.text.count(FILL_IN)


@dataclass(frozen=True)
class Asked:
    """What whoever asks for a proposal says of the file: its tables, which sheets, the row of the column names."""

    tables: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    header_row: int = 0


@dataclass(frozen=True)
class Held:
    """What the cells are held against: the words for ethnic groups, and the dataset's own names as far as known."""

    vocabulary: Vocabulary
    names: Names


UNNAMED: Names = {"scale": {}}
"""Where no dataset is at hand, no scale is known, so that each is asked for."""


NOTHING_SAID = Asked()


def hold_against(dataset: Dataset | None, classification: str) -> Held:
    """Return what is known: the census named, else the dataset's; and its names, where they can be read."""
    groups = dataset.classification if dataset and not classification else None
    vocabulary = load_vocabulary(groups or load_classification(classification or _NEWEST, Path()))
    try:
        return Held(vocabulary, read_names(dataset) if dataset else UNNAMED)
    except ReferenceTableError:
        return Held(vocabulary, UNNAMED)  # a mapping may come before the tables of services and scales


def write_proposal(path: Path, held: Held, asked: Asked = NOTHING_SAID) -> tuple[Path, Proposal]:
    """Write the mapping proposed for a file beside it; ProposalError where that cannot be."""
    target = path.with_name("mapping.yaml")
    if target.exists():
        raise ProposalError(f"{target.as_posix()} is there already; move it, or give it another name, first.")
    found: list[tuple[Part, TextTable]] = []
    refused: list[str] = []
    try:
        now_at(f"Opening {path.name}")
        sent = open_sent(path)
        parts = _list_parts(sent, asked)
    except RefusedFileError as refusal:
        raise ProposalError(f"{path.name}: {_say(refusal)}") from refusal
    for part in at_work("Reading", parts, lambda part: part.name(path.name)):
        try:
            found.append((part, sent.read(part, known_names())))
        except RefusedFileError as refusal:
            refused.append(f"{part.name(path.name)}: {_say(refusal)}")
    if not found:
        raise ProposalError(refused[0])
    proposal = propose_mapping(found, path.name, held, asked.tables, refused)
    target.write_text(proposal.text, encoding="utf-8", newline="\n")
    return target, proposal


def _list_parts(sent: SentFile, asked: Asked) -> list[Part]:
    """Return the sheets that are asked for, or all; of a file with one table, that one without a name."""
    sheets = asked.sheets or tuple(part.sheet for part in sent.parts())
    if len(sheets) == 1 and not asked.sheets:
        sheets = ("",)
    return [Part(sheet=sheet, header_row=asked.header_row) for sheet in sheets]


def _say(refusal: RefusedFileError) -> str:
    return f"{refusal.fault.message}; {_MENDS.get(refusal.fault.rule, refusal.fault.fix)}."


def propose_mapping(
    parts: Sequence[tuple[Part, TextTable]],
    file: str,
    held: Held,
    tables: Sequence[str] = (),
    refused: Sequence[str] = (),
) -> Proposal:
    """A mapping of the tables at each part of `file`, as `tables` or as those that they seem to hold."""
    lines: list[str] = []
    said = [f"# Not read: {each}" for each in refused]
    names: Counter[str] = Counter()
    for part, text in parts:
        contents = Contents(text, held.vocabulary, held.names)
        drafts = [
            Draft(table, place_columns(contents, table), contents)
            for table in map(load_table, tables or RETURN_TABLES)
        ]
        chosen = drafts if tables and len(parts) == 1 else _choose(drafts)
        if not any(draft.places for draft in chosen):
            said.append(f"# Not read: {part.name(file)}: {_UNKNOWN}")
            continue
        for draft in chosen:
            names[draft.table.name] += 1
            number = names[draft.table.name]
            name = f"{draft.table.name} {number}" if number > 1 else draft.table.name
            lines += block_lines(draft, name, file, part)
        said += _left_out(contents, chosen, [draft for draft in drafts if draft not in chosen])
    if not lines:
        raise ProposalError(_UNKNOWN)
    return Proposal(
        "\n".join([_INTRODUCTION.format(name=held.vocabulary.name) + "blocks:", *lines, *said, ""])
    )


def _choose(drafts: Sequence[Draft]) -> list[Draft]:
    """The table that most columns fit, and any other that two columns more fit."""
    first = max(drafts, key=lambda draft: (len(draft.places), -len(draft.gaps)))
    used = {place.theirs for place in first.places.values()}
    others = [
        draft
        for draft in drafts
        if draft is not first and len({place.theirs for place in draft.places.values()} - used) >= 2
    ]
    return [draft for draft in drafts if draft is first or draft in others]


def _left_out(contents: Contents, drafts: Sequence[Draft], others: Sequence[Draft]) -> Iterator[str]:
    """Columns of the file that no block reads, and what of the contract nothing fills yet: one may be the other.

    A name that looks like a value is not repeated.
    """
    used = {place.theirs for draft in drafts for place in draft.read}
    left = [name for name in contents.header if name not in used]
    named = [name for name in left if not LOOKS_LIKE_VALUE.search(name)]
    if named:
        yield f"# Not read: {', '.join(map(quote, named))}."
    if len(named) < len(left):
        yield "# Other columns are not read either; they have no name, or one that looks like a value."
    for draft in others:
        found = {name: place.theirs for name, place in draft.columns.items() if place.theirs in named}
        for name, theirs in found.items():
            told = f"{quote(theirs)} may be {name} of {draft.table.name}"
            yield f"# {told}; to read them too, say --table {draft.table.name}."
    for draft in drafts if named else ():
        free = [name for name in draft.table.columns if name not in (*draft.columns, *draft.gaps)]
        if draft.age_from:
            free.remove("age")
        told = f"Nothing fills these columns of {draft.table.name}: {', '.join(free)}."
        said = f"{told} Where one of yours does, name it under 'columns'."
        yield from wrap(said, 110, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False)
