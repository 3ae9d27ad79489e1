"""The page for providers tells the truth: its commands are there, and its answer is what the check says."""

import re
import shutil
from pathlib import Path

import pytest
from small_dataset import EPISODES, FILES, RETURN, change_file, check, write_dataset

from pipeline.cli import FAILED, main

PAGE = (Path(__file__).parents[2] / "docs" / "for-providers.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)


def _spoil(folder: Path) -> None:
    change_file(folder, EPISODES, "2009-06-20", "20/06/2009")
    change_file(folder, EPISODES, "E3,S03", "E3,S99")
    change_file(folder, EPISODES, "BAFR", "African")


def test_the_answer_on_the_page_is_the_answer_of_the_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_dataset(tmp_path / "data")
    _spoil(folder)
    assert main(["check", str(folder / RETURN), "--dataset", str(folder)]) == FAILED
    assert capsys.readouterr().out in BLOCKS


def test_every_command_on_the_page_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    told = re.findall(r"python run\.py (\w+)((?: [^\s`]+)*)", PAGE)
    assert {command for command, _ in told} == {"templates", "check", "map"}
    for command, words in told:
        with pytest.raises(SystemExit) as left:
            main([command, "--help"])
        assert left.value.code == 0
        assert set(re.findall(r"--\w+", words)) <= set(re.findall(r"--\w+", capsys.readouterr().out))


def test_what_the_page_says_in_words_is_what_is_said() -> None:
    code = Path(__file__).parents[2] / "pipeline"
    places = (*code.rglob("*.py"), code / "contract" / "rules.csv")
    source = "".join(path.read_text(encoding="utf-8") for path in places)
    odd = PAGE.split("## When something is odd")[1]
    said = [
        part
        for text in re.findall(r"^\| \*(.+?)\* \|", odd, flags=re.MULTILINE)
        for part in text.split(" ... ")
    ]
    assert len(said) > 8
    assert [text for text in said if text.removeprefix("Not checked: ") not in source] == []


def test_from_the_template_to_an_accepted_return(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = write_dataset(tmp_path / "data")
    shutil.rmtree(folder / "returns")
    assert main(["templates", "mine", "--dataset", "data"]) == 0
    (tmp_path / "mine" / "returns").rename(tmp_path / "mine" / "2009-q2")
    (tmp_path / "mine" / "2009-q2" / "return.xlsx").unlink()
    for name in ("episodes", "outcomes", "feedback"):
        path = tmp_path / "mine" / "2009-q2" / f"{name}.csv"
        columns = path.read_text(encoding="utf-8").strip().split(",")
        header, *rows = FILES[f"{RETURN}/{name}.csv"].splitlines()
        typed = [dict(zip(header.split(","), row.split(","), strict=True)) for row in rows]
        lines = [",".join(row.get(column, "") for column in columns) for row in typed]
        path.write_text("\n".join([",".join(columns), *lines]) + "\n", encoding="utf-8")
    sent = ["check", "mine/2009-q2", "--dataset", "data", "--provider", "harbour"]
    assert main(sent) == 0
    assert capsys.readouterr().out.endswith("Ready to send: every row would be accepted.\n")
    shutil.copytree(tmp_path / "mine" / "2009-q2", folder / RETURN)
    summary, _, aside = check(folder)
    assert (summary.read, summary.accepted, aside) == (6, 6, [])
