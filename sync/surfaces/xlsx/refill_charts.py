"""Charts and tiny charts of an overview tab: they read the rows that are theirs after a refill.

Our charts are known by the name of their shape (`ops:top_chart:US`), or where a program dropped
it, by the columns that they read. Only ranges, and texts in our words, change: looks are people's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sync.ooxml import Area, Workbook, refs, xml
from sync.ooxml.package import Package
from sync.ooxml.sheet import Sheet
from sync.surfaces.xlsx.found import Found
from sync.surfaces.xlsx.overview import chart_currency, chart_name, chart_title, series_name
from workbook.plan import Plan, Planned, PlannedTab
from workbook.template import Block, Kind, Series, field_id

_CACHES = ("numCache", "strCache", "multiLvlStrCache")


@dataclass(frozen=True, slots=True)
class _Chart:
    """A chart on a sheet: the name of its shape and its part."""

    name: str
    part: str


def charts_of(sheet: Sheet) -> Iterator[_Chart]:
    """The charts of a sheet, as its drawings list them."""
    package = sheet.package
    for rel in sheet.rels():
        if rel.kind != "drawing" or not package.has(rel.target):
            continue
        targets = {r.id: r.target for r in package.rels(rel.target) if r.kind == "chart"}
        for frame in xml.walk(package.root(rel.target), "graphicFrame"):
            names = [e.get("name") or "" for e in xml.walk(frame, "cNvPr")]
            for chart in xml.walk(frame, "chart"):
                part = targets.get(xml.rel_id(chart) or "")
                if part and package.has(part):
                    yield _Chart(names[0] if names else "", part)


class ChartRefill:
    """Points the charts of an open workbook to rows of tables."""

    def __init__(self, book: Workbook, plan: Plan, tables: dict[str, Found]) -> None:
        self._book, self._plan, self._tables = book, plan, tables
        self._package: Package = book.content.package

    def write(self, tab: PlannedTab) -> None:
        """Every chart and tiny chart of a tab."""
        sheet = self._book.content.sheet(tab.title)
        charts = list(charts_of(sheet))
        for planned in tab.blocks:
            if planned.block.kind is Kind.CHART and planned.block.source in self._tables:
                rows = self._rows(planned.block.source, [row.key for row in planned.rows])
                for chart in self._mine(charts, planned):
                    self._point(chart.part, planned, rows)
            elif planned.block.kind is Kind.CARDS and planned.block.source in self._tables:
                self._sparks(sheet, planned)

    def _rows(self, source: str, keys: Sequence[str]) -> tuple[int, int]:
        """The rows of the sheet that keys of a table have now; a blank one for none."""
        top = self._tables[source].table.body.top
        places = {row.key: top + n for n, row in enumerate(self._plan.block(source).rows)}
        rows = [places[key] for key in keys if key in places]
        if not rows:
            below = self._tables[source].table.ref.bottom + 2
            return below, below
        return rows[0], rows[-1]

    # --- charts ---------------------------------------------------------------------------

    def _mine(self, charts: list[_Chart], planned: Planned) -> list[_Chart]:
        named = [chart for chart in charts if chart.name == chart_name(planned.id)]
        return named or [chart for chart in charts if self._reads_like(chart, planned)]

    def _reads_like(self, chart: _Chart, planned: Planned) -> bool:
        """Does a chart read exactly the columns that ours reads, and not the whole table?"""
        table = self._tables[planned.block.source]
        wanted = {table.fields.get(series.field) for series in planned.block.series}
        areas = [self._area(f.text or "", table) for ser in xml.walk(
            self._package.root(chart.part), "ser") for f in _formulas(ser, "val")]
        return len(areas) == len(wanted) and {a.left if a else None for a in areas} == wanted

    def _point(self, part: str, planned: Planned, rows: tuple[int, int]) -> None:
        root, table = self._package.root(part), self._tables[planned.block.source]
        before = xml.serialise(root)
        source = self._plan.block(planned.block.source).block
        for series in xml.walk(root, "ser"):
            self._restore(series, table, source, rows, planned.block.axis(source))
            for formula in _formulas(series, "cat", "val"):
                self._move(formula, table, rows)
        self._words(root, planned, source)
        if xml.serialise(root) != before:
            self._package.touch(part)

    def _move(self, formula: xml.Element, table: Found, rows: tuple[int, int]) -> None:
        area = self._area(formula.text or "", table)
        if area is None or (area.top, area.bottom) == rows:
            return
        lead, ref = _split(formula.text or "")
        text = ref if ":" in ref else f"{ref}:{ref}"
        formula.text = lead + refs.resize(text, area.rows(*rows))
        parent = formula.getparent()
        for element in list(parent):
            if xml.local(element) in _CACHES:
                parent.remove(element)

    def _restore(
        self, series: xml.Element, table: Found, source: Block, rows: tuple[int, int], axis: str
    ) -> None:
        """A reference that broke because its tab was deleted; the series' name tells its column."""
        names = {series_name(source, Series(field_id(f)), lang): field_id(f)
                 for f in source.fields for lang in ("en", "zh")}
        said = [e.text or "" for tx in xml.children(series, "tx") for e in xml.walk(tx, "v")]
        field = names.get(said[0] if said else "")
        for kind, name in (("cat", axis), ("val", field)):
            column = table.fields.get(name or "")
            for formula in _formulas(series, kind):
                if "#REF!" in (formula.text or "") and column:
                    area = Area(rows[0], column, rows[1], column)
                    formula.text = f"{refs.quote_sheet(table.sheet)}!{_absolute(area)}"

    def _area(self, text: str, table: Found) -> Area | None:
        """The part of one column of a table's rows that a formula names."""
        sheet, ref = refs.split_sheet(text)
        area = refs.try_area(ref)
        whole = table.table.ref
        if sheet is None or area is None or sheet.casefold() != table.sheet.casefold():
            return None
        inside = area.width == 1 and whole.left <= area.left <= whole.right
        return area if inside and area.top > whole.top else None

    def _words(self, root: xml.Element, planned: Planned, source: Block) -> None:
        """The title and the series in the workbook's language, where the words are ours."""
        lang, other = self._plan.lang, "zh" if self._plan.lang == "en" else "en"
        currency = chart_currency(planned, source)
        words = {chart_title(planned.block, currency, other):
                 chart_title(planned.block, currency, lang)}
        for series in planned.block.series:
            if any(field_id(f) == series.field for f in source.fields):
                words[series_name(source, series, other)] = series_name(source, series, lang)
        for element in xml.walk(root, "t", "v"):
            inside = element.getparent()
            cached = xml.local(inside) == "pt"
            if element.text in words and not cached:
                element.text = words[element.text]

    # --- tiny charts ----------------------------------------------------------------------

    def _sparks(self, sheet: Sheet, planned: Planned) -> None:
        table = self._tables[planned.block.source]
        keys = [row.key for row in self._plan.block(planned.block.source).rows
                if row.group == planned.group]
        rows = self._rows(planned.block.source, keys)
        for spark in xml.walk(sheet.root, "sparkline"):
            for formula in xml.walk(spark, "f"):
                area = self._area(formula.text or "", table)
                if area is not None and (area.top, area.bottom) != rows:
                    self._move(formula, table, rows)
                    sheet.root_changed = True


def _formulas(series: xml.Element, *kinds: str) -> list[xml.Element]:
    return [f for kind in xml.walk(series, *kinds) for f in xml.walk(kind, "f")]


def _absolute(area: Area) -> str:
    column = f"${refs.letters(area.left)}$"
    return f"{column}{area.top}:{column}{area.bottom}"


def _split(text: str) -> tuple[str, str]:
    """A reference's sheet with its mark, and the rest."""
    _, ref = refs.split_sheet(text)
    return text[: len(text) - len(ref)], ref
