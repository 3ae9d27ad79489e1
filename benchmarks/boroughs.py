"""`python -m benchmarks.boroughs [number [first]]`: random small boroughs, published in this process and attacked.

Each is drawn from the accepted rows of the sample (run it first): one to three services with 10 to 120 children each,
three of the measures, its own ethnic groups and key. Its tables come from the notebooks' own cells. One in six is
published again without a child, with an added child and a quarter earlier, each time attacked together with the first;
and rounded naively, which the same attack must detect.
"""

import contextlib
import io
import json
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from pipeline.audit.attack import find_leaks
from pipeline.audit.tables import Tables
from pipeline.contract.dataset import read_dataset
from pipeline.files.context import PEERS
from pipeline.files.cycle import write_cycle
from pipeline.files.records import parse_records
from pipeline.protect.rounding import Disclosure
from pipeline.releases.manifest import read_tables
from pipeline.settings import read_settings
from pipeline.stages.audit import read_links
from pipeline.stages.cycle import PAGES
from pipeline.stages.impact import judging_parameters
from pipeline.stages.measure import run_measure
from pipeline.stages.protect import run_protect

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "data/raw/sample"
PROCESSED = ROOT / "data/processed"
SETTINGS = read_settings(ROOT)
RULE = SETTINGS.shared.rule
_MOST_SERVICES, _FEWEST, _SPREAD, _MEASURES = 3, 10, 12, 2
_SIXTH = 6
_BOROUGHS = 200
_NAIVELY = "rounded naively"
_LAST, _QUARTER_BEFORE = "2012-03-31", "2011-12-31"
_LATER = ("start_date", "end_date", "isa_date", "protection_plan_start", "protection_plan_end")
_SCORES = (("baseline_date", ["baseline_score"]), ("review_date", ["review_score", "achieved"]))
_EPISODE = ["return_provider", "episode_id"]
Rows = Mapping[str, pd.DataFrame]


class Naive(Disclosure):
    """Rounding to the nearest multiple: an attacker knows that the error is at most half a step."""

    @property
    def off_by(self) -> int:
        """Two for a multiple of five."""
        return self.round_to // 2


@dataclass(frozen=True)
class Borough:
    """Accepted rows by table, services and measures, the key of children's numbers, and the last day of the data."""

    rows: Rows
    services: tuple[str, ...]
    measures: tuple[str, ...]
    key: str
    complete_to: str = _LAST


def of_children(rows: Rows, episodes: pd.DataFrame) -> Rows:
    """Return these episodes with all rows that belong to them."""
    own = episodes[_EPISODE].drop_duplicates()
    return {"episodes": episodes} | {
        name: rows[name].merge(own, on=_EPISODE) for name in ("outcomes", "feedback")
    }


def draw_borough(rows: Rows, seed: int) -> Borough:
    """Return a random borough; each child's ethnic group is drawn from the borough's own mix."""
    random = np.random.default_rng(seed)
    episodes, number = rows["episodes"], random.integers(1, _MOST_SERVICES + 1)
    services = random.choice(sorted(episodes["service_id"].unique()), number, replace=False).tolist()
    children: set[str] = set()
    for service in services:
        own = episodes.loc[episodes["service_id"] == service, "child_id"].unique()
        children |= {*random.permutation(own)[: int(_FEWEST * _SPREAD ** random.random())]}
    chosen = episodes[episodes["service_id"].isin(services) & episodes["child_id"].isin(children)]
    codes = sorted(episodes["ethnicity"].dropna().unique())
    drawn = random.choice(codes, len(children), p=random.dirichlet(np.full(len(codes), 0.4)))
    groups = chosen["child_id"].map(dict(zip(sorted(children), drawn, strict=True)))
    catalogue = pd.read_parquet(PROCESSED / "intake/reference/measures.parquet")["measure_id"].unique()
    others = sorted({*catalogue} - {SETTINGS.impact.measure})
    measures = (SETTINGS.impact.measure, *random.choice(others, _MEASURES, replace=False).tolist())
    own_rows = of_children(rows, chosen.assign(ethnicity=groups))
    return Borough(own_rows, tuple(sorted(services)), measures, random.bytes(32).hex())


