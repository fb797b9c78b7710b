"""Refills a workbook that Opsheet made, in place: what people changed or added stays as it is.

Tables get new rows, and people's cells follow the key of their row; cards, headings and the
stand-up list are filled where their names stand; charts read the right rows. A tab that is missing
is drawn as in a new workbook. Everything else is the same, byte for byte.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import replace
from pathlib import Path

from sync.ooxml import Area, Workbook, refs, xml
from sync.ooxml.sheet import Edit
from sync.surfaces.xlsx import anchors
from sync.surfaces.xlsx.draw import draw
from sync.surfaces.xlsx.file import OPTIONS
from sync.surfaces.xlsx.formats import Formats
from sync.surfaces.xlsx.found import LEFT_OVER, Finder, Found
from sync.surfaces.xlsx.moved import OWN
from sync.surfaces.xlsx.place import KEY_PREFIX, Places
from sync.surfaces.xlsx.refill_charts import ChartRefill
from sync.surfaces.xlsx.refill_overview import OverviewRefill, block_anchor
from sync.surfaces.xlsx.refill_table import Lost, TableRefill
from sync.surfaces.xlsx.refill_words import Words
from sync.surfaces.xlsx.styles import Styles
from sync.surfaces.xlsx.typed import META_SHEET
from workbook import standard
from workbook.errors import SurfaceError
from workbook.model import Label
from workbook.plan import Plan, PlannedTab, label_of
from workbook.template import Field, Kind, field_id

NOT_NOW = Label("No report of this marketplace covers {}.", "{} 没有该站点的报告。")


class Refill:
    """One refill of an open workbook; nothing is written to a file here."""

    def __init__(
        self, book: Workbook, plan: Plan, path: Path, finder: Finder, known: dict[str, Found]
    ) -> None:
        self._book, self._path = book, path
        self._titles = {tab.id: tab.title for tab in plan.tabs}
        blocks = [planned.block for tab in plan.tabs for planned in tab.blocks
                  if planned.block.kind is Kind.TABLE and planned.id != LEFT_OVER]
        self._finder = finder
        self._found = finder.find_all([*blocks, standard.LEFT_OVER], known)
        self._refills = {
            planned.id: TableRefill(self._found[planned.id], planned)
            for tab in plan.tabs for planned in tab.blocks
            if planned.id in self._found and planned.id != LEFT_OVER
        }
        self._plan = self._with_left_over(plan)
        self._missing: list[str] = []
        self._plan = self._with_titles(self._plan)

    @property
    def lost(self) -> int:
        """How many cells of people stand on the Left over tab."""
        return len(self._plan.unplaced)

    # --- what goes where ------------------------------------------------------------------

    def _with_left_over(self, plan: Plan) -> Plan:
        """The plan with people's cells that lose their row, without those that find it again."""
        before: Lost = dict(plan.unplaced)
        lost = dict(before)
        for table in self._refills.values():
            table.gather({typed: v for typed, v in before.items() if typed[2].startswith(OWN)})
        for table in self._refills.values():
            for typed in table.returned:
                lost.pop(typed, None)
            for (block, key, name), value in table.lost.items():
                typed, number = (block, key, name), 2
                while typed in lost and lost[typed] != value:
                    typed, number = (block, f"{key} ({number})", name), number + 1
                lost[typed] = value
        tabs = [tab for tab in plan.tabs if tab.id != LEFT_OVER]
        if LEFT_OVER in self._found:  # what people wrote beside its rows goes on as rows of its own
            lost |= self._left_over_table(lost, plan.lang).lost
            self._refills[LEFT_OVER] = self._left_over_table(lost, plan.lang)
        unplaced = tuple(sorted(lost.items(), key=str))
        if lost or LEFT_OVER in self._found:
            tabs.append(standard.left_over_tab(unplaced, plan.lang))
        self._titles.setdefault(LEFT_OVER, standard.LEFT_OVER.label[plan.lang])
        return replace(plan, tabs=tuple(tabs), unplaced=unplaced)

    def _left_over_table(self, lost: Lost, lang: str) -> TableRefill:
        tab = standard.left_over_tab(sorted(lost.items(), key=str), lang)
        table = TableRefill(self._found[LEFT_OVER], tab.blocks[0])
        table.gather({})
        return table

    def _with_titles(self, plan: Plan) -> Plan:
        """The plan with the names that its tabs have in this workbook."""
        taken = {name.casefold() for name, _ in self._book.content.names.sheets()}
        tabs = []
        for tab in plan.tabs:
            title = self._sheet_of(tab)
            if title is None:
                self._refuse_broken(tab, taken)
                self._missing.append(tab.id)
                title, number = tab.title, 2
                while title.casefold() in taken:
                    title, number = f"{tab.title[:27]} {number}", number + 1
                taken.add(title.casefold())
            tabs.append(replace(tab, title=title))
        return replace(plan, tabs=tuple(tabs))

    def _sheet_of(self, tab: PlannedTab) -> str | None:
        if not tab.heading:
            found = self._found.get(tab.blocks[0].id)
            return found.sheet if found else None
        return self._finder.tab(tab.id, [planned.id for planned in tab.blocks])

    def _refuse_broken(self, tab: PlannedTab, taken: set[str]) -> None:
        """A tab that is there without its table was damaged; one that is not there is drawn."""
        block = tab.blocks[0]
        there = self._finder.leaves_traces(block.id) or tab.title.casefold() in taken
        if tab.heading or block.id == LEFT_OVER or not there:
            return
        label = block.block.label[self._plan.lang]
        raise SurfaceError(
            f"The table '{label}' has lost its header row or its hidden key column "
            f"('{KEY_PREFIX}{block.id}').", str(self._path),
            "Undo that, or delete its whole tab (it is drawn anew), or fill a new file with --to.")

    # --- writing --------------------------------------------------------------------------

    def run(self) -> tuple[int, list[str]]:
        """Fills everything; returns how many cells were written, and notes."""
        import xlsxwriter

        buffer = io.BytesIO()
        scratch = xlsxwriter.Workbook(buffer, OPTIONS)
        styles, formats = Styles(scratch, self._plan.lang), Formats(self._book, scratch, buffer)
        new = [one for table in self._refills.values() for one in table.formats(styles)]
        if new:
            formats.prepare(new)
        stale = self._stale_tabs()
        there = [tab for tab in self._plan.tabs if tab.heading and tab.id not in self._missing]
        at = {id: found.anchor for id, found in self._found.items()}
        for tab in [*there, *stale]:
            at |= {p.id: block_anchor(self._finder, tab, p) for p in tab.blocks
                   if p.block.kind is not Kind.CHART}
        places = Places(replace(self._plan, tabs=(*self._plan.tabs, *stale)), at)
        words = Words(self._book, self._finder, self._plan, places)
        self._draw_missing(places)
        self._names(places)
        self._finder.again()
        count = self._fill_tables(places, formats, styles, words)
        overview = OverviewRefill(self._book, self._finder, self._plan, places, formats, styles)
        charts = ChartRefill(self._book, self._plan, self._found)
        for tab in self._plan.tabs:
            if tab.heading:
                count += overview.write(tab)
                words.footer(tab.title)
            charts.write(tab)
        for tab in stale:
            overview.clear(tab, NOT_NOW[self._plan.lang].format(self._plan.period.label()))
            charts.write(tab)
        self._meta()
        notes = []
        new_fields = [label_of(item, self._plan.lang) for item in self._undrawn()]
        if new_fields:
            notes.append(f"This version has columns that the workbook lacks: "
                         f"{', '.join(new_fields[:5])}. Delete their tab, and the next fill draws "
                         "it anew.")
        if words.kept:
            notes.append(f"{len(words.kept)} headers keep their language, because formulas name "
                         f"them: {', '.join(words.kept[:3])}.")
        return count, notes

    def _fill_tables(
        self, places: Places, formats: Formats, styles: Styles, words: Words
    ) -> int:
        count = 0
        tab_of = {planned.id: tab.id for tab in self._plan.tabs for planned in tab.blocks}
        for id, table in self._refills.items():
            hanging, old = table.hanging(), table.found.table.body
            words.table(table.found, self._titles[tab_of[id]])
            count += table.write(places, formats, styles)
            words.resized(table.found, old)
            hanging.move()
        return count

    def _draw_missing(self, places: Places) -> None:
        """Draws the tabs that are not there, their formulas as this workbook needs them."""
        import xlsxwriter

        if not self._missing:
            return
        buffer = io.BytesIO()
        donor = xlsxwriter.Workbook(buffer, OPTIONS)
        with warnings.catch_warnings():  # charts read sheets that stand in the other workbook
            warnings.simplefilter("ignore")
            draw(donor, self._plan, places, self._missing)
            donor.close()
        before = ""
        for tab in self._plan.tabs:
            if tab.id in self._missing:
                self._book.add_sheet_from(buffer, tab.title, tab.title)
                if before:
                    self._book.content.names.move_sheet(tab.title, before)
                for planned in tab.blocks:
                    found = self._finder.again().find(planned.block) if not tab.heading else None
                    if found is not None:  # filled like the others, so that values show at once
                        self._found[planned.id] = found
                        self._refills[planned.id] = TableRefill(found, planned)
                        self._refills[planned.id].gather({})
            before = tab.title

    def _stale_tabs(self) -> list[PlannedTab]:
        """Overview tabs of marketplaces that this fill has no numbers of."""
        model = next((tab for tab in self._plan.tabs if tab.heading), None)
        if model is None:
            return []
        kind = model.id.partition(":")[0]
        there = {tab.id for tab in self._plan.tabs}
        stale = []
        for id, sheet in self._finder.tabs(kind):
            if id not in there:
                market = id.partition(":")[2]
                blocks = tuple(
                    replace(p, id=f"{p.block.id}:{market}", group=None,
                            rows=p.rows if p.block.kind is Kind.CARDS else ())
                    for p in model.blocks)
                stale.append(PlannedTab(id, sheet, blocks, model.heading))
        return stale

    # --- what the workbook says of itself ---------------------------------------------------

    def _undrawn(self) -> list[Field]:
        """Columns that were never drawn here: those that people deleted have left their name."""
        names = {n.name for n in self._book.content.names.defined()}
        return [item for id, found in self._found.items() if self._finder.leaves_traces(id)
                for item in found.block.fields
                if field_id(item) not in found.fields
                and anchors.column_anchor(id, field_id(item)) not in names]

    def _meta(self) -> None:
        sheet = self._book.content.sheet(META_SHEET)
        used = self._book.used(META_SHEET) or Area(1, 1, 1, 2)
        facts = {"template": self._plan.template.name, "lang": self._plan.lang,
                 "period": str(self._plan.period), **self._plan.names,
                 "sheets": "\n".join(tab.title for tab in self._plan.tabs)}
        place = f"{refs.quote_sheet(META_SHEET)}!A1:A{used.bottom}"
        rows = {str(row[0]): n for n, row in enumerate(self._book.read(place), start=1)}
        for name, value in facts.items():
            if name not in rows:
                rows[name] = max(rows.values(), default=0) + 1
                sheet.set(rows[name], 1, Edit(name))
            sheet.set(rows[name], 2, Edit(value))
            if name in self._plan.names and name not in self._book.defined_names:
                self._book.define_name(name, f"{META_SHEET}!$B${rows[name]}")

    def _names(self, places: Places) -> None:
        """Names of cells that have none yet; all but those for people's formulas stay hidden."""
        names = self._book.content.names
        known = {n.name.casefold(): n.place for n in names.defined() if n.scope is None}
        wanted = list(anchors.value_names(self._plan, places))
        for tab in self._plan.tabs:
            new = tab.id in self._missing or not any(
                self._finder.leaves_traces(id) for id in (tab.id, *(p.id for p in tab.blocks)))
            wanted += anchors.anchors(tab, places, texts=new)
        for name, spot in wanted:
            if known.get(name.casefold()) is None:
                names.define(name, anchors.reference(spot))
        for element in xml.walk(names.root, "definedName"):
            if (element.get("name") or "").startswith(anchors.PREFIX):
                element.set("hidden", "1")


def refill(
    book: Workbook, plan: Plan, path: Path, finder: Finder, known: dict[str, Found]
) -> tuple[int, list[str], int]:
    """Refills an open workbook, whose tables in `known` were found when it was read.

    Returns how many cells were written, notes, and how many cells have lost their row.

    Raises:
        SurfaceError: a table of ours was damaged; nothing is written then.
    """
    job = Refill(book, plan, path, finder, known)
    count, notes = job.run()
    return count, notes, job.lost
