"""Every sentence of the pages, one by one: what it says once its places are filled."""

from __future__ import annotations

import string
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from pipeline.analysis.equality.gaps import GapWord
from pipeline.analysis.judgement_rules import Family
from pipeline.analysis.verdicts import Reason
from pipeline.present.sentences import SENTENCES, say
from pipeline.stats.monitoring.control_chart import Assurance, Signal

CASES: dict[str, dict[str, Any]] = {
    key: case
    for path in sorted(Path(__file__).parent.glob("*sentences.yaml"))
    for key, case in yaml.safe_load(path.read_text(encoding="utf-8")).items()
}


def test_every_sentence_has_a_case_of_its_own() -> None:
    assert CASES.keys() == SENTENCES.keys()


@pytest.mark.parametrize("key", CASES)
def test_a_sentence_says_what_it_should(key: str) -> None:
    assert say(key, **CASES[key].get("places", {})) == CASES[key]["says"]


@pytest.mark.parametrize("key", CASES)
def test_a_case_fills_the_places_that_its_sentence_has(key: str) -> None:
    named = {name for _, name, _, _ in string.Formatter().parse(SENTENCES[key]) if name}
    assert named == set(CASES[key].get("places", {}))


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
