"""`python -m benchmarks.boroughs [number]`: random small boroughs, published in process, attacked, held against the truth.

Each is drawn from the accepted rows of the sample (run it first): a few services, a few dozen children in each, ethnic
groups and a key of its own. Its tables come from the very notebooks that a run executes. Then two releases of one
borough are attacked together: a child taken out, a child added, a quarter more.
"""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from pipeline.audit.attack import find_leaks
from pipeline.audit.cells import Tables
from pipeline.contract.dataset import read_dataset
from pipeline.files.slices import PEERS
from pipeline.releases.manifest import read_tables
from pipeline.settings import read_settings
from pipeline.stages.audit import arrange_tables
from pipeline.stages.impact import judging_parameters
from pipeline.stages.measure import run_measure

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "data/raw/sample"
PROCESSED = ROOT / "data/processed"
SETTINGS = read_settings(ROOT)
RULE = SETTINGS.shared.rule
_MOST_SERVICES = 3
_DATES = ("referral_date", "start_date", "end_date", "isa_date", "protection_plan_start", "protection_plan_end")
_SCORES = (("baseline_date", ["baseline_score"]), ("review_date", ["review_score", "achieved"]))
Rows = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Borough:
    """Accepted rows by table, the services they are of, the key that their children's numbers follow from."""

    rows: Rows
    services: tuple[str, ...]
    key: str
    complete_to: str


def read_rows() -> Rows:
    """Return the accepted rows of the sample."""
    return {name: pd.read_parquet(PROCESSED / "validate" / f"{name}.parquet") for name in ("episodes", "outcomes", "feedback")}


def of_children(rows: Rows, children: pd.Series) -> Rows:
    """Return the rows of these children, and no answers of anybody else."""
    episodes = rows["episodes"][rows["episodes"]["child_id"].isin(children)]
    keys = ["return_provider", "episode_id"]
    own = episodes[keys].drop_duplicates()
    return {"episodes": episodes} | {name: rows[name].merge(own, on=keys) for name in ("outcomes", "feedback")}


def draw_borough(rows: Rows, seed: int) -> Borough:
    """Return a borough of one to three services, with 10 to 120 children in each and ethnic groups of its own."""
    random = np.random.default_rng(seed)
    episodes = rows["episodes"]
    services = random.choice(sorted(episodes["service_id"].unique()), random.integers(1, _MOST_SERVICES + 1), replace=False)
    children = [
        child
        for service in services
        for child in random.permutation(episodes.loc[episodes["service_id"] == service, "child_id"].unique())[
            : int(10 * 12 ** random.random())
        ]
    ]
    own = of_children({**rows, "episodes": episodes[episodes["service_id"].isin(services)]}, pd.Series(children))
    codes = sorted(episodes["ethnicity"].dropna().unique())
    drawn = random.choice(codes, len(children), p=random.dirichlet(np.full(len(codes), 0.4)))
    groups = own["episodes"]["child_id"].map(dict(zip(children, drawn, strict=True)))
    return Borough(
        {**own, "episodes": own["episodes"].assign(ethnicity=groups)},
        tuple(sorted(services)),
        random.bytes(32).hex(),
        "2012-03-31",
    )


def as_of(borough: Borough, day: str) -> Borough:
    """Return the borough as it was known at the end of a day: later dates and what was found by them are blank."""
    last = pd.Timestamp(day).date()
    episodes = borough.rows["episodes"]
    known = of_children(borough.rows, episodes["child_id"])
    episodes = episodes[episodes["referral_date"] <= last]
    for date in _DATES[1:]:
        episodes = episodes.assign(**{date: episodes[date].where(episodes[date].map(lambda d: d is not None and d <= last), None)})
    episodes = episodes.assign(end_reason=episodes["end_reason"].where(episodes["end_date"].notna()))
    known = of_children({**known, "episodes": episodes}, episodes["child_id"])
    outcomes = known["outcomes"]
    for date, found in _SCORES:
        past = outcomes[date].map(lambda d: d is not None and d <= last)
        outcomes = outcomes.assign(**{name: outcomes[name].where(past, None) for name in (date, *found)})
    feedback = known["feedback"]
    return replace(
        borough,
        rows={**known, "outcomes": outcomes, "feedback": feedback[feedback["date"] <= last]},
        complete_to=day,
    )


