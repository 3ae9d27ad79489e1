"""What holds of a row, as bits of a few numbers: rows are counted once by these, and added up as often as asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import numpy as np
import pandas as pd
from numpy.typing import NDArray

_BITS = 31


@dataclass(frozen=True)
class Marks:
    """Each name is a bit; the first so many stand in `marks_0`, the next in `marks_1`."""

    names: tuple[str, ...]

    @property
    def width(self) -> int:
        """How many numbers the bits take."""
        return -(-len(self.names) // _BITS)

    def write(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """The numbers of a row of which this is said, each a Boolean that is never null."""
        numbers: dict[str, Any] = {}
        for place, name in enumerate(self.names):
            column, bit = divmod(place, _BITS)
            value = said[name].ifelse(1 << bit, 0)
            key = f"marks_{column}"
            numbers[key] = numbers[key] + value if key in numbers else value
        return {key: value.cast("int32") for key, value in numbers.items()}

    def read(self, counted: Mapping[str, Any] | pd.DataFrame, name: str) -> NDArray[np.bool_]:
        """Whether that holds of each of the rows."""
        column, bit = divmod(self.names.index(name), _BITS)
        held: NDArray[np.bool_] = np.asarray(counted[f"marks_{column}"]) >> bit & 1 > 0
        return held

    def holds(self, rows: Any, name: str) -> Any:
        """The same as a Boolean column of rows that carry the numbers."""
        column, bit = divmod(self.names.index(name), _BITS)
        return (rows[f"marks_{column}"] & 1 << bit) > 0

    def keep(self, rows: Any, names: Sequence[str], width: int) -> dict[str, Any]:
        """The numbers of rows with the bits of these names alone, 0 up to `width` numbers."""
        masks = [0] * width
        for name in names:
            column, bit = divmod(self.names.index(name), _BITS)
            masks[column] |= 1 << bit
        return {
            f"marks_{column}": (rows[f"marks_{column}"] & mask if mask else ibis.literal(0)).cast("int32")
            for column, mask in enumerate(masks)
        }
