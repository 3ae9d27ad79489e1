"""docs/api.md is what the public fronts say of themselves now."""

from pathlib import Path

from pipeline import equality, impact
from pipeline.api_page import format_api

PAGE = Path(__file__).parents[2] / "docs" / "api.md"


def test_the_committed_page_lists_all_that_notebooks_may_ask_for() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == format_api()
    assert all(f"{name}(" in page or f"class {name}" in page for name in (*equality.__all__, *impact.__all__))
