"""What is read many files at once must be what is read row by row: the same rows, faults and counts."""

from __future__ import annotations

import csv
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.contract.dataset import read_dataset
from pipeline.contract.tables import RETURN_TABLES, load_table
from pipeline.contract.values import Parsed, parse_text, plain_pattern
from pipeline.files.cells import find_plain
from pipeline.files.kinds import WHOLE, open_sent
from pipeline.files.plain import read_plain
from pipeline.files.returns import Source
from pipeline.stages.intake import run_intake
from pipeline.stages.validate import run_validate

ROOT = Path(__file__).parents[2]
NAMES = load_table("feedback").columns
HEADER = ",".join(NAMES)
ROW = "F1,S01,E1,2009-05-31,child,yes,yes"
PIECES = [
    "F1",
    "S01",
    "",
    " ",
    "\xa0",
    "é",
    "Total",
    " sum:",
    "ſum",
    "who",
    "date ",
    "=1",
    ";",
    "\t",
    "\x1c",
    "\u2028",
]
SIGNS = ["\r", '"', "\0", ",", "\n", "\r\n"]
LINES = st.lists(st.sampled_from([*PIECES, *SIGNS]), min_size=1, max_size=12).map("".join)
ROWS = st.lists(st.sampled_from(PIECES), min_size=len(NAMES), max_size=len(NAMES)).map(",".join)


def source(path: Path) -> Source:
    return Source(path, path.name, "p", "2009-q2", "feedback")


def content(table: object) -> object:
    columns = [column.texts() for column in table.columns]  # type: ignore[attr-defined]
    return table.header, columns, table.row_numbers.tolist(), table.faults, table.tidied  # type: ignore[attr-defined]


@given(
    st.lists(st.lists(st.sampled_from([ROW]) | ROWS | LINES, max_size=5), min_size=1, max_size=4),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
@example([["F1,S01,E1,2009-05-31,child,yes", ROW + ",1"]], "\n", True)
@example([["x" * 140_000 + ROW]], "\n", True)
@settings(deadline=None, max_examples=400)
def test_a_file_that_is_read_with_others_is_read_as_it_is_by_itself(
    files: list[list[str]], feed: str, closed: bool
) -> None:
    with TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{number}.csv" for number in range(len(files))]
        for path, lines in zip(paths, files, strict=True):
            path.write_bytes((feed.join([HEADER, *lines]) + feed * closed).encode())
        for path, table in read_plain(map(source, paths)).items():
            assert content(table) == content(open_sent(path).read(WHOLE, NAMES))


@pytest.mark.parametrize("feed", ["\n", "\r\n"])
def test_files_without_anything_to_say_are_read_together(tmp_path: Path, feed: str) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_bytes(feed.join([HEADER, ROW, ROW.replace("child", "Kind")]).encode())
    (tmp_path / "c.csv").write_text(f"{HEADER}\n{ROW},\n", encoding="utf-8")
    found = read_plain(source(path) for path in sorted(tmp_path.iterdir()))
    assert [path.name for path in found] == ["a.csv", "b.csv"]
    assert [table.column("who").texts() for table in found.values()] == [["child", "Kind"]] * 2


def test_a_row_too_many_and_one_too_few_are_not_taken_for_two_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{HEADER}\n{ROW},1\nF2,S01,E1,2009-05-31,child,yes\n", encoding="utf-8")
    assert read_plain([source(path)]) == {}


PATTERNS = sorted(
    {
        field.pattern: field for name in RETURN_TABLES for field in load_table(name).fields if field.pattern
    }.items()
)


@pytest.mark.parametrize(("pattern", "field"), PATTERNS, ids=[pattern for pattern, _ in PATTERNS])
@given(text=st.text(st.sampled_from("Ea1-_. '2009-05\n\t\x1cÄé\xa0"), max_size=64))
@example(text="2009-05-31")
@example(text="E1\n")
@example(text="E" * 61)
@settings(deadline=None)
def test_a_text_taken_as_it_stands_is_what_the_careful_reader_makes_of_it(
    pattern: str, field: object, text: str
) -> None:
    (plain,) = find_plain(pa.array([text]), pattern).to_pylist()
    careful = parse_text(text, field) == Parsed(text)  # type: ignore[arg-type]
    assert plain == careful if text.isascii() else not plain


def test_codes_numbers_and_dates_are_never_taken_as_they_stand() -> None:
    fields = {field.name: field for field in load_table("episodes").fields}
    assert [plain_pattern(fields[name], None) for name in ("sex", "age", "referral_date")] == [None] * 3
    assert plain_pattern(fields["episode_id"], None)


def test_the_sample_reads_the_same_where_every_cell_stands_in_quotation_marks(tmp_path: Path) -> None:
    sample = read_dataset(ROOT / "data" / "raw" / "sample")
    quoted = write_quoted(sample.folder, tmp_path / "sample")
    written = []
    for dataset, place in ((sample, tmp_path / "plain"), (read_dataset(quoted), tmp_path / "quoted")):
        run_intake(dataset, place / "intake")
        run_validate(dataset, place / "intake", place / "validate")
        written.append(
            {path.relative_to(place): path.read_bytes() for path in place.rglob("*.*") if path.is_file()}
        )
    assert written[0] == written[1]


def write_quoted(folder: Path, copy: Path) -> Path:
    """The dataset with every cell of its returns' own CSV files in quotation marks."""
    for path in (path for path in folder.rglob("*") if path.is_file()):
        place = copy / path.relative_to(folder)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(path.read_bytes())
        if path.suffix == ".csv" and path.stem in RETURN_TABLES and b"\0" not in path.read_bytes():
            with (
                path.open(encoding="utf-8", newline="") as lines,
                place.open("w", encoding="utf-8", newline="") as out,
            ):
                csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(csv.reader(lines))
    return copy
