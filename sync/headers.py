"""Header texts, folded so that every spelling of one header compares equal."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from workbook.marketplaces import currencies_of

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－_", "-"))
_QUOTES = str.maketrans(dict.fromkeys("“”„「」", '"'))
_IN_BRACKETS = re.compile(r"\(([^()]*)\)")
# "7 Day Total Sales", "7天总销售额", "7 Tage, Umsatz", "…7日間の総売上高": kept apart.
_WINDOW = re.compile(r"(\d{1,2})\s*(day|days|天|tage|日間)(?![a-z])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Header:
    """A header as written, as it compares, and what its brackets and numbers say."""

    text: str
    normal: str
    currencies: tuple[str, ...] = ()
    window: int | None = None  # attribution window in days
    percent: bool = False  # values are percents without a sign: 0.68 is 0.68 %


@lru_cache(maxsize=4096)
def header(text: str) -> Header:
    """Folds one header text.

    >>> header("14 Day Total Sales (₹)").normal, header("14 Day Total Sales (₹)").window
    ('# day total sales', 14)
    >>> header("Sessions – Total").normal == header("sessions -  total ").normal
    True
    """
    folded = unicodedata.normalize("NFKC", text.replace("\ufeff", "")).translate(_DASHES)
    folded = folded.translate(_QUOTES)
    currencies: tuple[str, ...] = ()
    percent = False

    def drop_mark(match: re.Match[str]) -> str:
        nonlocal currencies, percent
        mark = match[1].strip()
        if mark == "%":
            percent = True
            return ""
        if mark == "#":
            return ""
        if found := currencies_of(mark):
            currencies = found
            return ""
        return match[0]

    folded = _IN_BRACKETS.sub(drop_mark, folded)
    window = None
    if match := _WINDOW.search(folded):
        window = int(match[1])
        folded = folded[: match.start()] + "# " + match[2] + folded[match.end() :]
    normal = re.sub(r"\s+", " ", folded).strip().strip('"').strip().casefold()
    normal = normal.replace("# 天", "#天").replace("# 日間", "#日間")
    return Header(text, normal, currencies, window, percent)


def normal(text: str) -> str:
    """The form in which headers are compared."""
    return header(text).normal
