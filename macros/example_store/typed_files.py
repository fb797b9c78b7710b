"""The team's own tables beside the marketplace folders, as people keep them: CSV and XLSX."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from .ledger import Ledger
from .sheets import Value, write_csv, write_xlsx
from .typed import (
    BENCHMARKS,
    OBJECTIVES,
    OKR_DUE,
    OKR_START,
    SALES_TARGETS,
    TARGETS,
)

SHARES = {"acos", "tacos", "net_margin", "unit_session_percentage"}
ZH = {"US": "美国", "DE": "德国", "": ""}
STAGES = {"in_production": "在产", "domestic": "国内仓", "overseas": "海外仓"}
DAY = "yyyy-mm-dd"


def shown(name: str, value: Decimal) -> str:
    """A share as a person writes it (28%), any other number plainly."""
    share = name in SHARES or name in ("response_rate_24h", "odr")
    return f"{float(value * 100):g}%" if share else f"{value:f}"


def write_tables(folder: Path, ledger: Ledger) -> None:
    """Every table that the team types."""
    for writer in (write_targets, write_account, write_benchmarks, write_overhead, write_rates,
                   write_events, write_okrs, write_operations, write_stages):
        writer(folder, ledger)


def write_targets(folder: Path, ledger: Ledger) -> None:
    """目标.xlsx: each month and marketplace."""
    months = sorted({item.month for item in ledger.overheads})
    rows: list[list[Value]] = []
    for number, month in enumerate(months):
        for market in ledger.markets:
            first, more = SALES_TARGETS[market.code]
            rows.append(["ordered_sales", ZH[market.code], f"{month:%Y-%m}", first + number * more])
            rows += [[kpi, ZH[market.code], f"{month:%Y-%m}", Decimal(by[market.code])]
                     for kpi, by in TARGETS.items()]
    write_xlsx(folder / "目标.xlsx", "目标", ("指标", "站点", "月份", "目标值"), rows)


def write_account(folder: Path, ledger: Ledger) -> None:
    """account_values.csv: what somebody reads off the dashboards every morning."""
    rows = [[v.name, v.marketplace, v.day.isoformat(), shown(v.name, v.value)]
            for v in sorted(ledger.account_values, key=lambda v: (v.day, v.marketplace, v.name))]
    write_csv(folder / "account_values.csv", ("name", "marketplace", "day", "value"), rows)


def write_benchmarks(folder: Path, ledger: Ledger) -> None:
    """benchmarks.csv: each category's mean ACoS; `kpi` may stay empty for it."""
    since = date(ledger.start.year, 1, 1).isoformat()
    rows = [[category, market, "", since, shown("acos", Decimal(value))]
            for category, values in BENCHMARKS.items()
            for market, value in zip(("US", "DE"), values, strict=True)]
    write_csv(folder / "benchmarks.csv",
              ("category", "marketplace", "kpi", "valid_from", "value"), rows)


def write_overhead(folder: Path, ledger: Ledger) -> None:
    """管理费用.csv: by month, marketplace and item."""
    rows = [[f"{o.month:%Y-%m}", ZH[o.marketplace], o.currency, f"{o.amount:.2f}", o.item]
            for o in ledger.overheads]
    write_csv(folder / "管理费用.csv", ("月份", "站点", "币种", "金额", "费用项目"), rows)


def write_rates(folder: Path, ledger: Ledger) -> None:
    """exchange_rates.csv: at the start of each month."""
    rows = [[r.day.isoformat(), r.from_currency, r.to_currency, str(r.rate)] for r in ledger.rates]
    write_csv(folder / "exchange_rates.csv", ("day", "from_currency", "to_currency", "rate"), rows)


def write_events(folder: Path, ledger: Ledger) -> None:
    """events.csv: past and coming."""
    rows = [[e.name, e.kind, e.marketplace, e.first_day.isoformat(), e.last_day.isoformat(), e.sku]
            for e in ledger.events]
    write_csv(folder / "events.csv",
              ("name", "kind", "marketplace", "first_day", "last_day", "sku"), rows)


def write_okrs(folder: Path, ledger: Ledger) -> None:
    """OKR.xlsx: the half-year's key results."""
    header = ("目标描述", "指标", "站点", "起始值", "开始日期", "目标值", "截止日期", "负责人")
    rows: list[Sequence[Value]] = [
        [objective, kpi, ZH[market], Decimal(start), OKR_START, Decimal(target), OKR_DUE, owner]
        for objective, kpi, market, start, target, owner in OBJECTIVES
    ]
    write_xlsx(folder / "OKR.xlsx", "OKR", header, rows, ("", "", "", "", DAY, "", DAY, ""))


def write_operations(folder: Path, ledger: Ledger) -> None:
    """操作日志.csv: the log of changes."""
    rows = [[o.day.isoformat(), o.asin, ZH[o.marketplace], o.kind, o.what, o.who]
            for o in sorted(ledger.operations, key=lambda o: o.day)]
    header = ("日期", "ASIN", "站点", "操作类型", "操作内容", "操作人")
    write_csv(folder / "操作日志.csv", header, rows)


def write_stages(folder: Path, ledger: Ledger) -> None:
    """入仓前库存.xlsx: what is produced, stored or on its way before Amazon."""
    header = ("SKU", "阶段", "数量", "截至日期", "预计到货", "站点")
    rows: list[Sequence[Value]] = [
        [s.sku, STAGES[s.stage], s.units, s.as_of, s.arrives, ZH["US"]] for s in ledger.stages
    ]
    write_xlsx(folder / "入仓前库存.xlsx", "入仓前库存", header, rows, ("", "", "", DAY, DAY, ""))
