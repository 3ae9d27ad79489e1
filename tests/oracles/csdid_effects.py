"""csdid_effects.json: group-time effects by `csdid`, the authors' R package `did` in Python (MIT licence).

    python -m venv /tmp/csdid && /tmp/csdid/bin/pip install csdid==0.4.3
    /tmp/csdid/bin/pip download --no-deps moderndid==0.2.0 -d /tmp/csdid
    /tmp/csdid/bin/python tests/oracles/csdid_effects.py /tmp/csdid/moderndid-0.2.0-py3-none-any.whl

`castle`: states of the laws of 2007, 2008 and 2009 and of none, log of homicides; `alike` in the level of 2000 by
outcome regression. `mpdta`, of Callaway and Sant'Anna (2021): counties' teenage employment and minimum wages, alike in
the log of the population, by outcome regression and doubly robust as in the vignette of `did`. The data are read
from the wheel of `moderndid` and are not kept here.
"""

import gzip
import json
import math
import pickle
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from csdid.att_gt import ATTgt

HERE = Path(__file__).parent
MPDTA = "moderndid/core/datasets/mpdta_long.pkl.gz"


def castle() -> pd.DataFrame:
    """One row a state and year, with the level of the first year."""
    wide = pd.read_csv(HERE.parent / "stats" / "panels" / "castle.csv")
    wide = wide[~wide["first_year"].isin((2006, 2010))].assign(alike=np.log(wide["2000"]))
    rows = wide.melt(["sid", "first_year", "alike"], var_name="time", value_name="rate")
    outcome = np.log(rows["rate"])
    return rows.assign(unit=rows["sid"], start=rows["first_year"], time=rows["time"].astype(int), y=outcome)


def mpdta(wheel: Path) -> pd.DataFrame:
    """One row a county and year."""
    rows: pd.DataFrame = pickle.loads(gzip.decompress(zipfile.ZipFile(wheel).read(MPDTA)))
    return rows.rename(
        columns={"countyreal": "unit", "first.treat": "start", "year": "time", "lemp": "y", "lpop": "alike"}
    )


def effects(rows: pd.DataFrame, covariates: str, method: str) -> dict[str, Any]:
    """Effects and their errors against units that never start, without the bootstrap."""
    model = ATTgt(
        yname="y", gname="start", idname="unit", tname="time", xformla=f"y~{covariates}", data=rows,
        control_group=["nevertreated"],
    ).fit(est_method=method, base_period="universal", bstrap=False)  # fmt: skip
    table = zip(*(model.results[name] for name in ("group", "year", "att", "se")), strict=True)
    found: dict[str, Any] = {"group times": [[*map(float, row)] for row in table if not math.isnan(row[3])]}
    for kind in ("simple", "group", "dynamic"):
        told = model.aggte(kind, bstrap=False, cband=False).atte
        found[kind] = [float(told["overall_att"]), float(told["overall_se"])]
    study = zip(*(told[name] for name in ("egt", "att_egt", "se_egt")), strict=True)
    found["exposures"] = [[*map(float, row)] for row in study if not math.isnan(row[2])]
    return found


def rounded(value: object) -> object:
    """The same to nine decimals."""
    if isinstance(value, float):
        return round(value, 9)
    return [*map(rounded, value)] if isinstance(value, list) else value


if __name__ == "__main__":
    states, counties = castle(), mpdta(Path(sys.argv[1]))
    found = {
        "castle never": effects(states, "1", "reg"),
        "castle never alike": effects(states, "alike", "reg"),
        "mpdta never": effects(counties, "1", "reg"),
        "mpdta never alike": effects(counties, "alike", "reg"),
        "mpdta doubly robust": effects(counties, "alike", "dr"),
    }
    told = {name: {key: rounded(value) for key, value in each.items()} for name, each in found.items()}
    text = ",\n".join(f"{json.dumps(name)}: {json.dumps(each)}" for name, each in told.items())
    (HERE / "csdid_effects.json").write_text(f"{{\n{text}\n}}\n", encoding="utf-8")
