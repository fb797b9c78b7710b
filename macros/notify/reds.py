"""The red rows of a plan: what the stand-up must talk about, as its exceptions block has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from workbook.formulas import Formula
from workbook.looks import word
from workbook.model import Status, Value
from workbook.plan import Plan, PlannedRow
from workbook.template import Kind, field_id

_NEEDED = {"severity", "what", "subject"}


@dataclass(frozen=True, slots=True)
class Red:
    """One exception. `key` stays the same while it lasts; `stake` is money a week."""

    key: str
    marketplace: str
    what: str
    subject: str
    why: str = ""
    owner: str = ""
    stake: Decimal | None = None
    currency: str = ""
    days: int | None = None


def reds(plans: Mapping[str, Plan]) -> list[Red]:
    """The red rows of all plans (by template), the most money first within each currency's order.

    Rows to be watched are not among them.
    """
    return [red for template, plan in plans.items() for red in _of(template, plan)]


def _of(template: str, plan: Plan) -> Iterator[Red]:
    bad = word(Status.BAD, plan.lang)
    blocks = [planned for tab in plan.tabs for planned in tab.blocks
              if planned.block.kind is Kind.TABLE
              and {field_id(item) for item in planned.block.fields} >= _NEEDED]
    for planned in blocks:
        for row in planned.rows:
            if _value(row, "severity") == bad:
                yield _red(f"{template}|{row.key}", row)


def _red(key: str, row: PlannedRow) -> Red:
    stake, days = _value(row, "at_stake"), _value(row, "days_open")
    return Red(
        key, _text(row, "marketplace") or row.group.marketplace, _text(row, "what"),
        _text(row, "subject"), _text(row, "why"),
        _text(row, "owner") or _text(row, "product_owner"),
        Decimal(str(stake)) if isinstance(stake, Decimal | float | int) else None,
        row.group.currency, days if isinstance(days, int) else None)


def _value(row: PlannedRow, name: str) -> Value:
    cell = row.cells.get(name)
    if isinstance(cell, Formula):
        cell = cell.cell
    return cell.value if cell else None


def _text(row: PlannedRow, name: str) -> str:
    value = _value(row, name)
    return "" if value is None else str(value)
