"""Metrics as data, one file a family; `evaluate` turns facts into cells.

A new metric is one `Metric(...)` row in the file of its family.
"""

from __future__ import annotations

import importlib
import pkgutil

from workbook.errors import TemplateError
from workbook.model import Metric
from workbook.nearest import nearest


def _collect() -> dict[str, Metric]:
    found: dict[str, Metric] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda m: m.name):
        if module.name.startswith("_"):
            continue
        for metric in importlib.import_module(f"{__name__}.{module.name}").METRICS:
            if metric.name in found:
                raise AssertionError(f"two metrics are called {metric.name}")
            found[metric.name] = metric
    return found


METRICS: dict[str, Metric] = _collect()


def get_metric(name: str) -> Metric:
    """The metric of that name.

    Raises:
        TemplateError: there is none; names the nearest ones.
    """
    try:
        return METRICS[name]
    except KeyError:
        raise TemplateError(
            f"There is no metric '{name}'.",
            do=f"{nearest(name, METRICS)}`opsheet list metrics` shows all of them.",
        ) from None
