"""With few sites as clusters, a test made for few clusters decides."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.analysis.impact.change import count_children, paired_rows, rows_with
from pipeline.analysis.impact.design_checks import Check, CheckRules, Shown
from pipeline.analysis.impact.effects import hold_fixed, stratify
from pipeline.stats.results import NotEstimable
from pipeline.stats.scores.few_clusters import wild_cluster_bootstrap


def check_clusters(rows: pd.DataFrame, held_fixed: Sequence[str], rules: CheckRules) -> Check:
    """Whether there are enough sites for cluster-robust errors, or the wild cluster bootstrap bears the effect out.

    Sites are providers where there are several, else children.
    """
    pairs = rows_with(paired_rows(rows), "provider_id")
    sites = int(pairs["provider_id"].nunique())
    if sites < 2 or sites >= rules.few_clusters:
        number = sites if sites > 1 else count_children(pairs)
        return Check("few clusters", "pass", "many sites" if sites > 1 else "children", {"sites": number})
    outcome, controls = hold_fixed(pairs, held_fixed)
    strata, clusters = stratify(pairs)
    if strata is not None:
        dummies = pd.get_dummies(pd.Series(strata, index=pairs.index), dtype=np.float64, drop_first=True)
        controls = pd.concat([controls, dummies], axis="columns")
    treated = (pairs["arm"] == "treated").to_numpy(dtype=np.float64)
    found = wild_cluster_bootstrap(outcome, treated, clusters, controls, rules.confidence_level)
    if isinstance(found, NotEstimable):
        return Check("few clusters", "fail", "too few sites", {"sites": sites})
    borne_out = found.p_value.value <= 1 - rules.confidence_level
    figures: dict[str, Shown] = {"sites": sites, "chance": found.p_value, "difference": found.estimate}
    return Check("few clusters", "pass" if borne_out else "fail", "few sites", figures)
