"""What the tables that only the user has share: columns, and words as people write them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from workbook.binding import ALIASES
from workbook.metrics import METRICS
from workbook.report import Column, Role, Type

MARKETPLACE = Column("marketplace", Type.MARKETPLACE, ("marketplace", "站点"),
                     role=Role.MARKETPLACE)
SKU_HEADERS = ("sku", "MSKU", "Seller SKU")
ASIN_HEADERS = ("asin", "子ASIN", "child_asin")
OWNER_HEADERS = ("owner", "负责人", "运营负责人")
KPI = Column("kpi", Type.TEXT, ("kpi", "指标"), required=True)
MONTH = Column("month", Type.MONTH, ("month", "月份"), required=True)
VALID_FROM = Column("valid_from", Type.DATE, ("valid_from", "Valid from", "生效日期"),
                    required=True)


def rows(**columns: str) -> str:
    """SQL of the file's rows in which each of these columns holds its expression instead."""
    changed = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
    return f"SELECT * REPLACE ({changed}) FROM parsed"


def word(column: str, spellings: Mapping[str, str]) -> str:
    """SQL of a column of words: a known spelling as its code, any other in lower_case."""
    cases = " ".join(f"WHEN {_literal(spelling.casefold())} THEN {_literal(code)}"
                     for spelling, code in spellings.items())
    return f"CASE lower({column}) {cases} ELSE replace(lower({column}), ' ', '_') END"


def kpi(column: str = "kpi") -> str:
    """SQL of a metric's name: as it is called in formulas, or its label in either language."""
    return word(column, _metric_labels())


@cache
def _metric_labels() -> dict[str, str]:
    found: dict[str, str] = {}
    for name, metric in METRICS.items():
        for text in (metric.label.en, metric.label.zh, *ALIASES.get(name, ())):
            found.setdefault(text.casefold(), name)
            found.setdefault(text.partition("(")[0].strip().casefold(), name)
    return found


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
