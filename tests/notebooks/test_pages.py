"""A folder of pages: pages of services that are gone are removed, and nothing that somebody else put there."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from notebook_project import Project, new_project

from pipeline.notebooks.errors import NotebookError
from pipeline.notebooks.fingerprint import list_files
from pipeline.notebooks.pages import PageSet, make_pages


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return new_project(tmp_path)


def _pages(project: Project, *services: str) -> PageSet:
    for service in services:
        (project.root / "measures/services" / service).mkdir(parents=True, exist_ok=True)
    (project.root / "measures/overall").mkdir(exist_ok=True)
    notebook = project.write_notebook("print(inputs)", name="page.ipynb")
    source = notebook.read_text(encoding="utf-8").replace("service = 'none'", "inputs = ''")
    notebook.write_text(source, encoding="utf-8")
    titles = {service: service for service in services}
    return PageSet(
        project.root, notebook, project.root / "reports/services", project.root / "measures", titles, {}
    )


def test_the_page_of_a_service_that_is_gone_is_removed(project: Project) -> None:
    make_pages(_pages(project, "S01", "S02"), workers=1)
    make_pages(_pages(project, "S01"), workers=1)
    assert sorted(path.name for path in (project.root / "reports/services").iterdir()) == [
        "S01.ipynb",
        "_metadata.yml",
        "pages.json",
    ]


def test_what_folds_in_all_pages_of_a_folder_stands_beside_them_in_the_words_of_the_site(
    project: Project,
) -> None:
    pages = _pages(project, "S01")
    text = pages.notebook.read_text(encoding="utf-8")
    front = '"---\\nfold-after:\\n- First part\\n---"'
    cell = f'{{"cell_type": "raw", "id": "front", "metadata": {{}}, "source": {front}}},'
    pages.notebook.write_text(text.replace('"cells": [', f'"cells": [{cell}', 1), encoding="utf-8")
    make_pages(pages, workers=1, words=str.upper)
    folder = project.root / "reports/services"
    assert (folder / "_metadata.yml").read_text(encoding="utf-8") == "fold-after:\n- FIRST PART\n"
    assert "fold-after" not in (folder / "S01.ipynb").read_text(encoding="utf-8")


def test_pages_that_are_told_their_name_are_all_of_all_services_and_publish_no_files(
    project: Project,
) -> None:
    pages = _pages(project, "S01")
    named = replace(pages, titles={"started": "Started"}, again=True, named="service")
    job = named.job("started")
    assert job.parameters == {"inputs": "../measures/overall", "service": "started"}
    assert job.inputs[0] == project.root / "measures/overall"
    assert (pages.job("S01").downloads, job.downloads) == ("published", "")


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("S01", "s01"), "Two pages would be called 'S01'"),
        (("con",), "which Windows takes for a device"),
        (("S01", "Aux.2"), "which Windows takes for a device"),
    ],
)
def test_names_that_are_one_file_or_none_on_other_systems_are_refused(
    names: tuple[str, ...], words: str, project: Project
) -> None:
    with pytest.raises(NotebookError, match=words):
        make_pages(_pages(project, *names), workers=1)


def test_a_service_that_is_called_as_a_measure_is_refused(project: Project) -> None:
    pages = _pages(project, "started")
    with pytest.raises(NotebookError, match=r"reference/services\.csv has the id of a measure"):
        make_pages(pages, replace(pages, named="service"), workers=1)


@pytest.mark.parametrize(
    "name", ["my notes.ipynb", "letter.docx", "figures/one.png", "S02.html", "index.csv"]
)
def test_what_somebody_else_put_there_is_named_and_stays(project: Project, name: str) -> None:
    pages = _pages(project, "S01")
    theirs = project.root / "reports/services" / name
    theirs.parent.mkdir(parents=True)
    theirs.write_text("{}", encoding="utf-8")
    with pytest.raises(NotebookError, match=r"reports/services holds '.*', which Outturn did not make"):
        make_pages(pages, workers=1)
    assert theirs.read_text(encoding="utf-8") == "{}"


def test_what_jupyter_leaves_when_a_page_is_opened_is_no_matter(project: Project) -> None:
    pages = _pages(project, "S01")
    make_pages(pages, workers=1)
    listed = (project.root / "reports/services/pages.json").read_bytes()
    copy = project.root / "reports/services/.ipynb_checkpoints/S01-checkpoint.ipynb"
    copy.parent.mkdir()
    copy.write_text("{}", encoding="utf-8")
    make_pages(pages, workers=1)
    assert copy.exists()
    assert (project.root / "reports/services/pages.json").read_bytes() == listed


def test_hidden_files_are_not_listed(tmp_path: Path) -> None:
    (tmp_path / "shown.txt").touch()
    (tmp_path / ".hidden").touch()
    list_files(tmp_path, "list.json", "code")
    assert list(json.loads((tmp_path / "list.json").read_bytes())["files"]) == ["shown.txt"]
