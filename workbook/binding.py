"""What people write into their own workbooks to say which number belongs where; pure.

A place is bound by its name (`ops_gmv_prev_week_US`) or by a placeholder typed into the cell
(`{{ gmv | prev week | US }}`). Both say the same: what, which period, whose.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from workbook.marketplaces import BY_CODE, marketplace_code
from workbook.metrics import METRICS
from workbook.model import Label
from workbook.nearest import nearest
from workbook.spans import period_word, plain
from workbook.template import Block, Kind, Template

PREFIX = "ops_"
# Short names that people use; the metric's own name and its labels hold as well.
ALIASES: dict[str, tuple[str, ...]] = {
    "ordered_sales": ("gmv", "sales", "revenue", "销售额"),
    "units_ordered": ("units", "销量"),
    "sessions": ("traffic", "流量"),
    "unit_session_percentage": ("conversion", "conversion_rate", "cvr", "转化率"),
    "featured_offer_percentage": ("buy_box", "featured_offer", "黄金购物车", "购物车占比"),
    "average_selling_price": ("asp", "客单价"),
    "ad_spend": ("spend", "花费"),
    "tacos": ("acoas",),
    "contribution": ("profit", "毛利"),
    "contribution_margin": ("margin",),
    "days_of_cover": ("cover",),
    "available_units": ("available", "stock_units"),
}
INFO = {
    "period": Label("Period", "周期"), "period_start": Label("First day", "开始日期"),
    "period_end": Label("Last day", "结束日期"), "store": Label("Store", "店铺"),
    "filled": Label("Filled at (UTC)", "填写时间 (UTC)"),
}
_PLACEHOLDER = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)


class What(StrEnum):
    """What a place is to show."""

    METRIC = "metric"
    BLOCK = "block"
    INFO = "info"  # the period, the store


@dataclass(frozen=True, slots=True)
class Request:
    """What a place asks for. `target`: a metric, `template:block`, or a key of INFO.

    `period` is a word of `period_word` ("" for the fill's own period), `token` what stands for the
    target in a name.
    """

    what: What
    target: str
    token: str
    period: str = ""
    store: str = ""
    marketplace: str = ""

    def name(self) -> str:
        """The defined name that says all of this: `ops_gmv_prev_week_US`."""
        words = [self.token, self.period, slug(self.store), self.marketplace]
        return PREFIX + "_".join(word for word in words if word)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A name or placeholder that means nothing to us, and what might have been meant."""

    what: str
    do: str


def slug(text: str) -> str:
    """A store's name as a part of a defined name."""
    return re.sub(r"\W+", "_", text).strip("_")


# --- the words ----------------------------------------------------------------------------


class Vocabulary:
    """Every word that a place can be bound by.

    Args:
        templates: the blocks of the first ones win where two share a name.
        stores: the stores that are known, for their names in names.
    """

    def __init__(self, templates: Iterable[Template], stores: Iterable[str] = ()) -> None:
        self.stores = tuple(stores)
        self.blocks: dict[str, tuple[Template, Block]] = {}
        self._words: dict[str, Request] = {}
        self.shown: list[str] = []
        for metric in METRICS.values():
            self._add(Request(What.METRIC, metric.name, metric.name), metric.name)
        for name, aliases in ALIASES.items():
            for alias in aliases:
                token = alias if alias.isascii() else name
                self._add(Request(What.METRIC, name, token), alias)
        for metric in METRICS.values():
            self._label(Request(What.METRIC, metric.name, metric.name), metric.label)
        for word, label in INFO.items():
            self._add(Request(What.INFO, word, word), word)
            self._label(Request(What.INFO, word, word), label)
        for template in templates:
            for block in template.blocks().values():
                if block.kind is Kind.TABLE:
                    self._block(template, block)

    def _block(self, template: Template, block: Block) -> None:
        target, full = f"{template.name}:{block.id}", f"{template.name}_{block.id}"
        self.blocks[target] = template, block
        own = plain(block.id) not in self._words
        request = Request(What.BLOCK, target, block.id if own else full)
        self._add(request, block.id)
        self._label(request, block.label)
        self._add(replace(request, token=full), full)

    def _add(self, request: Request, word: str) -> None:
        if plain(word) not in self._words:
            self._words[plain(word)] = request
            self.shown.append(word)

    def _label(self, request: Request, label: Label) -> None:
        for text in (label.en, label.zh):
            self._add(request, text)
            self._add(request, text.partition("(")[0].strip() or text)

    def find(self, word: str) -> Request | None:
        return self._words.get(plain(word))

    def unknown(self, word: str) -> Unknown:
        """What is said of a word that is not there."""
        known = {w.casefold(): w for w in self.shown}
        close = nearest(word.strip().casefold(), known)
        return Unknown(f"'{word.strip()}' is no metric and no table of a template.",
                       f"{close}`opsheet list metrics` shows all of them.")

    def label(self, request: Request, lang: str) -> str:
        """What a request shows, in words."""
        if request.what is What.METRIC:
            return METRICS[request.target].label[lang]
        if request.what is What.INFO:
            return INFO[request.target][lang]
        template, block = self.blocks[request.target]
        return f"{template.label[lang]}: {block.label[lang]}"


# --- placeholders -------------------------------------------------------------------------


def parse_placeholder(text: str, words: Vocabulary) -> Request | Unknown | None:
    """`{{ gmv | prev week | store Acme | marketplace DE }}`; None if the cell holds none."""
    found = _PLACEHOLDER.search(text)
    if found is None:
        return None
    if found[0] != text.strip():
        return Unknown(f"'{found[0]}' stands among other text.",
                       "Let the placeholder stand alone in its cell.")
    target, *rest = re.split(r"[|｜]", found[1])
    request = words.find(target)
    if request is None:
        return words.unknown(target)
    for part in rest:
        changed = _qualified(request, part.strip(), words)
        if isinstance(changed, Unknown):
            return changed
        request = changed
    return request


_STORE = re.compile(r"(?:store|店铺)\s*[:：=]?\s*(.+)", re.IGNORECASE)
_MARKET = re.compile(r"(?:marketplace|market|站点)\s*[:：=]?\s*(.+)", re.IGNORECASE)


def _qualified(request: Request, part: str, words: Vocabulary) -> Request | Unknown:
    period = period_word(part)
    if period is not None:
        return replace(request, period=period)
    stores = {plain(name): name for name in words.stores}
    store, market = _STORE.fullmatch(part), _MARKET.fullmatch(part)
    name = store[1].strip() if store else part
    if not market and plain(name) in stores:
        return replace(request, store=stores[plain(name)])
    code = marketplace_code(market[1] if market else name)
    if code in BY_CODE:
        return replace(request, marketplace=code or "")
    if store and not words.stores:
        return replace(request, store=name)
    if store:
        return Unknown(f"There is no store '{name}'.", f"Stores: {', '.join(words.stores)}.")
    if market:
        return Unknown(f"'{market[1]}' is no marketplace.", "Write US, UK, DE, JP, …")
    return Unknown(f"'{part}' is no period, store or marketplace.",
                   "Write prev week, month, 2026-W45, store NAME or marketplace DE.")


# --- names --------------------------------------------------------------------------------


def parse_name(name: str, words: Vocabulary) -> Request | Unknown | None:
    """`ops_gmv_prev_week_US`; None if the name does not begin with `ops_`.

    A number at the end tells two places of the same meaning apart.
    """
    if not name.casefold().startswith(PREFIX):
        return None
    parts = [part for part in name[len(PREFIX):].split("_") if part]
    for length in range(len(parts), 0, -1):
        request = words.find("_".join(parts[:length]))
        if request is not None:
            found = _tail(request, parts[length:], words)
            if found is not None:
                token = "_".join(parts[:length]).casefold()
                return replace(found, token=token if token.isascii() else request.token)
            return Unknown(f"'{'_'.join(parts[length:])}' is no period, store or marketplace.",
                           "Write the name like ops_gmv_prev_week_US.")
    return words.unknown("_".join(parts))


def _tail(request: Request, parts: list[str], words: Vocabulary) -> Request | None:
    """The qualifiers of a name, in any order; None if something is left."""
    stores = {plain(slug(name)): name for name in words.stores}
    while parts:
        for length in range(len(parts), 0, -1):
            text = " ".join(parts[:length])
            period = period_word(text)
            if period is not None and period:
                request = replace(request, period=period)
            elif plain(text) in stores:
                request = replace(request, store=stores[plain(text)])
            elif text.upper() in BY_CODE:
                request = replace(request, marketplace=text.upper())
            elif len(parts) == 1 and parts[0].isdigit() and len(parts[0]) <= 3:
                pass
            else:
                continue
            parts = parts[length:]
            break
        else:
            return None
    return request
