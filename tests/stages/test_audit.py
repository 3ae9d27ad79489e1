"""What tells too much stops a run, unless somebody answers for it."""

import csv
import datetime as dt
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.audit.attack import FEW
from pipeline.audit.cells import Links
from pipeline.audit.errors import AuditError
from pipeline.protect.rounding import Disclosure
from pipeline.releases.manifest import FOLDER, MANIFEST, TABLES, Manifest
from pipeline.settings import Accepted
from pipeline.stages.audit import arrange_tables, read_links, run_audit

RULE = Disclosure(7, 5)
Rows = Sequence[Mapping[str, str]]


def as_csv(rows: Rows) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def publish(reports: Path, tables: Mapping[str, Rows]) -> None:
    """Put tables into an executed notebook, as the runner does."""
    downloads = {f"{name}.csv": as_csv(rows) for name, rows in tables.items()}
    notebook = {"cells": [], "metadata": {"outturn": {"downloads": downloads}}}
    (reports / "equality").mkdir(parents=True)
    (reports / "equality" / "S01.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


def measure(events: int) -> dict[str, Rows]:
    """Events out of 800."""
    row = {"measure": "Started", "version": "started v1", "unit": "%", "events": f"{events}", "total": "800"}
    return {"measures": [row]}


def levels(*events: int) -> dict[str, Rows]:
    """Levels of one characteristic, each out of 250."""
    rows = [
        {"measure": "Started", "who": f"Religion: {at}", "total": "250", "level": f"{100 * number / 250:.1f}"}
        for at, number in enumerate(events)
    ]
    return {"characteristics": rows}


EXACT = Accepted(
    table="equality/S01: measures",
    place="events of Started, started v1",
    why="Known to all",
    by="The director",
    on=dt.date(2010, 5, 1),
)


def audit(folder: Path, tables: Mapping[str, Rows], *accept: Accepted) -> tuple[dict[str, int], str]:
    """The counts for the log, and what stands in leaks.csv; the tables are published anew."""
    publish(folder / "reports", tables)
    counts = run_audit(folder / "reports", folder / "audit", RULE, "started", accept, Links())
    return counts, (folder / "audit" / "leaks.csv").read_text(encoding="utf-8")


def test_a_leak_stops_the_run_with_its_place_its_fix_and_no_value(tmp_path: Path) -> None:
    with pytest.raises(AuditError) as caught:
        audit(tmp_path, measure(417))
    assert f"{EXACT.table}, {EXACT.place}: a count that is not rounded." in str(caught.value)
    assert "pipeline/protect" in str(caught.value)
    assert "417" not in str(caught.value)


def test_somebody_may_answer_for_a_leak_but_not_for_one_that_is_gone(tmp_path: Path) -> None:
    counts, listed = audit(tmp_path / "leak", measure(417), EXACT)
    assert counts == {"tables": 1, "accepted": 1}
    assert "accepted" in listed
    with pytest.raises(AuditError, match=r"audit\.accept: equality/S01: measures"):
        audit(tmp_path / "none", measure(415), EXACT)


def test_a_count_of_many_that_is_told_stops_the_run_too(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match=FEW):
        audit(tmp_path, {**measure(400), **levels(130, 140, 145)})


def test_a_name_with_a_hyphen_is_a_page_as_any_other() -> None:
    texts = {
        f"services/tables/{name}.csv": "total\n5\n"
        for name in ("a-S01-reached", "index-a+S01_gap_effect_SD+Q")
    }
    assert arrange_tables(texts) == {
        "services/a-S01": {"reached": [{"total": "5"}]},
        "services/index": {"a+S01_gap_effect_SD+Q": [{"total": "5"}]},
    }


def test_the_last_release_is_put_beside_what_goes_out(tmp_path: Path) -> None:
    kept = tmp_path / "reports" / FOLDER / "R1"
    (kept / TABLES / "equality/tables").mkdir(parents=True)
    tables = {**measure(10), **levels(5, 5, 5, 5, 10)}
    for name, rows in tables.items():
        (kept / TABLES / f"equality/tables/S01-{name}.csv").write_text(as_csv(rows), encoding="utf-8")
    day = dt.date(2010, 5, 1)
    manifest = Manifest(
        name="R1", date=day, complete_to=day, data="", code="", parameters={}, commit="", environment="",
        python="", measures={}, tables={},
    )  # fmt: skip
    (kept / MANIFEST).write_text(manifest.model_dump_json(), encoding="utf-8")
    with pytest.raises(AuditError):
        audit(tmp_path, measure(5))


def test_measures_are_related_by_their_definitions_whatever_they_are_called(tmp_path: Path) -> None:
    same = {"version": 1, "table": "episodes", "dated_by": "referral_date", "end": None}
    rows = [
        {"measure_id": "begun", "denominator": "all", "numerator": "start_date is given", "start": 1},
        {"measure_id": "in_time", "denominator": "start_date is given", "numerator": "soon", "start": 1},
        {"measure_id": "agreed", "denominator": "start_date is given", "numerator": "isa", "start": 2},
    ]
    pq.write_table(pa.Table.from_pylist([each | same for each in rows]), tmp_path / "measures.parquet")
    later = frozenset({"begun v1"})
    assert read_links(tmp_path) == Links({"in_time v1": "begun v1"}, {"started": "begun"}, later)
    again = {**rows[0], "version": 2, "start": 3}
    pq.write_table(
        pa.Table.from_pylist([same | each for each in (*rows, again)]), tmp_path / "measures.parquet"
    )
    assert not read_links(tmp_path).steps
