"""The rulebook: the plan's thresholds as dated, scoped rows that a user can change.

Where the operations plan and Amazon disagree, the plan's figure is the target and Amazon's the
alarm. Source of every row: the operations plan, and Amazon's published limits (domain.md).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from workbook.errors import SettingsError
from workbook.marketplaces import marketplace_code
from workbook.model import Label, Rule, Status, Test
from workbook.nearest import nearest

PLAN, AMAZON = "operations plan", "Amazon"


def _rule(
    id: str, en: str, zh: str, test: Test, target: str | None, alarm: str | None, source: str,
    note: str = "", metric: str = "",
) -> Rule:
    bounds = [Decimal(b) if b is not None else None for b in (target, alarm)]
    return Rule(id, metric or id, Label(en, zh), test, bounds[0], bounds[1], source, note)


GE, LE, GT, LT = Test.AT_LEAST, Test.AT_MOST, Test.MORE_THAN, Test.LESS_THAN
WITHIN = Test.WITHIN
# 15 % above a benchmark may be a hair more than 0.15 in binary floats.
HAIR = 1e-9

DEFAULTS: tuple[Rule, ...] = (
    _rule("ahr", "Account Health Rating", "账户状况评级", GT, "990", "200", f"{PLAN}; {AMAZON}",
          "below 200 at risk, 99 and less deactivation"),
    _rule("response_rate_24h", "Buyer messages answered in 24 h", "24小时回复率", GE,
          "0.9", "0.9", PLAN),
    _rule("ipi", "IPI", "库存绩效指标", GE, "500", "400", f"{PLAN}; {AMAZON}"),
    _rule("days_of_cover", "Days of cover beyond the lead time", "超出备货周期的可售天数", GE,
          "14", "0", PLAN,
          "added to each SKU's lead time: target lead time + 14 days, alarm lead time"),
    _rule("acos", "ACoS", "ACoS", LE, "0.3333", "0.3333", PLAN,
          "ROAS of 3.0; put your category's mean here (the plan: within ±15 % of it)"),
    _rule("tacos", "TACoS", "TACoS", LE, "0.12", "0.15", "house default", "set your own"),
    _rule("roas", "ROAS", "ROAS", GE, "3.0", "3.0", PLAN),
    _rule("conversion_fall", "Chance that a conversion fall is noise", "转化率下降为偶然的概率", GE,
          "0.05", "0.01", "two-proportion z-test", "below 5 % watch, below 1 % act"),
    _rule("redemption_rate", "Coupon redemption", "优惠券使用率", GT, "0.3", "0.3", PLAN),
    _rule("new_products", "New products a month", "每月上新", GE, "1", "1", PLAN,
          "more than 2 is an alarm"),
    _rule("price_changes", "Price changes in 30 days", "30天内调价次数", LE, "2", "2", PLAN),
    _rule("ad_hours", "Hours a day on ads and keywords", "每日广告与关键词工时", GE,
          "2.7", None, PLAN),
    _rule("net_margin", "Net margin", "净利润率", GE, "0.15", "0.15", PLAN),
    _rule("inventory_turns", "Inventory turns (annual)", "库存周转率", GE, "4", "4", PLAN),
    _rule("in_stock_rate", "In stock (share of SKU-days)", "有货率 (SKU·天)", GE, "1", "0.95",
          f"{PLAN}; house default", "no stock-outs; below 95 % act"),
    _rule("okr_pace", "OKR: progress against the time passed", "OKR：进度 ÷ 时间进度", GE,
          "0.9", "0.6", "house default", "while an objective runs"),
    _rule("okr_end", "OKR: progress at the due day", "OKR：到期完成度", GE, "0.7", "0.4",
          "house default", "from the due day on"),
    _rule("negative_review_rate", "Negative reviews", "差评率", LT, "0.005", "0.005", PLAN),
    _rule("aged_units", "Units older than 181 days", "超 181 天库龄件数", LE, "0", "0",
          f"{PLAN}; {AMAZON}",
          "fee up to 6.90 USD per cubic foot and month; check in Seller Central"),
    _rule("otdr", "On-time delivery", "准时送达率", GE, "0.9", "0.9", AMAZON),
    _rule("odr", "Order defect rate", "订单缺陷率", LT, "0.01", "0.01", AMAZON),
    _rule("late_shipment_rate", "Late shipment rate", "迟发率", LT, "0.04", "0.04", AMAZON),
    _rule("cancellation_rate", "Cancellation rate", "取消率", LT, "0.025", "0.025", AMAZON),
    _rule("valid_tracking_rate", "Valid tracking rate", "有效追踪率", GT, "0.95", "0.95", AMAZON),
    _rule("ahr_change", "Change of the Account Health Rating", "账户状况评级变化", GE,
          "0", "-1000", PLAN, "any drop is flagged"),
    _rule("negative_feedback_rate", "Negative seller feedback", "店铺差评率 (1-2星)", LT,
          "0.005", "0.005", PLAN, "the plan's figure for negative reviews"),
    _rule("reading_age", "Age of a typed reading (days)", "读数距今天数", LE, "7", None,
          "house default", "an older reading is to be watched"),
    _rule("acos_benchmark", "ACoS against the category's mean", "ACoS 相对类目均值的偏差", WITHIN,
          "0.15", "0.15", PLAN,
          "relative: ±15 % of the mean; above it an alarm, below it a question"),
    _rule("acos_benchmark_points", "The same in points of ACoS", "同上，按百分点", WITHIN,
          "0", "0", "house default",
          "0.03 is ±3 points; above 0 points count instead of the relative band"),
    _rule("budget_used", "Daily budget used", "日预算使用率", LT, "0.95", "1", "house default",
          "from 100 % on the budget ran out"),
    _rule("excess_cover", "Excess stock (days of cover)", "冗余库存 (可售天数)", LE, "90", None,
          AMAZON, "to be watched"),
    _rule("low_inventory_supply", "Supply that avoids the low-inventory fee (days)",
          "避免低量库存费的供货天数", GE, "28", "28", AMAZON,
          "the fee needs both the 30- and the 90-day supply below it; check in Seller Central"),
    _rule("keyword_places", "Places lost in 7 days", "7天内下降名次", LE, "0", "5",
          f"{PLAN}; house default", "to the target watch, beyond the alarm act"),
    _rule("search_term_window", "Search terms: days of evidence", "搜索词：证据天数", LE,
          "84", None, "house default", "whole settled weeks, at most 91 days"),
    _rule("search_term_negative", "Search terms: P(CVR < break-even) to negate",
          "搜索词：否定所需概率", GE, "0.95", None, "house default", "Beta posterior; above 0.5"),
    _rule("search_term_harvest", "Search terms: orders to add as exact",
          "搜索词：加为精准所需订单", GE, "2", None, "house default", "ACoS at or below its rule"),
    _rule("price_step", "Price change to be logged", "需登记的调价幅度", LE, "0.02", None,
          "house default", "of the day's mean selling price against the day before"),
    _rule("store_size", "Store size for a dedicated role (month)", "设专职运营的月销门槛", GE,
          "30000", None, PLAN, "set-up hint, in USD"),
)
IDS = tuple(rule.id for rule in DEFAULTS)


def rulebook(overrides: Iterable[dict[str, Any]] = (), where: str = "") -> tuple[Rule, ...]:
    """The defaults and, behind them, the user's rows; of rows that fit, the later one counts.

    Args:
        overrides: rows of `[[rules]]` in opsheet.toml: id, and any of marketplace, target, alarm,
            valid_from, valid_to, note.

    Raises:
        SettingsError: an unknown rule, or a value that does not fit; names the row.
    """
    defaults = {rule.id: rule for rule in DEFAULTS}
    rows = list(DEFAULTS)
    for number, row in enumerate(overrides, start=1):
        place = f"{where}, [[rules]] row {number}"
        base = defaults.get(str(row.get("id", "")))
        if base is None:
            raise SettingsError(f"There is no rule '{row.get('id')}'.", place,
                                f"{nearest(str(row.get('id')), IDS)}"
                                "`opsheet list rules` shows them.")
        rows.append(_overridden(base, row, place))
    return tuple(rows)


def _overridden(base: Rule, row: dict[str, Any], place: str) -> Rule:
    unknown = set(row) - {"id", "marketplace", "target", "alarm", "valid_from", "valid_to", "note"}
    if unknown:
        raise SettingsError(f"A rule has no '{min(unknown)}'.", place,
                            "Known: marketplace, target, alarm, valid_from, valid_to, note.")
    changed: dict[str, Any] = {"source": "opsheet.toml"}
    try:
        for bound in ("target", "alarm"):
            if bound in row:
                changed[bound] = Decimal(str(row[bound]))
        for day in ("valid_from", "valid_to"):
            if day in row:
                value = row[day]
                changed[day] = value if isinstance(value, dt.date) else dt.date.fromisoformat(value)
    except (InvalidOperation, ValueError, TypeError):
        raise SettingsError("A bound must be a number and a day a date.", place,
                            "Write target = 0.25 and valid_from = 2026-01-01.") from None
    if row.get("marketplace"):
        code = marketplace_code(str(row["marketplace"]))
        if code is None:
            raise SettingsError(f"'{row['marketplace']}' is no marketplace.", place,
                                "Write US, DE, …")
        changed["marketplace"] = code
    return replace(base, note=str(row.get("note", base.note)), **changed)


def rule_for(rules: Iterable[Rule], id: str, marketplace: str, day: dt.date) -> Rule | None:
    """The row that counts: valid on `day`, the marketplace's own before the general one."""
    best: tuple[tuple[bool, dt.date, int], Rule] | None = None
    for number, rule in enumerate(rules):
        if rule.id == id and rule.valid_from <= day <= rule.valid_to and rule.marketplace in (
            "", marketplace
        ):
            order = (rule.marketplace != "", rule.valid_from, number)
            if best is None or order > best[0]:
                best = (order, rule)
    return best[1] if best else None


def passes(test: Test, value: Decimal | float, bound: Decimal | float) -> bool:
    """Does the value pass the bound? Compared exactly as sheets do, in binary floats."""
    a, b = float(value), float(bound)
    return {GE: a >= b, LE: a <= b, GT: a > b, LT: a < b, WITHIN: abs(a) <= b + HAIR}[test]


def status(
    test: Test, value: Decimal | float | None, target: Decimal | float | None,
    alarm: Decimal | float | None,
) -> Status:
    """good if the target is met, bad if the alarm bound fails, watch between; none if unknown.

    WITHIN holds a deviation against a band around 0: one below the band is only a question.
    """
    if value is None or target is None:
        return Status.NONE
    if passes(test, value, target):
        return Status.GOOD
    if test is WITHIN and value < 0:
        return Status.WATCH
    return Status.WATCH if alarm is not None and passes(test, value, alarm) else Status.BAD
