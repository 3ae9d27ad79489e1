"""Stage `measure`: accepted rows to tidy measures, one slice a service and one over all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ibis
import pandas as pd
import pyarrow as pa
from ibis.expr.types import Table

from pipeline.analysis.peers import list_peers
from pipeline.contract.context import Context
from pipeline.contract.dataset import Dataset
from pipeline.contract.tables import DECLARED_TABLES, REFERENCE_TABLES, RETURN_TABLES
from pipeline.files.slices import PEERS, cut, scores_path, write_peers, write_slice
from pipeline.measures.breaks import list_breaks
from pipeline.measures.case_mix import tabulate_case_mix
from pipeline.measures.catalogue import Measure, load_catalogue
from pipeline.measures.cells import number_cells
from pipeline.measures.child_time import ask_spells, child_time
from pipeline.measures.children import ask_children, count_children, count_newcomers, follow_children
from pipeline.measures.clusters import ask_alikeness, ask_clustered, ask_company, look_at_windows
from pipeline.measures.days import ask_days, split_days
from pipeline.measures.excess import add_excess
from pipeline.measures.facts import context_of, describe_context, load_records
from pipeline.measures.journey import ask_scored, follow_scored, tell_journey, tell_results
from pipeline.measures.maturity import Maturity, ask_maturity, find_maturity
from pipeline.measures.plans import check_arms, list_digits, rows_compared
from pipeline.measures.population import group_population
from pipeline.measures.profile_counts import ask_marks, count_profiles, split_marks
from pipeline.measures.profiles import list_profiles
from pipeline.measures.rows import Keep, Rows, join_rows, list_scores
from pipeline.measures.strata import tabulate_characteristics, tabulate_strata
from pipeline.measures.tabulate import ask_months, tabulate_measures
from pipeline.measures.waits import ask_waits, count_waits

Ask = Callable[[Table], Callable[[], pd.DataFrame]]
_MEMORY = "1400MB"
_MOST_THREADS = 4


def count_all(
    rows: Rows, catalogue: Sequence[Measure], dataset: Dataset, keep: Keep, ask: Ask
) -> tuple[dict[str, pd.DataFrame], list[str], dict[str, Maturity]]:
    """The tables of counts of the treated, over all services, what their strata rest on, and how mature measures are.

    All is asked first and told then, so that the engine counts while the rest is asked, and while it is told.
    """
    cells, until = rows.known_cells, dataset.complete_to
    marks, months = ask(ask_marks(rows, catalogue, until)), ask(ask_months(rows, catalogue))
    spells, children = ask(ask_spells(rows, until)), ask(ask_children(rows))
    scored = keep("scored_episodes", follow_scored(rows))
    spans = {**ask_waits(rows, scored, until), **ask_maturity(rows.by_name, catalogue, until)}
    between, steps = ask(ask_days(spans)), ask(ask_scored(rows, scored))
    clustered = keep("clustered", ask_clustered(rows, catalogue, until))
    windowed = keep("windowed", look_at_windows(clustered, until))
    company, alike = ask(ask_company(windowed)), ask(ask_alikeness(windowed, clustered))
    marked = split_marks(marks(), rows)
    profiled = count_profiles(rows, marked, catalogue, until)
    time = child_time(spells(), cells, until)
    found, days = follow_children(children(), cells), split_days(between(), spans)
    tables = {
        "measures": tabulate_measures(months(), rows, catalogue, time, dataset.period),
        "children": count_children(found, dataset.classification),
        "newcomers": count_newcomers(found, dataset.classification),
        "journey": tell_journey(cells, rows.marks, marked["episodes"], steps()),
        "waits": count_waits(days, cells.services),
        "results": tell_results(cells, rows.marks, marked),
        "characteristics": tabulate_characteristics(profiled),
        "strata": tabulate_strata(profiled),
        "case_mix": tabulate_case_mix(profiled),
    }
    tables |= add_excess(tables, company(), alike(), catalogue, cells, rows.profiles)
    return tables, profiled.adjusted_for, find_maturity(days, catalogue, until, dataset.period)


@contextmanager
def asking(connection: Any) -> Iterator[Ask]:
    """Statements are put together here and answered beside, one after the other; what is called then waits for them."""

    def answer(sql: str, schema: pa.Schema) -> pd.DataFrame:
        with connection.con.cursor() as cursor:
            rows: pd.DataFrame = cursor.sql(sql).to_arrow_table().cast(schema).to_pandas()
        return rows

    with ThreadPoolExecutor(1) as pool:
        yield lambda table: pool.submit(answer, connection.compile(table), table.schema().to_pyarrow()).result


def read_tables(reference: Path) -> dict[str, pd.DataFrame]:
    """The commissioner's tables, as intake left them."""
    names = (*REFERENCE_TABLES, *DECLARED_TABLES)
    return {name: pd.read_parquet(reference / f"{name}.parquet") for name in names}


