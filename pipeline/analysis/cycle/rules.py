"""The policy that verdicts on planning and doing depend on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CycleRules:
    """Of fewer bids on either side no verdict is given; dates so many months ahead of the data are listed."""

    minimum_bids: int
    months_ahead: int
