"""The panels of this folder, written out of the package `causaldata` 0.1.5 (MIT licence).

    python tests/stats/panels/write_panels.py FOLDER_OF_CAUSALDATA

`castle.csv` (Cheng and Hoekstra 2013; Cunningham 2021): homicides per 100,000 by state and year, with the first year in
which a castle-doctrine law held (0: none).
`organ_donations.csv` (Kessler and Roth 2014; Huntington-Klein 2021): share of people registered, by state and
quarter; California changed its question in the third quarter of 2011.
"""

import sys
from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent


def write_panels(package: Path) -> None:
    """Both panels, one row a state."""
    castle = pd.read_stata(package / "castle" / "castle.dta")
    first = castle[castle["post"] == 1].groupby("sid")["year"].min()
    wide = castle.pivot(index="sid", columns="year", values="homicide").astype("float64").round(6)
    wide.insert(0, "first_year", first.reindex(wide.index).fillna(0).astype(int))
    wide.to_csv(HERE / "castle.csv", lineterminator="\n")
    organs = pd.read_csv(package / "organ_donations" / "organ_donation.csv")
    organs["Quarter"] = organs["Quarter"].str[2:] + organs["Quarter"].str[:2]
    wide = organs.pivot(index="State", columns="Quarter", values="Rate")
    wide.to_csv(HERE / "organ_donations.csv", lineterminator="\n")


if __name__ == "__main__":
    write_panels(Path(sys.argv[1]))
