"""Columns that models add to rows: the verdict on a change of conversion; the week's tasks."""

from __future__ import annotations

from collections.abc import Iterable

from workbook.answer import Group
from workbook.model import Cell, Label, State
from workbook.models.significance import chance_of_change
from workbook.rows import SEPARATOR, Row

VERDICTS = {
    "rise": Label("yes, a rise", "显著上升"),
    "fall": Label("yes, a fall", "显著下降"),
    "noise": Label("no", "不显著"),
    "few": Label("too few to say", "样本不足"),
}
# The weekly duties of the operations plan that no report can show.
TASKS = {
    "aplus_refresh": Label("A+ content refreshed", "更新 A+ 页面"),
    "restricted_check": Label("Restricted products list checked", "检查受限商品清单"),
    "search_terms": Label("Search-term report reviewed", "复盘搜索词报告"),
    "promotions": Label("Coupons and deals reviewed", "评估促销活动 ROI"),
    "restock_sync": Label("Restock aligned with procurement", "与供应链核对补货计划"),
}


def add_verdict(row: Row, lang: str) -> None:
    """Adds `chance` and `verdict` to a row with units and sessions of two weeks."""
    names = ("units_ordered@-1", "sessions@-1", "units_ordered", "sessions")
    numbers = [row.number(name) for name in names]
    chance = None
    if None not in numbers:
        chance = chance_of_change(*(int(n or 0) for n in numbers))
    moved = row.number("change:unit_session_percentage")
    if chance is None or moved is None:
        verdict = "few"
    elif chance >= 0.05:
        verdict = "noise"
    else:
        verdict = "rise" if moved > 0 else "fall"
    row.cells["chance"] = Cell(chance, State.OK if chance is not None else State.NO_DATA)
    row.cells["verdict"] = Cell(VERDICTS[verdict][lang])


def task_rows(lang: str, week: str, typed: Iterable[str] = ()) -> list[Row]:
    """One row for each weekly duty, and for those of earlier weeks that people have marked.

    Args:
        week: the period's label; it is part of the key, so that "done" is about one week.
        typed: keys of rows in which people typed.
    """
    nobody = Group("", "")
    keys = [f"{name}{SEPARATOR}{week}" for name in TASKS]
    others = set(typed) - set(keys)
    earlier = sorted(others, key=lambda key: key.split(SEPARATOR)[::-1], reverse=True)
    rows = []
    for key in (*keys, *earlier):
        name, _, of = key.partition(SEPARATOR)
        if name in TASKS and of:
            rows.append(Row(key, nobody, {
                "task": Cell(key), "week": Cell(of), "task_name": Cell(TASKS[name][lang])}))
    return rows
