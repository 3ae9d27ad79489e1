"""Words that must stay where they were sent, in every field of a return: nothing else of the project holds them."""

import csv
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from dvc_project import DATASET, copy_whole
from whole_run import Copy

pytest_plugins = ("whole_run_fixtures",)

CANARIES = (
    *("Zaphira Quickfoot", "943 476 5919", "H801200001001", "ZZ99 3VZ", "29/02/2001"),
    *("zaphira.q@example.org", "came in with a black eye, said her uncle"),
)
"""A name, an NHS number, a pupil number, a postcode, a birth date, an e-mail and free text; none is anybody's."""
TABLES = ("episodes", "outcomes", "feedback")
STAGES = ("intake", "validate", "measure", "protect", "impact", "equality", "audit", "publish")
SET_ASIDE = "set_aside.csv"
AS_READ = tuple(f"data/processed/intake/{name}.parquet" for name in TABLES)
"""The rows as they were read, before any rule has looked at them: closed to all but the account that runs it."""


def _spread(path: Path) -> None:
    """Add rows in which each field in turn is each kind of canary, and a column of canaries beside them."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = [*csv.DictReader(stream)]
    canary = cycle(CANARIES)
    fields, (model, *_) = [*rows[0]], rows
    added = [{**model, field: word} for word in CANARIES for field in fields]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, [*fields, "remarks"], lineterminator="\n")
        writer.writeheader()
        writer.writerows({**row, "remarks": next(canary)} for row in (*rows, *added))


def _texts(root: Path) -> Iterator[tuple[str, str]]:
    """Every file that a run makes or keeps, as text; tables of columns as what they hold."""
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if not path.is_file() or name.startswith((".git/", "tests/", f"{DATASET}/")) or name in AS_READ:
            continue
        if path.name == SET_ASIDE or "/feedback/" in name:
            continue
        whole = pq.read_table(path).to_pandas().to_csv() if path.suffix == ".parquet" else ""
        yield name, path.read_bytes().decode("utf-8", "replace") + whole


@pytest.fixture(scope="module")
def said(own: Copy, tmp_path_factory: pytest.TempPathFactory) -> tuple[Copy, str]:
    """A copy run with the canaries in it, then with a notebook that fails; and all that the commands said."""
    copy = copy_whole(own, tmp_path_factory.mktemp("canaries") / "outturn")
    for name in TABLES:
        (path,) = (copy.root / DATASET / "returns").rglob(f"{name}.csv")
        path.chmod(0o600)
        _spread(path)
    ran = copy.try_stages(*STAGES)
    scores = next((copy.root / "data/processed/protect").rglob("scores.parquet"))
    pq.write_table(pq.read_table(scores).select(["arm"]), scores)
    failed = copy.try_stages("impact")
    assert "intake: " in ran.stdout and "validate: " in ran.stdout
    assert failed.returncode != 0
    return copy, "\n".join(each.stdout + each.stderr for each in (ran, failed))


def test_the_canaries_came_in_and_were_set_aside(said: tuple[Copy, str]) -> None:
    copy, _ = said
    held = "".join(path.read_text(encoding="utf-8") for path in copy.root.rglob("set_aside.csv"))
    assert {word for word in CANARIES if word in held} >= set(CANARIES[:4])


def test_rows_as_they_were_read_are_closed_to_others(said: tuple[Copy, str]) -> None:
    copy, _ = said
    assert {(copy.root / name).stat().st_mode & 0o077 for name in AS_READ} == {0}


def test_no_canary_stands_in_anything_that_a_run_makes_or_says(said: tuple[Copy, str]) -> None:
    copy, told = said
    assert [word for word in CANARIES if word in told] == []
    texts = dict(_texts(copy.root))
    assert {"reports/_site/index.html", "data/processed/validate/returns.csv"} <= texts.keys()
    assert [(name, word) for name, text in texts.items() for word in CANARIES if word in text] == []
