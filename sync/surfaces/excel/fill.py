"""One refresh of an open workbook: tabs that are missing are drawn, rows come and go, then every
cell that differs from the plan is written."""

from __future__ import annotations

from dataclasses import replace

from sync.surfaces.excel.found import Reader
from sync.surfaces.excel.overview import OverviewFill, facts_of, write_meta
from sync.surfaces.excel.places import LivePlaces, overview_anchor
from sync.surfaces.excel.rows import Arranged, arrange
from sync.surfaces.excel.tables import Recorder, TableFill
from sync.surfaces.excel.write import Writer
from sync.surfaces.xlsx import anchors
from sync.surfaces.xlsx.found import LEFT_OVER
from sync.surfaces.xlsx.place import KEY_PREFIX, META_SHEET
from sync.surfaces.xlsx.styles import Styles
from workbook import standard
from workbook.errors import SurfaceError
from workbook.model import Label
from workbook.plan import Plan, Planned, PlannedTab, State, label_of
from workbook.template import Kind, field_id

NOT_NOW = Label("No report of this marketplace covers {}.", "{} 没有该站点的报告。")


class Fill:
    """One refresh; `first`: what people had typed when the workbook was read."""

    def __init__(self, reader: Reader, writer: Writer, plan: Plan, first: State) -> None:
        self._reader, self._writer, self._first = reader, writer, first
        self._titles = {tab.id: tab.title for tab in plan.tabs}
        blocks = [planned.block for tab in plan.tabs for planned in tab.blocks
                  if planned.block.kind is Kind.TABLE]
        self._found = reader.tables([*blocks, standard.LEFT_OVER])
        if LEFT_OVER in self._found and all(tab.id != LEFT_OVER for tab in plan.tabs):
            tab = standard.left_over_tab((), plan.lang)
            self._titles[LEFT_OVER] = tab.title
            plan = replace(plan, tabs=(*plan.tabs, tab))
        self._missing: list[str] = []
        self.plan = self._with_titles(plan)
        self.made: dict[str, Arranged] = {}

    def run(self) -> list[str]:
        """Fills everything; returns notes.

        Raises:
            SurfaceError: a table of ours was damaged; nothing is written then.
        """
        notes = self._notes()
        self._arrange_all()
        if META_SHEET in self._reader.sheets:
            write_meta(self._reader, self._writer, facts_of(self.plan))
        if self._missing:
            self._draw()
        stale = self._stale()
        places = self._places(stale)
        self._names(places)
        styles = Styles(Recorder(), self.plan.lang)
        overview = OverviewFill(self._reader, self._writer, self.plan, places, styles)
        tab_of = {planned.id: tab.id for tab in self.plan.tabs for planned in tab.blocks}
        for id, made in self.made.items():
            overview.title(made.table, self._titles[tab_of[id]])
            TableFill(made, places, self._writer, styles, self._first).write(self.plan.lang)
        for tab in self.plan.tabs:
            if tab.heading:
                overview.tab(tab)
        for tab in stale:
            overview.clear(tab, NOT_NOW[self.plan.lang].format(self.plan.period.label()))
        overview.write()
        return notes

    # --- tabs -------------------------------------------------------------------------------

    def _with_titles(self, plan: Plan) -> Plan:
        """The plan with the names that its tabs have in this workbook."""
        taken = {name.casefold() for name in self._reader.sheets}
        tabs = []
        for tab in plan.tabs:
            title = self._sheet_of(tab)
            if title is None:
                self._refuse_broken(tab, plan.lang, taken)
                self._missing.append(tab.id)
                title, number = tab.title, 2
                while title.casefold() in taken:
                    title, number = f"{tab.title[:27]} {number}", number + 1
                taken.add(title.casefold())
            tabs.append(replace(tab, title=title))
        return replace(plan, tabs=tuple(tabs))

    def _sheet_of(self, tab: PlannedTab) -> str | None:
        if tab.heading:
            return self._reader.tab(tab.id, [planned.id for planned in tab.blocks])
        table = next((p for p in tab.blocks if p.id in self._found), None)
        return self._found[table.id].grid.name if table else None

    def _refuse_broken(self, tab: PlannedTab, lang: str, taken: set[str]) -> None:
        """A tab that is there without its table was damaged; one that is not there is drawn."""
        block = tab.blocks[0]
        there = self._reader.leaves_traces(block.id) or (
            self._reader.ours and tab.title.casefold() in taken)
        if tab.heading or block.id == LEFT_OVER or not there:
            return
        raise SurfaceError(
            f"The table '{block.block.label[lang]}' has lost its header row or its hidden key "
            f"column ('{KEY_PREFIX}{block.id}').", self._reader.book.name,
            "Undo that, or delete its whole tab (it is drawn anew), or fill a new file with --to.")

    def _draw(self) -> None:
        """Draws the tabs that are not there, their formulas as this workbook needs them."""
        from sync.surfaces.excel.draw import draw

        with self._writer.adding(self._reader):
            draw(self._reader.book, self.plan, self._missing, self._places([]))
        self._reader.again()
        for tab in self.plan.tabs:
            for planned in tab.blocks:
                if planned.block.kind is Kind.TABLE:
                    self._see(planned, new=tab.id in self._missing)

    def _see(self, planned: Planned, *, new: bool) -> None:
        """A table as it stands after tabs were added."""
        table = self._reader.table(planned.block)
        if table is None:
            return
        if new:
            self._found[planned.id] = table
            self._arrange(planned)
        elif planned.id in self.made:
            self.made[planned.id].table = table

    def _stale(self) -> list[PlannedTab]:
        """Overview tabs of marketplaces that this fill has no numbers of."""
        model = next((tab for tab in self.plan.tabs if tab.heading), None)
        if model is None:
            return []
        there = {tab.id for tab in self.plan.tabs}
        stale = []
        for id, sheet in self._reader.tabs(model.id.partition(":")[0]):
            if id not in there:
                market = id.partition(":")[2]
                stale.append(PlannedTab(id, sheet, tuple(
                    replace(p, id=f"{p.block.id}:{market}", group=None,
                            rows=p.rows if p.block.kind is Kind.CARDS else ())
                    for p in model.blocks), model.heading))
        return stale

    # --- tables and places ------------------------------------------------------------------

    def _arrange_all(self) -> None:
        with self._writer.moving(self._reader):
            for tab in self.plan.tabs:
                for planned in tab.blocks:
                    if planned.id in self._found:
                        self._arrange(planned)
        if self._writer.steps:
            self._reader.moved()
            self._see_again()

    def _arrange(self, planned: Planned) -> None:
        table = self._reader.table(planned.block)
        assert table is not None
        self.made[planned.id] = arrange(self._reader, self._writer, table, planned)
        self._see_again()  # another one may stand on the same sheet

    def _see_again(self) -> None:
        """Tables whose sheets have been read anew."""
        for made in self.made.values():
            if made.table.grid is not self._reader.grid(made.table.grid.name):
                again = self._reader.table(made.planned.block)
                assert again is not None
                made.table = again

    def _places(self, stale: list[PlannedTab]) -> LivePlaces:
        at = {id: made.table.anchor for id, made in self.made.items()}
        there = [tab for tab in self.plan.tabs if tab.heading and (
            tab.id not in self._missing or tab.title in self._reader.sheets)]
        for tab in [*there, *stale]:
            at |= {p.id: overview_anchor(self._reader, tab, p) for p in tab.blocks
                   if p.block.kind is not Kind.CHART}
        rows = {id: made.rows for id, made in self.made.items()}
        return LivePlaces(replace(self.plan, tabs=(*self.plan.tabs, *stale)), at, rows)

    def _names(self, places: LivePlaces) -> None:
        """Names of cells that have none yet."""
        known = {name.casefold() for name, at in self._reader.names.items() if at}
        wanted = list(anchors.value_names(self.plan, places))
        for tab in self.plan.tabs:
            new = tab.id in self._missing or not any(
                self._reader.leaves_traces(id) for id in (tab.id, *(p.id for p in tab.blocks)))
            wanted += anchors.anchors(tab, places, texts=new)
        for name, spot in wanted:
            if name.casefold() not in known:
                self._writer.name(name, "=" + anchors.reference(spot))
                self._reader.names[name] = spot.sheet, spot.row + 1, spot.column + 1

    def _notes(self) -> list[str]:
        """Columns that were never drawn here: those that people deleted have left their name."""
        new = [label_of(item, self.plan.lang) for id, table in self._found.items()
               if self._reader.leaves_traces(id) for item in table.block.fields
               if field_id(item) not in table.fields
               and anchors.column_anchor(id, field_id(item)) not in self._reader.refer]
        if not new:
            return []
        return [f"This version has columns that the workbook lacks: {', '.join(new[:5])}. Delete "
                "their tab, and the next fill draws it anew."]
