"""What readers take away from a site: workbooks, what is told of columns, and all of it in one file."""

import io
import json
from pathlib import Path
from zipfile import ZipFile

from python_calamine import CalamineWorkbook
from site_project import displayed, publish, write_notebook

from pipeline.publishing import list_downloads

pytest_plugins = ("site_fixtures",)
_LISTS = ("a-to-z.qmd", "downloads.qmd")


def test_a_page_with_tables_ends_with_a_link_to_them_as_a_workbook(project: Path, site: Path) -> None:
    publish(project)
    page = (site / "services/S01.html").read_text(encoding="utf-8")
    assert '<a href="tables/S01.xlsx">one workbook (XLSX)</a>' in page[page.index("provenance") :]
    assert ".xlsx" not in (site / "services/index.html").read_text(encoding="utf-8")
    book = CalamineWorkbook.from_path(str(site / "services/tables/S01.xlsx"))
    assert book.sheet_names == ["Cover", "Contents", "Notes", "Table 1"]
    cover = [row[0] for row in book.get_sheet_by_name("Cover").to_python()]
    assert cover == [
        "Harbour Youth & Friends: tables",
        "From Outturn: Harbour Youth & Friends.",
        "Sample borough: synthetic data.",
        "Source: a seeded generator.",
    ]


def test_tables_what_is_told_of_them_and_notebooks_are_in_one_file(project: Path, site: Path) -> None:
    path = project / "services/S01.ipynb"
    notebook = json.loads(path.read_text())
    notebook["metadata"]["outturn"] |= {
        "code": "c",
        "inputs": {"a": "1"},
        "notebook": "notebooks/impact.ipynb",
    }
    path.write_text(json.dumps(notebook))
    publish(project)
    with ZipFile(site / "data.zip") as bundle:
        assert bundle.namelist() == [
            "services/tables/S01-notebook.ipynb",
            "services/tables/S01-reach.csv",
            "services/tables/S01-reach.meta.csv",
            "services/tables/csv-metadata.json",
        ]
        assert all(bundle.read(name) == (site / name).read_bytes() for name in bundle.namelist())


def test_the_same_sources_give_the_same_bytes_with_and_without_what_is_kept(
    project: Path, site: Path
) -> None:
    def files() -> dict[str, bytes]:
        publish(project)
        return {
            path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()
        }

    first = files()
    assert files() == first
    for path in project.parent.joinpath("kept").iterdir():
        path.unlink()
    assert files() == first


def test_a_table_that_another_page_offers_is_in_the_workbook_of_the_page_that_shows_it(
    project: Path, site: Path
) -> None:
    shown = displayed(
        '## Summary\n\n<p class="downloads">A source <a href="../services/tables/S01-reach.csv">CSV</a></p>'
    )
    write_notebook(project / "equality/index.ipynb", "Race equality", shown)
    publish(project)
    book = CalamineWorkbook.from_filelike(io.BytesIO((site / "equality/tables/index.xlsx").read_bytes()))
    assert book.get_sheet_by_name("Table 1").to_python()[0][0] == "Children by ethnic group"


def test_an_authors_own_file_is_published_and_needs_no_words_about_its_columns(
    project: Path, site: Path
) -> None:
    (project / "own.csv").write_text("a\n1\n", encoding="utf-8")
    (project / "about.qmd").write_text(
        '---\ntitle: About\n---\n\n<a href="own.csv">Own</a>\n', encoding="utf-8"
    )
    publish(project)
    assert (site / "own.csv").read_text(encoding="utf-8") == "a\n1\n"
    assert not (site / "tables").exists()


def test_the_page_of_downloads_names_every_table_by_its_page(project: Path, site: Path) -> None:
    listed = list_downloads(project, but=_LISTS)
    assert "[Children by ethnic group (CSV)](<services/tables/S01-reach.csv>)" in listed
    assert "<summary>S01 Harbour Youth &#38; Friends&#58; 1 table</summary>" in listed
    (project / "_generated/downloads.md").write_text(listed, encoding="utf-8")
    publish(project)
    page = (site / "downloads.html").read_text(encoding="utf-8")
    for link in (
        "data.zip",
        "services/S01.html",
        "services/tables/S01.xlsx",
        "services/tables/S01-reach.csv",
    ):
        assert f'href="{link}"' in page
