"""Targets: our own simple table of what each KPI should reach, by month and marketplace."""

from __future__ import annotations

from sync.reports import _own
from workbook.model import Label
from workbook.report import Column, Mode, ReportKind, Section, Type

KIND = ReportKind(
    name="targets",
    label=Label("Targets", "目标表"),
    how_to_download=Label(
        "Your own table, CSV or XLSX, one row a KPI, marketplace and month: kpi (acos, or its "
        "name as sheets show it), marketplace (empty: all), month (2026-11), target (28%, 0.28, "
        "3, 120000).",
        "自己的表格（CSV 或 XLSX），每个指标、站点、月份一行：指标（acos 或表格中的名称）、"
        "站点（空：全部）、月份（2026-11）、目标值（28%、0.28、3、120000）。",
    ),
    mode=Mode.UPSERT,
    sections=(
        Section(
            name="targets",
            columns=(
                _own.KPI, _own.MARKETPLACE, _own.MONTH,
                Column("target", Type.NUMBER, ("target", "目标值", "目标"), required=True),
            ),
            key=("kpi", "marketplace", "month"),
            absent=("objective", "rule"),
            reshape=_own.rows(kpi=_own.kpi()),
        ),
    ),
)
