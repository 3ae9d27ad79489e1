"""Prints what PHStatsMethods, the Department of Health and Social Care's own package (GPL-3), says of a few rates.

    python -m venv /tmp/ph && /tmp/ph/bin/pip install phstatsmethods==0.1.16
    /tmp/ph/bin/python tests/oracles/phstatsmethods_rates.py

The figures stand in tests/stats/test_one_group.py.
"""

import pandas as pd
from PHStatsMethods import ph_dsr

ESP = [
    5000,
    5500,
    5500,
    5500,
    6000,
    6000,
    6500,
    7000,
    7000,
    7000,
    7000,
    6500,
    6000,
    5500,
    5000,
    4000,
    2500,
    1500,
    1000,
]
CASES = {
    # Events and people by age that PHEindicatormethods was first tested on, and the European standard of 2013.
    "england": (
        [27, 45, 55, 100, 125, 300, 295, 270, 275, 450, 455, 459, 345, 300, 270, 265, 100, 90, 35],
        [84935, 80367, 72122, 79259, 99806, 87362, 81579, 71103, 70001, 69007, 63203, 52638, 46087, 40887, 32604,
         28399, 21625, 13021, 7355],
        ESP,
    ),
    # Down's syndrome by mother's age, fifth and later births (Stark and Mantel 1966; Fleiss 1981, table 14.4).
    "downs": (
        [0, 8, 63, 112, 262, 295],
        [327, 30666, 123419, 149919, 104088, 34392],
        [319933, 931318, 786511, 488235, 237863, 61313],
    ),
    # Gardner and Altman, Statistics with Confidence.
    "gardner": ([4, 13, 8, 7], [96, 237, 105, 32], [2773, 2556, 1113, 184]),
}  # fmt: skip

for name, (events, people, standard) in CASES.items():
    frame = pd.DataFrame({"events": events, "people": people, "standard": standard})
    for confidence in (0.95, 0.998):
        (row,) = ph_dsr(
            frame.copy(), "events", "people", "standard", confidence=confidence, euro_standard_pops=False
        ).to_dict("records")
        print(name, confidence, [value for value in row.values() if isinstance(value, float)])
