"""`outturn map`: what it is sure of, what it guesses, what it leaves to a person, and what it never shows."""

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.contract.groups.synonyms import (
    column_names,
    known_names,
    load_code_synonyms,
    load_column_synonyms,
)
from pipeline.contract.tables import RETURN_TABLES, load_table
from pipeline.contract.values import parse_text, spelling_key
from pipeline.files.formats.delimited import read_csv
from pipeline.files.formats.file_types import WHOLE
from pipeline.files.mapping.contract_shape import shape_mapped
from pipeline.files.mapping.mapping_file import Block, MappingError, read_mapping
from pipeline.files.mapping.propose import (
    Asked,
    Proposal,
    ProposalError,
    hold_against,
    propose_mapping,
    write_proposal,
)

HELD = hold_against(None, "ons_2011")
REFERRALS = """\
Client ID,Case ref,Referral date,Date started,DOB,Gender,Ethnic origin,Disabled (Y/N),Project,Key worker
C101,R1,23/04/2009,24/04/2009,01/02/2000,F,White - British,Y,S01,Ann Otherby
C102,R2,05/05/2009,,13/02/2001,M,black caribbean,N,S01,Bob Beesley
C103,R3,06/06/2009,NA,01/02/2003,Girl,WBRI,n/k,S02,Bob Beesley
"""


def propose(theirs: str, tables: Sequence[str] = ()) -> Proposal:
    return propose_mapping([(WHOLE, read_csv(theirs.encode(), known_names()))], "theirs.csv", HELD, tables)


def read_back(proposal: Proposal, folder: Path) -> tuple[Block, ...]:
    (folder / "mapping.yaml").write_text(proposal.text, encoding="utf-8")
    return read_mapping(folder / "mapping.yaml", "mapping.yaml")


def test_where_everything_is_certain_the_proposal_is_read_at_once(tmp_path: Path) -> None:
    proposal = propose(REFERRALS)
    (block,) = read_back(proposal, tmp_path)
    assert (proposal.gaps, proposal.checks, block.table.name) == (0, 1, "episodes")
    assert block.columns == {
        "child_id": "Client ID",
        "episode_id": "Case ref",
        "referral_date": "Referral date",
        "start_date": "Date started",
        "sex": "Gender",
        "ethnicity": "Ethnic origin",
        "disability": "Disabled (Y/N)",
        "service_id": "Project",
    }
    assert block.date_formats == {"referral_date": "%d/%m/%Y", "start_date": "%d/%m/%Y"}
    assert block.values == {
        "sex": {"F": "female", "Girl": "female", "M": "male"},
        "disability": {"N": "no", "Y": "yes", "n/k": "not_known"},
    }
    assert block.age_from is not None
    assert (block.age_from.column, block.age_from.date_format) == ("DOB", "%d/%m/%Y")
    assert block.missing == {"", "NA"}
    shaped = shape_mapped(read_csv(REFERRALS.encode(), block.their_columns), block)
    assert shaped.columns["age"].texts() == ["9", "8", "6"]


def test_ids_dates_names_and_words_are_never_shown() -> None:
    shown = propose(REFERRALS).text
    values = {cell for line in REFERRALS.splitlines()[1:] for cell in line.split(",") if cell}
    codes = {"F", "M", "Girl", "Y", "N", "n/k", "NA"}
    assert {value for value in values - codes if re.search(rf"\b{re.escape(value)}\b", shown)} == set()


def test_a_date_that_may_be_read_both_ways_is_left_to_a_person(tmp_path: Path) -> None:
    proposal = propose(REFERRALS.replace("23/04/2009", "03/04/2009"))
    line = '      referral_date:  # fill in: "%d/%m/%Y" and "%m/%d/%Y" both fit every cell; write the one that is meant'
    assert line in proposal.text.splitlines()
    with pytest.raises(MappingError, match=r"date_formats, referral_date: nothing is filled in here"):
        read_back(proposal, tmp_path)
    filled = Proposal(proposal.text.replace("referral_date:  #", 'referral_date: "%d/%m/%Y"  #'))
    assert read_back(filled, tmp_path)[0].date_formats["referral_date"] == "%d/%m/%Y"


