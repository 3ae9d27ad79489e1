"""What else is known of a child and a referral, drawn apart so that it moves nothing that was drawn before.

Religion, learning difficulty and being looked after are drawn without regard to anything else: whatever gap is found by
them is chance. The level of need depends on the ethnic group, and the wait for a start on nothing but the need.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from pipeline.sample.borough import SEED
from pipeline.sample.people import Child, Referral, pick
from pipeline.sample.truths import PLANTED, ROMA_OF_OTHER_WHITE

_STREAM = 8
_RELIGION = {
    "christian": 0.42, "muslim": 0.13, "hindu": 0.03, "sikh": 0.02, "jewish": 0.01, "buddhist": 0.01,
    "no_religion": 0.24, "other": 0.01, "not_stated": 0.13,
}  # fmt: skip
_LEARNING_DIFFICULTY = {"yes": 0.11, "no": 0.85, "not_known": 0.04}
_LOOKED_AFTER = {"yes": 0.06, "no": 0.92, "not_known": 0.02}


def _draw(rng: np.random.Generator, shares: Mapping[str, float]) -> str:
    return pick(rng, tuple(shares), tuple(shares.values()))


def _describe_child(rng: np.random.Generator, child: Child) -> Child:
    religion, difficulty, looked_after = (
        _draw(rng, shares) for shares in (_RELIGION, _LEARNING_DIFFICULTY, _LOOKED_AFTER)
    )
    roma = bool(rng.random() < ROMA_OF_OTHER_WHITE) and child.ethnicity == "WOTH"
    return replace(
        child, religion=religion, learning_difficulty=difficulty, looked_after=looked_after, roma=roma
    )


def describe(referrals: Sequence[Referral]) -> tuple[Referral, ...]:
    """The referrals with the level of need at each, and the same characteristics of a child in all of its own."""
    rng = np.random.Generator(np.random.PCG64([SEED, _STREAM]))
    by_need = PLANTED["percent_by_need"]
    children: dict[str, Child] = {}
    described = []
    for referral in referrals:
        child = referral.child
        if child.child_id not in children:
            children[child.child_id] = _describe_child(rng, child)
        shares = by_need.get(child.group, by_need["elsewhere"])
        need = 1 + int(np.searchsorted(np.cumsum(shares), 100 * rng.random(), side="right"))
        described.append(replace(referral, child=children[child.child_id], need=need))
    return tuple(described)
