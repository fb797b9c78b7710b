"""Fills a weekly report with pandas and openpyxl from Parquet files.

What a good analyst writes for this job; frozen, and not part of Opsheet.

    python bench/peers/fill_peer.py PARQUET_FOLDER OUT.xlsx 2026-11-09
"""

import math
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from openpyxl import Workbook
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.formatting.rule import CellIsRule, FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter as letter

WEEKS = 13
ACOS, TACOS, TACOS_ALARM, COVER_BEYOND_LEAD = 0.3333, 0.12, 0.15, 14
WATCH_CHANCE, BAD_CHANCE = 0.05, 0.01
TOP = 200
NOT_OURS = ["Tax", "MarketplaceFacilitatorTax-Principal"]

MONEY, COUNT, SHARE, RATIO = '"$"#,##0.00', "#,##0", "0.0%", "0.00"
CHANGE, POINTS, DATE = "▲ +0.0%;▼ -0.0%;0.0%", '▲ +0.0" pp";▼ -0.0" pp";0.0" pp"', "yyyy-mm-dd"
GOOD, WATCH, BAD = "● good", "▲ watch", "■ bad"
COLOURS = {GOOD: ("1B7F4B", "E6F4EC"), WATCH: ("9A5B00", "FFF4DF"), BAD: ("B3261E", "FCE8E6")}
TITLE, BOLD, GREY = Font(size=16, bold=True, color="1F4E79"), Font(bold=True), Font(color="6B7280")
HEAD_FONT = Font(bold=True, color="1F4E79")
HEAD_LINE = Border(bottom=Side(style="medium", color="1F4E79"))
WRAP = Alignment(wrap_text=True, vertical="bottom")
YELLOW = PatternFill("solid", fgColor="FFFBE6")
FIRST_ROW = 5  # of a table's body


# --- numbers ----------------------------------------------------------------------------


def read(folder, name, columns, day="date", first=None):
    filters = [(day, ">=", first)] if first is not None else None
    return pd.read_parquet(Path(folder) / f"{name}.parquet", columns=columns, filters=filters)


def week_of(days):
    return days - pd.to_timedelta(days.dt.day_of_week, unit="D")


def trend(folder, week):
    """13 weeks of the whole store."""
    first = week - pd.Timedelta(weeks=WEEKS - 1)
    sales = ["units", "order_items", "sales", "sessions", "page_views"]
    days = read(folder, "business_by_date", ["date", *sales], first=first)
    ad = ["impressions", "clicks", "spend", "sales", "orders"]
    ads = read(folder, "sp_campaign", ["date", *ad], first=first)
    weeks = days.groupby(week_of(days["date"]))[sales].sum()
    ads = ads.groupby(week_of(ads["date"]))[ad].sum().rename(columns={
        "sales": "ad_sales", "orders": "ad_orders"})
    weeks = weeks.join(ads)
    weeks["contribution"] = settled(folder, first) - weeks["spend"]
    return weeks.reset_index()


def settled(folder, first):
    """Settled money less the cost of goods, by week of posting."""
    lines = read(folder, "settlements", ["date", "transaction_type", "amount_type",
                                         "amount_description", "amount", "sku", "quantity"],
                 first=first)
    week = week_of(lines["date"])
    ours = lines["amount"].where(~lines["amount_description"].isin(NOT_OURS), 0)
    money = ours.groupby(week).sum()
    sold = lines[(lines["transaction_type"] == "Order") & (lines["amount_type"] == "ItemPrice")
                 & (lines["amount_description"] == "Principal")]
    costs = read(folder, "costs", ["sku", "valid_from", "unit_cost", "freight", "duty"])
    sold = pd.merge_asof(sold.sort_values("date"), costs.sort_values("valid_from"),
                         left_on="date", right_on="valid_from", by="sku")
    cost = sold["quantity"] * (sold["unit_cost"] + sold["freight"] + sold["duty"])
    return money - cost.groupby(week_of(sold["date"])).sum()


