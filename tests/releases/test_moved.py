"""Whether so few children's records changed that two releases side by side would tell whose."""

from pathlib import Path

import pandas as pd
import pytest

from pipeline.protect.rounding import Disclosure
from pipeline.releases.moved import find_moved, fingerprint_children, forget

KEY, RULE = bytes(range(32)), Disclosure(7, 5)
CHILDREN = 30


def accepted(periods: tuple[str, ...] = ("2009-q3", "2009-q4")) -> dict[str, pd.DataFrame]:
    """Two returns of a provider: an episode, an answer and a score for each child."""
    rows = [
        {
            "return_provider": "harbour",
            "period": period,
            "episode_id": f"{period}-{number}",
            "child_id": f"C{number}",
            "age": 9,
            "file": "f.csv",
            "row": number + 2,
        }
        for period in periods
        for number in range(CHILDREN)
    ]
    episodes = pd.DataFrame(rows)
    others = episodes.drop(columns=["child_id", "age"])
    return {
        "episodes": episodes,
        "outcomes": others.assign(review_score=5),
        "feedback": others.assign(
            positive="yes", feedback_id=[f"F{number}" for number in range(len(others))]
        ),
    }


def fingerprints(tables: dict[str, pd.DataFrame], folder: Path) -> pd.DataFrame:
    for name, table in tables.items():
        table.to_parquet(folder / f"{name}.parquet")
    return fingerprint_children(folder, KEY)


@pytest.mark.parametrize("table", ["episodes", "outcomes", "feedback"])
@pytest.mark.parametrize(("children", "held"), [(1, True), (7, True), (8, False)])
def test_a_return_in_which_few_children_changed_is_found(
    table: str, children: int, held: bool, tmp_path: Path
) -> None:
    tables = accepted()
    before = fingerprints(tables, tmp_path)
    column = {"episodes": "age", "outcomes": "review_score", "feedback": "positive"}[table]
    tables[table].loc[: children - 1, column] = "no" if table == "feedback" else 1
    assert find_moved(before, fingerprints(tables, tmp_path), RULE) == [("harbour", "2009-q3")] * held


@pytest.mark.parametrize("children", [1, 8])
def test_children_taken_out_or_added_count_as_changed(children: int, tmp_path: Path) -> None:
    whole = accepted()
    before = fingerprints(whole, tmp_path)
    part = fingerprints({name: table.iloc[children:] for name, table in whole.items()}, tmp_path)
    few = [("harbour", "2009-q3")] if children == 1 else []
    assert find_moved(before, part, RULE) == few == find_moved(part, before, RULE)


def test_a_further_period_is_new_and_where_a_row_stands_is_nothing(tmp_path: Path) -> None:
    before = fingerprints(accepted(), tmp_path)
    later = accepted(("2009-q3", "2009-q4", "2010-q1"))
    later = {name: table.iloc[::-1].assign(row=1, file="other.csv") for name, table in later.items()}
    assert find_moved(before, fingerprints(later, tmp_path), RULE) == []


def test_an_answer_of_nobody_known_is_a_child_of_its_own(tmp_path: Path) -> None:
    tables = accepted()
    tables["feedback"]["episode_id"] = None
    before = fingerprints(tables, tmp_path)
    tables["feedback"].loc[:7, "positive"] = "no"
    assert find_moved(before, fingerprints(tables, tmp_path), RULE) == []
    tables["feedback"].loc[:, "positive"] = "yes"
    tables["feedback"].loc[:6, "positive"] = "no"
    assert find_moved(before, fingerprints(tables, tmp_path), RULE) == [("harbour", "2009-q3")]


def test_no_id_stands_in_what_is_kept_and_another_key_gives_other_hashes(tmp_path: Path) -> None:
    found = fingerprints(accepted(), tmp_path)
    assert list(found) == ["return_provider", "period", "child", "content"]
    assert found["child"].dtype == found["content"].dtype == "uint64"
    other = fingerprint_children(tmp_path, bytes(32))
    assert not found["child"].isin(other["child"]).any()


def test_an_erased_child_leaves_no_hash_and_is_missed_by_the_next_release(tmp_path: Path) -> None:
    kept, whole = tmp_path / "R1.parquet", accepted()
    before = fingerprints(whole, tmp_path)
    before.to_parquet(kept)
    assert forget(kept, {"c 3", "C3"}, "", KEY)
    left = pd.read_parquet(kept)
    own = before.loc[before["child"] != left["child"]]
    assert len(own) == 6 and own["child"].nunique() == 1 and own["content"].nunique() == 6
    assert not left["child"].isin(own["child"]).any() and not left["content"].isin(own["content"]).any()
    episodes = whole["episodes"]["child_id"] != "C3"
    after = fingerprints({name: table[episodes] for name, table in whole.items()}, tmp_path)
    assert find_moved(left, after, RULE) == [("harbour", "2009-q3"), ("harbour", "2009-q4")]
    assert not forget(kept, {"c 3", "C3"}, "", KEY)


def test_an_erased_provider_leaves_no_row(tmp_path: Path) -> None:
    kept = tmp_path / "R1.parquet"
    fingerprints(accepted(), tmp_path).to_parquet(kept)
    assert forget(kept, (), "harbour", KEY)
    assert pd.read_parquet(kept).empty
