"""Every sentence of the pages, one by one: what it says once its places are filled."""

from __future__ import annotations

from typing import get_args

from pipeline.analysis.equality.gaps import GapWord
from pipeline.analysis.judgement_rules import Family
from pipeline.analysis.verdicts import Reason
from pipeline.present.sentences import SENTENCES
from pipeline.stats.monitoring.control_chart import Assurance, Signal


def test_every_reason_and_family_has_its_sentence() -> None:
    assert {f"reason {reason}" for reason in get_args(Reason)} <= SENTENCES.keys()
    assert {f"family {family}" for family in get_args(Family)} <= SENTENCES.keys()
    assert {"gaps behind", "gaps ahead"} <= {f"gaps {word}" for word in get_args(GapWord)} & SENTENCES.keys()


def test_every_signal_and_assurance_has_its_sentence() -> None:
    assert {f"kpi signal {signal}" for signal in get_args(Signal)} <= SENTENCES.keys()
    assert {f"kpi {assurance}" for assurance in get_args(Assurance)} <= SENTENCES.keys()


def test_no_sentence_assumes_which_group_is_behind() -> None:
    assert [
        text for text in SENTENCES.values() if any(name in text for name in ("Black", "White", "minority"))
    ] == []
