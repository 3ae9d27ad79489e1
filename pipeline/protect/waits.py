"""How long children waited, as it may be shown."""

from __future__ import annotations

import pandas as pd

from pipeline.protect.room import hold_sum
from pipeline.protect.rounding import Disclosure, round_count

QUARTILES = ("lower_quartile", "median", "upper_quartile")


def round_waits(waits: pd.DataFrame, rule: Disclosure) -> pd.DataFrame:
    """Return whom a step was counted of, rounded; who took it in time, and who not, each by itself.

    Days are whole ones, as a quarter of a day would tell how many were counted; and none where a quarter of the
    children may be as few as no figure may rest on, as a quartile of few is one child's wait.
    """
    late = waits.assign(
        late=waits["followed"] - waits["within"], late_key=waits["followed_key"] - waits["within_key"]
    )
    for name in ("taken", "within", "waiting", "late"):
        pairs = zip(late[name], late[f"{name}_key"], strict=True)
        late[name] = [round_count(count, key, rule) for count, key in pairs]
        told = [*zip(late["service_id"], late["step"], late[name], strict=True)]
        of_services = {step: [each for own, of, each in told if own and of == step] for step in late["step"]}
        late[name] = [shown if own else hold_sum(shown, of_services[step], rule) for own, step, shown in told]
    late["followed"] = late["within"] + late["late"]
    enough = late["taken"] - rule.round_to >= (len(QUARTILES) + 1) * rule.hide_up_to
    for name in late.columns.intersection([*QUARTILES]):
        late[name] = (late[name] + 0.5).floordiv(1).where(enough)
    return late.drop(columns=["late", *(name for name in late if str(name).endswith("_key"))])
