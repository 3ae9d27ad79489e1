"""`outturn due`: dates that are overdue, or due in the months after the last day of the data."""

from collections.abc import Iterator
from pathlib import Path

from pipeline.analysis.cycle.due import list_due
from pipeline.files.commissioner.reference import read_reference
from pipeline.files.context import read_context
from pipeline.project import open_project


def describe_due(root: Path) -> Iterator[str]:
    """Return one line per date, earliest first; FileNotFoundError says what to run where nothing is counted yet."""
    project = open_project(root)
    context = read_context(project.processed / "measure" / "overall")
    tables = read_reference(project.dataset()).tables
    ahead = project.settings.cycle.months_ahead
    rows = list_due(context, tables["services"].to_pylist(), tables["providers"].to_pylist(), ahead)
    yield f"The data reach to {context.dataset.complete_to}: {len(rows)} dates."
    for row in rows:
        yield f"{row['due']}  {row['state']:<7}  {row['what']:<8}  {row['about']}: {row['name']}"