def two_weeks(frame, keys, numbers, week):
    """This week's sums and, with `_before`, those of the week before."""
    sums = frame.groupby([*keys, week_of(frame["date"])])[numbers].sum().unstack(fill_value=0)
    now = sums.xs(week, axis=1, level=1)
    before = sums.xs(week - pd.Timedelta(weeks=1), axis=1, level=1)
    return now.join(before.add_suffix("_before"))


def top_skus(folder, week, products):
    """One row an ASIN: its SKUs' units and sales, its own sessions, its ads."""
    before = week - pd.Timedelta(weeks=1)
    items = read(folder, "business_by_item", ["date", "asin", "sessions", "units", "sales"],
                 first=before)
    # Sessions belong to the ASIN and repeat on the row of each of its SKUs.
    daily = items.groupby(["date", "asin"], as_index=False).agg(
        {"units": "sum", "sales": "sum", "sessions": "max"})
    table = two_weeks(daily, ["asin"], ["units", "sales", "sessions"], week)
    ads = read(folder, "sp_advertised_product", ["date", "asin", "spend", "sales"], first=week)
    ads = ads.groupby("asin")[["spend", "sales"]].sum()
    table = table.join(ads.rename(columns={"sales": "ad_sales"})).fillna(
        {"spend": 0, "ad_sales": 0}).reset_index()
    one = products.groupby("asin").agg(
        sku=("sku", ", ".join), name=("name", "last"), owner=("owner", "last"))
    table = table.merge(one, on="asin", how="left")
    table["moved"] = (ratio(table["units"], table["sessions"])
                      - ratio(table["units_before"], table["sessions_before"]))
    table["chance"] = chance(table)
    table["verdict"] = np.select(
        [table["chance"].isna() | table["moved"].isna(), table["chance"] >= WATCH_CHANCE,
         table["moved"] > 0], ["too few to say", "no", "yes, a rise"], "yes, a fall")
    return table.sort_values(["sales", "asin"], ascending=[False, True], ignore_index=True)


def ratio(over, under):
    return over / under.where(under != 0)


def chance(table):
    """Two-proportion z-test; blank where too few sessions or more units than sessions."""
    units, visits = table["units"], table["sessions"]
    units0, visits0 = table["units_before"], table["sessions_before"]
    pooled = ratio(units + units0, visits + visits0)
    fewest = np.minimum(visits, visits0)
    fine = ((fewest > 0) & (units <= visits) & (units0 <= visits0)
            & (fewest * np.minimum(pooled, 1 - pooled) >= 5))
    error = np.sqrt(pooled * (1 - pooled) * (ratio(1, visits) + ratio(1, visits0)))
    z = (ratio(units, visits) - ratio(units0, visits0)) / error
    tails = [math.erfc(abs(value) / math.sqrt(2)) for value in z.fillna(0)]
    return pd.Series(tails, table.index).where(fine)


def ads_by_campaign(folder, week):
    numbers = ["spend", "sales", "orders", "impressions", "clicks"]
    ads = read(folder, "sp_campaign", ["date", "campaign", *numbers],
               first=week - pd.Timedelta(weeks=1))
    table = two_weeks(ads, ["campaign"], numbers, week).reset_index()
    table["acos"] = ratio(table["spend"], table["sales"])
    table["status"] = np.select(
        [(table["spend"] == 0) & (table["sales"] == 0), table["acos"] <= ACOS], ["–", GOOD], BAD)
    table["target"], table["alarm"] = ACOS, ACOS
    return table.sort_values(["spend", "campaign"], ascending=[False, True], ignore_index=True)


