"""One plan in a file and in a spreadsheet, read back from both: equal by block, row and column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from macros.fill import Request, blocks_of, plan_for
from sync.surfaces.google.canvas import MARK
from sync.surfaces.google.formats import cell_format
from sync.surfaces.google.found import Table
from sync.surfaces.xlsx import XlsxFile
from templates import all_templates
from tests.conftest import Example
from tests.contract.google import desk
from tests.contract.person import header_of, load
from tests.servers.google.grid import Sheet
from workbook.formulas import Formula
from workbook.plan import Plan, Planned, State
from workbook.template import Kind, field_id


@dataclass
class Both:
    """One plan on both surfaces; `calls` of the first fill, `again` of one without changes."""

    plan: Plan
    file: Any
    values: Any  # of the file: what its formulas compute to
    book: Any
    sheets: dict[str, Sheet]
    calls: dict[str, int]
    again: dict[str, int]

    def tables(self) -> Iterator[tuple[Planned, Any, int, Table, Sheet]]:
        """Block, sheet of the file, its header row from 0, table and sheet of the spreadsheet."""
        for planned in (p for tab in self.plan.tabs for p in tab.blocks):
            if planned.block.kind is Kind.TABLE:
                sheet, header = header_of(self.file, planned.id)
                tab, table = self.book.tables[planned.id]
                yield planned, sheet, header - 1, table, self.sheets[tab.title]


LARGE = ("sales_forecast", "asin_daily_tracker")  # more than 35,000 cells: more than one write


@pytest.fixture(scope="module", params=[
    pytest.param(one.name, marks=pytest.mark.slow if one.name in LARGE else ())
    for one in all_templates()])
def both(
    request: pytest.FixtureRequest, example: Example, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Both]:
    name = request.param
    plan = plan_for(example.context, Request(name), State())
    path, blocks = tmp_path_factory.mktemp("alike") / "report.xlsx", blocks_of(name)
    XlsxFile(path, blocks).apply(plan)
    with desk() as made:
        calls = []
        for _ in range(2):
            sheet = made.open(blocks)
            sheet.read()
            sheet.apply(plan)
            calls.append(sheet.api.calls)
        sheets = {s.title: s for s in made.server.books[made.id].sheets}
        yield Both(plan, load(path), load(path, values=True), made.person.book(), sheets, *calls)


def test_a_report_is_one_read_and_one_write_and_then_one_read(both: Both) -> None:
    assert both.again == {"read": 1, "write": 0}
    if both.plan.template.name in LARGE:
        assert both.calls == {"read": 2, "write": 3}
    else:
        assert both.calls == {"read": 1, "write": 1}


def test_every_cell_is_the_same(both: Both) -> None:
    """Values, computed values of formulas, number formats, colours, weights, alignment."""
    compared = 0
    for planned, sheet, header, table, there in both.tables():
        values = both.values[sheet.title]
        keys = {sheet.cell(r, 1).value: r for r in range(header + 2, sheet.max_row + 1)}
        assert table.rows.keys() == {k for k in keys if k}
        for number, item in enumerate(planned.block.fields):
            for row in planned.rows:
                cell = sheet.cell(keys[row.key], number + 2)
                at = table.rows[row.key], table.columns[field_id(item)]
                other, place = there.cell(*at), (planned.id, row.key, field_id(item))
                entered = other.get("userEnteredValue", {})
                live = isinstance(row.cells.get(field_id(item)), Formula)
                assert live == ("formulaValue" in entered), place
                shown = values.cell(keys[row.key], number + 2)
                held = both.book.tables[planned.id][0].cell(*at).get("effectiveValue", {})
                assert same(shown, next(iter(held.values()), None)), (place, shown.value, held)
                assert look(other) == look({"userEnteredFormat": of_file(cell)}), place
                compared += 1
    assert compared > 500


def of_file(cell: Any) -> dict[str, Any]:
    """The format of a cell of the file in Google's terms."""
    given: dict[str, Any] = {
        "num_format": cell.number_format, "bold": cell.font.b, "italic": cell.font.i,
        "align": cell.alignment.horizontal, "text_wrap": cell.alignment.wrap_text,
        "locked": cell.protection.locked}
    for name, found in (("bg_color", cell.fill.fgColor if cell.fill.fill_type else None),
                        ("font_color", cell.font.color)):
        if found is not None and found.type == "rgb":
            given[name] = "#" + found.rgb[-6:]
    return cell_format(given)


