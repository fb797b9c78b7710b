"""The weekly report as an xlsx file, looked at with other readers: openpyxl and the package."""

from __future__ import annotations

import datetime as dt
import posixpath
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from sync.surfaces.xlsx.place import KEY_PREFIX
from tests.contract.person import header_of, load
from workbook.formulas import Formula
from workbook.metrics import get_metric
from workbook.model import Cell, Linear, Ratio
from workbook.plan import Plan, label_of
from workbook.template import Change, Input, Kind, Measure, Status, field_id

LANGS = ("en", "zh")
TABLES = ("exceptions", "top_skus", "ads", "stock", "tasks", "trend", "rules", "sources", "missing",
          "legend", "typed")
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(params=LANGS)
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def book(books: dict[str, Path], lang: str) -> Any:
    return load(books[lang])


@pytest.fixture
def cached(books: dict[str, Path], lang: str) -> Any:
    return load(books[lang], values=True)


def bodies(book: Any, plan: Plan) -> Any:
    """(block, field, row key, cell) of every table cell, found by the header above it."""
    for block in TABLES:
        sheet, header = header_of(book, block)
        planned = plan.block(block)
        labels = [sheet.cell(header, c).value for c in range(2, len(planned.block.fields) + 2)]
        assert len(set(labels)) == len(labels)
        for number, item in enumerate(planned.block.fields):
            assert labels[number].startswith(label_of(item, plan.lang))
            for row in range(header + 1, header + 1 + len(planned.rows)):
                yield block, item, sheet.cell(row, 1).value, sheet.cell(row, number + 2)


# --- cells ------------------------------------------------------------------------------


def test_every_ratio_cell_is_a_formula_over_its_own_row(
    book: Any, plans: dict[str, Plan], lang: str
) -> None:
    plan, count = plans[lang], 0
    for block, item, key, cell in bodies(book, plan):
        ratio = isinstance(item, Change)
        if isinstance(item, Measure):
            expr = get_metric(item.metric).expr
            ratio = isinstance(expr, Ratio) or (
                isinstance(expr, Linear) and isinstance(expr.terms[0][1], Ratio))
        if not ratio:
            continue
        planned = next(r for r in plan.block(block).rows if r.key == key).cells[field_id(item)]
        if isinstance(planned, Cell) and planned.value is None:
            assert cell.value is None  # a blank of a trend is an empty cell
            continue
        assert cell.data_type == "f" and cell.value.startswith("=IF("), (block, key, cell.value)
        rows = set(re.findall(r"[A-Z]+(\d+)", cell.value))
        assert rows == {str(cell.row)}, "a person who sorts rows keeps right ratios"
        count += 1
    assert count > 600


def test_every_cell_holds_the_planned_value_in_its_own_type(
    book: Any, cached: Any, plans: dict[str, Plan], lang: str
) -> None:
    values = {(b, key, field_id(i)): c for b, i, key, c in bodies(cached, plans[lang])}
    for block, item, key, cell in bodies(book, plans[lang]):
        planned = next(r for r in plans[lang].block(block).rows if r.key == key)
        known = planned.cells.get(field_id(item), Cell(None))
        value = known.cell.value if isinstance(known, Formula) else known.value
        found = values[block, key, field_id(item)].value
        where = (block, key, field_id(item), found)
        if isinstance(known, Formula):
            assert cell.data_type == "f", where
        elif isinstance(value, str):
            assert cell.data_type == "s" and found == value, where
        if value is None:
            assert found in (None, ""), where
        elif isinstance(value, dt.date | dt.datetime):
            same = found if isinstance(value, dt.datetime) else found.date()
            assert same == value and cell.is_date, where
        elif not isinstance(value, str):
            assert found == pytest.approx(float(value), rel=1e-12), where


@pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
def test_names_that_begin_like_a_formula_stay_text(book: Any, sign: str) -> None:
    sheet, _ = header_of(book, "top_skus")
    found = [cell for row in sheet.iter_rows() for cell in row
             if isinstance(cell.value, str) and cell.value.startswith(sign)
             and not cell.value.startswith("=IF(")]
    assert found and all(cell.data_type == "s" and cell.number_format == "@" for cell in found)