def stock(folder, week, products):
    """The newest snapshots and the pace of the last 28 days."""
    end = week + pd.Timedelta(days=6)
    recent = end - pd.Timedelta(days=7)
    held = read(folder, "fba_inventory", None, "snapshot_date", recent)
    aged = read(folder, "fba_planning", None, "snapshot_date", recent)
    held, aged = (t[t["snapshot_date"] == t.loc[t["snapshot_date"] <= end, "snapshot_date"].max()]
                  for t in (held, aged))
    items = read(folder, "business_by_item", ["date", "sku", "units"],
                 first=end - pd.Timedelta(days=27))
    pace = items.groupby("sku")["units"].sum() / 28
    table = aged.merge(held.drop(columns=["asin", "snapshot_date"]), on="sku", how="outer")
    table = table.merge(products[["sku", "name", "owner", "lead_time_days_sea"]], on="sku")
    table["daily"] = table["sku"].map(pace).fillna(0)
    table["available"] += table["fc_transfer"] + table["fc_processing"]
    table["inbound"] = table["inbound_shipped"] + table["inbound_receiving"]
    table["aged"] = table[["age_181_270", "age_271_365", "age_365_plus"]].sum(axis=1)
    table["fee"] = table[["ais_181_210", "ais_271_300", "ais_365_plus"]].sum(axis=1)
    table["cover"] = ratio(table["available"], table["daily"])
    table["lead"] = table["lead_time_days_sea"]
    table["target"], table["alarm"] = table["lead"] + COVER_BEYOND_LEAD, table["lead"]
    table["status"] = np.select(
        [table["cover"].isna(), table["cover"] >= table["target"],
         table["cover"] >= table["alarm"]], ["–", GOOD, WATCH], BAD)
    return table.sort_values(["cover", "sku"], ignore_index=True)


def exceptions(weeks, top, ads, stocked, week):
    """Everything that breaks a rule, the most money first."""
    found = pd.concat([
        late_ads(ads), short_cover(stocked, top, week), falls(top), old_stock(stocked),
        dear_store(weeks)], ignore_index=True)
    return found.sort_values(["stake", "what", "subject"], ascending=[False, True, True],
                             ignore_index=True)


def late_ads(ads):
    table = ads.assign(stake=ads["spend"] - ACOS * ads["sales"])
    table = table[(table["status"] == BAD) & (table["stake"] > 0)]
    shown = table["acos"].map("{:.1%}".format, na_action="ignore").fillna("no sales")
    was = ratio(table["spend_before"], table["sales_before"])
    was = was.map(", was {:.1%}".format, na_action="ignore").fillna("")
    why = ["ACoS " + a + f", target {ACOS:.1%}" + b + f"; spent {c:,.2f}"
           for a, b, c in zip(shown, was, table["spend"], strict=True)]
    return listing(table, "ACoS above target", table["campaign"], why, "")


def short_cover(stocked, top, week):
    end = week + pd.Timedelta(days=6)
    price = ratio(top["sales"], top["units"]).set_axis(top["asin"]).dropna()
    table = stocked[stocked["status"].isin([WATCH, BAD]) & (stocked["daily"] > 0)]
    gone = (table["lead"] - table["cover"]).clip(0, 7)
    table = table.assign(stake=gone * table["daily"] * table["asin"].map(price))
    why = [f"{cover:.0f} days left, lead time {lead:.0f}; out about "
           f"{end + pd.Timedelta(days=int(cover)):%m-%d}; inbound {inbound:.0f}"
           for cover, lead, inbound in zip(table["cover"], table["lead"], table["inbound"],
                                           strict=True)]
    return listing(table, "Runs out before restock", table["sku"], why, table["owner"])


def falls(top):
    table = top[(top["moved"] < 0) & (top["chance"] < WATCH_CHANCE)]
    now, before = (ratio(table["units"], table["sessions"]),
                   ratio(table["units_before"], table["sessions_before"]))
    price = ratio(table["sales_before"], table["units_before"])
    table = table.assign(
        stake=(before - now) * table["sessions"] * price,
        status=np.where(table["chance"] >= BAD_CHANCE, WATCH, BAD))
    why = [f"{a:.1%} to {b:.1%} in {visits:,.0f} sessions; noise {noise:.1%}"
           for a, b, visits, noise
           in zip(before, now, table["sessions"], table["chance"], strict=True)]
    return listing(table, "Conversion fell", table["name"], why, table["owner"])


def old_stock(stocked):
    table = stocked[stocked["aged"] > 0]
    table = table.assign(stake=table["fee"] * 7 / 30, status=BAD)
    why = [f"{units:.0f} units older than 181 days; Amazon estimates {fee:,.2f} a month"
           for units, fee in zip(table["aged"], table["fee"], strict=True)]
    return listing(table, "Aged stock", table["sku"], why, table["owner"])


