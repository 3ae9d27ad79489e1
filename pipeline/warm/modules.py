"""What the warm process loads, in the order in which a run will ask for it.

Nothing imported here may start a thread, for a thread does not survive the fork and its locks do; `tests/warm` holds
that.
"""

import contextlib
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import cast

KERNEL = "kernel"
_FILES = ("numpy", "pandas", "pyarrow.parquet", "pipeline.cli", "pipeline.project")
_KERNEL_FILES = (
    "importlib.readers",
    "scipy.stats.distributions",  # else every kernel loads what great-expectations was told to put off
    "pandas.core.methods.to_dict",
    "pyarrow.pandas_compat",
    "pyarrow.vendored.version",
)
_CHARTS = ("matplotlib.figure", "matplotlib.backends.backend_svg")
_KERNELS = (
    "ipykernel.kernelapp",
    "ipykernel.zmqshell",
    "ipykernel.debugger",
    "IPython.core.completerlib",
    "IPython.extensions.storemagic",
    "psutil",
    "tornado.platform.asyncio",
)
_LIBRARY = "pipeline.analysis.confirming:load_great_expectations"
_NOTEBOOKS = ("papermill", "pipeline.notebooks.forked")


def _of_rooms(*rooms: str) -> Iterator[str]:
    """Every module of our own rooms."""
    # Imported by the warm process only, as all stages import this module first of all.
    import pkgutil
    from importlib.util import find_spec

    for room in rooms:
        found = find_spec(f"pipeline.{room}")
        places = None if found is None else found.submodule_search_locations
        yield from (module.name for module in pkgutil.iter_modules(places or (), f"pipeline.{room}."))


def _of_kernels() -> Iterator[str]:
    yield from (*_FILES, *_KERNEL_FILES, *_CHARTS, *_KERNELS, "pipeline.notebooks.forked")
    yield from _of_rooms("present")


def _of_pages(stage: str) -> Iterator[str]:
    yield from (*_NOTEBOOKS, f"pipeline.stages.{stage}")
    yield from _of_kernels()


_NEEDED: Mapping[str, Callable[[], Iterator[str]]] = {
    "validate": lambda: iter(
        (*_FILES, "pipeline.stages.validate", "pipeline.analysis.confirming:load_great_expectations")
    ),
    "measure": lambda: iter((*_FILES, "ibis.backends.duckdb", "pipeline.stages.measure")),
    "impact": lambda: _of_pages("impact"),
    "equality": lambda: _of_pages("equality"),
    "publish": lambda: iter((*_FILES, "pipeline.stages.publish")),
    KERNEL: _of_kernels,
    "intake": lambda: iter((*_FILES, "pipeline.stages.intake")),  # for the next run: this one's began without
}
WORK = tuple(_NEEDED)
"""What may be asked for: a stage by its name, or a kernel."""


def function_for(work: str) -> Callable[[Sequence[str]], int]:
    """What does that work in the fork, given its arguments; returns the exit code."""
    place, name = ("pipeline.notebooks.forked", "run_kernel") if work == KERNEL else ("pipeline.cli", "main")
    return cast(Callable[[Sequence[str]], int], getattr(import_module(place), name))


def modules_for(work: str) -> list[str]:
    """What that work imports, as far as it is known."""
    return list(_NEEDED[work]())


def load_module(name: str) -> None:
    """Import a module, or call a function of ours that does (`module:function`).

    One that cannot be imported says so where it is needed, not here, where all would end with it.
    """
    # Keeps ipykernel from importing a debugger into each kernel, a quarter of a second that no published run needs.
    sys.modules.setdefault("debugpy", None)  # type: ignore[arg-type]
    with contextlib.suppress(Exception):
        module, _, function = name.partition(":")
        loaded = import_module(module)
        if function:
            getattr(loaded, function)()
