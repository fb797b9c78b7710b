"""Where every cell of a plan stands in an open workbook: rows by their key, not by their rank."""

from __future__ import annotations

from collections.abc import Mapping

from sync.surfaces.excel.found import Reader
from sync.surfaces.excel.grid import Content, Live, content
from sync.surfaces.xlsx import anchors
from sync.surfaces.xlsx.place import Anchor, Places, Spot, column_name, default_anchor, quoted
from workbook.formulas import Formula
from workbook.model import Cell
from workbook.plan import Plan, Planned, PlannedTab
from workbook.template import Kind


class LivePlaces(Places):
    """`rows`: block -> key -> place in the table's body, where that is not the plan's order."""

    def __init__(
        self, plan: Plan, at: Mapping[str, Anchor], rows: Mapping[str, Mapping[str, int]]
    ) -> None:
        super().__init__(plan, at)
        for block, known in rows.items():
            self._rows[block] = dict(known)

    def rows_of(self, block: str, field: str, keys: list[str] | None = None) -> str:
        known, at = self._rows[block], self._anchors[block]
        rows = [known[key] for key in keys or known if key in known]
        column, top = column_name(at.columns[field]), at.top + 2
        first, last = top + min(rows, default=0), top + max(rows, default=0)
        return f"{quoted(at.sheet)}!${column}${first}:${column}${last}"

    def content(self, cell: Cell | Formula, spot: Spot, block: str, row: str) -> Content:
        """What goes into a cell; a formula that reads a deleted column is its value."""
        if not isinstance(cell, Formula):
            return content(cell.value)
        try:
            return Live(self.render(cell, spot, block, row))
        except KeyError:
            return Live("=NA()") if cell.cell.value == "#N/A" else content(cell.cell.value)


def overview_anchor(reader: Reader, tab: PlannedTab, planned: Planned) -> Anchor:
    """Where the cells of an overview's block stand; where none has a name, as they are drawn."""
    default = default_anchor(tab, planned)
    if not reader.leaves_traces(planned.id):
        return default
    if planned.block.kind is Kind.CARDS:
        found = {at: reader.place(anchors.card_name(planned.id, *at)) for at in default.cells}
        cells = {at: (place[1] - 1, place[2] - 1) for at, place in found.items()
                 if place is not None and place[0] == tab.title}
        return Anchor(tab.title, cells=cells)
    heads = {name: place for name in default.columns
             if (place := reader.place(anchors.column_anchor(planned.id, name))) is not None
             and place[0] == tab.title}
    if not heads:
        return Anchor(tab.title, default.top, {})
    top = min(place[1] for place in heads.values()) - 1
    return Anchor(tab.title, top, {name: place[2] - 1 for name, place in heads.items()})
