"""Every spelling of a header compares equal; its brackets and windows are kept apart."""

from __future__ import annotations

import pytest

from sync.headers import header, normal


@pytest.mark.parametrize(
    "one, other",
    [
        ("Sessions – Total", "sessions - total"),
        ("Page views\u00a0– Total ", "Page Views - Total"),
        ("（子）ASIN", "(子)ASIN"),
        ("\ufeffDate", "Date"),
        ('"Date"', "Date"),
        ("ＳＫＵ", "sku"),
        ("7 Day Total Sales ", "7 Day Total Sales ($)"),
        ("Spend(USD)", "Spend"),
        ("7 Day Total Orders (#)", "7 Day Total Orders"),
        ("7天总销售额(￥)", "7天总销售额"),
        ("7天总订单数(#)", "7天总订单数"),
        ("inv_age_0_to_90_days", "inv-age-0-to-90-days"),
        ("14天内的“品牌新买家”销售额", '14天内的"品牌新买家"销售额'),
        ("Total Advertising Cost of Sales (ACoS) ", "Total Advertising Cost of Sales (ACOS)"),
    ],
)
def test_spellings_of_one_header_are_equal(one: str, other: str) -> None:
    assert normal(one) == normal(other)


@pytest.mark.parametrize(
    "one, other",
    [
        ("Sessions - Total", "Sessions - Total - B2B"),
        ("转化率 - 总计", "商品会话百分比"),
        (
            "Total Advertising Cost of Sales (ACOS)",
            "Total Advertising Cost of Sales (ACOS) - (Click)",
        ),
        ("inv-age-0-to-30-days", "inv-age-0-to-90-days"),
    ],
)
def test_different_headers_stay_different(one: str, other: str) -> None:
    assert normal(one) != normal(other)


@pytest.mark.parametrize(
    "text, window, currencies, percent",
    [
        ("7 Day Total Sales", 7, (), False),
        ("14 Day Total Sales (₹)", 14, ("INR",), False),
        ("7天总销售额($)", 7, ("USD", "CAD", "MXN", "AUD", "SGD"), False),
        ("7 Tage, Umsatz gesamt (€)", 7, ("EUR",), False),
        ("広告がクリックされてから7日間の総売上高", 7, (), False),
        ("CTR(%)", None, (), True),
        ("Spend(USD)", None, ("USD",), False),
        ("afn-fulfillable-quantity", None, (), False),
    ],
)
def test_brackets_and_windows_are_kept(
    text: str, window: int | None, currencies: tuple[str, ...], percent: bool
) -> None:
    found = header(text)
    assert (found.window, found.currencies, found.percent) == (window, currencies, percent)


def test_the_window_does_not_tell_headers_apart() -> None:
    assert normal("7 Day Total Sales") == normal("14 Day Total Sales (₹)")
