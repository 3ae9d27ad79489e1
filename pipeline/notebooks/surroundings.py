"""The environment of every kernel, so that a notebook gives the same bytes on every machine."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

ONE_THREAD: Mapping[str, str] = MappingProxyType(
    {
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "NUMEXPR_NUM_THREADS": "1",
        "VECLIB_MAXIMUM_THREADS": "1",
        "JE_ARROW_MALLOC_CONF": "background_thread:false",
    }
)
"""Sums in the same order on every machine, and no threads in a process that will be forked."""

INLINE_CHARTS = "module://matplotlib_inline.backend_inline"

FIRST_DATE_OF_ZIP = "315532800"
"""1 January 1980 in seconds since 1970: earlier dates cannot be stored in an XLSX file."""


def fixed_environment() -> dict[str, str]:
    """Return the variables set for every kernel; the packaged matplotlibrc overrides a user's own."""
    charts = find_spec("matplotlib")
    if charts is None or charts.origin is None:
        raise ModuleNotFoundError("matplotlib is not installed beside the pipeline")
    return {
        **ONE_THREAD,
        "MPLBACKEND": INLINE_CHARTS,
        "MATPLOTLIBRC": str(Path(charts.origin).parent / "mpl-data" / "matplotlibrc"),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # otherwise an unused debugger prints a warning
        "SOURCE_DATE_EPOCH": FIRST_DATE_OF_ZIP,
        "PYTHONSTARTUP": "",
    }