def _write_scores(connection: Any, cells: pd.DataFrame, folder: Path) -> None:
    """Rows go from engine to file, cells counted from the service's first; they are too many to pass through here."""
    folder.mkdir(parents=True, exist_ok=True)
    first, last = (int(cells.index.min()), int(cells.index.max())) if len(cells) else (0, -1)
    own = f"SELECT * EXCLUDE (position) REPLACE (cell - {first} AS cell) FROM scores"
    place = scores_path(folder).as_posix().replace("'", "''")
    with connection.con.cursor() as cursor:
        cursor.execute(
            f"COPY ({own} WHERE cell BETWEEN {first} AND {last} ORDER BY position) TO '{place}' (COMPRESSION snappy)"
        )


@contextmanager
def _writing_scores(
    connection: Any, services: Iterable[str], cells: pd.DataFrame, output: Path
) -> Iterator[None]:
    """Each service's scores, beside what is done meanwhile and side by side: one service's keep no two threads busy."""
    with ThreadPoolExecutor(_threads()) as pool:
        writing = [
            pool.submit(_write_scores, connection, cells[cells["service_id"] == name], output / name)
            for name in services
        ]
        yield
        for written in writing:
            written.result()


def _write_slices(
    context: Context, tables: Mapping[str, pd.DataFrame], adjusted_for: Sequence[str], output: Path
) -> None:
    """The slice over all and each service's."""
    names = [service.service_id for service in context.services]
    cuts = {name: cut(table, names) for name, table in tables.items() if name != "compared"}
    with ThreadPoolExecutor(1) as pool:
        whole = pool.submit(write_slice, output / "overall", context, tables, adjusted_for)
        for service in context.services:
            own_context = context_of(context, service)
            own = {name: parts[service.service_id] for name, parts in cuts.items()}
            compared = rows_compared(tables["measures"], own_context.plans)
            folder = output / "services" / service.service_id
            write_slice(folder, own_context, {**own, "compared": compared}, adjusted_for)
        whole.result()


def _threads() -> int:
    return min(_MOST_THREADS, os.cpu_count() or 1)


@contextmanager
def open_engine() -> Iterator[Any]:
    """DuckDB within fixed bounds of memory; what does not fit goes to a temporary folder, deleted after."""
    with TemporaryDirectory(prefix="outturn-", ignore_cleanup_errors=True) as folder:
        # The order of rows is nobody's concern until something is written, and that is sorted.
        yield ibis.duckdb.connect(
            memory_limit=_MEMORY, threads=_threads(), temp_directory=folder, preserve_insertion_order=False
        )


def read_rows(
    connection: Any,
    dataset: Dataset,
    validate: Path,
    frames: Mapping[str, pd.DataFrame],
    catalogue: Sequence[Measure],
) -> Rows:
    """Accepted rows, joined."""
    tables = {name: connection.read_parquet(validate / f"{name}.parquet") for name in RETURN_TABLES}
    starts = dict(zip(frames["services"]["service_id"], frames["services"]["start"], strict=True))
    cells = number_cells(tables["episodes"], dataset.classification, starts)
    scales = frames["scales"][["scale"]].assign(scale_number=frames["scales"].index.astype("int8"))
    return join_rows(
        tables,
        connection.create_table("cells", pa.Table.from_pandas(cells.to_count())),
        cells,
        ibis.memtable(pa.Table.from_pandas(scales, preserve_index=False)),
        list_profiles(tables["episodes"]),
        catalogue,
        keep=connection.create_table,
    )


def run_measure(
    dataset: Dataset,
    validate: Path,
    reference: Path,
    output: Path,
    received: Sequence[Mapping[str, str]] = (),
    frozen: Sequence[Mapping[str, str]] = (),
) -> dict[str, int]:
    """Read accepted rows, write `overall/` and `services/<id>/`; returns the counts for the log.

    `received` are the lines of intake's received.csv, `frozen` those of its reference/baselines.csv.
    """
    frames, place = read_tables(reference), dataset.folder / "reference" / "evaluation_plan.csv"
    catalogue = load_catalogue(load_records(frames["measures"]))
    with open_engine() as connection:
        rows = read_rows(connection, dataset, validate, frames, catalogue)
        cells, plans = rows.known_cells.listed, frames["evaluation_plan"]
        check_arms(plans, cells, place.as_posix())
        digits = list_digits(plans, rows.profiles, place.as_posix())
        connection.create_view("scores", list_scores(rows.outcomes, digits))
        names = frames["services"]["service_id"]
        with _writing_scores(connection, names, cells, output / "services"), asking(connection) as ask:
            tables, adjusted_for, maturity = count_all(rows, catalogue, dataset, connection.create_table, ask)
            context = describe_context(
                dataset, frames, catalogue, tables["journey"], received, frozen, maturity
            )
            peers = list_peers(tables.pop("case_mix"), tables["measures"], context.measures, adjusted_for)
            tables["cells"] = cells[["service_id", "provider_id", "ethnic_group", "ethnicity", "arm"]]
            tables["population"] = group_population(frames["population"], dataset.classification)
            tables["breaks"] = list_breaks(frames["population"], dataset.classification)
            tables["compared"] = rows_compared(tables["measures"], ())
            _write_slices(context, tables, adjusted_for, output)
            write_peers(output / PEERS, peers)
    return {"rows_out": len(tables["measures"]), "services": len(context.services)}
