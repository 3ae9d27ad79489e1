"""What may be claimed: the words follow from the estimate, its interval, the design and the checks, and no more."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.analysis.impact.change import ChangeVerdict

EvidenceStrength = Literal[
    "descriptive", "before and after", "interrupted series", "comparison group", "randomised comparison"
]
LADDER: tuple[EvidenceStrength, ...] = (
    "descriptive",
    "before and after",
    "interrupted series",
    "comparison group",
    "randomised comparison",
)
"""After the Maryland scale, the weakest first."""
TOLD: tuple[ChangeVerdict, ...] = ("better", "worse", "no clear change")
"""Verdicts that rest on evidence of some strength; the others say that nothing can be told."""

CheckOutcome = Literal["pass", "fail", "not possible"]


@dataclass(frozen=True)
class Claim:
    """What is said: a direction or none, and the rung of the ladder whose words may be used."""

    verdict: ChangeVerdict
    rung: EvidenceStrength

    @property
    def level(self) -> int:
        """The rung as a number, 1 to 5."""
        return 1 + LADDER.index(self.rung)

    @property
    def weight(self) -> int:
        """How much is claimed: 0 that nothing can be told, 1 that no change is clear, then by the ladder."""
        match self.verdict:
            case "cannot tell yet" | "too few to say":
                return 0
            case "no clear change":
                return 1
            case "better" | "worse":
                return 1 + self.level


def weigh_claim(verdict: ChangeVerdict, strength: EvidenceStrength, checks: Sequence[CheckOutcome]) -> Claim:
    """The claim that an estimate bears: each failed check takes it one rung down, and no check takes it up.

    Where no change is clear, a failed check leaves even that open. What could not be checked weakens nothing, as it
    is said beside the claim.

    >>> weigh_claim("better", "randomised comparison", ["pass", "fail"])
    Claim(verdict='better', rung='comparison group')
    """
    failed = checks.count("fail")
    match verdict:
        case "better" | "worse":
            return Claim(verdict, LADDER[max(0, LADDER.index(strength) - failed)])
        case "no clear change":
            return Claim("cannot tell yet", "descriptive") if failed else Claim("no clear change", strength)
        case "cannot tell yet" | "too few to say":
            return Claim(verdict, "descriptive")
