"""What a failed run says: the notebook, the cell, the kind of error and its place, and never a value from the data."""

import re
import traceback

_PLACE = re.compile(r"File .*?\b(pipeline[\\/][\w\\/]+\.py):(\d+)")


class NotebookError(Exception):
    """One plain sentence for people."""


def place_in_notebook(shown: str) -> str:
    """Return where in our code an error arose, out of the traceback that IPython shows; blank where outside of it.

    >>> place_in_notebook("File ~/outturn/pipeline/present/page.py:88, in open_page(inputs)\\nKeyError: 'Jo'")
    ' in pipeline/present/page.py, line 88'
    """
    found = _PLACE.findall(shown)
    return f" in {found[-1][0].replace(chr(92), '/')}, line {found[-1][1]}" if found else ""


def describe_error(error: BaseException) -> str:
    """Return the kind of an error and where in our code it arose; what it says itself may be a value of a row."""
    frames = [f'File "{frame.filename}:{frame.lineno}' for frame in traceback.extract_tb(error.__traceback__)]
    return f"{type(error).__name__}{place_in_notebook(chr(10).join(frames))}"
