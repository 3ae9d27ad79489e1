"""A params.yaml or reference table that cannot be used stops the run before any work, with one plain sentence."""

from pathlib import Path

import pytest
from whole_run import Copy, copy_project


@pytest.fixture(scope="module")
def unrun(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return copy_project(tmp_path_factory.mktemp("broken") / "outturn")


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        (
            "params.yaml",
            "confidence_level: 0.95",
            "confidence_level: 95",
            "params.yaml, shared.confidence_level: 95 is not between 0 and 1; write 95 per cent as 0.95.",
        ),
        (
            "data/raw/sample/reference/services.csv",
            "S10,Fathers Together,lantern_fathers",
            "S10,Fathers Together,lantern_father",
            "reference/services.csv, row 11, provider_id",
        ),
    ],
)
def test_a_fault_stops_the_run_with_exit_code_2(
    unrun: Copy, file: str, old: str, new: str, sentence: str
) -> None:
    sound = _replace(unrun.root / file, old, new)
    before = unrun.hashes("data/processed", "reports")
    ended = unrun.python("run.py", "--here", "report")
    (unrun.root / file).write_text(sound, encoding="utf-8", newline="\n")
    assert (ended.returncode, ended.stdout) == (2, "")
    (told,) = ended.stderr.splitlines()
    assert sentence in told
    assert unrun.hashes("data/processed", "reports") == before


def _replace(path: Path, old: str, new: str) -> str:
    with path.open(encoding="utf-8", newline="") as stream:
        sound = stream.read()
    assert sound.count(old) == 1
    path.write_text(sound.replace(old, new), encoding="utf-8", newline="\n")
    return sound