def _write(borough: Borough, folder: Path) -> tuple[Path, Path, Path]:
    """The dataset's folder, its accepted rows and the commissioner's tables, as the stages before leave them."""
    dataset, validate, reference = (folder / name for name in ("dataset", "validate", "reference"))
    for each in (dataset, validate):
        each.mkdir(parents=True)
    facts = yaml.safe_load((SAMPLE / "dataset.yaml").read_text(encoding="utf-8"))
    facts["complete_to"] = pd.Timestamp(borough.complete_to).date()
    (dataset / "dataset.yaml").write_text(yaml.safe_dump(facts), encoding="utf-8")
    (dataset / "key").write_text(borough.key + "\n", encoding="ascii")
    for name, table in borough.rows.items():
        schema = pq.read_schema(PROCESSED / "validate" / f"{name}.parquet").remove_metadata()
        pq.write_table(pa.Table.from_pandas(table, schema, preserve_index=False), validate / f"{name}.parquet")
    shutil.copytree(PROCESSED / "intake" / "reference", reference)
    for path in reference.glob("*.parquet"):
        table = pd.read_parquet(path)
        if "service_id" in table:
            kept = table["service_id"].isin(["", *borough.services]) | table["service_id"].isna()
            if path.stem == "evaluation_plan":
                kept &= table["design"] != "difference_in_differences"
            schema = pq.read_schema(path).remove_metadata()
            pq.write_table(pa.Table.from_pandas(table[kept], schema, preserve_index=False), path)
    return dataset, validate, reference


def _execute(notebook: str, **parameters: object) -> None:
    """Run the cells of a notebook here, without a kernel; what it shows is not looked at, what it publishes is."""
    cells = json.loads((ROOT / "notebooks" / f"{notebook}.ipynb").read_bytes())["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    names: dict[str, object] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(sources[0], names)
        names |= parameters
        exec("\n".join(sources[1:]), names)


def publish(borough: Borough) -> Tables:
    """Return every table that the borough's pages publish."""
    with TemporaryDirectory(prefix="outturn-borough-") as name:
        folder = Path(name)
        dataset, validate, reference = _write(borough, folder)
        measures = folder / "measure"
        run_measure(read_dataset(dataset), validate, reference, measures)
        shared = {
            "hide_up_to": RULE.hide_up_to,
            "round_to": RULE.round_to,
            "minimum_pairs": SETTINGS.impact.minimum_pairs,
            **judging_parameters(SETTINGS.measure, SETTINGS.equality),
        }
        texts: dict[str, str] = {}
        for page, inputs in _pages(borough, measures):
            for kind, notebook, own in (
                ("services", "impact", {"peers": str(measures / PEERS)}),
                ("equality", "equality", {}),
            ):
                tables = folder / kind / page
                _execute(notebook, inputs=str(inputs), published=str(tables), **shared, **own)
                texts |= {f"{kind}/tables/{page}-{name}": text for name, text in read_tables(tables).items()}
        return arrange_tables(texts)


def _pages(borough: Borough, measures: Path) -> Iterator[tuple[str, Path]]:
    yield "index", measures / "overall"
    yield from ((service, measures / "services" / service) for service in borough.services)


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    rows = read_rows()
    import time
    for seed in range(number):
        start = time.perf_counter()
        borough = draw_borough(rows, seed)
        tables = publish(borough)
        mid = time.perf_counter()
        leaks = find_leaks({"": tables}, RULE, SETTINGS.impact.measure)
        print(seed, borough.services, len(borough.rows["episodes"]), sum(map(len, tables.values())), f"{mid-start:.1f} {time.perf_counter()-mid:.1f}", [str(l) for l in leaks], flush=True)


if __name__ == "__main__":
    main()
