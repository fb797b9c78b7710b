"""The duties of a week or a day that no report can show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workbook.answer import Group
from workbook.model import Cell, Label
from workbook.models import Given, Model
from workbook.rows import SEPARATOR, Row
from workbook.template import Grain

# The duties of the operations plan that no report can show: each day's and each week's.
DAILY = {
    "buyer_messages": Label("Buyer messages of the last 24 h answered",
                            "24 小时内的买家消息已回复"),
    "account_values": Label("Account health and IPI read and typed", "账户状况与 IPI 已查看并填写"),
    "stock_alarms": Label("Stock alarms gone through", "库存预警已处理"),
    "ads": Label("Ads and budgets gone through", "广告与预算已处理"),
    "keyword_ranks": Label("Competitors' keyword ranks looked at", "竞品关键词排名已查看"),
    "reports": Label("Missing reports downloaded and imported", "缺少的报表已下载并导入"),
}
TASKS = {
    "aplus_refresh": Label("A+ content refreshed", "更新 A+ 页面"),
    "restricted_check": Label("Restricted products list checked", "检查受限商品清单"),
    "search_terms": Label("Search-term report reviewed", "复盘搜索词报告"),
    "promotions": Label("Coupons and deals reviewed", "评估促销活动 ROI"),
    "restock_sync": Label("Restock aligned with procurement", "与供应链核对补货计划"),
}


def task_rows(
    lang: str, period: str, typed: Iterable[str] = (), tasks: Mapping[str, Label] = TASKS
) -> list[Row]:
    """One row for each duty, and for those of earlier periods that people have marked.

    Args:
        period: its label; it is part of the key, so that "done" is about one week or day.
        typed: keys of rows in which people typed.
        tasks: the duties: `TASKS` or `DAILY`.
    """
    nobody = Group("", "")
    keys = [f"{name}{SEPARATOR}{period}" for name in tasks]
    others = set(typed) - set(keys)
    earlier = sorted(others, key=lambda key: key.split(SEPARATOR)[::-1], reverse=True)
    rows = []
    for key in (*keys, *earlier):
        name, _, of = key.partition(SEPARATOR)
        if name in tasks and of:
            rows.append(Row(key, nobody, {
                "task": Cell(key), "week": Cell(of), "task_name": Cell(tasks[name][lang])}))
    return rows


def _rows(given: Given) -> list[Row]:
    marked = {row for table, row, _ in given.typed if table == given.block.id}
    tasks = DAILY if given.template.grain is Grain.DAY else TASKS
    return task_rows(given.lang, given.period.label(), marked, tasks)


MODEL = Model(_rows)