def test_a_code_that_is_not_known_is_left_to_a_person_and_a_broad_group_is_not_guessed(
    tmp_path: Path,
) -> None:
    proposal = propose(REFERRALS.replace(",Girl,WBRI", ",X,Asian"))
    lines = [line.strip() for line in proposal.text.splitlines() if "# fill in: " in line]
    assert lines == [
        '"X":  # fill in: one of female, male, other, not_known',
        '"Asian":  # fill in: a broad group, where ons_2011 asks for one of the groups within it',
    ]
    with pytest.raises(
        MappingError, match=r"line \d+, block 1 \(episodes\), values, sex, X: nothing is filled in"
    ):
        read_back(proposal, tmp_path)


def test_what_is_needed_and_not_found_is_said() -> None:
    proposal = propose("Child,Referred on,Ethnicity\nC1,2009-05-31,A\nC2,2009-06-30,M\n")
    told = [
        line.strip()
        for line in proposal.text.splitlines()
        if line.strip().startswith(("service_id", "episode_id"))
    ]
    assert told == [
        "service_id:  # fill in: The commissioner's short name for the service. Or name a column under 'columns'.",
        "episode_id:  # fill in: the column that says: Your own number for this child's time in this service; "
        "the same in every return.",
    ]
    assert "      ethnicity: nhs  # check: all its codes are of this list" in proposal.text.splitlines()


def test_a_date_of_birth_is_not_read_where_the_age_is_sent(tmp_path: Path) -> None:
    header, *rows = REFERRALS.splitlines()
    proposal = propose("\n".join([f"{header},Age in months", *(f"{row},110" for row in rows)]))
    (block,) = read_back(proposal, tmp_path)
    assert (block.age_from, block.columns["age"], block.units) == (None, "Age in months", {"age": "months"})
    assert '# Not read: "DOB", "Key worker".' in proposal.text.splitlines()


def test_scores_beside_referrals_are_a_second_block_of_outcomes(tmp_path: Path) -> None:
    header, *rows = REFERRALS.splitlines()
    scored = "\n".join(
        [f"{header},Tool,Outcome,Score pre,Score post", *(f"{row},W,sleep,50 %,60%" for row in rows)]
    )
    proposal = propose(scored)
    assert (
        """      scale:
        "W":  # fill in: the commissioner's short name for this scale"""
        in proposal.text
    )
    episodes, outcomes = read_back(Proposal(proposal.text.replace('"W":', '"W": wellbeing')), tmp_path)
    assert (episodes.table.name, outcomes.table.name) == ("episodes", "outcomes")
    assert outcomes.columns["scale"] == "Tool"
    assert outcomes.units == {"baseline_score": "percent", "review_score": "percent"}


def test_a_name_that_is_nearly_known_is_a_guess() -> None:
    proposal = propose(REFERRALS.replace("Ethnic origin", "Ethnic orgin").replace("Gender", "Of which"))
    assert (
        '      ethnicity: "Ethnic orgin"  # check: guessed from a name like it' in proposal.text.splitlines()
    )
    assert '      sex: "Of which"  # check: guessed from what it holds' in proposal.text.splitlines()


def test_people_s_names_in_a_column_that_may_hold_codes_are_not_shown() -> None:
    theirs = "Survey ID,Project,Date,Completed by,Satisfied\n1,S01,2009-05-31,Ann Otherby,Y\n2,S01,2009-06-30,Bob,N\n"
    shown = propose(theirs).text
    assert 'who: "Completed by"  # check: its cells do not look like it' in shown
    assert "Ann" not in shown
    assert "who holds values that look like words or numbers of one child; they are not shown" in shown


def test_a_column_of_more_than_thirty_values_shows_none() -> None:
    rows = "".join(
        f"C{number},2009-05-31,group {chr(65 + number % 26)}{number // 10}\n" for number in range(31)
    )
    shown = propose("Child ID,Referral date,Ethnicity\n" + rows).text
    assert not re.search(r"group [A-Z][0-9]", shown)
    assert "ethnicity holds more than 30 values, and some are no codes of the contract" in shown


