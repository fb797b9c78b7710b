"""Keyword ranks: where each ASIN stands now and 7 days before, against the rank people typed.

A rank beyond what the tracker looked for is unknown, never a number: "not in the top ranks".
"""

from __future__ import annotations

import datetime as dt

from workbook.answer import Group, Key, Question
from workbook.formulas import Formula, Here
from workbook.looks import word
from workbook.metrics import get_metric
from workbook.model import Cell, State, Status
from workbook.models import Asking, Given, Model
from workbook.models.daily.account import number
from workbook.models.daily.numbers import ORDER, a_day, bounds_of, looked_up
from workbook.notes import Note, said
from workbook.rows import SEPARATOR, Product, Row

BY = ("asin", "keyword")
DAYS = 7
METRICS = ("keyword_rank", "sponsored_rank", "search_volume")


def _asks(asking: Asking) -> dict[str, Question]:
    day = asking.period.end
    metrics = tuple(map(get_metric, METRICS))
    return {name: Question(metrics, (a_day(day - dt.timedelta(days=ago)),), BY)
            for name, ago in (("now", 0), ("then", DAYS))}


def _rows(given: Given) -> list[Row]:
    found: list[Row] = []
    for group in given.groups:
        keys = {key for facts in given.facts.values() for key in facts.values.get(group, {})}
        made = [_row(given, group, key) for key in keys if None not in key]
        found += [row for row, _ in sorted(made, key=lambda pair: (
            ORDER.index(pair[1]), -(pair[0].number("lost") or 0),
            -(pair[0].number("search_volume") or 0), pair[0].key))]
    return found


def _row(given: Given, group: Group, key: Key) -> tuple[Row, Status]:
    market, asin = group.marketplace, str(key[0])
    product = given.products.get(asin, Product())
    row = Row(SEPARATOR.join([group.name, asin, str(key[1])]), group)
    bounds = bounds_of(given, "keyword_places", market)
    row.cells = {
        "keyword": Cell(key[1]), "asin": Cell(asin), "marketplace": Cell(market),
        "name": Cell(product.name or None), "product_owner": Cell(product.owner or None),
        **{name: _cell(given, "now", name, group, key) for name in METRICS},
        "before": _cell(given, "then", "keyword_rank", group, key),
        "data": Cell(_data(given, group)),
        "standing": Cell(_standing(given, group, key)),
        "places": looked_up("keyword_places", "target", bounds.target),
        "places_alarm": looked_up("keyword_places", "alarm", bounds.alarm),
    }
    now, before = row.number("keyword_rank"), row.number("before")
    lost = None if now is None or before is None else now - before
    row.cells["lost"] = Formula('IF(OR({n}="",{p}=""),"",{n}-{p})',
                                {"n": Here("keyword_rank"), "p": Here("before")}, Cell(lost))
    wanted = number(given.typed.get((given.block.id, row.key, "target_rank")))
    gone = row.value("standing") is not None
    state = _state(now, before, wanted, lost, (bounds.target, bounds.alarm), gone=gone)
    row.cells["status:keyword_rank"] = _status(given, state)
    return row, state


def _cell(given: Given, when: str, name: str, group: Group, key: Key) -> Cell:
    facts = given.facts[when]
    at = next(iter({need[2] for need in facts.known if need[1] == group.marketplace}),
              given.period)
    cell = facts.cell(get_metric(name), group, key, at)
    if cell.value is None and name == "keyword_rank" and _looked(given, when, group, key):
        return Cell(None, State.CENSORED, note=Note("not in the top ranks", "未进入前列"))
    return cell


def _data(given: Given, group: Group) -> str | None:
    """As of which day, where the newest look is older, or what is missing."""
    facts = given.facts["now"]
    known = facts.known.get(("keyword_rank", group.marketplace, given.period))
    return (said(known.note, given.lang) or None) if known else None


def _looked(given: Given, when: str, group: Group, key: Key) -> bool:
    """Was the keyword looked at? A row without a rank is beyond what was looked for."""
    return key in given.facts[when].values.get(group, {})


def _standing(given: Given, group: Group, key: Key) -> str | None:
    """In words, where there is no rank to show."""
    if not _looked(given, "now", group, key):
        return None
    if _cell(given, "now", "keyword_rank", group, key).value is not None:
        return None
    return given.say("not in the top ranks", "未进入前列")


def _state(
    now: float | None, before: float | None, wanted: float | None, lost: float | None,
    bounds: tuple[float | None, float | None], *, gone: bool,
) -> Status:
    """Out of the ranks or places lost beyond the alarm is bad, short of what is wanted watched."""
    allowed, alarm = bounds
    if now is None:
        return Status.BAD if gone and (before is not None or wanted is not None) else Status.NONE
    if lost is not None and alarm is not None and lost > alarm:
        return Status.BAD
    if lost is not None and allowed is not None and lost > allowed:
        return Status.WATCH
    if wanted is not None and now > wanted:
        return Status.WATCH
    return Status.NONE if lost is None and wanted is None else Status.GOOD


def _status(given: Given, state: Status) -> Formula:
    good, watch, bad, none = (word(s, given.lang) for s in (
        Status.GOOD, Status.WATCH, Status.BAD, Status.NONE))
    return Formula(
        f'IF({{n}}="",IF(AND({{g}}<>"",OR({{p}}<>"",{{w}}<>"")),"{bad}","{none}"),'
        f'IF(AND({{l}}<>"",{{a}}<>"",{{l}}>{{a}}),"{bad}",'
        f'IF(OR(AND({{l}}<>"",{{t}}<>"",{{l}}>{{t}}),AND({{w}}<>"",{{n}}>{{w}})),"{watch}",'
        f'IF(AND({{l}}="",{{w}}=""),"{none}","{good}"))))',
        {"n": Here("keyword_rank"), "p": Here("before"), "l": Here("lost"),
         "t": Here("places"), "a": Here("places_alarm"), "w": Here("target_rank"),
         "g": Here("standing")}, Cell(word(state, given.lang)))


MODEL = Model(_rows, _asks)
