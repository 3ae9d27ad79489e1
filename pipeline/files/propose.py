"""A `mapping.yaml` proposed from somebody's file, for a person to correct; no child's id, date or words are in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.contract.ethnicity import Classification
from pipeline.contract.ethnicity_spellings import load_vocabulary
from pipeline.contract.synonyms import known_names
from pipeline.contract.tables import RETURN_TABLES, load_table
from pipeline.contract.values import Vocabulary
from pipeline.files.kinds import WHOLE, Part, open_sent
from pipeline.files.proposed_block import CHECK, FILL_IN, Draft, block_lines, quote
from pipeline.files.recognise import LOOKS_PERSONAL, Contents, place_columns
from pipeline.files.text import RefusedFileError, TextTable

_LOOKS_LIKE_VALUE = re.compile(rf"{LOOKS_PERSONAL.pattern}|^[^A-Za-z]*$")
_MENDS = {
    "file.preamble": "give that row with --header-row",
    "file.sheet": "name the sheet with --sheet",
}
_INTRODUCTION = """\
# Proposed by 'outturn map' for a person to correct. Lines marked "check:" are guesses; those marked "fill in:" must
# be filled in, or deleted where they are not needed; the rest was certain. The return's period is the name of its
# folder; where it is not, say it under 'set', such as period: 2009-q2. Ethnic groups were read as those of {name}.
"""


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


def write_proposal(
    path: Path, classification: Classification, tables: Sequence[str] = (), part: Part = WHOLE
) -> tuple[Path, Proposal]:
    """Write the mapping proposed for the table at `part` of the file beside it; ProposalError where that cannot be."""
    target = path.with_name("mapping.yaml")
    if target.exists():
        raise ProposalError(f"{target.as_posix()} is there already; move it, or give it another name, first.")
    try:
        text = open_sent(path).read(part, known_names())
    except RefusedFileError as refusal:
        mend = _MENDS.get(refusal.fault.rule, refusal.fault.mend)
        raise ProposalError(f"{path.name}: {refusal.fault.message}; {mend}.") from refusal
    proposal = propose_mapping(text, path.name, load_vocabulary(classification), tables, part)
    target.write_text(proposal.text, encoding="utf-8", newline="\n")
    return target, proposal


def propose_mapping(
    text: TextTable, file: str, vocabulary: Vocabulary, tables: Sequence[str] = (), part: Part = WHOLE
) -> Proposal:
    """A mapping of the table `text` at `part` of `file`, as `tables` or as those that it seems to hold."""
    contents = Contents(text, vocabulary)
    drafts = [
        Draft(table, place_columns(contents, table), contents)
        for table in map(load_table, tables or RETURN_TABLES)
    ]
    chosen = drafts if tables else _choose(drafts)
    if not any(draft.places for draft in chosen):
        raise ProposalError(
            "no column of this file has a name that is known; check that row 1, or the row given with --header-row, "
            "holds the column names."
        )
    blocks = [line for draft in chosen for line in block_lines(draft, file, part)]
    introduction = _INTRODUCTION.format(name=vocabulary.name)
    return Proposal("\n".join([introduction + "blocks:", *blocks, *_left_out(contents, chosen), ""]))


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


def _left_out(contents: Contents, drafts: Sequence[Draft]) -> Iterator[str]:
    """Columns of the file that no block reads; a name that looks like a value is not repeated."""
    used = {place.theirs for draft in drafts for place in draft.read}
    left = [name for name in contents.header if name not in used]
    named = [name for name in left if not _LOOKS_LIKE_VALUE.search(name)]
    if named:
        yield f"# Not read, because nothing of the contract needs them: {', '.join(map(quote, named))}."
    if len(named) < len(left):
        yield "# Other columns are not read either; they have no name, or one that looks like a value."
