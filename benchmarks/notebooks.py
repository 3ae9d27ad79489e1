"""All notebooks of the sample, against a loop of the papermill command over the same notebooks."""

import shutil

from benchmarks.trial import Trial, tell

KINDS = {"impact": "services", "equality": "equality"}
MEASURED = ("S01", "S06", "S12")
TARGET, COLD_TARGET = 4, 0.25


def command_seconds(trial: Trial, kind: str) -> float:
    """Return the mean seconds of the papermill command for one notebook of this kind."""
    seconds = 0.0
    for service in MEASURED:
        inputs = f"../data/processed/protect/services/{service}"
        seconds += trial.seconds(
            *("-m", "papermill", f"notebooks/{kind}.ipynb", f"{kind}-{service}.ipynb"),
            *("--cwd", "notebooks", "-p", "inputs", inputs, "--no-progress-bar", "-k", "python3"),
        )
    return seconds / len(MEASURED)


def compare_notebooks(trial: Trial, cold: float) -> None:
    """Make every page of a new `trial`; `cold` are the seconds of its whole cold run."""
    ours = loop = 0.0
    count = 0
    for kind, output in KINDS.items():
        pages = len(list((trial.folder / "reports" / output).glob("*.ipynb")))
        each = command_seconds(trial, kind)
        shutil.rmtree(trial.folder / "reports" / output)
        seconds = trial.seconds("-m", "pipeline", "stage", kind)
        print(
            f"{kind}: {pages} pages in {seconds:.1f} s; papermill command {each:.1f} s a notebook "
            f"(mean of {len(MEASURED)})",
            flush=True,
        )
        ours, loop, count = ours + seconds, loop + each * pages, count + pages
    print(
        f"{count} notebooks: {ours:.0f} s; by the papermill command {loop:.0f} s, worked out from those means"
    )
    tell("all notebooks, times faster", loop / ours, TARGET, at_least=True)
    tell("a whole run from cold, against that loop", cold / loop, COLD_TARGET)