def without_child(borough: Borough) -> Borough:
    """Return the borough without one of its children."""
    episodes = borough.rows["episodes"]
    kept = episodes[episodes["child_id"] != episodes["child_id"].iloc[len(episodes) // 2]]
    return replace(borough, rows=of_children(borough.rows, kept))


def as_of(borough: Borough, day: str) -> Borough:
    """Return the borough as known at the end of a day: later dates, and columns filled on them, are blank."""
    last = pd.Timestamp(day).date()

    def past(dates: pd.Series) -> pd.Series:
        return dates.map(lambda date: pd.notna(date) and date <= last).astype(bool)

    episodes = borough.rows["episodes"]
    episodes = episodes[past(episodes["referral_date"])]
    episodes = episodes.assign(**{name: episodes[name].where(past(episodes[name]), None) for name in _LATER})
    episodes = episodes.assign(end_reason=episodes["end_reason"].where(episodes["end_date"].notna()))
    rows = of_children(borough.rows, episodes)
    outcomes, feedback = rows["outcomes"], rows["feedback"]
    for date, found in _SCORES:
        known = past(outcomes[date])
        outcomes = outcomes.assign(**{name: outcomes[name].where(known, None) for name in (date, *found)})
    rows = {"episodes": episodes, "outcomes": outcomes, "feedback": feedback[past(feedback["date"])]}
    return replace(borough, rows=rows, complete_to=day)


def _write_like(path: Path, table: pd.DataFrame, like: Path) -> None:
    schema = pq.read_schema(like).remove_metadata()
    pq.write_table(pa.Table.from_pandas(table, schema, preserve_index=False), path)


def _write(borough: Borough, folder: Path) -> tuple[Path, Path, Path]:
    """Write a borough as the earlier stages do; return the folders of dataset, accepted rows and reference tables."""
    dataset, validate, reference = (folder / name for name in ("dataset", "validate", "reference"))
    (dataset / "returns").mkdir(parents=True)
    (dataset / "returns" / "sent.csv").touch()
    validate.mkdir()
    facts = yaml.safe_load((SAMPLE / "dataset.yaml").read_text(encoding="utf-8"))
    facts["complete_to"] = pd.Timestamp(borough.complete_to).date()
    (dataset / "dataset.yaml").write_text(yaml.safe_dump(facts), encoding="utf-8")
    (dataset / "key").write_text(borough.key + "\n", encoding="ascii")
    for name, table in borough.rows.items():
        _write_like(validate / f"{name}.parquet", table, PROCESSED / "validate" / f"{name}.parquet")
    shutil.copytree(PROCESSED / "intake/reference", reference)
    arms = borough.rows["episodes"].query("arm == 'comparison'")
    for path in reference.glob("*.parquet"):
        table = pd.read_parquet(path)
        kept = pd.Series(True, index=table.index)
        for column, own in (("service_id", borough.services), ("measure_id", borough.measures)):
            if column in table:
                kept &= table[column].isin(["", *own]) | table[column].isna()
        if path.stem == "evaluation_plan":  # its other designs need services that do not exist here
            compared = (table["design"] == "comparison_group") & table["service_id"].isin(arms["service_id"])
            kept &= (table["design"] == "before_and_after") | compared
        _write_like(path, table[kept], path)
    return dataset, validate, reference


def _execute(notebook: str, **parameters: object) -> None:
    """Run the cells of a notebook in this process; it publishes into files."""
    cells = json.loads((ROOT / "notebooks" / f"{notebook}.ipynb").read_bytes())["cells"]
    first, *others = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    names: dict[str, object] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(first, names)
        names |= parameters
        exec("\n".join(others), names)


def publish(borough: Borough) -> Tables:
    """Return every table published by the pages of a borough."""
    with TemporaryDirectory(prefix="outturn-borough-") as name:
        folder = Path(name)
        dataset, validate, reference = _write(borough, folder)
        measures, slices, cycle = folder / "measure", folder / "protect", folder / "cycle"
        run_measure(read_dataset(dataset), validate, reference, measures)
        run_protect(measures, slices, RULE)
        protect = {"hide_up_to": RULE.hide_up_to, "round_to": RULE.round_to}
        judge = {
            **judging_parameters(SETTINGS.measure, SETTINGS.equality),
            "minimum_pairs": SETTINGS.impact.minimum_pairs,
        }
        texts: dict[str, Mapping[str, str]] = {}

        def execute(page: str, notebook: str, **parameters: object) -> None:
            out = folder / page
            _execute(notebook, published=str(out), **protect, **parameters)
            texts[page] = read_tables(out)

        for page, inputs in _pages(borough, slices):
            execute(f"services/{page}", "impact", inputs=str(inputs), peers=str(slices / PEERS), **judge)
            execute(f"equality/{page}", "equality", inputs=str(inputs), **judge)
        people = pa.table({"counted": pa.array([], pa.string())})
        write_cycle(cycle, slices / "overall" / "context.json", reference, people, texts)
        for page in PAGES:
            execute(f"cycle/{page}", page, inputs=str(cycle))
        return {
            page: {Path(name).stem: parse_records(text) for name, text in own.items()}
            for page, own in texts.items()
        }


def _pages(borough: Borough, slices: Path) -> Iterator[tuple[str, Path]]:
    yield "index", slices / "overall"
    yield from ((service, slices / "services" / service) for service in borough.services)


def _attack(releases: Mapping[str, Tables], rule: Disclosure = RULE) -> list[str]:
    return [
        f"{leak.table}, {leak.place}: {leak.why}"
        for leak in find_leaks(
            releases, rule, SETTINGS.impact.measure, read_links(PROCESSED / "intake/reference")
        )
    ]


def _attack_releases(borough: Borough) -> dict[str, list[str]]:
    """Return what each pair of releases reveals together, and what naive rounding reveals."""
    now, less = publish(borough), publish(without_child(borough))
    found = {
        "a child taken out": _attack({"": less, "before": now}),
        "a child added": _attack({"": now, "before": less}),
        "a quarter more": _attack({"": now, "before": publish(as_of(borough, _QUARTER_BEFORE))}),
    }
    with patch("pipeline.protect.rounding._draw", return_value=0.5):
        found[_NAIVELY] = _attack({"": publish(borough)}, Naive(RULE.hide_up_to, RULE.round_to))
    return found


def main() -> None:
    """Print a line per borough, and the number of places revealed in all, by kind of rounding and release."""
    number, first, *_ = [*map(int, sys.argv[1:]), *(_BOROUGHS, 0)[len(sys.argv) - 1 :]]
    rows, told, tried = read_rows(), Counter[str](), Counter[str]()
    seeds = range(first, first + number)
    for seed, of_releases in [(each, False) for each in seeds] + [
        (each, True) for each in seeds if not each % _SIXTH
    ]:
        started = time.process_time()
        borough = draw_borough(rows, seed)
        found = _attack_releases(borough) if of_releases else {"one release": _attack({"": publish(borough)})}
        told += Counter({kind: len(places) for kind, places in found.items()})
        tried += Counter(found.keys())
        for kind, places in found.items():
            for place in places if kind != _NAIVELY else ():
                print(f"borough {seed}, {kind}: {place}")
        size, seconds = len(borough.rows["episodes"]), time.process_time() - started
        print(
            f"borough {seed}: {size} episodes, {', '.join(found)}, {seconds:.0f} s of processor", flush=True
        )
    for kind, times in tried.items():
        print(f"{kind}: {told[kind]} places told in {times} boroughs")


def read_rows() -> Rows:
    """Return the accepted rows of the sample."""
    return {
        name: pd.read_parquet(PROCESSED / "validate" / f"{name}.parquet")
        for name in ("episodes", "outcomes", "feedback")
    }


if __name__ == "__main__":
    main()
