"""A stage refuses to finish where what it read was written meanwhile."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.project import InputsMovedError, standing_still


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    folder = tmp_path / "inputs" / "deep"
    folder.mkdir(parents=True)
    (folder / "a.csv").write_text("1\n", encoding="utf-8")
    os.utime(folder / "a.csv", (0, 0))  # a clock's tick may be longer than a test
    return tmp_path / "inputs"


CHANGES: dict[str, Callable[[Path], object]] = {
    "longer": lambda folder: (folder / "deep/a.csv").write_text("1\n2\n", encoding="utf-8"),
    "of the same size": lambda folder: (folder / "deep/a.csv").write_text("2\n", encoding="utf-8"),
    "added": lambda folder: (folder / "deep/b.csv").write_text("", encoding="utf-8"),
    "removed": lambda folder: (folder / "deep/a.csv").unlink(),
    "renamed": lambda folder: (folder / "deep/a.csv").rename(folder / "deep/c.csv"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_input_that_changed_meanwhile_stops_the_stage(inputs: Path, change: str) -> None:
    with (
        pytest.raises(InputsMovedError, match="changed while this stage was reading it"),
        standing_still((inputs,), inputs.parent),
    ):
        CHANGES[change](inputs)


def test_inputs_that_stand_still_are_no_matter(inputs: Path) -> None:
    with standing_still((inputs, inputs / "deep" / "a.csv"), inputs.parent):
        (inputs.parent / "other.csv").write_text("", encoding="utf-8")


def test_an_input_that_is_missing_is_named_with_the_fix(inputs: Path) -> None:
    with (
        pytest.raises(InputsMovedError, match=r"^inputs/gone is not there; 'dvc repro' makes it\.$"),
        standing_still((inputs / "gone",), inputs.parent),
    ):
        pytest.fail("the stage must not begin")
