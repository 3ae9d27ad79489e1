"""The lines of one proposed block of mapping.yaml: what is sure, what is to be checked, what is to be filled in."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from pipeline.contract.groups.ethnicity_spellings import load_code_lists
from pipeline.contract.groups.synonyms import DATE_OF_BIRTH
from pipeline.contract.names import LOOKS_PERSONAL
from pipeline.contract.periods import find_word
from pipeline.contract.tables import Field, Table
from pipeline.contract.values import ISO_DATE, parse_text
from pipeline.files.formats.file_types import Part
from pipeline.files.mapping.recognise import Contents, Place

CHECK, FILL_IN = "# check: ", "# fill in: "
MOST_VALUES = 30
_LONGEST_VALUE = 40
_LONGEST_IN_DOUBT = 3


@dataclass(frozen=True)
class Draft:
    """One block to be written."""

    table: Table
    places: Mapping[str, Place]
    contents: Contents

    @property
    def columns(self) -> Mapping[str, Place]:
        """What fills the contract's columns, the date of birth apart."""
        return {name: place for name, place in self.places.items() if name != DATE_OF_BIRTH}

    @property
    def read(self) -> tuple[Place, ...]:
        """The columns of theirs that the block reads."""
        return (*self.columns.values(), *([self.age_from] if self.age_from else []))

    @property
    def gaps(self) -> tuple[str, ...]:
        """Needed columns that nothing fills."""
        return tuple(name for name in self.table.required if name not in self.places)

    @property
    def age_from(self) -> Place | None:
        """The date of birth, where the age itself is not sent."""
        return None if "age" in self.places else self.places.get(DATE_OF_BIRTH)


def quote(text: str) -> str:
    """The text in quotation marks, as YAML reads it."""
    return json.dumps(text, ensure_ascii=not text.isprintable())


def block_lines(draft: Draft, name: str, file: str, part: Part) -> Iterator[str]:
    """The block of that name that reads what stands at `part` of `file` as the draft's table."""
    yield f"  - name: {name}"
    word = find_word(PurePath(file).stem)
    pattern = file.replace(word, "*") if word else file
    doubt = f"  {CHECK}the file of any period, by its name" if pattern != file else ""
    yield f"    file: {quote(pattern)}{doubt}"
    if part.sheet:
        yield f"    sheet: {quote(part.sheet)}"
    if part.header_row:
        yield f"    header_row: {part.header_row}"
    yield f"    table: {draft.table.name}"
    marks = draft.contents.marks(place.theirs for place in draft.read)
    if marks:
        listed = ", ".join(map(quote, marks))
        yield f"    missing: [{listed}]  {CHECK}read as blank wherever they stand alone in a cell"
    yield from _constants(draft)
    yield "    columns:"
    for name, place in draft.columns.items():
        yield f"      {name}: {quote(place.theirs)}" + (f"  {CHECK}{place.doubt}" if place.doubt else "")
    for name in draft.gaps:
        if not _is_constant(name):
            yield f"      {name}:  {FILL_IN}the column that says: {draft.table.field(name).description}"
    yield from _coded(draft)
    yield from _dates(draft)
    yield from _percentages(draft)
    yield from _age(draft)


def _is_constant(name: str) -> bool:
    """Whether a column is likely to be the same in every row of a file."""
    return name in ("service_id", "outcome", "scale", "who")


def _constants(draft: Draft) -> Iterator[str]:
    gaps = [name for name in draft.gaps if _is_constant(name)]
    if gaps:
        yield "    set:"
    for name in gaps:
        yield f"      {name}:  {FILL_IN}{draft.table.field(name).description} Or name a column under 'columns'."


def _coded(draft: Draft) -> Iterator[str]:
    """Their codes: those that we know, those to be filled in, and a list of codes where they are all of one."""
    values: list[str] = []
    codes: list[str] = []
    for name, place in draft.columns.items():
        field = draft.table.field(name)
        if field.enum or field.codes or name in draft.contents.names:
            listed = _code_list(draft.contents.values(place.theirs), field)
            codes += [f"      {name}: {listed}  {CHECK}all its codes are of this list"] if listed else []
            lines = [] if listed else list(_values(draft, place, field))
            values += [f"      {name}:", *lines] if any(_is_entry(line) for line in lines) else lines
    yield from ["    values:", *values] if any(_is_entry(line) for line in values) else values
    yield from ["    codes:", *codes] if codes else []


