"""One notebook or several: what is written, what is left alone, what a failure leaves behind."""

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from notebook_project import READS_INPUT, Project, new_project, shown_text

from pipeline.notebooks.errors import NotebookError
from pipeline.notebooks.kernels import ORDINARY
from pipeline.notebooks.runner import run_notebook, run_notebooks


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return new_project(tmp_path / "borough {1}")


def failure(project: Project, *sources: str) -> str:
    """The message of a notebook that must fail, over an older page of the same name."""
    job = project.job(project.write_notebook(*sources))
    job.output.parent.mkdir(exist_ok=True)
    job.output.write_text("an older page", encoding="utf-8")
    with pytest.raises(NotebookError) as failed:
        run_notebook(job, project.setting)
    assert list(job.output.parent.iterdir()) == []
    return str(failed.value)


def test_the_notebook_runs_in_its_folder_with_its_parameters(project: Project) -> None:
    job = project.job(project.write_notebook(READS_INPUT))
    assert run_notebook(job, project.setting).status == "executed"
    assert shown_text(job.output) == "S001 5 child,score\n"


def test_a_failed_run_leaves_nothing_and_tells_no_value(project: Project) -> None:
    message = failure(project, "x = 1", "raise KeyError('child 0042')")
    assert message == "notebooks/impact.ipynb, cell 4: KeyError"


def test_an_error_in_our_own_code_is_told_by_its_place(project: Project) -> None:
    source = "from pathlib import Path\nfrom pipeline.files.records import read_records\n"
    message = failure(project, source + "read_records(Path('child 0042'))")
    place = r"notebooks/impact.ipynb, cell 3: FileNotFoundError in pipeline/files/records.py, line \d+"
    assert re.fullmatch(place, message)


def test_a_failure_leaves_its_traceback_nowhere(project: Project) -> None:
    failure(project, "raise KeyError('child 0042')")
    left = [path for path in project.root.rglob("*") if path.is_file() and b"Traceback" in path.read_bytes()]
    assert left == []


def test_a_kernel_that_dies_is_a_failure(project: Project) -> None:
    assert "the kernel stopped" in failure(project, "import os\nos._exit(3)")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import warnings\nwarnings.warn('look in /tmp')", "wrote to stderr"),
        ("import sys\nprint('x', file=sys.stderr)", "wrote to stderr"),
        ("object()", "shows an address in memory"),
        ("raise SystemExit", "SystemExit"),
    ],
)
def test_what_differs_from_run_to_run_is_refused_with_its_cell(
    project: Project, source: str, expected: str
) -> None:
    message = failure(project, source)
    assert message.startswith("notebooks/impact.ipynb, cell 3")
    assert expected in message


def test_an_input_that_moves_during_the_run_is_a_failure(project: Project) -> None:
    assert "an input changed while" in failure(project, "open('returns.csv', 'a').write('more')")


def test_an_input_that_is_not_there_is_named(project: Project) -> None:
    job = project.job(project.write_notebook(), inputs=(project.root / "absent.csv",))
    with pytest.raises(NotebookError, match=r"input absent\.csv is not there"):
        run_notebook(job, project.setting)


def test_a_second_run_of_the_same_leaves_the_page_untouched(project: Project) -> None:
    job = project.job(project.write_notebook(READS_INPUT))
    run_notebook(job, project.setting)
    os.utime(job.output, (1, 1))
    assert run_notebook(job, project.setting).status == "unchanged"
    assert job.output.stat().st_mtime == 1


@pytest.mark.parametrize("changed", ["input", "parameter", "notebook", "code", "new file in folder"])
def test_whatever_the_page_follows_from_makes_it_run_again(project: Project, changed: str) -> None:
    folder = project.root / "tables"
    folder.mkdir()
    job = project.job(project.write_notebook(READS_INPUT), inputs=(project.input, folder))
    setting = project.setting
    run_notebook(job, setting)
    match changed:
        case "input":
            project.input.write_text("child,score,when\n", encoding="utf-8")
        case "parameter":
            job = replace(job, parameters={"service": "S002"})
        case "notebook":
            project.write_notebook(READS_INPUT, "print('more')")
        case "code":
            setting = replace(setting, code="code-2")
        case "new file in folder":
            (folder / "new.csv").touch()
    assert run_notebook(job, setting).status == "executed"


def test_several_run_at_once_and_one_failure_does_not_stop_the_others(project: Project) -> None:
    good, bad = project.write_notebook(READS_INPUT), project.write_notebook("1 / 0", name="bad.ipynb")
    jobs = [project.job(good, f"{n}.ipynb", parameters={"limit": n}) for n in range(3)]
    lines: list[str] = []
    outcomes = run_notebooks([*jobs, project.job(bad, "bad.ipynb")], project.setting, 2, lines.append)
    assert [outcome.status for outcome in outcomes] == ["executed", "executed", "executed", "failed"]
    assert [shown_text(job.output) for job in jobs] == [f"none {n} child,score\n" for n in range(3)]
    assert [line.partition("  ")[0] for line in lines] == ["1 of 4", "2 of 4", "3 of 4", "4 of 4"]
    assert (
        sum("bad.ipynb: failed: notebooks/bad.ipynb, cell 3: ZeroDivisionError" in line for line in lines)
        == 1
    )


def test_two_jobs_with_one_output_are_refused(project: Project) -> None:
    job = project.job(project.write_notebook())
    with pytest.raises(ValueError, match="same output"):
        run_notebooks([job, job], project.setting)


def test_ordinary_kernels_make_the_same_bytes_as_the_best_there_are(tmp_path: Path) -> None:
    pages = []
    chart = "import matplotlib.pyplot as plt\nplt.plot([1, 2]);"
    for name, kernels in (("best", new_project(tmp_path).kernels), ("ordinary", ORDINARY)):
        project = new_project(tmp_path / name, kernels)
        job = project.job(project.write_notebook(READS_INPUT, chart))
        run_notebook(job, project.setting)
        pages.append(job.output.read_bytes())
    assert pages[0] == pages[1]
    assert b"image/png" in pages[0]
