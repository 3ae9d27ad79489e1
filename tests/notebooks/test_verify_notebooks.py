"""The reviewer's command finds what was changed by hand, and nothing else."""

from pathlib import Path

import pytest
from notebook_project import READS_INPUT, Project, new_project

from pipeline.notebooks.runner import Job, run_notebook, run_notebooks
from pipeline.notebooks.verify import verify

WRITES_DOWNLOAD = "Path(published, 'table.csv').write_text('a');"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return new_project(tmp_path)


@pytest.fixture
def job(project: Project) -> Job:
    """A published page that has been executed."""
    notebook = project.write_notebook(READS_INPUT, WRITES_DOWNLOAD)
    job = project.job(notebook, downloads="published")
    run_notebook(job, project.setting)
    return job


def verdict(project: Project, *paths: Path) -> tuple[int, str]:
    lines: list[str] = []
    code = verify(project.root, paths or (project.root / "reports",), 2, lines.append)
    return code, "\n".join(lines)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_pages_that_come_out_the_same_give_0(project: Project, job: Job) -> None:
    code, lines = verdict(project)
    assert code == 0
    assert lines.startswith(f"same  {job.output.as_posix()}")


def test_a_download_changed_by_hand_gives_1_and_is_named(project: Project, job: Job) -> None:
    edit(job.output, '"table.csv": "a"', '"table.csv": "b"')
    code, lines = verdict(project)
    assert code == 1
    assert lines.startswith(f"DIFFERS  {job.output.as_posix()}; download table.csv")


def test_a_planted_difference_gives_1_and_names_page_cell_and_first_line(project: Project, job: Job) -> None:
    edit(job.output, "S001 5 child,score", "S001 6 child,score")
    code, lines = verdict(project)
    assert code == 1
    assert lines.startswith(f"DIFFERS  {job.output.as_posix()}; cell 3 (`from pathlib import Path`)")


def test_code_shown_on_the_page_that_is_not_the_notebooks_gives_1(project: Project, job: Job) -> None:
    edit(job.output, "'table.csv'", "'other.csv'")
    code, lines = verdict(project)
    assert code == 1
    assert "cell 4" in lines


def test_an_input_changed_since_is_said(project: Project, job: Job) -> None:
    project.input.write_text("child,score,when\n", encoding="utf-8")
    code, lines = verdict(project)
    assert code == 1
    assert "input returns.csv has changed since; cell 3" in lines


def test_a_notebook_changed_since_is_said(project: Project, job: Job) -> None:
    project.write_notebook(READS_INPUT, WRITES_DOWNLOAD, "print('more')")
    code, lines = verdict(project)
    assert code == 1
    assert "notebook notebooks/impact.ipynb has changed since" in lines
    assert "the published notebook has 5 cells, now 6" in lines


def test_code_changed_since_is_noted_and_is_no_difference(project: Project, job: Job) -> None:
    code, lines = verdict(project)
    assert code == 0
    assert lines.endswith("our code has changed since")


def test_a_page_that_cannot_be_run_gives_2_and_the_others_are_still_verified(
    project: Project, job: Job
) -> None:
    other = project.job(project.write_notebook("print(service)", name="gone.ipynb"), "gone.ipynb")
    run_notebooks([other], project.setting, 2, lambda line: None)
    other.notebook.unlink()
    code, lines = verdict(project, job.output, other.output)
    assert code == 2
    assert "CANNOT RUN  " + other.output.as_posix() in lines
    assert "same  " + job.output.as_posix() in lines


def test_a_notebook_the_pipeline_did_not_execute_gives_2(project: Project) -> None:
    code, lines = verdict(project, project.write_notebook("x = 1"))
    assert code == 2
    assert "not a notebook that the pipeline executed" in lines


def test_a_folder_without_pages_gives_2(project: Project) -> None:
    code, lines = verdict(project, project.root)
    assert code == 2
    assert "no executed notebooks in" in lines
