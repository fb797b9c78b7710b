"""Fills a KPI scorecard with pandas and openpyxl from Parquet files and three small CSV tables.

What a good analyst writes for this job; frozen, and not part of Opsheet.

    python bench/peers/scorecard_peer.py PARQUET_FOLDER OWN_TABLES_FOLDER OUT.xlsx 2026-10
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from openpyxl import Workbook
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter as letter

MONTHS = 13
NOT_OURS = ["Tax", "MarketplaceFacilitatorTax-Principal"]
MONEY, COUNT, SHARE, RATIO = '"$"#,##0.00', "#,##0", "0.0%", "0.00"
GOOD, WATCH, BAD, NONE = "● good", "▲ watch", "■ bad", "–"
COLOURS = {GOOD: ("1B7F4B", "E6F4EC"), WATCH: ("9A5B00", "FFF4DF"), BAD: ("B3261E", "FCE8E6")}
TITLE, HEAD_FONT = Font(size=16, bold=True, color="1F4E79"), Font(bold=True, color="1F4E79")
HEAD_LINE = Border(bottom=Side(style="medium", color="1F4E79"))
YELLOW = PatternFill("solid", fgColor="FFFBE6")
# KPI -> format, direction (0: neither), target and alarm of the house
KPIS = {
    "ordered_sales": (MONEY, ">=", None, None), "units_ordered": (COUNT, ">=", None, None),
    "contribution": (MONEY, ">=", None, None), "net_profit": (MONEY, ">=", None, None),
    "net_margin": (SHARE, ">=", 0.15, 0.15), "ad_spend": (MONEY, "", None, None),
    "acos": (SHARE, "<=", 0.3333, 0.3333), "tacos": (SHARE, "<=", 0.12, 0.15),
    "roas": (RATIO, ">=", 3.0, 3.0), "unit_session_percentage": (SHARE, ">=", None, None),
    "inventory_turns": (RATIO, ">=", 4.0, 4.0), "in_stock_rate": (SHARE, ">=", 1.0, 0.95),
    "odr": (SHARE, "<", 0.01, 0.01), "ahr": (COUNT, ">", 990.0, 200.0),
    "ipi": (COUNT, ">=", 500.0, 400.0), "response_rate_24h": (SHARE, ">=", 0.9, 0.9),
}
TESTS = {">=": np.greater_equal, "<=": np.less_equal, ">": np.greater, "<": np.less}


# --- numbers ----------------------------------------------------------------------------


def read(folder, name, columns, first, day="date"):
    frame = pd.read_parquet(Path(folder) / f"{name}.parquet", columns=columns,
                            filters=[(day, ">=", first)])
    return frame.assign(month=frame[day].dt.to_period("M"))


def ratio(over, under):
    return over / under.where(under != 0)


def months_of(folder, tables, month):
    """13 months of the store, one row a month."""
    wanted = pd.period_range(month - MONTHS + 1, month, freq="M")
    first = wanted[0].start_time
    days = read(folder, "business_by_date", ["date", "units", "sales", "sessions"], first)
    ads = read(folder, "sp_campaign", ["date", "spend", "sales"], first)
    sums = days.groupby("month")[["units", "sales", "sessions"]].sum().reindex(wanted)
    ad = ads.groupby("month")[["spend", "sales"]].sum().reindex(wanted)
    money, goods, product_sales = settled(folder, first, wanted)
    overhead = pd.read_csv(tables / "overhead.csv")
    overhead = overhead.groupby("month")["amount"].sum()
    overhead.index = pd.PeriodIndex(overhead.index, freq="M")
    table = pd.DataFrame({
        "ordered_sales": sums["sales"], "units_ordered": sums["units"],
        "contribution": money - goods["landed"] - ad["spend"], "ad_spend": ad["spend"],
        "acos": ratio(ad["spend"], ad["sales"]), "tacos": ratio(ad["spend"], sums["sales"]),
        "roas": ratio(ad["sales"], ad["spend"]),
        "unit_session_percentage": ratio(sums["units"], sums["sessions"]),
        "ad_sales": ad["sales"], "sessions": sums["sessions"],
    })
    table["net_profit"] = table["contribution"] - overhead.reindex(wanted)
    table["net_margin"] = ratio(table["net_profit"], product_sales)
    at_cost, in_stock = stock(folder, first, wanted)
    length = pd.Series(wanted.days_in_month, wanted)
    table["inventory_turns"] = ratio(goods["unit"] / length * 365, at_cost)
    table["in_stock_rate"] = in_stock
    return table.join(readings(tables, wanted))


def settled(folder, first, wanted):
    """Settled money, the cost of the units sold and their sales, by month of posting."""
    lines = read(folder, "settlements", ["date", "transaction_type", "amount_type",
                                         "amount_description", "amount", "sku", "quantity"], first)
    ours = lines["amount"].where(~lines["amount_description"].isin(NOT_OURS), 0)
    money = ours.groupby(lines["month"]).sum().reindex(wanted)
    sold = lines[(lines["transaction_type"] == "Order") & (lines["amount_type"] == "ItemPrice")
                 & (lines["amount_description"] == "Principal")]
    sales = sold.groupby("month")["amount"].sum().reindex(wanted)
    sold = costed(folder, sold.sort_values("date"), "date")
    goods = pd.DataFrame({
        "unit": sold["quantity"] * sold["unit_cost"],
        "landed": sold["quantity"] * (sold["unit_cost"] + sold["freight"] + sold["duty"]),
    }).groupby(sold["month"]).sum().reindex(wanted)
    return money, goods, sales


def costed(folder, frame, day):
    costs = pd.read_parquet(Path(folder) / "costs.parquet").sort_values("valid_from")
    costs["valid_from"] = costs["valid_from"].astype(frame[day].dtype)
    return pd.merge_asof(frame, costs, left_on=day, right_on="valid_from", by="sku")


def stock(folder, first, wanted):
    """Mean stock at cost over the snapshots, and the share of SKU-days in stock."""
    rows = read(folder, "fba_inventory", ["snapshot_date", "sku", "fulfillable", "total"], first,
                "snapshot_date")
    rows = costed(folder, rows.sort_values("snapshot_date"), "snapshot_date")
    rows["cost"] = rows["total"] * rows["unit_cost"]
    daily = rows.groupby(["month", "snapshot_date"])["cost"].sum()
    has = (rows["fulfillable"] > 0).groupby(rows["month"]).mean()
    return daily.groupby("month").mean().reindex(wanted), has.reindex(wanted)


def readings(tables, wanted):
    """The last reading of each month."""
    said = pd.read_csv(tables / "account_values.csv", parse_dates=["day"]).sort_values("day")
    said["month"] = said["day"].dt.to_period("M")
    return said.pivot_table(index="month", columns="name", values="value",
                            aggfunc="last").reindex(wanted)


def scorecard(table, tables, month):
    """One row a KPI, with its target, variance, status and changes."""
    targets = pd.read_csv(tables / "targets.csv")
    own = targets[targets["month"] == str(month)].set_index("kpi")["target"]
    rows = []
    for kpi, (_, sign, target, alarm) in KPIS.items():
        values = table[kpi]
        actual, before, last_year = values.iloc[-1], values.iloc[-2], values.iloc[0]
        target = own.get(kpi, target)
        rows.append({"kpi": kpi, "actual": actual, "target": target, "alarm": alarm,
                     "variance": moved(kpi, actual, target),
                     "status": status(actual, target, alarm, sign),
                     "month_on_month": moved(kpi, actual, before),
                     "year_on_year": moved(kpi, actual, last_year),
                     **{f"ago_{n}": values.iloc[-1 - n] for n in range(12, 0, -1)}})
    return pd.DataFrame(rows)


def moved(kpi, now, base):
    if base is None or pd.isna(now) or pd.isna(base):
        return None
    if KPIS[kpi][0] == SHARE:
        return (now - base) * 100
    return (now - base) / base * 100 if base > 0 else None


def status(value, target, alarm, sign):
    if not sign or pd.isna(value) or target is None or pd.isna(target):
        return NONE
    if TESTS[sign](value, target):
        return GOOD
    return WATCH if alarm is not None and TESTS[sign](value, alarm) else BAD


# --- the workbook -----------------------------------------------------------------------


def write(sheet, title, frame, formats):
    sheet["A1"] = title
    sheet["A1"].font = TITLE
    sheet.append([])
    sheet.append(list(frame.columns))
    for cell in sheet[3]:
        cell.font, cell.border = HEAD_FONT, HEAD_LINE
    plain = frame.astype(object).where(frame.notna(), None)
    for values in plain.itertuples(index=False):
        sheet.append(list(values))
    for number, name in enumerate(frame.columns, start=1):
        sheet.column_dimensions[letter(number)].width = 16
        for row, (cell,) in enumerate(sheet.iter_rows(4, 3 + len(frame), number, number)):
            shown = formats(row, name)
            if shown:
                cell.number_format = shown
    sheet.freeze_panes = "B4"
    sheet.auto_filter.ref = f"A3:{letter(len(frame.columns))}{3 + len(frame)}"


def colour(sheet, column, count):
    for word, (text, fill) in COLOURS.items():
        sheet.conditional_formatting.add(f"{column}4:{column}{3 + count}", FormulaRule(
            [f'LEFT(${column}4,1)="{word[0]}"'], font=Font(color=text),
            fill=PatternFill("solid", bgColor=fill)))


def chart(book, source, bars, line, title):
    names = [cell.value for cell in source[3]]
    figure, over = BarChart(), LineChart()
    for one, name in ((figure, bars), (over, line)):
        column = names.index(name) + 1
        one.add_data(Reference(source, min_col=column, min_row=3, max_row=3 + MONTHS),
                     titles_from_data=True)
        one.set_categories(Reference(source, min_col=1, min_row=4, max_row=3 + MONTHS))
    over.y_axis.axId = 200
    over.y_axis.crosses = "max"
    figure.title = title
    figure += over
    return figure


def main(folder, tables, out, text):
    tables, month = Path(tables), pd.Period(text, freq="M")
    table = months_of(folder, tables, month)
    cards = scorecard(table, tables, month)
    book = Workbook()
    first, kpis, months = book.active, book.create_sheet("KPIs"), book.create_sheet("Months")
    first.title = "Scorecard US"
    shown = [KPIS[kpi][0] for kpi in cards["kpi"]]
    points = ("variance", "month_on_month", "year_on_year")
    write(kpis, f"KPIs {month}", cards, lambda row, name: None if name in (
        "kpi", "status") else "0.0" if name in points else shown[row])
    colour(kpis, letter(list(cards.columns).index("status") + 1), len(cards))
    trend = table.reset_index(names="month")
    trend["month"] = trend["month"].astype(str)
    write(months, "Months", trend, lambda row, name: KPIS.get(name, (MONEY,))[0]
          if name != "month" else None)
    first["A1"] = f"KPI scorecard {month}"
    first["A1"].font = TITLE
    for n, kpi in enumerate(("ordered_sales", "contribution", "net_margin", "acos", "tacos",
                             "roas", "inventory_turns", "in_stock_rate")):
        row, column = 3 + n // 4 * 4, 1 + n % 4 * 3
        at = 4 + list(KPIS).index(kpi)
        first.cell(row, column, kpi).font = HEAD_FONT
        first.cell(row + 1, column, f"=KPIs!B{at}").number_format = KPIS[kpi][0]
        first.cell(row + 1, column + 1, f"=KPIs!F{at}")
        first.cell(row + 2, column, f"=KPIs!G{at}").number_format = "0.0"
    first.add_chart(chart(book, months, "ordered_sales", "tacos", "GMV and TACoS"), "A13")
    first.add_chart(chart(book, months, "contribution", "net_margin", "Contribution"), "J13")
    book.save(out)


if __name__ == "__main__":
    main(*sys.argv[1:])
