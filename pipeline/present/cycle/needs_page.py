"""Assess: the area beside others in published statistics."""

from __future__ import annotations

import pandas as pd

from pipeline.analysis.needs.area_findings import tabulate_area_trends, tabulate_areas
from pipeline.analysis.needs.area_trends import judge_trend
from pipeline.present.cycle.page import CyclePage
from pipeline.present.needs.areas import say_areas
from pipeline.present.needs.areas import show_areas as show_benchmarks
from pipeline.present.page import headline


def areas(page: CyclePage) -> pd.DataFrame:
    """Set the area beside its neighbours, its region and England, by period (columns of AREAS)."""
    return page.record("areas", tabulate_areas(page.data.benchmarks))


def area_trends(page: CyclePage) -> pd.DataFrame:
    """Judge where each indicator of the area is heading: one row each (columns of AREA_TRENDS)."""
    return page.record("area_trends", tabulate_area_trends(page.data.benchmarks, page.confidence_level))


def show_needs(page: CyclePage) -> str:
    """The answer of the page; blank where no statistics of other areas were given."""
    trends = [judge_trend(each, page.confidence_level) for each in page.data.benchmarks]
    return headline(say_areas(trends)) if trends else ""


def show_areas(page: CyclePage) -> str:
    """Every indicator by its outcome: a chart, a table, how sure it is."""
    return show_benchmarks(page.door, page.data.benchmarks, page.confidence_level)
