"""The scorecard's parts: changes as live formulas, and KPIs as people call them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workbook.evaluate import parse, run, same
from workbook.answer import Group
from workbook.formulas import Here
from workbook.metrics import METRICS
from workbook.model import Cell, Unit
from workbook.models.scorecard.kpis import change
from workbook.models.scorecard.numbers import KPIS, kpi_named
from workbook.rows import Row
from workbook.rules import DEFAULTS

VALUES = st.none() | st.floats(-1e6, 1e6).map(lambda value: round(value, 4))


@given(now=VALUES, base=VALUES, share=st.sampled_from((1.0, 0.5)),
       unit=st.sampled_from((Unit.SHARE, Unit.MONEY, Unit.RATIO)), to_date=st.booleans())
def test_a_change_is_what_its_formula_computes(
    now: float | None, base: float | None, share: float, unit: Unit, to_date: bool
) -> None:
    row = Row("k", Group("US", "USD"), {
        "actual": Cell(now), "before": Cell(base), "share": Cell(share)})
    made = change(unit, row, "before", to_date=to_date)

    def look(name: str) -> float | str | None:
        ref = made.refs[name]
        assert isinstance(ref, Here)
        return row.number(ref.field)

    assert same(run(parse(made.text), look), made.cell.value)


@pytest.mark.parametrize(("unit", "now", "base", "expected"), [
    (Unit.MONEY, 120.0, 100.0, 20.0), (Unit.MONEY, 120.0, 0.0, None),
    (Unit.MONEY, 120.0, -100.0, None),  # from a loss there is no percentage
    (Unit.SHARE, 0.25, 0.28, -3.0), (Unit.SHARE, 0.25, 0.0, 25.0), (Unit.SHARE, 0.25, None, None),
    (Unit.RATIO, 3.0, 4.0, -25.0),
])
def test_shares_change_in_points_and_all_else_in_percent(
    unit: Unit, now: float, base: float | None, expected: float | None
) -> None:
    row = Row("k", Group("US", "USD"), {"actual": Cell(now), "before": Cell(base)})
    found = change(unit, row, "before").cell.value
    assert found is None if expected is None else found == pytest.approx(expected)


@pytest.mark.parametrize(("text", "name"), [
    ("acos", "acos"), (" ACoS ", "acos"), ("GMV", "ordered_sales"), ("销售额", "ordered_sales"),
    ("净利润率", "net_margin"), ("Net margin", "net_margin"), ("net_margin", "net_margin"),
    ("库存绩效指标", "ipi"), ("In stock (share of SKU-days)", "in_stock_rate"), ("", None),
    (None, None),
])
def test_a_kpi_is_known_by_its_name_and_its_labels(text: str | None, name: str | None) -> None:
    found = kpi_named(text)
    assert (found.name if found else None) == name


def test_each_kpi_is_named_once_and_in_both_languages() -> None:
    names = [name for kpi in KPIS for name in kpi.names]
    assert len(names) == len(set(names))
    assert all(kpi.label.en and kpi.label.zh and kpi.basis.zh for kpi in KPIS)
    assert all(kpi.name not in METRICS for kpi in KPIS if kpi.metric is None)
    rules = {rule.id for rule in DEFAULTS}
    assert {"net_margin", "roas", "inventory_turns", "negative_review_rate", "okr_pace", "okr_end",
            "negative_feedback_rate", "in_stock_rate"} <= rules
