"""Refills one overview tab in place: heading, cards and stand-up list where their names stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sync.ooxml import Formula, Workbook
from sync.ooxml.sheet import Edit
from sync.ooxml.values import Value as CellValue
from sync.surfaces.xlsx import anchors
from sync.surfaces.xlsx.content import content_of
from sync.surfaces.xlsx.formats import Formats, bare, card_codes
from sync.surfaces.xlsx.found import Finder
from sync.surfaces.xlsx.overview import NOTHING, card_style, mirror_style
from sync.surfaces.xlsx.place import Anchor, Places, Spot, default_anchor, mirror_row, sized
from sync.surfaces.xlsx.styles import Styles
from workbook.metrics import get_metric
from workbook.model import Label
from workbook.plan import Plan, Planned, PlannedTab, label_of
from workbook.template import Kind, field_id

LANGS = ("en", "zh")


def block_anchor(finder: Finder, tab: PlannedTab, planned: Planned) -> Anchor:
    """Where the cells of a block stand; where none has a name, as in a new workbook."""
    default = default_anchor(tab, planned)
    if not finder.leaves_traces(planned.id):
        return default
    if planned.block.kind is Kind.CARDS:
        found = {at: finder.place(anchors.card_name(planned.id, *at)) for at in default.cells}
        cells = {at: (place[1] - 1, place[2] - 1) for at, place in found.items()
                 if place is not None and place[0] == tab.title}
        return Anchor(tab.title, cells=cells)
    heads = {name: finder.place(anchors.column_anchor(planned.id, name))
             for name in default.columns}
    here = {name: place for name, place in heads.items()
            if place is not None and place[0] == tab.title}
    if not here:
        return Anchor(tab.title, default.top, {})
    top = min(place[1] for place in here.values()) - 1
    return Anchor(tab.title, top, {name: place[2] - 1 for name, place in here.items()})


@dataclass(frozen=True, slots=True)
class OverviewRefill:
    """Fills one overview tab of an open workbook."""

    book: Workbook
    finder: Finder
    plan: Plan
    places: Places
    formats: Formats
    styles: Styles

    def write(self, tab: PlannedTab) -> int:
        """Fills the tab; returns how many cells were written."""
        self._heading(tab)
        count = 0
        for planned in tab.blocks:
            if planned.block.kind is Kind.CARDS:
                count += self._cards(planned)
            elif planned.block.kind is Kind.MIRROR:
                count += self._mirror(tab, planned)
        return count

    def clear(self, tab: PlannedTab, line: str) -> None:
        """Empties a tab whose marketplace has no numbers now; everything else on it stays."""
        self._text(tab, anchors.text_name(tab.id, "line1"), Spot(tab.title, 1, 1), line)
        self._text(tab, anchors.text_name(tab.id, "line2"), Spot(tab.title, 2, 1), None)
        for planned in tab.blocks:
            at = self.places.anchor(planned.id)
            if planned.block.kind is Kind.CARDS:
                for (_, name), (row, col) in at.cells.items():
                    if name not in ("label", "spark"):
                        self._set(Spot(tab.title, row, col), None)
            elif planned.block.kind is Kind.MIRROR:
                for row in range(at.top + 1, at.top + 1 + sized(planned)):
                    for col in at.columns.values():
                        self._set(Spot(tab.title, row, col), None)

    # --- headings -------------------------------------------------------------------------

    def _heading(self, tab: PlannedTab) -> None:
        for number, line in enumerate(tab.heading):
            name = anchors.text_name(tab.id, f"line{number}")
            spot = self._spot(tab, name, Spot(tab.title, number, 1))
            mine = [f"{self.plan.template.label[lang]} ·" for lang in LANGS]
            if number == 0 and not _starts(self._shown(spot), mine):
                continue  # a title of people's own
            self._set(spot, line)

    def _text(self, tab: PlannedTab, name: str, default: Spot, text: str | None) -> None:
        self._set(self._spot(tab, name, default), text)

    def _spot(self, tab: PlannedTab, name: str, default: Spot) -> Spot | None:
        """A named cell of the tab; None where people deleted it."""
        place = self.finder.place(name)
        if place is not None and place[0] == tab.title:
            return Spot(tab.title, place[1] - 1, place[2] - 1)
        return None if self.finder.leaves_traces(tab.id) else default

    # --- cards ----------------------------------------------------------------------------

    def _cards(self, planned: Planned) -> int:
        count = 0
        at = self.places.anchor(planned.id)
        for row in planned.rows:
            unit = get_metric(row.key).unit
            for name in ("label", "value", "change", "target", "alarm", "status", "note"):
                if (row.key, name) not in at.cells:
                    continue
                spot = Spot(at.sheet, *at.cells[row.key, name])
                cell = row.cells.get(name)
                if cell is None:
                    self._set(spot, None)
                    continue
                count += 1
                if name == "label":
                    self._label(spot, get_metric(row.key).label, self.plan.lang)
                    continue
                new = card_style(self.styles, name, row, unit, self.plan.lang)
                style = self._style(spot)
                had, code = self.formats.code(style), str(new.num_format)
                code = code if bare(code) != bare(had) and card_codes(name, unit)(had) else ""
                mark = bool(new.italic) if name == "value" else None
                if mark is False and self._italic_card(at, row.key):
                    mark = None
                style = self.formats.with_look(style, code, mark, plain=True)
                self._set(spot, content_of(self.places, cell, spot, planned.id, row.key), style)
        return count

    def _italic_card(self, at: Anchor, row: str) -> bool:
        """Did a person make the whole card italic?"""
        label = at.cells.get((row, "label"))
        return label is not None and self.formats.italic(self._style(Spot(at.sheet, *label)))

    # --- the stand-up list ----------------------------------------------------------------

    def _mirror(self, tab: PlannedTab, planned: Planned) -> int:
        at = self.places.anchor(planned.id)
        fields = {field_id(f): f for f in self.plan.block(planned.block.source).block.fields}
        title = self._spot(tab, anchors.text_name(planned.id, "title"),
                           Spot(tab.title, mirror_row(tab) - 1, 1))
        if title is not None:
            self._label(title, planned.block.label, self.plan.lang)
        for name, col in at.columns.items():
            label = Label(*(label_of(fields[name], lang) for lang in LANGS))
            self._label(Spot(at.sheet, at.top, col), label, self.plan.lang)
        for n in range(sized(planned)):
            for name, col in at.columns.items():
                spot = Spot(at.sheet, at.top + 1 + n, col)
                content: CellValue | Formula = None
                if n < len(planned.rows):
                    row = planned.rows[n]
                    content = content_of(self.places, row.cells[name], spot, planned.id, row.key)
                elif n == 0 and name == "severity":
                    content = NOTHING[self.plan.lang]
                self._set(spot, content, self._mirror_look(spot, name, planned))
        return len(planned.rows) * len(at.columns)

    def _mirror_look(self, spot: Spot, name: str, planned: Planned) -> int:
        style = self._style(spot)
        new = mirror_style(self.styles, name, planned)
        own = str(new.num_format)
        return style if style or own == "General" else self.formats.with_look(style, own, None)

    # --- cells ----------------------------------------------------------------------------

    def _label(self, spot: Spot, label: Label, lang: str) -> None:
        """A text of ours, unless a person wrote another one."""
        if self._shown(spot) in (None, "", label.en, label.zh):
            self._set(spot, label[lang])

    def _shown(self, spot: Spot | None) -> CellValue:
        if spot is None:
            return None
        place = f"'{spot.sheet.replace(chr(39), chr(39) * 2)}'!{spot.a1()}"
        return self.book.read(place)[0][0]

    def _style(self, spot: Spot) -> int:
        return self.book._style_of(self.book.content.sheet(spot.sheet), spot.a1(absolute=False))

    def _set(
        self, spot: Spot | None, content: CellValue | Formula, style: int | None = None
    ) -> None:
        if spot is not None:
            sheet = self.book.content.sheet(spot.sheet)
            sheet.set(spot.row + 1, spot.column + 1, Edit(content, style))


def _starts(text: CellValue, beginnings: Iterable[str]) -> bool:
    return text in (None, "") or str(text).startswith(tuple(beginnings))

