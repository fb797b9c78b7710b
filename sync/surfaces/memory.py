"""The surface of the tests: keeps the plan, and lets a test type into its input cells."""

from __future__ import annotations

import datetime as dt

from sync.surfaces import Receipt
from workbook.model import Cell, Value
from workbook.plan import Plan, State
from workbook.template import Input, field_id


class Memory:
    """Holds the last plan; `type_in` stands for a person.

    Who gives it another `name` renames the workbook; `copied`: the one of the old name is there
    still. `saved_at`: when it was saved, where a test cares.
    """

    def __init__(self, name: str = "memory") -> None:
        self.name, self.copied = name, False
        self.saved_at: dt.datetime | None = None
        self.plan: Plan | None = None
        self._typed: dict[tuple[str, str, str], Value] = {}
        self._cells: set[tuple[str, str, str]] = set()

    def type_in(self, block: str, row: str, field: str, value: Value) -> None:
        """Types into one input cell; None empties it."""
        self._cells.add((block, row, field))
        self._typed.pop((block, row, field), None)
        if value is not None:
            self._typed[block, row, field] = value

    def read(self) -> State:
        state = State(dict(self._typed), set(self._cells), said_at=self.saved_at)
        if self.plan is not None:
            names = self.plan.names
            state.source, state.period = self.name, self.plan.period
            state.revision = str(names.get("ops_revision", ""))
            state.store = str(names.get("ops_store", ""))
            filled_as = str(names.get("ops_file", ""))
            state.formerly = filled_as if filled_as != self.name and not self.copied else ""
            state.typed |= {typed: v for typed, v in self.plan.unplaced if typed not in state.typed}
        return state

    def apply(self, plan: Plan) -> Receipt:
        self.plan = plan
        self._typed, self._cells = {}, set()
        for tab in plan.tabs:
            for planned in tab.blocks:
                inputs = {field_id(f) for f in planned.block.fields if isinstance(f, Input)}
                for row in planned.rows:
                    for name in inputs & row.cells.keys():
                        cell = row.cells[name]
                        self._cells.add((planned.id, row.key, name))
                        if isinstance(cell, Cell) and cell.value is not None:
                            self._typed[planned.id, row.key, name] = cell.value
        return Receipt("memory", sum(1 for _ in plan.cells()))
