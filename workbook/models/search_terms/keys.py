"""Row keys of search-term decisions: `marketplace|campaign|ad group|term`.

Campaign names often hold the bar that joins the parts, so it is written as in web addresses: %7C.
"""

from __future__ import annotations

from workbook.inputs import SEPARATOR
from workbook.models.search_terms.words import folded

EVERY = "*"  # campaign and ad group of a phrase that is decided for all that showed it


def key_of(market: str, campaign: str, ad_group: str, term: str) -> str:
    """The key of a term of an ad group; it stays when a report writes the term in capitals.

    >>> key_of("US", "SP | Auto", "A", "Dish  Rack")
    'US|SP %7C Auto|A|dish rack'
    """
    return SEPARATOR.join((market, *map(_written, (campaign, ad_group, folded(term)))))


def key_of_words(market: str, words: str) -> str:
    """The key of an n-gram, wherever it was shown."""
    return SEPARATOR.join((market, EVERY, EVERY, _written(folded(words))))


def parts_of(key: str) -> tuple[str, str, str, str]:
    """Marketplace, campaign, ad group, term; campaign and ad group are EVERY for an n-gram.

    >>> parts_of("US|SP %7C Auto|A|dish rack")
    ('US', 'SP | Auto', 'A', 'dish rack')
    """
    market, campaign, ad_group, term = key.split(SEPARATOR)
    return market, _read(campaign), _read(ad_group), _read(term)


def _written(part: str) -> str:
    text = part.replace("%", "%25").replace(SEPARATOR, "%7C")
    return "%2A" if text == EVERY else text


def _read(part: str) -> str:
    return part.replace("%2A", EVERY).replace("%7C", SEPARATOR).replace("%25", "%")
