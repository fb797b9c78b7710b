"""Tabs drawn in an open workbook, against the file that the xlsx surface makes of the same plan."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import xlwings

from macros.fill import Request, blocks_of, plan_for
from sync.surfaces.excel.draw import draw
from sync.surfaces.xlsx import XlsxFile
from sync.surfaces.xlsx.place import META_SHEET, MIRROR_COLUMNS, Places, column_name
from tests.conftest import Example
from tests.soffice.engine import needs_engine
from tests.soffice.engine.documents import cells_at, used_area
from tests.soffice.engine.formats import keys_of
from workbook.formulas import Formula
from workbook.plan import Plan, State

pytestmark = [*needs_engine, pytest.mark.slow]


@dataclass(frozen=True)
class Pair:
    """A plan drawn in an open workbook, the file of the same plan opened beside it."""

    plan: Plan
    live: Any
    file: Any
    calls: tuple[Any, ...]


@pytest.fixture(scope="module", params=[
    "weekly_report en", "weekly_report zh", "kpi_scorecard en", "kpi_scorecard zh"])
def pair(
    request: pytest.FixtureRequest, example: Example, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pair]:
    from tests.soffice.engine.fixtures import engine  # a plugin of other tests, not to be imported

    name, lang = request.param.split()
    period = "2026-W46" if name == "weekly_report" else "2026-11"
    plan = plan_for(example.context, Request(name, period=period, lang=lang), State())
    path = tmp_path_factory.mktemp("draw") / "file.xlsx"
    XlsxFile(path, blocks_of(name)).apply(plan)
    excel, before = engine(), xlwings.engines.active
    excel.reset()
    xlwings.engines.active = xlwings.engines["libreoffice"]
    live = xlwings.Book()
    excel.calls.clear()
    draw(live, plan, {tab.id for tab in plan.tabs})
    calls = tuple(excel.calls)
    yield Pair(plan, live, xlwings.Book(path), calls)
    excel.reset()
    xlwings.engines.active = before


def block(sheet: Any, what: str) -> dict[tuple[int, int], Any]:
    """(row, column) -> value, formula or number format of the cells that hold something."""
    document, uno = sheet.impl.document, sheet.impl.uno
    area = used_area(uno)
    rows, columns = area[0] + area[2] - 1, area[1] + area[3] - 1
    cells = cells_at(uno, (1, 1, rows, columns))
    texts = cells.getFormulaArray()
    if what == "formula":
        found = texts
    elif what == "value":
        found = cells.getDataArray()
    else:
        known = document.uno.NumberFormats
        codes = {key: known.getByKey(key).FormatString
                 for key in {key for row in keys_of(cells, rows, columns) for key in row}}
        found = [[codes[key] for key in row] for row in keys_of(cells, rows, columns)]
    return {(r, c): found[r][c] for r in range(rows) for c in range(columns)
            if texts[r][c] != ""}


def same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return one == pytest.approx(other, rel=1e-9, abs=1e-9)
    return bool(one == other)


def differing(pair: Pair, what: str) -> list[tuple[str, tuple[int, int], Any, Any]]:
    """Where the two workbooks differ: cells, formulas or formats."""
    found = []
    for tab in pair.plan.tabs:
        live, file = (block(book.sheets[tab.title], what) for book in (pair.live, pair.file))
        assert live.keys() == file.keys(), tab.title
        found += [(tab.title, at, live[at], file[at]) for at in file
                  if not same(live[at], file[at])]
    return found


def test_every_cell_and_formula_is_that_of_the_file(pair: Pair) -> None:
    assert [name for name in pair.live.sheet_names if name not in ("Sheet1", META_SHEET)] == [
        tab.title for tab in pair.plan.tabs]
    assert differing(pair, "value") == []
    assert [one for one in differing(pair, "formula") if "=" in (one[2][:1], one[3][:1])] == []


def test_formulas_recalculate_to_the_values_of_the_plan(pair: Pair) -> None:
    places, count, wrong = Places(pair.plan), 0, []
    for name, key, field, cell in pair.plan.cells():
        if not isinstance(cell, Formula) or (
                name.startswith("standup:") and field not in MIRROR_COLUMNS):
            continue
        count += 1
        spot = places.spot(name, key, field)
        uno = pair.live.sheets[spot.sheet].impl.uno.getCellByPosition(spot.column, spot.row)
        value = cell.cell.value
        if isinstance(value, dt.date):
            value = (value - dt.date(1899, 12, 30)).days
        good = uno.String == (value or "") if isinstance(value, str | None) else (
            uno.Value == pytest.approx(float(value), rel=1e-9, abs=1e-12))
        if not good or uno.getError():
            wrong.append((spot, value, uno.String))
    assert count > 300 and wrong == []


def test_number_formats(pair: Pair) -> None:
    """Texts are "@" here even where a file needs none; a formula never is."""
    others = [one for one in differing(pair, "format")
              if (one[2], one[3]) not in {("@", "General"), ("General", "@")}
              and not re.search("Target|目标", one[2])]  # LibreOffice cannot read the file's
    assert others == []
    for tab in pair.plan.tabs:
        sheet = pair.live.sheets[tab.title]
        formats, values, formulas = (block(sheet, what) for what in ("format", "value", "formula"))
        for at, code in formats.items():
            live = formulas[at].startswith("=") and values[at] != formulas[at]
            if live:
                assert code != "@", (tab.title, at)
            elif isinstance(values[at], str):
                assert code in ("@", ";;;"), (tab.title, at)


def rules(book: Any, title: str) -> dict[str, list[tuple[str, int, int]]]:
    """Area -> formula, fill and font colour of its conditional formats, in their order."""
    sheet, document = book.sheets[title].impl.uno, book.impl.document.uno
    styles = document.StyleFamilies.getByName("CellStyles")
    found: dict[str, list[tuple[str, int, int]]] = {}
    for one in sheet.ConditionalFormats.getConditionalFormats():
        entries = []
        for number in range(one.Count):
            entry = one.getByIndex(number)
            style = styles.getByName(entry.StyleName)
            entries.append((entry.Formula1, style.CellBackColor, style.CharColor))
        for area in one.Range.RangeAddressesAsString.split(";"):
            found[area.rpartition(".")[2]] = entries
    return found


def test_conditional_formats(pair: Pair) -> None:
    count = 0
    for tab in pair.plan.tabs:
        live, file = rules(pair.live, tab.title), rules(pair.file, tab.title)
        assert live == file, tab.title
        count += len(file)
    assert count > 15


def test_drop_downs_and_tables(pair: Pair) -> None:
    lists = 0
    for tab in pair.plan.tabs:
        live, file = pair.live.sheets[tab.title], pair.file.sheets[tab.title]
        assert {t.name: t.range.address for t in live.tables} == {
            t.name: t.range.address for t in file.tables}
        for table in live.tables:
            assert table.table_style == ""
            for column in table.data_body_range.columns:
                ours, theirs = (book[column.address].data_validation for book in (live, file))
                if theirs.type == "list":
                    lists += 1
                    assert (ours.type, ours.source) == ("list", theirs.source)
                else:
                    assert ours.type == "none"
    assert lists > 0


def test_names_and_what_the_workbook_says_of_itself(pair: Pair) -> None:
    live, file = ({name.name: name.refers_to for name in book.names}
                  for book in (pair.live, pair.file))
    own = {name for name in file if name.startswith(("ops_", "_opsheet_"))}
    assert len(own) > 250
    assert {name: live[name] for name in own} == {name: file[name] for name in own}
    ours, theirs = (book.sheets[META_SHEET] for book in (pair.live, pair.file))
    assert block(ours, "value") == block(theirs, "value") and not ours.visible


def look(cell: Any) -> tuple[Any, ...]:
    line = cell.borders["edge_bottom"]
    return (cell.font.name, cell.font.size, cell.font.bold, cell.font.italic,
            cell.font.color, cell.color, cell.wrap_text, cell.horizontal_alignment,
            cell.vertical_alignment, line.line_style, line.weight, line.color)


def test_looks_of_a_card_a_header_a_number_and_an_input(pair: Pair) -> None:
    first = pair.plan.tabs[0]
    places = Places(pair.plan)
    card = first.blocks[0]
    spots = [places.spot(card.id, card.rows[n].key, name)
             for n in (0, 5) for name in ("label", "value", "change")]
    table = next(tab.blocks[0] for tab in pair.plan.tabs if tab.id in ("top_skus", "sc_kpis"))
    columns = list(places.columns(table.id))
    spots += [places.spot(table.id, table.rows[row].key, columns[n])
              for row in (0, 7) for n in (0, 3, len(columns) - 1)]
    for spot in spots:
        live, file = (book.sheets[spot.sheet][spot.a1()] for book in (pair.live, pair.file))
        assert look(live) == look(file), spot


def charted(book: Any, plan: Plan) -> str:
    """All the cells that charts read."""
    charts = [sheet.impl.uno.Charts.getByName(key) for sheet in (
        book.sheets[tab.title] for tab in plan.tabs) for key in sheet.impl.uno.Charts.ElementNames]
    return " ".join(" ".join(one.EmbeddedObject.getUsedRangeRepresentations()) for one in charts)


def test_widths_heights_hidden_columns_and_print_areas(pair: Pair) -> None:
    """What is folded in a file is hidden here, unless a chart reads it."""
    read = charted(pair.live, pair.plan)
    for tab in pair.plan.tabs:
        live, file = pair.live.sheets[tab.title], pair.file.sheets[tab.title]
        wide = used_area(file.impl.uno)[3]
        for column in range(1, wide + 1):
            ours, theirs = (sheet.range((1, column)) for sheet in (live, file))
            place = rf"\$'?{re.escape(tab.title)}'?\.\${column_name(column - 1)}\$"
            hidden = theirs.columns.hidden and not re.search(place, read)
            assert ours.columns.hidden == hidden, (tab.title, column)
            if not hidden:
                assert ours.column_width == pytest.approx(theirs.column_width, rel=0.08, abs=0.3)
        assert live.page_setup.print_area == file.page_setup.print_area
        assert live.show_gridlines == tab.data
        if not tab.heading:
            assert live["A4"].row_height == pytest.approx(32, abs=0.5)


def test_charts_read_the_same_cells(pair: Pair) -> None:
    def drawn(book: Any, title: str) -> set[frozenset[str]]:
        charts = book.sheets[title].impl.uno.Charts
        return {frozenset(charts.getByName(key).EmbeddedObject.getUsedRangeRepresentations())
                for key in charts.ElementNames}

    count = 0
    for tab in pair.plan.tabs:
        live, file = drawn(pair.live, tab.title), drawn(pair.file, tab.title)
        assert live == file, tab.title
        count += len(file)
        for chart in pair.live.sheets[tab.title].charts:
            assert chart.name.startswith("ops:") and chart.legend.position == "top"
            assert chart.value_axis.minimum_scale == 0.0 and chart.title
    assert count >= 4


def test_few_calls(pair: Pair) -> None:
    """Not a call a cell; a name is one, and there are 300 of them."""
    changes = Counter(call.method for call in pair.calls if call.changes)
    cells = sum(len(block(pair.live.sheets[tab.title], "value")) for tab in pair.plan.tabs)
    assert cells > 3000 and changes.total() < 1700
    # A block a tab, the sheet about the workbook, and for a moment first cells of charts.
    assert changes["raw_value"] <= len(pair.plan.tabs) + 1 + 8


def test_texts_are_formatted_before_the_values_come(pair: Pair) -> None:
    for tab in pair.plan.tabs:
        own = [call for call in pair.calls if call.changes and f"]{tab.title}!" in call.target]
        written = next(n for n, call in enumerate(own) if call.method == "raw_value")
        texts = [n for n, call in enumerate(own)
                 if (call.method, call.arguments) == ("number_format", ("@",))]
        assert texts and max(texts) < written, tab.title


def test_the_file_surface_goes_on_with_a_workbook_that_was_drawn(
    pair: Pair, tmp_path: Path
) -> None:
    """Saved, its tables, cards and typed cells are found, and it is filled in place."""
    path = tmp_path / "saved.xlsx"
    pair.live.save(path)
    surface = XlsxFile(path, blocks_of(pair.plan.template.name))
    state = surface.read()
    copy = shutil.copy(pair.file.fullname, tmp_path / "copy.xlsx")  # the other one is open
    file = XlsxFile(copy, blocks_of(pair.plan.template.name)).read()
    assert state.cells == file.cells and len(state.cells) > 20
    assert (state.store, state.period) == (file.store, file.period)
    before = pair.live.sheet_names
    surface.apply(pair.plan)
    assert xlwings.Book(path).sheet_names == before
