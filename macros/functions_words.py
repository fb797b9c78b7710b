"""What the cell functions understand and say: metrics, periods, marketplaces, short texts."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import TypeVar

from macros.answers import TIME
from workbook.answer import Group
from workbook.binding import Vocabulary, What
from workbook.errors import OpsheetError
from workbook.marketplaces import BY_CODE, marketplace_code
from workbook.metrics import METRICS
from workbook.model import Label, Metric, Period, Unit, parse_period

T = TypeVar("T")

_DAY_ZERO = dt.date(1899, 12, 30)  # Excel counts days from here
_THIS_CENTURY = 36_526, 73_050  # the numbers of its first and its last day; 2026 is none of them
_OUTSIDE = re.compile(r"(.+)_([A-Z]{3})", re.IGNORECASE)
_DIMENSIONS = {
    "子asin": "asin", "父asin": "parent_asin", "品名": "name", "品牌": "brand", "类目": "category",
    "负责人": "owner", "广告活动": "campaign", "广告组": "ad_group", "广告组合": "portfolio",
    "关键词": "keyword", "搜索词": "search_term", "匹配类型": "match_type", "广告位": "placement",
    "天": "day", "日": "day", "周": "week", "月": "month",
}


class Unanswered(Exception):
    """A cell that cannot be answered; its text is what the cell shows behind a `#`."""

    def __init__(self, label: Label) -> None:
        super().__init__(label.en)
        self.label = label


def _no(en: str, zh: str) -> Unanswered:
    return Unanswered(Label(en, zh))


def short(error: OpsheetError) -> str:
    """What happened and what to do, on one line."""
    return ": ".join(part.rstrip(".") for part in (error.what, error.do) if part)


# --- what stands in a formula -----------------------------------------------------------


def text_of(value: object) -> str:
    """An argument as text; "" if it is left out or its cell is empty.

    Raises:
        Unanswered: more than one cell, or a cell with an error, which is passed on.
    """
    if isinstance(value, list | tuple):
        raise _no("one cell, not several", "请只引用一个单元格")
    text = "" if value is None else str(value).strip()
    if text.startswith("#"):  # an error of Excel's or of another cell function
        raise _no(text[1:], text[1:])
    return text


def metric_of(value: object) -> Metric | None:
    """The metric of a name, a short name or a label in either language; None for nothing at all.

    Raises:
        Unanswered: there is none; names the nearest ones.
    """
    text = text_of(value)
    if not text:
        return None
    found = _vocabulary().find(text)
    if found is None or found.what is not What.METRIC:
        names = {word.casefold(): one.target for word in _vocabulary().shown
                 if (one := _vocabulary().find(word)) and one.what is What.METRIC}
        close = difflib.get_close_matches(text.casefold(), names, n=6, cutoff=0.7)
        near = list(dict.fromkeys(names[name] for name in close))[:2]
        raise _no(
            f"no metric '{text}'" + (f": did you mean {' or '.join(near)}?" if near else ""),
            f"没有指标“{text}”" + (f"，是否指 {' / '.join(near)}？" if near else ""))
    return METRICS[found.target]


@cache
def _vocabulary() -> Vocabulary:
    """The words by which people bind cells of their own workbooks."""
    return Vocabulary(())


def _plain(text: str) -> str:
    return re.sub(r"[\s_]+", "_", text.strip().casefold())


def period_of(value: object, week_first: int) -> Period | None:
    """A period from a text, the date in a cell or Excel's number of a day; None for nothing.

    Raises:
        Unanswered: the value is none of these.
    """
    if isinstance(value, dt.date):  # a date and time too
        day = dt.date(value.year, value.month, value.day)
        return Period(day, day)
    if isinstance(value, int | float) and not isinstance(value, bool):
        first, last = _THIS_CENTURY
        if first <= value < last + 1:
            day = _DAY_ZERO + dt.timedelta(days=int(value))
            return Period(day, day)
        value = f"{value:.15g}"
    text = text_of(value)
    if not text:
        return None
    try:
        return parse_period(text, week_first=week_first)
    except OpsheetError:
        raise _no(f"no period '{text}': write 2026-W46, 2026-11 or 2026-11-09..2026-11-15",
                  f"“{text}”不是期间：请写 2026-W46、2026-11 或 2026-11-09..2026-11-15") from None


def market_of(value: object) -> str:
    """A marketplace's code; `US_EUR` for its amounts in another currency; "" for nothing.

    Raises:
        Unanswered: there is no such marketplace.
    """
    text = text_of(value)
    match = _OUTSIDE.fullmatch(text)
    name, currency = (match[1], match[2].upper()) if match else (text, "")
    code = marketplace_code(name) if text else ""
    if code is None or (text and code not in BY_CODE):
        raise _no(f"no marketplace '{text}': write US, UK, DE, …",
                  f"没有站点“{text}”：请写 US、UK、DE 等")
    return f"{code}_{currency}" if currency else code


def dimension_of(value: object, known: Iterable[str]) -> str:
    """By what rows are told apart: sku, asin, campaign, week, …

    Raises:
        Unanswered: there is no such dimension; names the nearest ones.
    """
    text = text_of(value)
    name = _plain(text)
    name = _DIMENSIONS.get(name, name)
    every = [*TIME, *known]
    if name not in every:
        near = difflib.get_close_matches(name, every, n=3) or ["sku", "asin", "campaign"]
        raise _no(f"no rows by '{text}': write {', '.join(near)}",
                  f"不能按“{text}”分行：请写 {'、'.join(near)}")
    return name


def count_of(value: object) -> int:
    """How many rows: a whole number from 1 on, as Excel's float or as text.

    Raises:
        Unanswered: it is none.
    """
    try:
        number = float(text_of(value) or 10)
    except ValueError:
        number = 0
    if not 1 <= number <= 100_000:
        raise _no(f"rows: a number from 1 on, not '{value}'",
                  f"行数应为不小于 1 的数，而非“{value}”")
    return int(number)


# --- whose numbers ----------------------------------------------------------------------


def choose(
    found: Mapping[Group, T], market: str, metric: Metric, has: Callable[[T], bool]
) -> tuple[Group, T]:
    """The one group that is meant; groups are never added.

    Args:
        market: what `market_of` made of the argument.
        has: is there anything in it but blanks and zeros?

    Raises:
        Unanswered: several marketplaces or currencies, or none.
    """
    code, _, currency = market.partition("_")
    mine = {g: v for g, v in found.items() if code in ("", g.marketplace)}
    markets = sorted({g.marketplace for g in mine})
    if not mine:
        others = sorted({g.marketplace for g in found})
        raise _no(f"no reports from {code}; there is {', '.join(others) or 'nothing'}",
                  f"没有 {code} 站点的报表；现有：{'、'.join(others) or '无'}")
    if len(markets) > 1:
        raise _several(mine, metric)
    filled = [g for g in mine if has(mine[g])]
    if currency:
        group = next((g for g in mine if g.currency == currency), None)
        if group is None:
            raise _no(f"no amounts in {currency} from {code}", f"{code} 没有 {currency} 金额")
        return group, mine[group]
    own = [g for g in mine if g.name == g.marketplace] or list(mine)
    foreign = [g for g in filled if g not in own]
    if len(filled) > 1 or (foreign and metric.unit is Unit.MONEY):
        names = " or ".join(f"{g.marketplace}_{g.currency}" for g in filled)
        what = ", ".join(g.currency for g in filled)
        raise _no(f"amounts in {what}: write {names}",
                  f"金额为 {what}：请写 {names.replace(' or ', ' 或 ')}")
    group = next(iter(filled or own))
    return group, mine[group]


def _several(groups: Iterable[Group], metric: Metric) -> Unanswered:
    markets = sorted({g.marketplace for g in groups})
    currencies = sorted({g.currency for g in groups})
    if metric.unit is Unit.MONEY and len(currencies) > 1:
        shown = ", ".join(currencies)
        return _no(f"several currencies ({shown}): name a marketplace ({', '.join(markets)})",
                   f"有多种货币（{shown}）：请写明站点（{'、'.join(markets)}）")
    return _no(f"several marketplaces ({', '.join(markets)}): name one",
               f"有多个站点（{'、'.join(markets)}）：请写明一个")
