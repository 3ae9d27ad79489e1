"""One page with all figures of one run, each with its target, and a plot."""

import datetime as dt
import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import matplotlib.pyplot as plt

from benchmarks.trial import Figure

PEERS = ("papermill", "dvc", "pandas", "great-expectations", "duckdb", "ibis-framework")
PLOT = "benchmarks.svg"


def _describe_machine() -> str:
    peers = ", ".join(f"{name} {version(name)}" for name in PEERS)
    load = f", load {os.getloadavg()[0]:.1f} at the end" if hasattr(os, "getloadavg") else ""
    machine = f"{platform.system()}, {os.cpu_count()} cores{load}"
    return f"{dt.date.today():%d %B %Y}, {machine}; Python {platform.python_version()}, {peers}."


def _draw(figures: Sequence[Figure], path: Path) -> None:
    """Plot each figure's margin as a multiple of its target: to the right where it is met."""
    plt.rcParams["svg.hashsalt"] = "outturn"
    drawing, axes = plt.subplots(figsize=(8, 1 + 0.35 * len(figures)), layout="constrained")
    names = [each.words for each in figures]
    axes.barh(
        names, [each.margin for each in figures], color=["C0" if each.met else "C1" for each in figures]
    )
    axes.axvline(1, color="black")
    axes.set(xscale="log", xlabel="times better than its target (left of 1: missed)")
    axes.invert_yaxis()
    drawing.savefig(path, metadata={"Date": None})
    plt.close(drawing)


def write_page(figures: Sequence[Figure], folder: Path) -> None:
    """Write `benchmarks.md` and its plot into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [
        f"| {each.words} | {each.ratio:.2f} | {each.bound} {each.target:g} | {'met' if each.met else 'missed'} |"
        for each in figures
    ]
    table = ["| what | figure | target | |", "|---|---|---|---|", *rows]
    page = ["# Benchmarks of one run", "", _describe_machine(), "", f"![]({PLOT})", "", *table, ""]
    (folder / "benchmarks.md").write_text("\n".join(page), encoding="utf-8", newline="\n")
    _draw(figures, folder / PLOT)
