"""Messages of failed runs: notebook, cell, kind of error and its place in the code, never a value from the data."""

import re
import traceback

_PLACE = re.compile(r"File .*?\b(pipeline[\\/][\w\\/]+\.py):(\d+)")


class NotebookError(Exception):
    """A message in one plain sentence."""


def place_in_notebook(shown: str) -> str:
    r"""Return where in this package an error arose, from IPython's traceback; blank where outside of it.

    >>> place_in_notebook("File ~/outturn/pipeline/present/page.py:88, in open_page(inputs)\nKeyError: 'Jo'")
    ' in pipeline/present/page.py, line 88'
    """
    found = _PLACE.findall(shown)
    return f" in {found[-1][0].replace(chr(92), '/')}, line {found[-1][1]}" if found else ""


def describe_error(error: BaseException) -> str:
    """Return the kind of an error and its place in this package; its own message may hold a value of a row."""
    frames = [f'File "{frame.filename}:{frame.lineno}' for frame in traceback.extract_tb(error.__traceback__)]
    return f"{type(error).__name__}{place_in_notebook(chr(10).join(frames))}"
