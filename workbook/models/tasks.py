"""The duties of a week or a day that no report can show."""

from __future__ import annotations

from collections.abc import Iterable

from workbook.answer import Group
from workbook.model import Cell, Label
from workbook.models import Given, Model
from workbook.rows import SEPARATOR, Row

# The weekly duties of the operations plan that no report can show.
TASKS = {
    "aplus_refresh": Label("A+ content refreshed", "更新 A+ 页面"),
    "restricted_check": Label("Restricted products list checked", "检查受限商品清单"),
    "search_terms": Label("Search-term report reviewed", "复盘搜索词报告"),
    "promotions": Label("Coupons and deals reviewed", "评估促销活动 ROI"),
    "restock_sync": Label("Restock aligned with procurement", "与供应链核对补货计划"),
}


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


def _rows(given: Given) -> list[Row]:
    marked = {row for table, row, _ in given.typed if table == given.block.id}
    return task_rows(given.lang, given.period.label(), marked)


MODEL = Model(_rows)
