"""The KPIs of the scorecard, what each stands on and what better is; OKRs choose among them."""

from __future__ import annotations

from workbook.answer import Group
from workbook.model import Cell, Label
from workbook.models import Given, Model
from workbook.models.scorecard.numbers import KPIS
from workbook.rows import Row

BETTER = {1: Label("more", "越多越好"), -1: Label("less", "越少越好"), 0: Label("neither", "不论")}


def _rows(given: Given) -> list[Row]:
    return [Row(kpi.name, Group("", ""), {
        "kpi": Cell(kpi.label[given.lang]), "name": Cell(kpi.name),
        "better": Cell(BETTER[kpi.good][given.lang]), "basis": Cell(kpi.basis[given.lang]),
    }) for kpi in KPIS]


MODEL = Model(_rows)
