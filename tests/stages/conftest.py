"""What most of these tests begin with."""

from pathlib import Path

import pytest
from small_dataset import write_dataset


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small dataset, written anew."""
    return write_dataset(tmp_path / "data")
