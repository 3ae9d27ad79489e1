"""The worked example of docs/notebooks.md, typed as it stands."""

import re
from pathlib import Path

import pytest
from whole_run import Copy

pytest_plugins = ("whole_run_fixtures",)


def test_a_target_by_hand_comes_out_as_the_frame_has_it(run: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (Path(__file__).parents[2] / "docs" / "notebooks.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    monkeypatch.chdir(run.root)
    names: dict[str, object] = {}
    exec(code, names)
    assert "row" in names
