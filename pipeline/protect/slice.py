"""What one notebook reads: facts and tables of counts, which leave it rounded."""

from dataclasses import dataclass

import pandas as pd

from pipeline.contract.context import Context
from pipeline.protect.cells import Cells
from pipeline.protect.rounding import Disclosure


@dataclass(frozen=True, eq=False)
class Slice:
    """What one notebook reads: the context and its tables (see docs/data.md)."""

    context: Context
    measures: Cells
    children: Cells
    newcomers: Cells
    journey: Cells
    waits: pd.DataFrame
    results: Cells
    together: pd.DataFrame
    scores: pd.DataFrame
    population: pd.DataFrame
    breaks: pd.DataFrame
    characteristics: Cells
    strata: pd.DataFrame
    compared: Cells
    adjusted_for: tuple[str, ...]
    rule: Disclosure
    peers: pd.DataFrame | None = None
