"""Forked kernels: this Python, a clean surrounding, and an end with their runner."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest
from notebook_project import new_project, shown_text

from pipeline.notebooks.kernels import FORKED, best_kernels
from pipeline.notebooks.runner import run_notebook

pytestmark = pytest.mark.skipif(
    best_kernels() != FORKED, reason="this system cannot fork; ordinary kernels serve"
)

TELLS_SURROUNDINGS = """
import json, os, sys
names = ("SOURCE_DATE_EPOCH", "OMP_NUM_THREADS", "MPLBACKEND")
print(json.dumps({**{name: os.environ[name] for name in names}, "folder": os.getcwd(), "python": sys.executable,
                  "main": "test" in str(sys.modules.get("__mp_main__"))}))
"""
TELLS_PROCESSES_AND_SLEEPS = """
import os, time
from pathlib import Path
Path("processes.partial").write_text(f"{os.getpid()} {os.getppid()}")
Path("processes.partial").rename("processes")
time.sleep(600)
"""
RUNS_SEVERAL = """
import sys
from pathlib import Path
from notebook_project import new_project
from pipeline.notebooks.runner import run_notebooks
project = new_project(Path(sys.argv[1]))
run_notebooks([project.job(Path(sys.argv[2]))], project.setting)
"""
RUNS_ONE_NOTEBOOK = """
import sys
from pathlib import Path
from notebook_project import new_project
from pipeline.notebooks.kernels import FORKED, best_kernels
from pipeline.notebooks.runner import run_notebook
project = new_project(Path(sys.argv[1]))
run_notebook(project.job(Path(sys.argv[2])), project.setting)
"""

CHANGES_NO_VARIABLE = """
import os
def refuse(*changed):
    raise AssertionError(f"a variable was changed: {changed}")
import papermill
os.putenv = os.unsetenv = refuse
"""


def is_alive(process: int) -> bool:
    try:
        return bool(psutil.Process(process).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def test_a_forked_kernel_has_the_fixed_surroundings(tmp_path: Path) -> None:
    project = new_project(tmp_path)
    job = project.job(project.write_notebook(TELLS_SURROUNDINGS))
    run_notebook(job, project.setting)
    assert json.loads(shown_text(job.output)) == {
        "SOURCE_DATE_EPOCH": "315532800",
        "OMP_NUM_THREADS": "1",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "folder": str(tmp_path),
        "python": sys.executable,
        "main": False,
    }


def test_the_surroundings_of_the_runner_are_never_touched(tmp_path: Path) -> None:
    """Another thread may be copying them: one of its kernels then failed with a KeyError, once in some hundred."""
    notebook = new_project(tmp_path).write_notebook(TELLS_SURROUNDINGS)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    command = [sys.executable, "-c", CHANGES_NO_VARIABLE + RUNS_ONE_NOTEBOOK, str(tmp_path), str(notebook)]
    subprocess.run(command, env=environment, check=True)
    assert new_project(tmp_path).job(notebook).output.exists()


def test_what_a_notebook_imports_is_loaded_before_its_kernel_is_forked(tmp_path: Path) -> None:
    project = new_project(tmp_path)
    notebook = project.write_notebook(
        "import sys\nprint({'colorsys', 'json.tool'} <= sys.modules.keys())",
        "from colorsys import rgb_to_hls",
        "from json import tool",
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    subprocess.run(
        [sys.executable, "-c", RUNS_SEVERAL, str(tmp_path), str(notebook)], env=environment, check=True
    )
    assert shown_text(project.job(notebook).output).strip() == "True"


def test_kernel_and_fork_server_end_when_the_runner_is_killed(tmp_path: Path) -> None:
    notebook = new_project(tmp_path).write_notebook(TELLS_PROCESSES_AND_SLEEPS)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    runner = subprocess.Popen(
        [sys.executable, "-c", RUNS_ONE_NOTEBOOK, str(tmp_path), str(notebook)], env=environment
    )
    told, patience = tmp_path / "processes", time.monotonic() + 120
    while not told.exists() and time.monotonic() < patience and runner.poll() is None:
        time.sleep(0.1)
    kernel, server = map(int, told.read_text().split())
    assert is_alive(kernel)
    runner.send_signal(signal.SIGKILL)
    runner.wait()
    patience = time.monotonic() + 30
    while (is_alive(kernel) or is_alive(server)) and time.monotonic() < patience:
        time.sleep(0.1)
    assert not is_alive(kernel)
    assert not is_alive(server)
    assert not (tmp_path / "reports").exists()
