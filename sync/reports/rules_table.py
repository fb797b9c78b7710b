"""Rules: our own simple table of the bounds that a team holds its numbers against."""

from __future__ import annotations

from sync.reports import _own
from workbook.model import Label
from workbook.report import Column, Mode, ReportKind, Section, Type

KIND = ReportKind(
    name="rules_table",
    label=Label("Your rules", "自定规则"),
    how_to_download=Label(
        "Your own table, CSV or XLSX, one row a rule and day: rule (its id, see `opsheet list "
        "rules`), marketplace (empty: all), target, alarm (25%, 0.25, 3), valid_from (2026-01-31), "
        "valid_to (empty: until further notice), note.",
        "自己的表格（CSV 或 XLSX），每条规则、生效日期一行：规则（编号见 `opsheet list rules`）、"
        "站点（空：全部）、目标值、预警值（25%、0.25、3）、生效日期（2026-01-31）、"
        "失效日期（空：长期）、备注。",
    ),
    mode=Mode.UPSERT,
    sections=(
        Section(
            name="rules_table",
            columns=(
                Column("rule", Type.TEXT, ("rule", "规则", "规则编号"), required=True),
                _own.MARKETPLACE,
                Column("target", Type.NUMBER, ("target", "目标值", "目标")),
                Column("alarm", Type.NUMBER, ("alarm", "预警值", "警戒值")),
                Column("valid_from", Type.DATE, _own.VALID_FROM.headers),
                Column("valid_to", Type.DATE, ("valid_to", "Valid to", "失效日期")),
                Column("note", Type.TEXT, ("note", "备注")),
            ),
            key=("rule", "marketplace", "valid_from"),
            any_of=(("target", "alarm"),),
            absent=("objective", "sku"),
        ),
    ),
)
