"""The dataset's own key: made once, private, never made anew."""

import stat
from pathlib import Path

import pytest

from pipeline.contract.dataset import DatasetError
from pipeline.files.key import read_key


def test_a_key_is_made_once_and_is_this_accounts_alone(tmp_path: Path) -> None:
    made = read_key(tmp_path)
    assert len(made) == 32
    assert read_key(tmp_path) == made
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


def test_two_datasets_have_two_keys(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    assert read_key(tmp_path) != read_key(tmp_path / "other")


@pytest.mark.parametrize("text", ["", "0123", "g" * 64, "0" * 65])
def test_a_damaged_key_is_refused_and_left_as_it_is(tmp_path: Path, text: str) -> None:
    (tmp_path / "key").write_text(text)
    with pytest.raises(DatasetError, match="is not the dataset's key"):
        read_key(tmp_path)
    assert (tmp_path / "key").read_text() == text