def _is_entry(line: str) -> bool:
    return not line.lstrip().startswith("#")


def _code_list(values: Sequence[str], field: Field) -> str:
    lists = load_code_lists() if field.codes else {}
    fitting = [name for name, codes in lists.items() if values and set(values) <= set(codes)]
    return fitting[0] if fitting else ""


def _values(draft: Draft, place: Place, field: Field) -> Iterator[str]:
    """Lines for the codes of a column that the contract does not read as they stand."""
    values = draft.contents.values(place.theirs)
    # In doubt, such a column may hold names ("Completed by"); one called after a characteristic holds codes.
    longest = _LONGEST_IN_DOUBT if place.doubt and not field.characteristic else _LONGEST_VALUE
    strange = [value for value in values if draft.contents.code(value, field) != value]
    if len(values) > MOST_VALUES:
        if strange:
            told = f"{field.name} holds more than {MOST_VALUES} values, and some are no codes of the contract"
            yield f"    {CHECK}{told}"
        return
    for value in strange:
        code = draft.contents.code(value, field)
        if code:
            yield f"        {quote(value)}: {code}"
        elif _may_be_shown(value, longest):
            yield f"        {quote(value)}:  {FILL_IN}{_expected(value, field, draft.contents)}"
    if any(not draft.contents.code(value, field) and not _may_be_shown(value, longest) for value in strange):
        told = f"{field.name} holds values that look like words or numbers of one child; they are not shown"
        yield f"    {CHECK}{told}"


def _may_be_shown(value: str, longest: int) -> bool:
    return len(value) <= longest and not LOOKS_PERSONAL.search(value)


def _expected(value: str, field: Field, contents: Contents) -> str:
    choices = field.enum or tuple(contents.names.get(field.name, ()))
    if choices:
        return f"one of {', '.join(choices)}"
    if field.name in contents.names:
        return f"the commissioner's short name for this {field.name}"
    fault = parse_text(value, field, vocabulary=contents.vocabulary).fault
    return fault.message if fault else ""


def _dates(draft: Draft) -> Iterator[str]:
    lines = [
        line
        for name, place in draft.columns.items()
        if draft.table.field(name).type == "date"
        for line in _date_format(draft.contents, name, place.theirs)
    ]
    yield from ["    date_formats:", *lines] if any(_is_entry(line) for line in lines) else lines


def _date_format(contents: Contents, name: str, theirs: str) -> Iterator[str]:
    """The line for one column of dates: none where they are written as the contract asks."""
    forms = contents.date_formats(theirs)
    if not contents.values(theirs):
        yield f"    {CHECK}{name} is blank in every row"
    elif not forms:
        yield f'      {name}:  {FILL_IN}no format that is known fits its cells; such as "%d/%m/%Y"'
    elif len(forms) > 1:
        both = " and ".join(map(quote, forms))
        yield f"      {name}:  {FILL_IN}{both} both fit every cell; write the one that is meant"
    elif not contents.all_dates(theirs, forms[0]):
        yield f"      {name}: {quote(forms[0])}  {CHECK}not every cell is a date of this format"
    elif forms[0] != ISO_DATE:
        yield f"      {name}: {quote(forms[0])}"


def _percentages(draft: Draft) -> Iterator[str]:
    found = [
        name
        for name, place in draft.columns.items()
        if draft.table.field(name).type == "number"
        and any(value.endswith("%") for value in draft.contents.values(place.theirs))
    ]
    months = [
        name for name, place in draft.columns.items() if name == "age" and "month" in place.theirs.lower()
    ]
    if found or months:
        yield "    units:"
    for name in (*found, *months):
        yield f"      {name}: {'percent' if name in found else 'months'}  {CHECK}guessed from the cells or the name"


def _age(draft: Draft) -> Iterator[str]:
    place = draft.age_from
    if not place:
        return
    yield "    age_from:" + (f"  {CHECK}{place.doubt}" if place.doubt else "")
    yield f"      column: {quote(place.theirs)}"
    yield from (
        line.replace(f"{DATE_OF_BIRTH}:", "date_format:")
        for line in _date_format(draft.contents, DATE_OF_BIRTH, place.theirs)
    )
