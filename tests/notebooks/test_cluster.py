"""Notebooks on a cluster of Dask's: the same bytes, the same failures."""

import sys
from pathlib import Path

import pytest
from notebook_project import READS_INPUT, new_project

from pipeline.notebooks.errors import NotebookError
from pipeline.notebooks.runner import run_notebooks

ADDRESS = "DASK_SCHEDULER_ADDRESS"


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_a_local_cluster_makes_the_same_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    distributed = pytest.importorskip("distributed", reason="the extra [dask] is not installed")
    project = new_project(tmp_path)
    notebook = project.write_notebook(READS_INPUT, "(Path(published) / 'kept.csv').write_text('a')")
    jobs = [project.job(notebook, f"page{place}.ipynb", downloads="published") for place in range(3)]
    failing = project.job(
        project.write_notebook("raise KeyError('child 0042')", name="other.ipynb"), "no.ipynb"
    )
    run_notebooks(jobs, project.setting)
    here = [job.output.read_bytes() for job in jobs]
    for job in jobs:
        job.output.unlink()
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        monkeypatch.setenv(ADDRESS, cluster.scheduler_address)
        outcomes = run_notebooks([*jobs, failing], project.setting)
    assert [outcome.status for outcome in outcomes] == ["executed", "executed", "executed", "failed"]
    assert [job.output.read_bytes() for job in jobs] == here
    assert outcomes[-1].problem == "notebooks/other.ipynb, cell 3: KeyError"


def test_an_address_without_dask_is_told_how_it_is_added(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = new_project(tmp_path)
    job = project.job(project.write_notebook(READS_INPUT))
    monkeypatch.setenv(ADDRESS, "tcp://127.0.0.1:1")
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(NotebookError, match="not installed here"):
        run_notebooks([job], project.setting)
