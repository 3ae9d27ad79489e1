"""`python -m benchmarks [names]`: print each figure with its target."""

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.check import compare_check
from benchmarks.growth import compare_growth
from benchmarks.measure import MILLIONS, compare_measure
from benchmarks.models import time_models
from benchmarks.notebooks import compare_notebooks
from benchmarks.page import write_page
from benchmarks.repro import compare_repro
from benchmarks.trial import TOLD, clone_project
from benchmarks.validate import compare_validate

NAMES = ("repro", "notebooks", "models", "measure", "validate", "check")
GROWTH = "growth"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        help=f"of {', '.join((*NAMES, GROWTH))}; all but {GROWTH}, which takes hours, where none is named",
    )
    parser.add_argument("--millions", type=int, nargs="+", default=MILLIONS, help="sizes for measure")
    parser.add_argument("--page", type=Path, help="a folder for one page of the figures, with a plot")
    options = parser.parse_args()
    if unknown := set(options.names) - {*NAMES, GROWTH}:
        parser.error(f"{', '.join(sorted(unknown))}: not one of {', '.join((*NAMES, GROWTH))}")
    chosen = options.names or NAMES
    with TemporaryDirectory(prefix="outturn-bench-", ignore_cleanup_errors=True) as folder:
        if {"repro", "notebooks", "models"} & set(chosen):
            trial = clone_project(Path(folder) / "clone")
            cold = compare_repro(trial, Path(folder))
            if "notebooks" in chosen:
                compare_notebooks(trial, cold)
            if "models" in chosen:
                time_models(trial)
        if GROWTH in chosen:
            compare_growth(clone_project(Path(folder) / "region"))
        if "measure" in chosen:
            compare_measure(Path(folder), options.millions)
        if "validate" in chosen:
            compare_validate(Path(folder) / "validate")
        if "check" in chosen:
            compare_check(Path(folder) / "check")
    if options.page:
        write_page(TOLD, options.page)


if __name__ == "__main__":
    main()
