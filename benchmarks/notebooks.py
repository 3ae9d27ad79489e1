"""How much faster the runner is than a loop of the papermill command, within one run on this machine.

Run as `python -m benchmarks.notebooks`; it takes about a minute.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from pipeline.notebooks.documents import format_notebook
from pipeline.notebooks.runner import Job, Setting, run_notebooks

RUNS = 6
WHOLE_SITE = 40
WORKERS = 2
PARAMETERS = "service = 'none'"
WORK = """
import matplotlib.pyplot as plt
import pandas as pd
import statsmodels.api as sm

scores = pd.DataFrame({"month": range(24), "score": [month % 5 + month / 10 for month in range(24)]})
fitted = sm.OLS(scores["score"], sm.add_constant(scores["month"])).fit()
figure, axes = plt.subplots()
axes.plot(scores["month"], fitted.fittedvalues)
axes.set_title(service);
"""


def write_notebook(path: Path) -> None:
    """A notebook that imports what ours do, fits one line and draws one chart."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    tagged: NotebookNode = new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})  # type: ignore[no-untyped-call]
    work: NotebookNode = new_code_cell(WORK)  # type: ignore[no-untyped-call]
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    notebook: NotebookNode = new_notebook(cells=[tagged, work], metadata=metadata)  # type: ignore[no-untyped-call]
    path.write_bytes(format_notebook(notebook))


def seconds_of(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def loop_of_commands(notebook: Path, folder: Path) -> None:
    for run in range(RUNS):
        output = folder / f"command-{run}.ipynb"
        command = [sys.executable, "-m", "papermill", str(notebook), str(output), "-p", "service", f"S{run}"]
        subprocess.run(command, check=True, capture_output=True)


def run_ours(notebook: Path, folder: Path, name: str, count: int) -> None:
    jobs = [
        Job(notebook, folder / f"{name}-{run}.ipynb", {"service": f"S{run}"}, (), folder)
        for run in range(count)
    ]
    outcomes = run_notebooks(jobs, Setting(folder, "benchmark"), WORKERS, progress=lambda line: None)
    if any(outcome.status != "executed" for outcome in outcomes):
        raise RuntimeError("a benchmark notebook did not run; the figures would mean nothing")


def main() -> None:
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        notebook = folder / "notebook.ipynb"
        write_notebook(notebook)
        command = seconds_of(lambda: loop_of_commands(notebook, folder)) / RUNS
        first = seconds_of(lambda: run_ours(notebook, folder, "first", 1))
        each = seconds_of(lambda: run_ours(notebook, folder, "ours", RUNS)) / RUNS
    print(f"papermill command: {command:.2f} s a notebook (mean of {RUNS}, one after another)")
    print(
        f"runner, {WORKERS} at once: {each:.2f} s a notebook (mean of {RUNS}), after {first:.2f} s for the first"
    )
    whole = first + each * (WHOLE_SITE - 1)
    print(f"measured, once warm: {command / each:.1f} times faster")
    print(
        f"{WHOLE_SITE} notebooks from cold, worked out from these means and not run: {command * WHOLE_SITE:.0f} s "
        f"against {whole:.0f} s, {command * WHOLE_SITE / whole:.1f} times faster"
    )


if __name__ == "__main__":
    main()
