"""The words of search terms: how they compare, what is an ASIN, what holds a brand's name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_ASIN = re.compile(r"b0[0-9a-z]{8}")
# How reports in several languages write the exact match type.
_EXACT = frozenset({"exact", "精准匹配", "精准", "完全一致", "genau passend", "exakt"})


@lru_cache(maxsize=200_000)
def folded(text: str) -> str:
    """A term as it compares: one width, one case, single spaces.

    >>> folded("  Garlic  PRESS ")
    'garlic press'
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def is_asin(term: str) -> bool:
    """Is the term an ASIN (ten characters from B0)? Such clicks came from product pages."""
    return _ASIN.fullmatch(folded(term)) is not None


def is_exact(match_type: str) -> bool:
    return folded(match_type) in _EXACT


def holds(term: str, phrase: str) -> bool:
    """Do the words of `phrase` stand in `term`, side by side? Both folded.

    Chinese and Japanese put no spaces between words: there any place in the term counts.

    >>> holds("acme garlic press", "garlic press"), holds("pineapple", "apple")
    (True, False)
    """
    if phrase.isascii():
        return f" {phrase} " in f" {term} "
    return bool(phrase) and phrase in term


def named_brand(term: str, brands: Iterable[str]) -> str:
    """The brand term (folded) that the folded term holds; "" if none."""
    return next((brand for brand in brands if brand and holds(term, brand)), "")
