"""The page for providers, docs/mapping.md: its examples are what the programme does."""

import re
from pathlib import Path

from pipeline.contract.groups.synonyms import known_names
from pipeline.files.formats.delimited import read_csv
from pipeline.files.formats.file_types import WHOLE
from pipeline.files.mapping.mapping_file import KEYS, read_mapping
from pipeline.files.mapping.propose import hold_against, propose_mapping

PAGE = (Path(__file__).parents[2] / "docs" / "mapping.md").read_text(encoding="utf-8")
FIRST, SECOND = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def test_the_first_example_is_what_outturn_map_writes() -> None:
    grid = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| C")]
    theirs = "\n".join(",".join(cells) for cells in grid)
    part = (WHOLE, read_csv(theirs.encode(), known_names()))
    proposal = propose_mapping([part], "referrals.csv", hold_against(None, "ons_2011"))
    assert "blocks:\n" + proposal.text.partition("blocks:\n")[2] == FIRST


def test_the_second_example_is_a_mapping(tmp_path: Path) -> None:
    (tmp_path / "mapping.yaml").write_text(SECOND, encoding="utf-8")
    stars, attendance = read_mapping(tmp_path / "mapping.yaml", "mapping.yaml")
    assert [stars.scales["wellbeing"].convert(text) for text in ("0", "10", "5")] == ["7.0", "35.0", "21.0"]
    assert (stars.header_row, attendance.units["review_score"]) == (3, "percent")


def test_every_key_of_a_block_is_explained() -> None:
    table = PAGE.partition("## Every key")[2].partition("\n\nCells")[0]
    explained = {key for line in table.splitlines() for key in re.findall(r"`(\w+)`", line.split(" | ")[0])}
    assert explained == set(KEYS)
