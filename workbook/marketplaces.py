"""Amazon's marketplaces: what fixes currency, time zone, VAT and the spellings of a name.

Source: Amazon's list of marketplaces (developer documentation, "Marketplace IDs");
currencies after ISO 4217, zones after the IANA database.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from workbook.model import Label


@dataclass(frozen=True, slots=True)
class Marketplace:
    code: str
    name: Label
    domain: str  # behind "amazon."
    currency: str
    zone: str
    vat_included: bool = False  # are prices shown with VAT or sales tax?
    aliases: tuple[str, ...] = ()


def _m(
    code: str, en: str, zh: str, domain: str, currency: str, zone: str, *aliases: str,
    vat: bool = True,
) -> Marketplace:
    return Marketplace(code, Label(en, zh), domain, currency, zone, vat, aliases)


ALL: tuple[Marketplace, ...] = (
    _m("US", "United States", "美国", "com", "USD", "America/Los_Angeles", "USA", vat=False),
    _m("CA", "Canada", "加拿大", "ca", "CAD", "America/Los_Angeles", vat=False),
    _m("MX", "Mexico", "墨西哥", "com.mx", "MXN", "America/Los_Angeles"),
    _m("BR", "Brazil", "巴西", "com.br", "BRL", "America/Sao_Paulo"),
    _m("UK", "United Kingdom", "英国", "co.uk", "GBP", "Europe/London", "GB", "Great Britain"),
    _m("DE", "Germany", "德国", "de", "EUR", "Europe/Berlin", "Deutschland"),
    _m("FR", "France", "法国", "fr", "EUR", "Europe/Paris"),
    _m("IT", "Italy", "意大利", "it", "EUR", "Europe/Rome", "Italia"),
    _m("ES", "Spain", "西班牙", "es", "EUR", "Europe/Madrid", "España"),
    _m("NL", "Netherlands", "荷兰", "nl", "EUR", "Europe/Amsterdam"),
    _m("SE", "Sweden", "瑞典", "se", "SEK", "Europe/Stockholm"),
    _m("PL", "Poland", "波兰", "pl", "PLN", "Europe/Warsaw"),
    _m("BE", "Belgium", "比利时", "com.be", "EUR", "Europe/Brussels"),
    _m("IE", "Ireland", "爱尔兰", "ie", "EUR", "Europe/Dublin"),
    _m("TR", "Türkiye", "土耳其", "com.tr", "TRY", "Europe/Istanbul", "Turkey"),
    _m("JP", "Japan", "日本", "co.jp", "JPY", "Asia/Tokyo", "日本站"),
    _m("AU", "Australia", "澳大利亚", "com.au", "AUD", "Australia/Sydney", "澳洲"),
    _m("SG", "Singapore", "新加坡", "sg", "SGD", "Asia/Singapore"),
    _m("AE", "United Arab Emirates", "阿联酋", "ae", "AED", "Asia/Dubai", "UAE"),
    _m("SA", "Saudi Arabia", "沙特", "sa", "SAR", "Asia/Riyadh", "沙特阿拉伯", "KSA"),
    _m("IN", "India", "印度", "in", "INR", "Asia/Kolkata"),
    _m("EG", "Egypt", "埃及", "eg", "EGP", "Africa/Cairo"),
    _m("ZA", "South Africa", "南非", "co.za", "ZAR", "Africa/Johannesburg"),
)
BY_CODE = {m.code: m for m in ALL}

# A settlement's lines that belong to the account and not to one marketplace of several.
ACCOUNT_LEVEL = "*"

# Names of settlement lines outside the shop: "Non-Amazon US", "SI US Prod Marketplace".
_OUTSIDE_THE_SHOP = re.compile(r"non-amazon|si [a-z]{2} prod ", re.IGNORECASE)

_SPELLINGS: dict[str, str] = {}
for _market in ALL:
    for _name in (
        _market.code,
        _market.name.en,
        _market.name.zh,
        f"amazon.{_market.domain}",
        f"www.amazon.{_market.domain}",
        *_market.aliases,
    ):
        _SPELLINGS[_name.casefold()] = _market.code


def marketplace_code(text: str) -> str | None:
    """The code for a name as reports, domains and people write it; None if it is none.

    >>> marketplace_code("Amazon.co.uk"), marketplace_code("德国"), marketplace_code("Mars")
    ('UK', 'DE', None)
    >>> marketplace_code("Non-Amazon US") == ACCOUNT_LEVEL
    True
    """
    name = text.strip()
    if _OUTSIDE_THE_SHOP.match(name):
        return ACCOUNT_LEVEL
    return _SPELLINGS.get(name.casefold())


def only_one_with(currency: str) -> str | None:
    """The marketplace that alone uses `currency`; a euro sign is not Germany."""
    codes = [m.code for m in ALL if m.currency == currency]
    return codes[0] if len(codes) == 1 else None


# What stands around the digits of a money text -> the currencies it can mean.
SYMBOLS: dict[str, tuple[str, ...]] = {
    "US$": ("USD",),
    "CA$": ("CAD",),
    "C$": ("CAD",),
    "MX$": ("MXN",),
    "A$": ("AUD",),
    "AU$": ("AUD",),
    "S$": ("SGD",),
    "R$": ("BRL",),
    "$": ("USD", "CAD", "MXN", "AUD", "SGD"),
    "£": ("GBP",),
    "€": ("EUR",),
    "₹": ("INR",),
    "Rs.": ("INR",),
    "Rs": ("INR",),
    "JP¥": ("JPY",),
    "¥": ("JPY", "CNY"),
    "￥": ("JPY", "CNY"),
    "円": ("JPY",),
    "zł": ("PLN",),
    "kr": ("SEK",),
    "kr.": ("SEK",),
    "TL": ("TRY",),
    "₺": ("TRY",),
}
CURRENCIES = frozenset(m.currency for m in ALL) | {"CNY"}


def currencies_of(mark: str) -> tuple[str, ...]:
    """The currencies that a mark such as `$`, `AED` or `US$` can stand for; () if unknown."""
    mark = mark.strip()
    return (mark.upper(),) if mark.upper() in CURRENCIES else SYMBOLS.get(mark, ())
