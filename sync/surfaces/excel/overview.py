"""Fills overview tabs of an open workbook where their names stand, titles, and what the workbook
says of itself; a cell is written only where it changes."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from sync.surfaces.excel.found import Reader, Table
from sync.surfaces.excel.grid import Area, Content, Live, content, same
from sync.surfaces.excel.places import LivePlaces
from sync.surfaces.excel.write import GENERAL, TEXT, Form, Writer, formats_of
from sync.surfaces.xlsx import anchors
from sync.surfaces.xlsx.formats import bare, card_codes
from sync.surfaces.xlsx.overview import NOTHING, card_style, mirror_style
from sync.surfaces.xlsx.place import META_SHEET, Spot, mirror_row, sized
from sync.surfaces.xlsx.styles import DATE, Styles
from workbook.metrics import get_metric
from workbook.model import Label, Value
from workbook.plan import Plan, Planned, PlannedTab, label_of
from workbook.template import Kind, field_id

LANGS = ("en", "zh")
_CARD = ("label", "value", "change", "target", "alarm", "status", "note")


@dataclass
class OverviewFill:
    """Gathers the cells of overview tabs, then writes those that differ, in runs."""

    reader: Reader
    writer: Writer
    plan: Plan
    places: LivePlaces
    styles: Styles
    _wanted: dict[str, dict[tuple[int, int], tuple[Content, str]]] = field(
        default_factory=lambda: defaultdict(dict))
    _forced: set[tuple[str, int, int]] = field(default_factory=set)  # get their format anyway

    def tab(self, tab: PlannedTab) -> None:
        """Heading, cards and stand-up list."""
        self._heading(tab)
        for planned in tab.blocks:
            if planned.block.kind is Kind.CARDS:
                self._cards(planned)
            elif planned.block.kind is Kind.MIRROR:
                self._mirror(tab, planned)

    def clear(self, tab: PlannedTab, line: str) -> None:
        """Empties a tab whose marketplace has no numbers now; everything else on it stays."""
        for number, text in ((1, line), (2, None)):
            self._set(self._spot(tab, anchors.text_name(tab.id, f"line{number}"),
                                 Spot(tab.title, number, 1)), text)
        for planned in tab.blocks:
            at = self.places.anchor(planned.id) if planned.block.kind is not Kind.CHART else None
            if at is not None and planned.block.kind is Kind.CARDS:
                for (_, name), (row, col) in at.cells.items():
                    if name not in ("label", "spark"):
                        self._set(Spot(tab.title, row, col), None)
            elif at is not None:
                for row in range(at.top + 1, at.top + 1 + sized(planned)):
                    for col in at.columns.values():
                        self._set(Spot(tab.title, row, col), None)

    def title(self, table: Table, title: str) -> None:
        """Title and scope line of a table's tab."""
        block, grid = table.block, table.grid
        labels = [block.label, *(tab.label for tab in self.plan.template.tabs
                                 if block in tab.blocks)]
        own = {None, "", title, *(label[lang] for label in labels for lang in LANGS)}
        for which, default, text in (("title", table.top - 3, title),
                                     ("scope", table.top - 2, str(self.plan.names["ops_scope"]))):
            at = self.reader.place(anchors.text_name(block.id, which))
            if at is None and not self.reader.leaves_traces(block.id) and default > 0:
                at = grid.name, default, table.key + 1
            if at is None or at[0] != grid.name or at[1] >= table.top:
                continue
            if which == "scope" or grid.shown(*at[1:]) in own:
                self._set(Spot(at[0], at[1] - 1, at[2] - 1), text)

    # --- what goes where ------------------------------------------------------------------

    def _heading(self, tab: PlannedTab) -> None:
        mine = tuple(f"{self.plan.template.label[lang]} ·" for lang in LANGS)
        for number, line in enumerate(tab.heading):
            name = anchors.text_name(tab.id, f"line{number}")
            spot = self._spot(tab, name, Spot(tab.title, number, 1))
            shown = self._shown(spot)
            if number == 0 and shown not in (None, "") and not str(shown).startswith(mine):
                continue  # a title of people's own
            self._set(spot, line)

    def _spot(self, tab: PlannedTab, name: str, default: Spot) -> Spot | None:
        """A named cell of the tab; None where people deleted it."""
        at = self.reader.place(name)
        if at is not None and at[0] == tab.title:
            return Spot(tab.title, at[1] - 1, at[2] - 1)
        return None if self.reader.leaves_traces(tab.id) else default

    def _cards(self, planned: Planned) -> None:
        at = self.places.anchor(planned.id)
        for row in planned.rows:
            unit = get_metric(row.key).unit
            for name in _CARD:
                if (row.key, name) not in at.cells:
                    continue
                spot = Spot(at.sheet, *at.cells[row.key, name])
                cell = row.cells.get(name)
                if cell is None:
                    self._set(spot, None)
                elif name == "label":
                    self._label(spot, get_metric(row.key).label)
                else:
                    style = card_style(self.styles, name, row, unit, self.plan.lang)
                    code, own = str(style.num_format), card_codes(name, unit)
                    held = self.places.content(cell, spot, planned.id, row.key)
                    code = self._code(spot, code, own) if name in ("value", "target") else ""
                    self._set(spot, held, code)
                    if code:
                        self._forced.add((spot.sheet, spot.row + 1, spot.column + 1))

    def _code(self, spot: Spot, code: str, own: object) -> str:
        """A number format that has to change: only one of ours does."""
        area = Area(spot.row + 1, spot.column + 1, 1, 1)
        had = formats_of(self.reader.grid(spot.sheet).sheet, area)[0]
        return code if bare(had) != bare(code) and callable(own) and own(had) else ""

    def _mirror(self, tab: PlannedTab, planned: Planned) -> None:
        at, lang = self.places.anchor(planned.id), self.plan.lang
        fields = {field_id(f): f for f in self.plan.block(planned.block.source).block.fields}
        title = self._spot(tab, anchors.text_name(planned.id, "title"),
                           Spot(tab.title, mirror_row(tab) - 1, 1))
        self._label(title, planned.block.label)
        for name, col in at.columns.items():
            label = Label(*(label_of(fields[name], one) for one in LANGS))
            self._label(Spot(at.sheet, at.top, col), label)
        for n in range(sized(planned)):
            for name, col in at.columns.items():
                spot = Spot(at.sheet, at.top + 1 + n, col)
                held: Content = None
                if n < len(planned.rows):
                    row = planned.rows[n]
                    held = self.places.content(row.cells[name], spot, planned.id, row.key)
                elif n == 0 and name == "severity":
                    held = NOTHING[lang]
                code = str(mirror_style(self.styles, name, planned).num_format)
                self._set(spot, held, code if code != GENERAL else "")

    # --- cells ------------------------------------------------------------------------------

    def _label(self, spot: Spot | None, label: Label) -> None:
        """A text of ours, unless a person wrote another one."""
        if spot is not None and self._shown(spot) in (None, "", label.en, label.zh):
            self._set(spot, label[self.plan.lang])

    def _shown(self, spot: Spot | None) -> object:
        if spot is None:
            return None
        return self.reader.grid(spot.sheet).shown(spot.row + 1, spot.column + 1)

    def _set(self, spot: Spot | None, held: Content, code: str = "") -> None:
        if spot is not None:
            self._wanted[spot.sheet][spot.row + 1, spot.column + 1] = held, code

    def write(self) -> None:
        """Writes the cells that differ, side by side in one call."""
        for sheet, wanted in self._wanted.items():
            grid = self.reader.grid(sheet)
            differ = {at: one for at, one in wanted.items() if not same(one[0], grid.held(*at))
                      or (one[1] and ((sheet, *at) in self._forced
                                      or self._other(sheet, at, one[1])))}
            for area in _lines(sorted(differ)):
                cells = [differ[area.top, area.left + n] for n in range(area.width)]
                forms = [
                    Form(Area(area.top, area.left + n, 1, 1), code)
                    for n, (held, said) in enumerate(cells) if (code := _safe(held, said))]
                self.writer.fill(grid.sheet, area, [[held for held, _ in cells]],
                                 grid.block(area), forms)
        self._wanted.clear()

    def _other(self, sheet: str, at: tuple[int, int], code: str) -> bool:
        had = formats_of(self.reader.grid(sheet).sheet, Area(*at, 1, 1))[0]
        return bare(had) != bare(code) and had == GENERAL


