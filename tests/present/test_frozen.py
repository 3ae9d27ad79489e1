"""Freezing measured baselines: what was published is kept, and what is kept already is left alone."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pandas as pd
from small_slice import TARGET, make_measures, make_page, rules_of, with_facts, with_tables

from pipeline.files.commissioner.plans_table import add_frozen, list_frozen
from pipeline.files.records import read_records
from pipeline.present.equality.baselines import freeze_baselines
from pipeline.present.page import Page

DAY = dt.date(2009, 11, 2)
MEASURED = replace(TARGET, baseline=None)


def page(groups: dict[str, tuple[int, int]]) -> Page:
    """A page whose six months of baseline hold these counts in their first month."""
    made = make_page(groups=groups, targets=(MEASURED,))
    first = make_measures(groups).assign(month=2009 * 12 + 3, service_month=0, period="2009-q2")
    return with_tables(made, measures=pd.concat([first, make_measures(groups)]))


def frozen(shown: Page) -> list[object]:
    rules = rules_of(shown)
    return list(freeze_baselines(shown, rules, DAY))


def test_the_figures_kept_are_those_a_page_shows() -> None:
    (kept,) = list_frozen([vars(each) for each in frozen(page({"Black": (100, 400), "White": (300, 400)}))])
    assert (kept.target_id, kept.version, kept.frozen_on, kept.value) == ("T1", 1, DAY, -50.0)
    assert (kept.first_day, kept.last_day) == (dt.date(2009, 4, 1), dt.date(2009, 9, 30))


def test_a_baseline_of_few_children_is_kept_without_figures() -> None:
    (kept,) = list_frozen([vars(each) for each in frozen(page({"Black": (0, 5), "White": (300, 400)}))])
    assert (kept.value, kept.lower, kept.upper) == (None, None, None)
    assert len(kept.fingerprint) == 64


def test_what_is_frozen_already_is_not_frozen_again(tmp_path: Path) -> None:
    shown = page({"Black": (100, 400), "White": (300, 400)})
    first = list_frozen([vars(each) for each in frozen(shown)])
    assert frozen(with_facts(shown, frozen_baselines=tuple(first))) == []
    add_frozen(tmp_path / "baselines.csv", [], first)
    add_frozen(tmp_path / "baselines.csv", first, [])
    (row,) = read_records(tmp_path / "baselines.csv")
    assert (row["target_id"], row["frozen_on"], row["value"]) == ("T1", "2009-11-02", "-50.0")


def test_a_stated_baseline_is_not_frozen() -> None:
    shown = page({"Black": (100, 400), "White": (300, 400)})
    assert frozen(with_facts(shown, targets=(TARGET,))) == []
