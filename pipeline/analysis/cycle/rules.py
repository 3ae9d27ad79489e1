"""The policy that verdicts on planning and doing depend on."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CycleRules:
    """Of fewer bids on either side no verdict is given; dates so many months ahead of the data are listed.

    False discoveries are held at a rate over what is compared together; where more than a share of the bids (of the
    referrals) are of nobody knows which kind, nothing is told of the kinds. Of fewer than `minimum_total` people no
    rate is called above or below that of others.
    """

    minimum_bids: int
    months_ahead: int
    false_discovery_rate: float
    maximum_unknown: float
    minimum_total: int