def dear_store(weeks):
    table = weeks.tail(1)
    tacos = ratio(table["spend"], table["sales"])
    table = table.assign(stake=(tacos - TACOS) * table["sales"],
                         status=np.where(tacos <= TACOS_ALARM, WATCH, BAD))[tacos > TACOS]
    why = [f"TACoS {value:.1%} against {TACOS:.1%}" for value in tacos[tacos > TACOS]]
    return listing(table, "TACoS above target", "US", why, "")


def listing(table, what, subject, why, owner):
    return pd.DataFrame({
        "status": table["status"], "what": what, "subject": subject, "why": why,
        "stake": table["stake"].round(2), "owner": owner})


# --- the workbook -----------------------------------------------------------------------


def write_table(sheet, title, period, columns, frame, frozen):
    """Columns are (header, frame column or formula, number format, width).

    A formula names other columns in braces: `=IF({Sales}=0,"",{Spend}/{Sales})`.
    """
    sheet["A1"], sheet["A2"] = title, period
    sheet["A1"].font, sheet["A2"].font = TITLE, GREY
    letters = {header: letter(n) for n, (header, *_) in enumerate(columns, start=1)}
    sheet.append([])
    sheet.append([header for header, *_ in columns])
    for cell in sheet[FIRST_ROW - 1]:
        cell.font, cell.border, cell.alignment = HEAD_FONT, HEAD_LINE, WRAP
    sheet.row_dimensions[FIRST_ROW - 1].height = 32
    values = []
    for _, source, *_ in columns:
        if source is None:
            values.append([None] * len(frame))
        elif source.startswith("="):
            pattern = source
            for header, name in letters.items():
                pattern = pattern.replace("{" + header + "}", name + "#")
            values.append([pattern.replace("#", str(FIRST_ROW + n)) for n in range(len(frame))])
        else:
            column = frame[source].astype(object)
            values.append(column.where(column.notna(), None).tolist())
    for row in zip(*values, strict=True):
        sheet.append(row)
    format_columns(sheet, columns, len(frame))
    sheet.freeze_panes = f"{letter(frozen + 1)}{FIRST_ROW}"
    sheet.auto_filter.ref = f"A{FIRST_ROW - 1}:{letter(len(columns))}{FIRST_ROW + len(frame) - 1}"
    page(sheet)
    return letters


def format_columns(sheet, columns, count):
    for number, (_, source, shown, width) in enumerate(columns, start=1):
        sheet.column_dimensions[letter(number)].width = width
        if shown is None and source is not None:
            continue
        for (cell,) in sheet.iter_rows(FIRST_ROW, FIRST_ROW + count - 1, number, number):
            if shown is not None:
                cell.number_format = shown
            if source is None:
                cell.fill = YELLOW


def page(sheet):
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{FIRST_ROW - 1}:{FIRST_ROW - 1}"


def colour_status(sheet, column, count):
    area = f"{column}{FIRST_ROW}:{column}{FIRST_ROW + count}"
    for word, (text, fill) in COLOURS.items():
        sheet.conditional_formatting.add(area, FormulaRule(
            [f'LEFT(${column}{FIRST_ROW},1)="{word[0]}"'], font=Font(color=text),
            fill=PatternFill("solid", bgColor=fill)))


def colour_change(sheet, column, count, more_is_better=True):
    area = f"{column}{FIRST_ROW}:{column}{FIRST_ROW + count}"
    good, bad = (">", "<") if more_is_better else ("<", ">")
    for sign, word in ((good, GOOD), (bad, BAD)):
        sheet.conditional_formatting.add(area, FormulaRule(
            [f"AND(ISNUMBER({column}{FIRST_ROW}),{column}{FIRST_ROW}{sign}0)"],
            font=Font(color=COLOURS[word][0])))


def divide(over, under):
    return f'=IF({{{under}}}=0,"",{{{over}}}/{{{under}}})'


def change(now, before):
    return f'=IF({{{before}}}=0,"",({{{now}}}-{{{before}}})/{{{before}}})'


