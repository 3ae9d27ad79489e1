"""One change of a valid mapping a case, with what is said of it."""

from pathlib import Path

import pytest

from pipeline.files.formats.delimited import read_csv
from pipeline.files.formats.text import RefusedFileError
from pipeline.files.mapping.contract_shape import shape_mapped
from pipeline.files.mapping.mapping_file import MappingError, read_mapping

VALID = """\
blocks:
  - name: all
    file: theirs.csv
    table: episodes
    missing: ["NA"]
    in_scope: {class: [small, regular]}
    needs: [score]
    set: {service_id: S01, period: 2009-q2}
    columns: {episode_id: id, child_id: id, referral_date: seen, arm: class, disability: dis}
    values: {arm: {small: treated, regular: comparison}, disability: {no: no, 0012: yes}}
    prefix: {episode_id: e-}
    date_formats: {referral_date: "%d/%m/%Y"}
"""
THEIRS = b"""\
id,class,seen,score,dis
1,small,31/05/2009,5,no
2, regular ,01/06/2009,7,0012
3,aide,01/06/2009,7,no
4,small,01/06/2009,NA,no
5,small,NA,7,NA
"""

CASES = {
    "unknown key": ("    needs:", "    nedes:",
        "m.yaml, line 7, block 1 (all): 'nedes' is not a key; did you mean 'needs'?"),
    "no table": ("    table: episodes\n", "", "m.yaml, line 2, block 1 (all): the key 'table' is missing."),
    "unknown table": ("episodes", "episode",
        "m.yaml, line 4, block 1 (all), table: 'episode' is not a table; did you mean 'episodes'?"),
    "file elsewhere": (
        "theirs.csv",
        "../theirs.csv",
        "m.yaml, line 3, block 1 (all), file: '../theirs.csv' must be the name of a file in the "
        "mapping's own folder, without a path.",
    ),
    "unknown contract column": ("arm: class,", "arms: class,",
        "m.yaml, line 9, block 1 (all), columns: 'arms' is not a column of episodes; did you mean 'arm'?"),
    "values of a column that is not filled": (
        "values: {arm:",
        "values: {sex:",
        "m.yaml, line 10, block 1 (all), values: 'sex' is not a column filled under 'columns'; "
        "correct it, or take it out.",
    ),
    "required column not filled": ("service_id: S01, ", "",
        "m.yaml, line 2, block 1 (all): the column 'service_id' is not filled; name it in 'columns' or in 'set'."),
    "column filled twice": ("service_id: S01", "service_id: S01, arm: treated",
        "m.yaml, line 8, block 1 (all): the column 'arm' is filled twice; name it in 'columns' or in 'set'."),
    "constant that the contract refuses": (
        "service_id: S01",
        "service_id: S 1",
        "m.yaml, line 8, block 1 (all), set, service_id: 'S 1' is not written like the example 'S01'; "
        "begin with a letter or digit; use letters (without accents), digits, '_', '.' and '-' only, 40 at most.",
    ),
    "date format without a day": (
        "%d/%m/%Y",
        "%m/%Y",
        "m.yaml, line 12, block 1 (all), date_formats, referral_date: '%m/%Y' does not give day, month and year; "
        "write it like '%d/%m/%Y', for 31/05/2009.",
    ),
    "date format of a column without dates": ("date_formats: {referral_date:", "date_formats: {arm:",
        "m.yaml, line 12, block 1 (all), date_formats: 'arm' is not a date."),
    "no list": ("needs: [score]", "needs: score",
        "m.yaml, line 7, block 1 (all), needs: write a list such as [small, regular]."),
    "key twice": ("    needs: [score]\n", "    needs: [score]\n    needs: [dis]\n",
        "m.yaml, line 8, block 1, needs: this key is in line 7 already; keep one of the two."),
    "nothing filled in": (
        "{small: treated,",
        "{small: ,",
        "m.yaml, line 10, block 1 (all), values, arm, small: nothing is filled in here; "
        "fill it in, or delete the line.",
    ),
    "code that the contract refuses": (
        "small: treated",
        "small: treatd",
        "m.yaml, line 10, block 1 (all), values, arm, small: 'treatd' is not one of the choices "
        "for arm; did you mean 'treated'?; "
        "use one of treated, comparison.",
    ),
    "unknown list of codes": ("    prefix:", "    codes: {disability: nhs}\n    prefix:",
        "m.yaml, line 11, block 1 (all), codes, disability: 'nhs' is not a list of codes; this column has none."),
    "list where a text should be": ('missing: ["NA"]', "missing: [[NA]]",
        "m.yaml, line 5, block 1 (all), missing: write one text here."),
    "no YAML": (
        "columns: {episode_id",
        "columns: {{episode_id",
        "m.yaml, line 10: not written as YAML asks: expected ',' or '}', but got '<scalar>'; "
        "check the colons and quotation marks there, "
        "and use spaces, not tabs.",
    ),
    "header row that is none": ("    table:", "    header_row: first\n    table:",
        "m.yaml, line 4, block 1 (all), header_row: 'first' is not a row number such as 4."),
    "no blocks": ("blocks:", "block:", "m.yaml, line 1: write one key, 'blocks', with a list of blocks under it."),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_fault_is_named_by_file_block_key_and_fix(tmp_path: Path, case: str) -> None:
    old, new, message = CASES[case]
    assert old in VALID
    path = tmp_path / "mapping.yaml"
    path.write_text(VALID.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(MappingError) as caught:
        read_mapping(path, "m.yaml")
    assert str(caught.value) == message


def test_rows_are_chosen_recoded_and_prefixed(tmp_path: Path) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(VALID, encoding="utf-8")
    (block,) = read_mapping(path, "m.yaml")
    shaped = shape_mapped(read_csv(THEIRS), block)
    assert (list(shaped.row_numbers), shaped.out_of_scope) == ([2, 3, 6], 2)
    assert {name: column.texts() for name, column in shaped.columns.items()} == {
        "service_id": ["S01"] * 3,
        "episode_id": ["e-1", "e-2", "e-5"],
        "child_id": ["1", "2", "5"],
        "referral_date": ["31/05/2009", "01/06/2009", ""],
        "arm": ["treated", "comparison", "treated"],
        "disability": ["no", "yes", ""],
    }


def test_a_column_that_is_not_in_the_file_is_named_with_its_block(tmp_path: Path) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(VALID.replace("referral_date: seen", "referral_date: sean"), encoding="utf-8")
    (block,) = read_mapping(path, "m.yaml")
    with pytest.raises(RefusedFileError) as caught:
        shape_mapped(read_csv(THEIRS), block)
    assert (
        str(caught.value)
        == "mapping.yaml, line 9, block 'all': the file has no column 'sean'; did you mean 'seen'?"
    )
    assert caught.value.lines == 5
