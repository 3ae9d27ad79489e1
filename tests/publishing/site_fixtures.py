"""Fixtures of the publishing tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from site_project import write_project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """`reports/` of a dataset with one service."""
    write_project(tmp_path / "reports")
    return tmp_path / "reports"