def points(now, before):
    return f'=IF(OR({{{now}}}="",{{{before}}}=""),"",({{{now}}}-{{{before}}})*100)'


TOP_COLUMNS = [
    ("ASIN", "asin", None, 14), ("SKU", "sku", None, 18), ("Product", "name", None, 26),
    ("Sales", "sales", MONEY, 13), ("Δ Sales", change("Sales", "Sales before"), CHANGE, 11),
    ("Units", "units", COUNT, 9), ("Sessions", "sessions", COUNT, 10),
    ("Conversion", divide("Units", "Sessions"), SHARE, 11),
    ("Δ Conversion", points("Conversion", "Conversion before"), POINTS, 12),
    ("More than chance?", "verdict", None, 17), ("Note", None, None, 28),
    ("Sales before", "sales_before", MONEY, 13), ("Units before", "units_before", COUNT, 9),
    ("Sessions before", "sessions_before", COUNT, 10),
    ("Conversion before", divide("Units before", "Sessions before"), SHARE, 11),
    ("Chance of noise", "chance", SHARE, 11), ("Ad spend", "spend", MONEY, 11),
    ("Ad sales", "ad_sales", MONEY, 11), ("ACoS", divide("Ad spend", "Ad sales"), SHARE, 9),
    ("TACoS", divide("Ad spend", "Sales"), SHARE, 9),
]
ADS_COLUMNS = [
    ("Campaign", "campaign", None, 32), ("Spend", "spend", MONEY, 12),
    ("Δ Spend", change("Spend", "Spend before"), CHANGE, 11), ("Sales", "sales", MONEY, 12),
    ("Orders", "orders", COUNT, 9), ("ACoS", divide("Spend", "Sales"), SHARE, 9),
    ("Δ ACoS", points("ACoS", "ACoS before"), POINTS, 11), ("Status", "status", None, 10),
    ("Note", None, None, 28), ("Target", "target", SHARE, 9), ("Alarm", "alarm", SHARE, 9),
    ("Impressions", "impressions", COUNT, 12), ("Clicks", "clicks", COUNT, 9),
    ("CTR", divide("Clicks", "Impressions"), "0.00%", 9),
    ("CPC", divide("Spend", "Clicks"), MONEY, 9),
    ("CVR", divide("Orders", "Clicks"), SHARE, 9), ("ROAS", divide("Sales", "Spend"), RATIO, 9),
    ("Spend before", "spend_before", MONEY, 12), ("Sales before", "sales_before", MONEY, 12),
    ("ACoS before", divide("Spend before", "Sales before"), SHARE, 9),
]
STOCK_COLUMNS = [
    ("SKU", "sku", None, 18), ("ASIN", "asin", None, 14), ("Product", "name", None, 26),
    ("Owner", "owner", None, 12), ("Available", "available", COUNT, 10),
    ("Inbound", "inbound", COUNT, 10), ("Units a day", "daily", "#,##0.0", 10),
    ("Days of cover", divide("Available", "Units a day"), "0", 10),
    ("Lead time", "lead", COUNT, 10), ("Status", "status", None, 10), ("Note", None, None, 28),
    ("Target", "target", COUNT, 9), ("Alarm", "alarm", COUNT, 9),
    ("Reserved", "reserved", COUNT, 10), ("Total units", "total", COUNT, 10),
    ("Aged units", "aged", COUNT, 10), ("Aged fee", "fee", MONEY, 11),
]
WEEK_COLUMNS = [
    ("Week", "date", DATE, 12), ("Sales", "sales", MONEY, 14), ("Units", "units", COUNT, 9),
    ("Order items", "order_items", COUNT, 9), ("Sessions", "sessions", COUNT, 10),
    ("Page views", "page_views", COUNT, 10), ("Conversion", divide("Units", "Sessions"), SHARE, 11),
    ("Ad spend", "spend", MONEY, 12), ("Ad sales", "ad_sales", MONEY, 12),
    ("Ad orders", "ad_orders", COUNT, 9), ("Clicks", "clicks", COUNT, 9),
    ("Impressions", "impressions", COUNT, 12), ("ACoS", divide("Ad spend", "Ad sales"), SHARE, 9),
    ("TACoS", divide("Ad spend", "Sales"), SHARE, 9),
    ("ROAS", divide("Ad sales", "Ad spend"), RATIO, 9),
    ("CTR", divide("Clicks", "Impressions"), "0.00%", 9),
    ("CPC", divide("Ad spend", "Clicks"), MONEY, 9),
    ("CVR", divide("Ad orders", "Clicks"), SHARE, 9),
    ("Contribution", "contribution", MONEY, 14),
]
EXCEPTION_COLUMNS = [
    ("Status", "status", None, 10), ("What", "what", None, 26), ("Subject", "subject", None, 30),
    ("Why", "why", None, 60), ("At stake (week)", "stake", MONEY, 14),
    ("Product owner", "owner", None, 14), ("Owner", None, None, 12), ("Due", None, DATE, 12),
    ("Done", None, None, 9), ("Note", None, None, 28),
]
# Label, column of Weeks, its format, whether more is better (None: neither), target, alarm.
CARDS = [
    ("Sales", MONEY, True, None, None), ("Units", COUNT, True, None, None),
    ("Sessions", COUNT, True, None, None), ("Conversion", SHARE, True, None, None),
    ("Ad spend", MONEY, None, None, None), ("ACoS", SHARE, False, ACOS, ACOS),
    ("TACoS", SHARE, False, TACOS, TACOS_ALARM), ("Contribution", MONEY, True, None, None),
]


