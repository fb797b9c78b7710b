"""What people said of a listing and when: operations (操作日志) and events that touch an ASIN."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PureWindowsPath

from workbook.inputs import EVERYWHERE, Entry, Known, parts_of
from workbook.model import Label, Period
from workbook.rows import Product

KINDS: dict[str, Label] = {
    "price": Label("price", "价格"), "image": Label("image", "图片"),
    "title": Label("title", "标题"), "bid": Label("bid", "竞价"),
    "coupon": Label("coupon", "优惠券"), "deal": Label("deal", "秒杀"),
    "stock": Label("stock", "库存"), "other": Label("other", "其他"),
}
STOCK_OUT = "stock_out"  # the kind of an event


@dataclass(frozen=True, slots=True)
class Operation:
    """One change on a listing; `marketplace` "*" is on all of them."""

    marketplace: str
    asin: str
    day: dt.date
    kind: str
    what: str
    who: str
    said_in: str  # the file it was typed or listed in

    def on(self, market: str) -> bool:
        return self.marketplace in (market, EVERYWHERE)

    def text(self, lang: str) -> str:
        """`price: 27.99 → 31.99`."""
        kind = KINDS[self.kind][lang] if self.kind in KINDS else self.kind
        return ": ".join(part for part in (kind, self.what) if part)


@dataclass(frozen=True, slots=True)
class Event:
    """Days unlike others; `marketplace` "*" or an empty `asin`: all."""

    name: str
    kind: str
    marketplace: str
    asin: str
    days: Period

    def touches(self, market: str, asin: str) -> bool:
        return self.marketplace in (market, EVERYWHERE) and self.asin in ("", asin)


def operations(known: Known, until: dt.date) -> list[Operation]:
    """Every operation until a day, the oldest first."""
    found = []
    for key, said in known.of_topic("operations").items():
        market, asin, day = parts_of(key)
        kind, what, who = (_text(said.get(name)) for name in ("kind", "what", "who"))
        if (kind or what) and dt.date.fromisoformat(day) <= until:
            source = next(iter(said.values())).source
            found.append(Operation(market, asin, dt.date.fromisoformat(day), kind, what, who,
                                   PureWindowsPath(source).name))
    return sorted(found, key=lambda one: (one.day, one.marketplace, one.asin))


def events(known: Known, products: Mapping[str, Product]) -> list[Event]:
    """Every event whose days are known, the oldest first; a SKU's is one of its ASIN."""
    found = []
    for key, said in known.of_topic("events").items():
        market, name, sku, day = parts_of(key)
        first = dt.date.fromisoformat(day)
        last = said["last_day"].value if "last_day" in said else first
        product = products.get(sku)
        if sku and (product is None or not product.asin):
            continue
        if isinstance(last, dt.date) and first <= last:
            found.append(Event(name, _text(said.get("kind")), market,
                               product.asin if product else "", Period(first, last)))
    return sorted(found, key=lambda one: (one.days, one.name))


def names_on(day: dt.date, market: str, asin: str, among: Iterable[Event]) -> list[str]:
    """The events of an ASIN on a day."""
    return list(dict.fromkeys(
        one.name for one in among if day in one.days and one.touches(market, asin)))


def _text(entry: Entry | None) -> str:
    return "" if entry is None or entry.value is None else str(entry.value)
