"""Published findings in place of the counts behind them, for cells that are run again."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from pipeline.present.disclosure.frames import SCHEMAS, finding_file, read_finding


class KeptFindings:
    """Replaces a notebook's front: each finding is a method that reads it from `folder`."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)

    def __getattr__(self, name: str) -> Callable[..., pd.DataFrame]:
        if name not in SCHEMAS:
            raise AttributeError(name)
        path = self._folder / finding_file(name)
        return lambda *_: read_finding(name, path.read_text(encoding="utf-8") if path.is_file() else "")
