"""Imported once, in the process that kernels are forked from: loads what notebooks are going to import.

Nothing imported here may start a thread, for a thread does not survive the fork and its locks do;
`tests/notebooks` holds that.
"""

import contextlib
import gc
import os
import pkgutil
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

from pipeline.notebooks.surroundings import fixed_environment

LIBRARIES = (
    "numpy",
    "pandas",
    "matplotlib.figure",
    "matplotlib.backends.backend_svg",
    "pyarrow.parquet",
    "ipykernel.kernelapp",
    "ipykernel.zmqshell",
    "ipykernel.debugger",
    "IPython.core.completerlib",
    "IPython.extensions.storemagic",
    "psutil",
    "tornado.platform.asyncio",
)
OUR_ROOMS = ("pipeline.present",)


def modules_to_warm() -> Iterator[str]:
    """Libraries first, then every module of our own rooms that notebooks draw on."""
    yield from LIBRARIES
    for room in OUR_ROOMS:
        yield room
        found = find_spec(room)
        places = None if found is None else found.submodule_search_locations
        yield from (module.name for module in pkgutil.iter_modules(places or (), f"{room}."))


def load_modules() -> None:
    for name in modules_to_warm():
        # A module that cannot be imported says so in the notebook that needs it, with its cell; here it would
        # end the process that every kernel is forked from.
        with contextlib.suppress(Exception):
            import_module(name)


os.environ.update(fixed_environment())
# Keeps ipykernel from importing a debugger into each kernel, a quarter of a second that no published run needs.
sys.modules["debugpy"] = None  # type: ignore[assignment]
load_modules()
# Keeps the collector from touching, and so copying, the memory that forked kernels share.
gc.freeze()
