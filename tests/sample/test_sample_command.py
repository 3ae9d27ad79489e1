"""`python -m pipeline.sample` replaces the sample, and no other dataset that stands in its place."""

from pathlib import Path

import pytest

from pipeline.sample.__main__ import ROOT, refuse_other_data


def test_the_sample_may_be_made_anew() -> None:
    folder = ROOT / "data/raw/sample"
    refuse_other_data(folder)
    assert folder.is_dir()


def test_a_dataset_of_ones_own_in_the_samples_place_is_not_deleted(tmp_path: Path) -> None:
    (tmp_path / "dataset.yaml").write_text("title: Our borough\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="another dataset than the sample"):
        refuse_other_data(tmp_path)