def overview(sheet, period, letters, last, found):
    """Eight cards, the stand-up list, two charts."""
    sheet["B1"], sheet["B2"] = "Weekly report · US (USD)", period
    sheet["B1"].font, sheet["B2"].font = TITLE, GREY
    sheet.sheet_view.showGridLines = False
    for number in range(1, 13):
        sheet.column_dimensions[letter(number)].width = (2, 18, 13)[(number - 1) % 3]
    for number, (name, shown, better, target, alarm) in enumerate(CARDS):
        row, column = 4 + number // 4 * 5, 2 + number % 4 * 3
        card(sheet, row, column, name, shown, f"Weeks!{letters[name]}{last}",
             f"Weeks!{letters[name]}{last - 1}", better, target, alarm)
    heads = ["Status", "What", "Subject", "Why", "At stake (week)", "Owner", "Due", "Done"]
    sheet.cell(14, 2, "For the stand-up").font = Font(size=13, bold=True, color="1F4E79")
    for place, head in enumerate(heads):
        sheet.cell(15, 2 + place, head).font = HEAD_FONT
    order = [n for n, (header, *_) in enumerate(EXCEPTION_COLUMNS, start=1) if header in heads]
    for number in range(min(8, len(found))):
        for place, column in enumerate(order):
            source = f"Exceptions!{letter(column)}{FIRST_ROW + number}"
            cell = sheet.cell(16 + number, 2 + place, f'=IF({source}="","",{source})')
            if heads[place] in ("At stake (week)", "Due"):
                cell.number_format = MONEY if heads[place] != "Due" else DATE
    for word, (text, fill) in COLOURS.items():
        sheet.conditional_formatting.add("B16:B24", FormulaRule(
            [f'LEFT($B16,1)="{word[0]}"'], font=Font(color=text),
            fill=PatternFill("solid", bgColor=fill)))


