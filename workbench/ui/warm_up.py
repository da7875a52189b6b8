"""Import, once and before the first visitor, everything that a page would otherwise import on its first click."""

import altair  # noqa: F401
import pandas  # noqa: F401
import pyarrow.parquet  # noqa: F401
import sklearn.compose
import sklearn.ensemble
import sklearn.linear_model
import sklearn.pipeline  # noqa: F401
import vl_convert  # noqa: F401

import workbench.charts
import workbench.data
import workbench.export
import workbench.modeling
import workbench.profiling
import workbench.results.deciding.curve
import workbench.results.summary
import workbench.store
import workbench.training  # noqa: F401