def look(cell: dict[str, Any]) -> dict[str, Any]:
    """What a person sees of a format; black is what a cell without a colour has."""
    own = cell.get("userEnteredFormat", {})
    text = own.get("textFormat", {})
    shape = own.get("numberFormat", {})
    return {
        "number": None if shape.get("type") == "TEXT" else shape.get("pattern"),
        "fill": code(own.get("backgroundColorStyle")),
        "ink": code(text.get("foregroundColorStyle")) or "000000",
        "bold": bool(text.get("bold")), "italic": bool(text.get("italic")),
        "align": own.get("horizontalAlignment"), "wrap": own.get("wrapStrategy")}


def code(style: dict[str, Any] | None) -> str | None:
    """A colour as six digits."""
    if style is None:
        return None
    parts = style["rgbColor"]
    return "".join(f"{round(parts.get(p, 0) * 255):02X}" for p in ("red", "green", "blue"))


def same(cell: Any, other: Any) -> bool:
    value: Any = cell.value
    if isinstance(other, dict):  # an error
        return bool(value == f"#{other['type'].replace('_', '/')}")
    if value in (None, "") or other in (None, ""):
        return (value in (None, "")) == (other in (None, ""))
    if cell.is_date:
        from openpyxl.utils.datetime import to_excel

        value = to_excel(value)
    if isinstance(value, int | float):
        return bool(abs(value - other) <= 1e-9 * max(1, abs(value)))
    return bool(value == other)


def test_rules_are_the_same(both: Both) -> None:
    """By column: condition, colour of the text, colour of the cell, in their order."""
    compared = 0
    for planned, sheet, header, table, there in both.tables():
        mine: dict[int, list[Any]] = {}
        ranges = [(area, rule) for area in sheet.conditional_formatting for rule in area.rules]
        for area, rule in sorted(ranges, key=lambda pair: pair[1].priority):
            for part in area.sqref.ranges:
                assert part.min_row == header + 2 and part.min_col == part.max_col
                mine.setdefault(part.min_col - 1, []).append((
                    rule.formula[0], _rgb(rule.dxf.font and rule.dxf.font.color),
                    _rgb(rule.dxf.fill and rule.dxf.fill.bgColor)))
        theirs: dict[int, list[Any]] = {}
        for rule in there.rules:
            where, body = rule["ranges"][0], rule["booleanRule"]
            assert where["startRowIndex"] == table.header + 1 and "endRowIndex" not in where
            formula = body["condition"]["values"][0]["userEnteredValue"]
            shape = body["format"]
            theirs.setdefault(where["startColumnIndex"], []).append((
                formula.removeprefix(f"=AND({MARK},").removesuffix(")"),
                code(shape.get("textFormat", {}).get("foregroundColorStyle")),
                code(shape.get("backgroundColorStyle"))))
        assert theirs == mine, planned.id
        compared += sum(map(len, mine.values()))
    assert compared > 2


def _rgb(colour: Any) -> str | None:
    return colour.rgb[-6:] if colour is not None and isinstance(colour.rgb, str) else None


def test_choices_are_the_same(both: Both) -> None:
    """Lists, lists in cells, and dates; by column."""
    compared = 0
    for planned, sheet, header, _, there in both.tables():
        mine = {}
        for one in sheet.data_validations.dataValidation:
            for part in one.sqref.ranges:
                kind = "DATE_IS_VALID" if one.type == "date" else (
                    "ONE_OF_LIST" if one.formula1.startswith('"') else "ONE_OF_RANGE")
                said = one.formula1.strip('"').split(",") if kind == "ONE_OF_LIST" else []
                mine[part.min_col - 1] = kind, said
        theirs = {}
        for column, cell in there.rows[header + 1].cells.items():
            condition = cell.get("dataValidation", {}).get("condition")
            if condition:
                values = [v["userEnteredValue"] for v in condition.get("values", [])]
                theirs[column] = condition["type"], (
                    values if condition["type"] == "ONE_OF_LIST" else [])
        assert theirs == mine, planned.id
        compared += len(mine)
    assert compared


def test_names_are_at_the_same_cells(both: Both) -> None:
    """`ops_gmv_US` shows the same number in both."""
    named = {name: where for name, where in both.book.named.values()}
    compared = 0
    for name, defined in both.file.defined_names.items():
        if name.startswith("_") or name not in named:
            continue
        title, cell = next(iter(defined.destinations))
        where = named[name]
        tab = next(t for t in both.book.tabs.values() if t.sheet_id == where["sheetId"])
        held = tab.cell(where["startRowIndex"], where["startColumnIndex"])
        value = next(iter(held.get("effectiveValue", {}).values()), None)
        assert same(both.values[title][cell.replace("$", "")], value), name
        compared += 1
    assert compared > 5
