"""OKRs: our own simple table of objectives with start, target and due day."""

from __future__ import annotations

from sync.reports import _own
from workbook.model import Label
from workbook.report import Column, Mode, ReportKind, Section, Type

KIND = ReportKind(
    name="okrs",
    label=Label("OKRs", "OKR"),
    how_to_download=Label(
        "Your own table, CSV or XLSX, one row a key result: objective, kpi (acos, or its name as "
        "sheets show it), marketplace (empty: all), start (value at the beginning, 28%), "
        "start_day, target (22%), due (2026-12-31), owner.",
        "自己的表格（CSV 或 XLSX），每个关键结果一行：目标描述、指标（acos 或表格中的名称）、"
        "站点（空：全部）、起始值（28%）、开始日期、目标值（22%）、截止日期（2026-12-31）、负责人。",
    ),
    mode=Mode.UPSERT,
    sections=(
        Section(
            name="okrs",
            columns=(
                Column("objective", Type.TEXT, ("objective", "目标描述", "目标(O)"),
                       required=True),
                _own.KPI, _own.MARKETPLACE,
                Column("start", Type.NUMBER, ("start", "起始值"), required=True),
                Column("start_day", Type.DATE, ("start_day", "Start day", "开始日期", "开始日")),
                Column("target", Type.NUMBER, ("target", "目标值"), required=True),
                Column("due", Type.DATE, ("due", "截止日期", "截止日"), required=True),
                Column("owner", Type.TEXT, _own.OWNER_HEADERS),
            ),
            key=("objective", "kpi", "marketplace", "start_day"),
            reshape=_own.rows(kpi=_own.kpi()),
        ),
    ),
)