def card(sheet, row, column, name, shown, now, before, better, target, alarm):
    value, past = letter(column) + str(row + 1), letter(column) + str(row + 2)
    sheet.cell(row, column, name).font = HEAD_FONT
    cell = sheet.cell(row + 1, column, f"={now}")
    cell.font, cell.number_format = Font(size=20, bold=True), shown
    share = shown == SHARE
    formula = (f'=IF(OR({now}="",{before}=""),"",({now}-{before})*100)' if share else
               f'=IF({before}=0,"",({now}-{before})/{before})')
    cell = sheet.cell(row + 2, column, formula)
    cell.number_format = POINTS if share else CHANGE
    if better is not None:
        for sign, word in ((">", GOOD if better else BAD), ("<", BAD if better else GOOD)):
            sheet.conditional_formatting.add(past, CellIsRule(
                {">": "greaterThan", "<": "lessThan"}[sign], ["0"],
                font=Font(color=COLOURS[word][0])))
    if target is not None:
        sheet.cell(row + 2, column + 1, target).number_format = f'"Target ≤ "{shown}'
        place = letter(column + 1) + str(row + 1)
        sheet.cell(row + 1, column + 1, f'=IF({value}="","–",IF({value}<={target},"{GOOD}",'
                   f'IF({value}<={alarm},"{WATCH}","{BAD}")))').font = BOLD
        for word, (text, fill) in COLOURS.items():
            sheet.conditional_formatting.add(place, FormulaRule(
                [f'LEFT({place},1)="{word[0]}"'], font=Font(color=text),
                fill=PatternFill("solid", bgColor=fill)))


def charts(sheet, weeks, week_letters, top, top_letters):
    last = FIRST_ROW + WEEKS - 1
    bars, line = BarChart(), LineChart()
    bars.title, bars.height, bars.width = "Sales and ACoS, 13 weeks (USD)", 8, 17
    bars.add_data(column_of(weeks, week_letters["Sales"], last), titles_from_data=True)
    bars.set_categories(column_of(weeks, week_letters["Week"], last, head=False))
    line.add_data(column_of(weeks, week_letters["ACoS"], last), titles_from_data=True)
    line.y_axis.axId, line.y_axis.crosses, line.y_axis.number_format = 200, "max", "0%"
    bars += line
    sheet.add_chart(bars, "B26")
    best = BarChart()
    best.type, best.title, best.height, best.width = "bar", "Top SKUs, sales this week", 8, 17
    for name in ("Sales before", "Sales"):
        best.add_data(column_of(top, top_letters[name], FIRST_ROW + 9), titles_from_data=True)
    best.set_categories(column_of(top, top_letters["Product"], FIRST_ROW + 9, head=False))
    best.x_axis.scaling.orientation = "maxMin"
    sheet.add_chart(best, "H26")


def column_of(sheet, name, last, head=True):
    area = f"${name}${FIRST_ROW - head}:${name}${last}"
    return Reference(sheet, range_string=f"'{sheet.title}'!{area}")


def main(folder, target, monday):
    week = pd.Timestamp(monday)
    products = read(folder, "products", None)
    weeks, top = trend(folder, week), top_skus(folder, week, products)
    ads, stocked = ads_by_campaign(folder, week), stock(folder, week, products)
    found = exceptions(weeks, top, ads, stocked, week)
    top = top.head(TOP)
    period = f"{week:%G-W%V} · {week:%Y-%m-%d} to {week + pd.Timedelta(days=6):%Y-%m-%d}"
    book = Workbook()
    first = book.active
    first.title = "Week US"
    tables = {}
    for name, columns, frame, frozen in (
        ("Exceptions", EXCEPTION_COLUMNS, found, 3), ("Top SKUs", TOP_COLUMNS, top, 3),
        ("Ads", ADS_COLUMNS, ads, 1), ("Stock", STOCK_COLUMNS, stocked, 4),
        ("Weeks", WEEK_COLUMNS, weeks, 1),
    ):
        sheet = book.create_sheet(name)
        tables[name] = sheet, write_table(sheet, name, period, columns, frame, frozen)
    for name, column, count in (("Exceptions", "Status", len(found)), ("Ads", "Status", len(ads)),
                                ("Stock", "Status", len(stocked))):
        colour_status(tables[name][0], tables[name][1][column], count)
    for column in ("Δ Sales", "Δ Conversion"):
        colour_change(tables["Top SKUs"][0], tables["Top SKUs"][1][column], len(top))
    colour_change(tables["Ads"][0], tables["Ads"][1]["Δ ACoS"], len(ads), more_is_better=False)
    overview(first, period, tables["Weeks"][1], FIRST_ROW + WEEKS - 1, found)
    charts(first, *tables["Weeks"], *tables["Top SKUs"])
    page(first)
    book.save(target)


if __name__ == "__main__":
    main(*sys.argv[1:4])