@pytest.mark.parametrize("sku", ["00123-BL", "1E5-GREY", "3-4-PACK", "00456-GN"])
def test_skus_stay_as_they_are_written(book: Any, sku: str) -> None:
    sheet, _ = header_of(book, "stock")
    (cell, *_) = [c for row in sheet.iter_rows() for c in row if c.value == sku]
    assert cell.data_type == "s" and cell.number_format == "@"


def test_blanks_are_empty_and_a_dash_stands_only_in_status_cells(
    cached: Any, plans: dict[str, Plan], lang: str
) -> None:
    for block, item, key, cell in bodies(cached, plans[lang]):
        if cell.value in ("-", "–", "--"):
            assert isinstance(item, Status) or block == "legend", (block, key, item)
        assert cell.value not in ("None", "nan", "NaN", "#N/A", "#DIV/0!"), (block, key, item)


def test_input_cells_are_yellow_and_machine_cells_white(
    book: Any, plans: dict[str, Plan], lang: str
) -> None:
    for _block, item, key, cell in bodies(book, plans[lang]):
        assert (cell.fill.fgColor.rgb == "FFFFFBE6") == isinstance(item, Input), (key, item)


def test_statuses_look_their_rule_up_in_the_rules_sheet(
    book: Any, cached: Any, plans: dict[str, Plan], lang: str
) -> None:
    rules, header = header_of(book, "rules")
    title = rules.title
    sheet, top = header_of(book, "ads")
    labels = {sheet.cell(top, c).value: c for c in range(1, sheet.max_column + 1)}
    target = labels["Target" if lang == "en" else "目标"]
    for row in range(top + 1, top + 1 + len(plans[lang].block("ads").rows)):
        text = sheet.cell(row, target).value
        assert f"'{title}'!" in text and '"acos:"' in text and "MATCH(" in text
        assert cached[sheet.title].cell(row, target).value == pytest.approx(0.3333)
    keys = [cached[title].cell(r, 2).value for r in range(header + 1, header + 1 + 22)]
    assert "acos:" in keys and "days_of_cover:" in keys


# --- what stands around the cells -------------------------------------------------------


def test_tabs_tables_and_names(book: Any, plans: dict[str, Plan], lang: str) -> None:
    titles = [tab.title for tab in plans[lang].tabs]
    assert book.sheetnames == [*titles, "_opsheet"]
    assert all(len(title) <= 31 for title in titles)
    assert book["_opsheet"].sheet_state == "veryHidden"
    tables = {name: table for sheet in book for name, table in sheet.tables.items()}
    assert set(tables) == {f"ops_{name}" for name in TABLES}
    names = set(book.defined_names)
    assert {"ops_scope", "ops_period_start", "ops_period_end", "ops_acos_US", "ops_acos_DE",
            "ops_ordered_sales_US"} <= names
    assert not names & set(tables)
    assert all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) for name in names | set(tables))


def test_defined_names_point_at_what_they_name(
    cached: Any, plans: dict[str, Plan], lang: str
) -> None:
    for market in ("US", "DE"):
        for card in plans[lang].block(f"cards:{market}").rows:
            name = cached.defined_names[f"ops_{card.key}_{market}"]
            ((title, ref),) = name.destinations
            value = card.cells["value"].cell.value  # type: ignore[union-attr]
            found = cached[title][ref.replace("$", "")].value
            assert found in (None, "") if value is None else found == pytest.approx(float(value))
    ((title, ref),) = cached.defined_names["ops_period_end"].destinations
    assert cached[title][ref.replace("$", "")].value.date() == dt.date(2026, 11, 15)


def test_tables_cover_exactly_their_rows(book: Any, plans: dict[str, Plan], lang: str) -> None:
    for block in TABLES:
        sheet, header = header_of(book, block)
        table = sheet.tables[f"ops_{block}"]
        rows = max(len(plans[lang].block(block).rows), 1)
        last = sheet.cell(header + rows, len(plans[lang].block(block).block.fields) + 1).coordinate
        assert table.ref == f"A{header}:{last}"
        assert table.autoFilter is not None
        assert [c.name for c in table.tableColumns] == [
            sheet.cell(header, c + 1).value for c in range(len(table.tableColumns))]
        assert sheet.cell(header, 1).value == KEY_PREFIX + block
        assert sheet.column_dimensions["A"].hidden
        assert sheet.freeze_panes == sheet.cell(header + 1, sheet_frozen(sheet)).coordinate


def sheet_frozen(sheet: Any) -> int:
    return int(sheet.sheet_view.pane.xSplit) + 1