def test_a_file_without_a_header_shows_nothing_of_its_first_child() -> None:
    with pytest.raises(ProposalError) as caught:
        propose("C101,R1,23/04/2009,F,Ann Otherby\nC102,R2,05/05/2009,M,Bob Beesley\n")
    assert str(caught.value).startswith("no column of this file has a name that is known")
    half = propose("Client ID,Referral date,23/04/2009,C101,ann@otherby\nC1,2009-05-31,a,b,c\n").text
    assert [text for text in ("23/04", "C101", "otherby") if text in half] == []


def test_a_mapping_that_is_there_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "theirs.csv").write_text(REFERRALS, encoding="utf-8")
    path, proposal = write_proposal(tmp_path / "theirs.csv", HELD)
    assert path.read_text(encoding="utf-8") == proposal.text
    with pytest.raises(ProposalError, match="is there already"):
        write_proposal(tmp_path / "theirs.csv", HELD)


def test_a_title_above_the_column_names_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "theirs.csv"
    path.write_text(f"Umoja referrals\n\n{REFERRALS}", encoding="utf-8")
    _, proposal = write_proposal(path, HELD)
    assert len(read_back(proposal, tmp_path)) == 1


def test_rows_above_the_column_names_are_named_and_can_be_passed(tmp_path: Path) -> None:
    path = tmp_path / "theirs.csv"
    above = REFERRALS.splitlines()[1]
    path.write_text(f"{above}\n\n{REFERRALS}", encoding="utf-8")
    with pytest.raises(ProposalError) as caught:
        write_proposal(path, HELD)
    assert str(caught.value) == (
        "theirs.csv: the column names seem to be in row 3, below other rows; give that row with --header-row."
    )
    _, proposal = write_proposal(path, HELD, Asked(header_row=3))
    (block,) = read_back(proposal, tmp_path)
    assert block.header_row == 3


names = (
    st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)
    .map(str.strip)
    .filter(bool)
)
cells = st.sampled_from(
    ["F", "Asian", "x'y", 'say "so"', "a: b", "# no", "{", "é", "31/05/2009", "NA", "50%", "1", ""]
)


@settings(deadline=None)
@given(st.lists(names, unique=True, min_size=1, max_size=4), st.lists(cells, min_size=9, max_size=9))
@pytest.mark.long
def test_whatever_a_file_holds_the_proposal_is_yaml_with_its_gaps_named(
    tmp_path_factory: pytest.TempPathFactory, others: list[str], texts: list[str]
) -> None:
    known = ["Client ID", "Referral date", "Gender", "Ethnicity"]
    header = [*known, *(name for name in others if name not in known)]
    stream = io.StringIO()
    csv.writer(stream).writerows(
        [header, *([texts[(row + place) % 9] for place in range(len(header))] for row in range(3))]
    )
    text = read_csv(stream.getvalue().encode(), set(header))
    proposal = propose_mapping([(WHOLE, text)], "theirs.csv", HELD)
    assert propose_mapping([(WHOLE, text)], "theirs.csv", HELD) == proposal
    filled = re.sub(r":  # fill in: .*", ": 2009", proposal.text)
    folder = tmp_path_factory.mktemp("proposal")
    try:
        read_back(Proposal(filled), folder)
    except MappingError as error:
        assert "2009" in str(error) or "filled" in str(error)
    with pytest.raises(MappingError, match="nothing is filled in here"):
        read_back(proposal, folder)


def test_synonyms_are_of_columns_and_codes_that_the_contract_has() -> None:
    tables = [load_table(name) for name in RETURN_TABLES]
    known = {name for table in tables for name in table.columns} | {"date_of_birth"}
    assert set(load_column_synonyms().values()) <= known
    own = {spelling_key(field.name): field.name for table in tables for field in table.fields}
    clashes = {
        key: column for key, column in load_column_synonyms().items() if own.get(key, column) != column
    }
    assert clashes == {}
    for table in tables:
        assert set(column_names(table).values()) <= {*table.columns, "date_of_birth"}
        for field in table.fields:
            codes = load_code_synonyms(field.name)
            assert set(codes.values()) <= set(field.enum)
            assert [
                key for key, code in codes.items() if parse_text(key, field).value not in (None, code)
            ] == []
