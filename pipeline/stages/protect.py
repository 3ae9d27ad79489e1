"""Stage `protect`: copy the slices of `measure` with disclosure control applied, for the notebooks to read."""

import shutil
from pathlib import Path

from pipeline.files.context import read_context
from pipeline.files.slices import cut, protect_slice, read_tables
from pipeline.protect.levels import merge_levels
from pipeline.protect.rounding import Disclosure
from pipeline.protect.waits import round_waits
from pipeline.protect.wholes import hold_wholes


def run_protect(measured: Path, output: Path, rule: Disclosure) -> dict[str, int]:
    """Write each slice with small levels merged, waits rounded and its protected totals stored; return the counts for
    the log.

    A service's slice depends on its own rows only, so a corrected return changes no other service's slice.
    """
    shutil.copytree(measured, output, dirs_exist_ok=True)
    overall = output / "overall"
    context, tables = read_context(overall), read_tables(overall, ("measures", "characteristics", "waits"))
    if not tables:
        return {"services": 0, "held": 0}
    services = [service.service_id for service in context.services]
    versions = {measure.measure_id: measure.version for measure in context.measures}
    by_level = tables["characteristics"]
    levels_by_service, levels_overall = (
        merge_levels(by_level, rule, "service_id"),
        merge_levels(by_level, rule),
    )
    held, held_of_each = hold_wholes(tables["measures"], (levels_by_service, levels_overall), versions, rule)
    waits = round_waits(tables["waits"], held)
    protect_slice(overall, {"characteristics": levels_overall, "waits": waits}, held)
    by_service = {"characteristics": cut(levels_by_service, services), "waits": cut(waits, services)}
    for service in services:
        parts = {name: parts[service] for name, parts in by_service.items()}
        protect_slice(output / "services" / service, parts, held_of_each.get(service, rule))
    return {"services": len(services), "held": len(held.held)}