def test_status_colours_choices_and_dates_are_set_up(book: Any, lang: str) -> None:
    for block in ("exceptions", "ads", "stock"):
        sheet, _ = header_of(book, block)
        rules = [rule for area in sheet.conditional_formatting for rule in area.rules]
        formulas = [text for rule in rules for text in rule.formula]
        for symbol in "●▲■":
            assert any(f'"{symbol}"' in f for f in formulas), (block, symbol)
        assert not any("!" in f for f in formulas), "a format must not point at another sheet"
    for block, expected in (("exceptions", {"date"}), ("tasks", {"list", "date"})):
        sheet, _ = header_of(book, block)
        kinds = {v.type: v for v in sheet.data_validations.dataValidation}
        assert set(kinds) == expected
    assert kinds["list"].formula1 == ('"yes,no"' if lang == "en" else '"是,否"')


def test_tabs_print_on_a4_one_page_wide_and_only_data_tabs_show_a_grid(
    book: Any, plans: dict[str, Plan], lang: str
) -> None:
    for tab in plans[lang].tabs:
        sheet = book[tab.title]
        assert sheet.page_setup.orientation == "landscape" and sheet.page_setup.paperSize == 9
        assert sheet.page_setup.fitToWidth in (None, 1)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.print_title_rows is None) == bool(tab.heading)
        assert (sheet.sheet_view.showGridLines is None) == tab.data
        assert sheet.print_area


def test_each_marketplace_has_its_charts_and_sparklines(
    book: Any, books: dict[str, Path], plans: dict[str, Plan], lang: str
) -> None:
    for number, tab in enumerate(t for t in plans[lang].tabs if t.heading):
        sheet = book[tab.title]
        charts = sum(p.block.kind is Kind.CHART for p in tab.blocks)
        with zipfile.ZipFile(books[lang]) as package:
            text = package.read(f"xl/worksheets/sheet{number + 1}.xml").decode()
            drawing = package.read(f"xl/drawings/drawing{number + 1}.xml").decode()
        assert len(sheet._charts) == drawing.count("<c:chart ") == charts == 2
        assert text.count("<x14:sparkline>") >= 7


# --- the package ------------------------------------------------------------------------


def test_the_package_is_whole(books: dict[str, Path], lang: str) -> None:
    """Every part has a content type and is reached; every relationship has its part."""
    with zipfile.ZipFile(books[lang]) as package:
        assert package.testzip() is None
        names = package.namelist()
        assert len(names) == len(set(names))
        parts = {name: package.read(name) for name in names}
    trees = {name: etree.fromstring(data) for name, data in parts.items()
             if name.endswith((".xml", ".rels"))}
    types = trees["[Content_Types].xml"]
    by_name = {e.get("PartName")[1:] for e in types if e.tag.endswith("Override")}
    by_ending = {e.get("Extension") for e in types if e.tag.endswith("Default")}
    assert by_name <= set(parts), "a content type without its part"
    reached = {"[Content_Types].xml"}
    for name, tree in trees.items():
        if not name.endswith(".rels"):
            assert name in by_name or name == "[Content_Types].xml" or "xml" in by_ending
            continue
        reached.add(name)
        folder = posixpath.dirname(posixpath.dirname(name))
        ids = [e.get("Id") for e in tree]
        assert len(ids) == len(set(ids))
        for relation in tree:
            target = relation.get("Target")
            path = target[1:] if target.startswith("/") else posixpath.normpath(
                posixpath.join(folder, target))
            assert path in parts, (name, target)
            reached.add(path)
    assert set(parts) == reached, "a part that nothing points at"


def test_table_and_sheet_ids_are_unique(books: dict[str, Path], lang: str) -> None:
    with zipfile.ZipFile(books[lang]) as package:
        tables = [etree.fromstring(package.read(n)) for n in package.namelist()
                  if n.startswith("xl/tables/")]
        workbook = etree.fromstring(package.read("xl/workbook.xml"))
    assert len({t.get("id") for t in tables}) == len(tables) == len(TABLES)
    assert len({t.get("displayName").lower() for t in tables}) == len(tables)
    sheets = workbook.find(f"{MAIN}sheets")
    assert len({s.get("sheetId") for s in sheets}) == len(sheets)
    assert len({s.get("name").lower() for s in sheets}) == len(sheets)
