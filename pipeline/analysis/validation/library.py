"""great-expectations, imported once for all that asks it: without telemetry, data docs, progress bars or files."""

import os
import warnings
from functools import cache
from typing import Any

import pandas as pd

os.environ["GX_ANALYTICS_ENABLED"] = "False"
with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import great_expectations as gx
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )
    from great_expectations.execution_engine import PandasExecutionEngine
    from great_expectations.expectations.expectation import (
        ColumnPairMapExpectation,
        MulticolumnMapExpectation,
    )
    from great_expectations.expectations.metrics.map_metric_provider import (
        ColumnPairMapMetricProvider,
        MulticolumnMapMetricProvider,
        column_pair_condition_partial,
        multicolumn_condition_partial,
    )
    from great_expectations.expectations.row_conditions import Column

__all__ = [
    "Column",
    "ColumnPairMapExpectation",
    "ColumnPairMapMetricProvider",
    "MulticolumnMapExpectation",
    "MulticolumnMapMetricProvider",
    "PandasExecutionEngine",
    "column_pair_condition_partial",
    "gx",
    "multicolumn_condition_partial",
    "open_batch",
]


def open_batch(frame: pd.DataFrame) -> Any:
    """Return the frame as a batch of the library, whose `validate` takes a suite or an expectation."""
    return _rows().get_batch({"dataframe": frame})


@cache
def _rows() -> Any:
    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False),
    )
    context = gx.get_context(mode="ephemeral", project_config=config)
    asset = context.data_sources.add_pandas("returns").add_dataframe_asset("rows")
    return asset.add_batch_definition_whole_dataframe("all")
