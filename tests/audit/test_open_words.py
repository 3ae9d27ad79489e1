"""Which verdicts the audit holds to their interval: all whose words claim something, by the rooms that own them."""

from typing import get_args

from pipeline.analysis.equality.gap_changes import GapVerdict
from pipeline.analysis.equality.gaps import GapWord
from pipeline.analysis.impact.change import ChangeVerdict
from pipeline.analysis.performance import curves, kpis
from pipeline.analysis.performance.contracts import Delivery
from pipeline.analysis.verdicts import Verdict
from pipeline.contract.open_words import OPEN_WORDS

CLAIMS = {
    "better", "worse", "met", "not met", "on track", "off track", "behind", "ahead", "narrowing", "widening",
    "changed sides", "more", "fewer", "turned",
}  # fmt: skip
KINDS = (GapVerdict, GapWord, ChangeVerdict, kpis.Verdict, curves.Verdict, Delivery, Verdict)


def test_each_word_of_a_verdict_claims_something_or_is_among_the_open_ones() -> None:
    words = {word for kind in KINDS for word in get_args(kind)}
    assert words - OPEN_WORDS == CLAIMS
    assert words - CLAIMS == OPEN_WORDS - {""}