def _safe(held: Content, code: str) -> str:
    """Texts that Excel would read as something else are entered into cells for texts."""
    if isinstance(held, str) and (held[:1] in "=+-@'" or held[:1].isdigit()):
        return TEXT
    return GENERAL if isinstance(held, Live) and code == TEXT else code


def _lines(spots: list[tuple[int, int]]) -> list[Area]:
    """Cells that stand side by side, as areas of one row."""
    found: list[Area] = []
    for row, col in spots:
        if found and found[-1].top == row and found[-1].left + found[-1].width == col:
            found[-1] = found[-1]._replace(width=found[-1].width + 1)
        else:
            found.append(Area(row, col, 1, 1))
    return found


# --- what the workbook says of itself -----------------------------------------------------


def facts_of(plan: Plan) -> dict[str, Value]:
    return {"template": plan.template.name, "lang": plan.lang, "period": str(plan.period),
            **plan.names, "sheets": "\n".join(tab.title for tab in plan.tabs)}


def write_meta(reader: Reader, writer: Writer, facts: Mapping[str, Value]) -> None:
    """Brings the hidden sheet up to date, and names the cells of what has a name."""
    grid = reader.grid(META_SHEET)
    rows = {str(grid.shown(row, 1)): row for row in range(1, grid.height + 1)
            if grid.shown(row, 1) is not None}
    for name, value in facts.items():
        new = name not in rows
        row = rows.setdefault(name, max(rows.values(), default=0) + 1)
        held = content(value)
        if not new and same(held, grid.held(row, 2)):
            continue
        area = Area(row, 1, 1, 2)
        code = DATE if isinstance(value, dt.date) else TEXT
        writer.fill(grid.sheet, area, [[name, held]], grid.block(area),
                    [Form(Area(row, 1, 1, 1), TEXT), Form(Area(row, 2, 1, 1), code)])
        if new and name.startswith("ops_") and name not in reader.refer:
            writer.name(name, f"={META_SHEET}!$B${row}")
    reader.changed(META_SHEET)
