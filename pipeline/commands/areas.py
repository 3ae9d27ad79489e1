"""`outturn areas`: compare the area with others from published statistics alone, without returns or providers."""

from collections.abc import Iterator
from pathlib import Path

from pipeline.analysis.finding_columns import list_rows
from pipeline.analysis.needs.area_findings import tabulate_area_trends, tabulate_areas
from pipeline.contract.dataset import read_dataset
from pipeline.files.commissioner.benchmarks import read_benchmarks
from pipeline.files.commissioner.reference_table import ReferenceTableError
from pipeline.present.disclosure.door import Door, Downloads
from pipeline.present.disclosure.frames import finding_file
from pipeline.present.needs.areas import say_areas, show_areas
from pipeline.present.page import headline
from pipeline.project import open_project
from pipeline.publishing.pandoc import render_alone


def write_areas(root: Path, folder: Path, output: Path) -> Iterator[str]:
    """Write areas.html and its tables for the dataset in `folder`; yield lines on what was found.

    ReferenceTableError where it has no benchmarks.csv, or one with a fault.
    """
    project, dataset = open_project(root), read_dataset(folder)
    found, level = read_benchmarks(dataset), project.settings.shared.confidence_level
    if not found:
        place = (folder / "reference" / "benchmarks.csv").as_posix()
        raise ReferenceTableError(f"{place} is missing or blank; write a row for each indicator.")
    downloads = Downloads(output / "tables")
    trends = tabulate_area_trends(found, level)
    for name, frame in (("areas", tabulate_areas(found)), ("area_trends", trends)):
        downloads.write_frame(finding_file(name), frame, dataset.source)
    sentences = say_areas(list_rows(trends))
    parts = [headline(sentences), show_areas(Door(project.rule, downloads, "tables/"), found, level)]
    style = (root / "reports" / "assets" / "style.css").read_text(encoding="utf-8")
    page = render_alone(dataset.title, "\n\n".join(parts), style)
    (output / "areas.html").write_text(page, encoding="utf-8", newline="\n")
    yield sentences
    yield f"The page is {(output / 'areas.html').as_posix()}, its tables are beside it."
