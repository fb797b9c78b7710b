"""A refill changes a workbook in place: what people added and restyled stays with its row."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.worksheet.table import TableColumn

from sync.ooxml import Workbook
from sync.surfaces.xlsx import XlsxFile
from tests.contract.person import Person, header_of, load, opened
from tests.contract.small import BLOCKS, WEEK, inputs_of, small_plan
from tests.sync.ooxml.gate_faults import faults
from workbook.errors import SurfaceError
from workbook.model import Period
from workbook.plan import Plan, State

A, B, C, D = "US|A", "US|B", "US|C", "US|D"
AMOUNTS = {A: (Decimal(30), Decimal(100)), B: (Decimal(50), Decimal(100)),
           C: (Decimal(40), Decimal(100))}
TURNED = {A: (Decimal(90), Decimal(100)), B: (Decimal(5), Decimal(100)),
          D: (Decimal(60), Decimal(100)), C: (Decimal(7), Decimal(100))}
FEWER = {C: AMOUNTS[C]}
YELLOW = PatternFill("solid", fgColor="FFFF00")


def fill(path: Path, amounts: Any = AMOUNTS, lang: str = "en", period: Period = WEEK) -> Plan:
    surface = XlsxFile(path, BLOCKS)
    plan = small_plan(amounts, surface.read(), lang, period)
    surface.apply(plan)
    return plan


@pytest.fixture
def path(tmp_path: Path) -> Path:
    target = tmp_path / "small.xlsx"
    fill(target)
    return target


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def table(path: Path, block: str = "things", *, values: bool = False) -> dict[str, dict[str, Any]]:
    """Key -> header -> what stands in the cell."""
    book = load(path, values=values)
    sheet, header = header_of(book, block)
    heads = {c: sheet.cell(header, c).value or f"column {c}"
             for c in range(2, sheet.max_column + 1)}
    return {sheet.cell(r, 1).value: {name: sheet.cell(r, c).value for c, name in heads.items()}
            for r in range(header + 1, sheet.max_row + 1) if sheet.cell(r, 1).value}


def cell(path: Path, key: str, column: str, block: str = "things") -> Any:
    """The openpyxl cell of a row under a header."""
    sheet, header = header_of(load(path), block)
    col = next(c for c in range(1, sheet.max_column + 1) if sheet.cell(header, c).value == column)
    row = next(r for r in range(header + 1, sheet.max_row + 1) if sheet.cell(r, 1).value == key)
    return sheet.cell(row, col)


def add_column(path: Path, name: str, values: dict[str, Any], *, inside: bool = True) -> None:
    """A column of a person's, right of ours: in the table, or beside it."""
    with opened(path) as book:
        sheet, header = header_of(book, "things")
        found = sheet.tables["ops_things"]
        left, right = found.ref.split(":")
        col = sheet[right].column + 1
        sheet.cell(header, col).value = name
        last = sheet[right].row
        for row in range(header + 1, last + 1):
            value = values.get(sheet.cell(row, 1).value)
            text = value.replace("{r}", str(row)) if isinstance(value, str) else value
            sheet.cell(row, col).value = text
        if inside:
            found.ref = f"{left}:{sheet.cell(last, col).coordinate}"
            found.autoFilter.ref = found.ref
            found.tableColumns.append(TableColumn(id=col + 40, name=name))


def whole(path: Path) -> None:
    """The package is whole: what Excel would have to repair is not there."""
    assert not faults(str(path))


# --- numbers ----------------------------------------------------------------------------


@pytest.mark.parametrize("amounts", [AMOUNTS, TURNED, FEWER, {}],
                         ids=["same", "more", "fewer", "none"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_refill_holds_what_a_new_workbook_holds(
    path: Path, tmp_path: Path, amounts: Any, lang: str
) -> None:
    fill(path, amounts, lang)
    fresh = tmp_path / "fresh.xlsx"
    fill(fresh, amounts, lang)
    for values in (False, True):
        for block in ("things", "rules", "legend"):  # tabs keep their names
            one, other = (repr(table(p, block, values=values)).replace("规则", "Rules")
                          for p in (path, fresh))
            assert one == other
    for sheet, same in zip(load(path), load(fresh), strict=True):
        assert [t.ref for t in sheet.tables.values()] == [t.ref for t in same.tables.values()]
        assert {str(r.sqref) for r in sheet.conditional_formatting} == {
            str(r.sqref) for r in same.conditional_formatting}
        assert {(str(v.sqref), v.formula1) for v in sheet.data_validations.dataValidation} == {
            (str(v.sqref), v.formula1) for v in same.data_validations.dataValidation}
        assert [t.column_names for t in sheet.tables.values()] == [
            t.column_names for t in same.tables.values()]
        assert sheet.oddFooter.left.text == same.oddFooter.left.text
    whole(path)


def test_a_second_refill_changes_nothing(path: Path) -> None:
    add_column(path, "Supplier", {A: "Anji", B: "Ningbo"})
    add_column(path, "Twice", dict.fromkeys(AMOUNTS, "=2*D{r}"), inside=False)
    fill(path, TURNED)
    first = parts(path)
    fill(path, TURNED)
    assert parts(path) == first


def test_cells_look_as_in_a_new_workbook(path: Path, tmp_path: Path) -> None:
    fill(path, TURNED)
    fresh = tmp_path / "fresh.xlsx"
    fill(fresh, TURNED)
    for key in TURNED:
        for name in ("Ad spend", "ACoS", "Δ ACoS", "Name", "Note", "Due"):
            one, other = cell(path, key, name), cell(fresh, key, name)
            assert one.number_format == other.number_format
            assert (one.font.i, one.font.b, one.fill.fgColor.rgb, one.border.bottom.style) == (
                other.font.i, other.font.b, other.fill.fgColor.rgb, other.border.bottom.style)


# --- what people added ------------------------------------------------------------------


def test_a_column_of_ones_own_may_stand_between_ours(path: Path) -> None:
    with opened(path) as book:
        sheet, header = header_of(book, "things")
        found = sheet.tables["ops_things"]
        sheet.insert_cols(5)
        sheet.cell(header, 5).value = "Mine"
        for row in range(header + 1, header + 4):
            sheet.cell(row, 5).value = f"of {sheet.cell(row, 1).value}"
        found.tableColumns.insert(4, TableColumn(id=99, name="Mine"))
        found.ref = found.autoFilter.ref = "A4:S7"
        book.defined_names.clear()  # openpyxl leaves names where they were
        book.defined_names.update(load(path).defined_names)
        for name in [n for n in book.defined_names if n.startswith("_opsheet_things")]:
            del book.defined_names[name]
    fill(path, TURNED)
    rows = table(path)
    assert {k: r["Mine"] for k, r in rows.items()} == {
        A: f"of {A}", B: f"of {B}", C: f"of {C}", D: None}
    row = cell(path, A, "ACoS").row
    assert rows[A]["ACoS"] == f'=IF(OR(D{row}="",F{row}="",F{row}=0),"",D{row}/F{row})'
    assert rows[A]["Ad sales"] == 100
    whole(path)


def test_an_own_sheet_stays_byte_for_byte(path: Path) -> None:
    with opened(path) as book:
        sheet = book.create_sheet("My sums", 0)
        sheet["B2"], sheet["B3"] = 1, "text"
        sheet.column_dimensions["B"].width = 33
        sheet["B2"].fill = YELLOW
    before = parts(path)
    fill(path, TURNED)
    after = parts(path)
    own = "xl/worksheets/sheet1.xml"
    assert b"<v>1</v>" in before[own] and after[own] == before[own]
    assert load(path).sheetnames[0] == "My sums"
    same = {name for name in before if after.get(name) == before[name]}
    assert {"xl/theme/theme1.xml", "docProps/core.xml", "docProps/app.xml"} <= same


@pytest.mark.parametrize("inside", [True, False])
def test_cells_of_an_own_column_follow_their_row(path: Path, inside: bool) -> None:
    add_column(path, "Supplier", {A: "Anji", B: 7, C: "=text"[1:]}, inside=inside)
    fill(path, TURNED)
    found = {key: row["Supplier"] for key, row in table(path).items()}
    assert found == {A: "Anji", B: 7, C: "text", D: None}
    width = load(path)["Things"].tables["ops_things"].ref
    assert width == ("A4:S8" if inside else "A4:R8")
    whole(path)


@pytest.mark.parametrize("inside", [True, False])
def test_an_own_formula_is_filled_down(path: Path, inside: bool) -> None:
    add_column(path, "Net", dict.fromkeys(AMOUNTS, "=E{r}-D{r}"), inside=inside)
    fill(path, TURNED)
    sheet, header = header_of(load(path), "things")
    col = next(c for c in range(1, sheet.max_column + 1) if sheet.cell(header, c).value == "Net")
    rows = range(header + 1, header + 5)
    assert [sheet.cell(r, col).value for r in rows] == [f"=E{r}-D{r}" for r in rows]
    fill(path, {})
    fill(path, AMOUNTS)
    if inside:
        whole(path)


def test_one_cell_with_another_formula_keeps_it(path: Path) -> None:
    formulas: dict[str, Any] = dict.fromkeys(AMOUNTS, "=E{r}-D{r}") | {B: "=E{r}-D{r}-100"}
    add_column(path, "Net", formulas)
    fill(path, TURNED)
    row = cell(path, B, "Net").row
    assert cell(path, B, "Net").value == f"=E{row}-D{row}-100"
    row = cell(path, D, "Net").row
    assert cell(path, D, "Net").value == f"=E{row}-D{row}"


def test_an_array_formula_beside_the_table_stays_as_a_whole(path: Path) -> None:
    from openpyxl.worksheet.formula import ArrayFormula

    with opened(path) as book:
        sheet, header = header_of(book, "things")
        sheet.cell(header, 19).value = "Doubled"
        sheet["S5"] = ArrayFormula("S5:S7", "=2*D5:D7")
    fill(path, TURNED)
    found = load(path)["Things"]["S5"].value
    assert (found.ref, found.text) == ("S5:S7", "=2*D5:D7")


def test_cells_that_stand_apart_stay_where_they_are(path: Path) -> None:
    with opened(path) as book:
        sheet, header = header_of(book, "things")
        col = sheet.max_column + 2
        sheet.cell(header + 1, col).value = "stray"
        sheet["E1"] = "remark"
        sheet.cell(sheet.max_row + 20, 3).value = "far below"
        at = [sheet.cell(header + 1, col).coordinate, "E1",
              sheet.cell(sheet.max_row, 3).coordinate]
    fill(path, TURNED)
    sheet, _ = header_of(load(path), "things")
    assert [sheet[one].value for one in at] == ["stray", "remark", "far below"]


def test_a_comment_follows_its_row(path: Path) -> None:
    with opened(path) as book:
        sheet, header = header_of(book, "things")
        for row in range(header + 1, header + 4):
            sheet.cell(row, 3).comment = Comment(f"about {sheet.cell(row, 1).value}", "me")
        sheet["B1"].comment = Comment("about the title", "me")
    fill(path, TURNED)
    found = {key: cell(path, key, "Name").comment for key in TURNED}
    assert {k: c.text for k, c in found.items() if c} == {k: f"about {k}" for k in (A, B, C)}
    assert load(path)["Things"]["B1"].comment.text == "about the title"
    plan = fill(path, FEWER)
    left = {row["Column"]: row["Typed"] for row in table(path, "left_over").values()}
    assert left == {"own: comment, Name": "about US|B"} or len(table(path, "left_over")) == 2
    assert not plan.unplaced
    whole(path)


def test_a_link_follows_its_row(path: Path) -> None:
    with opened(path) as book:
        sheet, header = header_of(book, "things")
        for row in range(header + 1, header + 4):
            sheet.cell(row, 3).hyperlink = f"https://example.com/{sheet.cell(row, 2).row}"
        at = {sheet.cell(r, 1).value: r for r in range(header + 1, header + 4)}
    fill(path, TURNED)
    for key, row in at.items():
        assert cell(path, key, "Name").hyperlink.target == f"https://example.com/{row}"
    assert cell(path, D, "Name").hyperlink is None


def test_a_highlighted_row_and_a_restyled_column_keep_their_look(path: Path) -> None:
    with opened(path) as book:
        sheet, header = header_of(book, "things")
        for row in range(header + 1, header + 4):
            sheet.cell(row, 4).font = Font(name="Arial", size=14, color="FF00FF")
            sheet.cell(row, 5).number_format = "0.000"
            if sheet.cell(row, 1).value == B:
                for col in range(2, 8):
                    sheet.cell(row, col).fill = YELLOW
        sheet.column_dimensions["C"].width = 51
        sheet.cell(header, 3).fill = YELLOW
        sheet["B1"].font = Font(name="Arial", size=30)
        sheet.row_dimensions[header].height = 55
    fill(path, TURNED)
    assert {key: cell(path, key, "Name").fill.fgColor.rgb for key in TURNED} == {
        A: "00000000", B: "00FFFF00", C: "00000000", D: "00000000"}
    assert all(cell(path, key, "Ad spend").font.name == "Arial" for key in TURNED)
    assert all(cell(path, key, "Ad sales").number_format == "0.000" for key in TURNED)
    sheet, header = header_of(load(path), "things")
    assert sheet.column_dimensions["C"].width == 51 and sheet.row_dimensions[header].height == 55
    assert sheet.cell(header, 3).fill.fgColor.rgb == "00FFFF00"
    assert sheet["B1"].font.sz == 30 and sheet["B1"].value == "Things"


def test_a_border_of_ones_own_survives_the_mark_of_unsettled_numbers(path: Path) -> None:
    with opened(path) as book:
        sheet, header = header_of(book, "things")
        for row in range(header + 1, header + 4):
            sheet.cell(row, 4).border = Border(left=Side("thick"), bottom=Side("medium"))
    fill(path, TURNED)
    assert all(cell(path, k, "Ad spend").border.left.style == "thick" for k in TURNED)
    assert all(cell(path, k, "Ad spend").border.bottom.style == "medium" for k in TURNED)


# --- rows that vanish and return ----------------------------------------------------------


def test_own_cells_of_a_vanished_row_go_to_the_left_over_tab_and_come_back(path: Path) -> None:
    add_column(path, "Supplier", {A: "Anji", B: 7})
    Person(path, BLOCKS).type_in("things", A, "note", "ask")
    surface = XlsxFile(path, BLOCKS)
    receipt = surface.apply(small_plan(FEWER, surface.read()))
    assert receipt.notes[0].startswith("3 typed cells have lost their row")
    left = {(r["Row"], r["Column"]): r["Typed"] for r in table(path, "left_over").values()}
    assert left == {(A, "note"): "ask", (A, "own: Supplier"): "Anji", (B, "own: Supplier"): 7}
    fill(path, FEWER)
    assert {(r["Row"], r["Column"]): r["Typed"]
            for r in table(path, "left_over").values()} == left
    fill(path, TURNED)
    assert {key: row["Supplier"] for key, row in table(path).items()} == {
        A: "Anji", B: 7, C: None, D: None}
    assert cell(path, A, "Note").value == "ask" and not table(path, "left_over")
    whole(path)


def test_a_remark_beside_a_left_over_cell_stays_when_the_cell_returns(path: Path) -> None:
    Person(path, BLOCKS).type_in("things", A, "note", "ask")
    fill(path, FEWER)
    with opened(path) as book:
        sheet, header = header_of(book, "left_over")
        sheet.cell(header, 7).value, sheet.cell(header + 1, 7).value = "Remark", "do not delete"
    fill(path, TURNED)
    assert cell(path, A, "Note").value == "ask"
    for _ in range(2):
        assert [r["Typed"] for r in table(path, "left_over").values()] == ["do not delete"]
        fill(path, TURNED)


def test_a_row_without_a_key_loses_nothing(path: Path) -> None:
    with opened(path) as book:
        sheet, header = header_of(book, "things")
        found = sheet.tables["ops_things"]
        row = header + 4
        sheet.cell(row, 3).value, sheet.cell(row, 9).value = "typed below", "my note"
        found.ref = found.autoFilter.ref = f"A{header}:R{row}"
    fill(path, TURNED)
    left = {(r["Row"], r["Column"]): r["Typed"] for r in table(path, "left_over").values()}
    assert left == {("row 8", "name"): "typed below", ("row 8", "note"): "my note"}


def test_the_second_row_of_a_key_loses_nothing(path: Path) -> None:
    Person(path, BLOCKS).type_in("things", B, "note", "first")
    with opened(path) as book:
        sheet, header = header_of(book, "things")
        for row in range(header + 1, header + 4):
            sheet.cell(row, 1).value = A
        sheet.cell(header + 3, 9).value = "last"
        sheet.cell(header + 3, 9).data_type = "s"
    plan = fill(path, AMOUNTS)
    kept = {v for v in [*inputs_of(plan).values(),
                        *(r["Typed"] for r in table(path, "left_over").values())]}
    assert {"first", "last"} <= kept


# --- headers ----------------------------------------------------------------------------


def test_a_renamed_header_stays_and_its_column_is_filled(path: Path) -> None:
    Person(path, BLOCKS).type_in("things", B, "note", "ask")
    with opened(path) as book:
        sheet, header = header_of(book, "things")
        for column, name in ((4, "Spend (mine)"), (9, "Remarks")):
            sheet.tables["ops_things"].tableColumns[column - 1].name = name
            sheet.cell(header, column).value = name
    for lang in ("en", "zh"):
        plan = fill(path, TURNED, lang)
        assert inputs_of(plan) == {(B, "note"): "ask"}
        assert cell(path, B, "Remarks").value == "ask"
        assert cell(path, A, "Spend (mine)").value == 90
        whole(path)


def test_headers_that_a_formula_names_keep_their_language(path: Path) -> None:
    with opened(path) as book:
        book.create_sheet("Mine")["A1"] = "=SUM(ops_things[Ad spend])"
    surface = XlsxFile(path, BLOCKS)
    receipt = surface.apply(small_plan(TURNED, surface.read(), "zh"))
    assert any("Ad spend" in note for note in receipt.notes)
    assert cell(path, A, "Ad spend").value == 90 and cell(path, A, "品名").value == "A"
    assert load(path)["Mine"]["A1"].value == "=SUM(ops_things[Ad spend])"
    whole(path)


def test_a_deleted_column_stays_deleted_and_its_formulas_become_values(path: Path) -> None:
    with Workbook.open(path) as book:  # as Excel does it: the last column goes
        found = book.table("ops_things")
        body = found.root[1]
        body.remove(body[-1])
        body.set("count", str(len(body)))
        found.root.set("ref", "A4:Q7")
        found.root[0].set("ref", "A4:Q7")
        found.sheet.package.touch(found.part)
        for row in range(4, 8):
            book.content.sheet("Things").set(row, 18, _blank())
        out = io.BytesIO()
        book.save(out)
    path.write_bytes(out.getvalue())
    fill(path, TURNED)
    row = table(path)[A]
    assert "ACoS (before)" not in row and row["Δ ACoS"] == pytest.approx(65)
    assert str(row["ACoS"]).startswith("=IF(")
    whole(path)


def _blank() -> Any:
    from sync.ooxml.sheet import Edit

    return Edit(None)


def test_a_column_of_ones_own_may_be_called_as_ours_in_the_other_language(path: Path) -> None:
    Person(path, BLOCKS).type_in("things", A, "note", "ours")
    with opened(path) as book:
        sheet, header = header_of(book, "things")
        columns = sheet.tables["ops_things"].tableColumns
        sheet.cell(header, 3).value = columns[2].name = "备注"  # the name column, renamed
    plan = fill(path, TURNED)
    assert inputs_of(plan) == {(A, "note"): "ours"}
    assert cell(path, A, "备注").value == "A" and cell(path, A, "Note").value == "ours"


def test_a_table_that_says_too_few_columns_is_put_right(path: Path) -> None:
    with opened(path) as book:
        sheet, header = header_of(book, "things")
        sheet.cell(header, 19).value = "Supplier"
        sheet.cell(header + 1, 19).value = "Anji"
        sheet.tables["ops_things"].ref = "A4:S7"  # and no column for it
        sheet.tables["ops_things"].autoFilter.ref = "A4:S7"
    fill(path, TURNED)
    assert [r["Supplier"] for r in table(path).values()].count("Anji") == 1
    whole(path)


# --- what is broken is refused ------------------------------------------------------------


def no_key_column(book: Any) -> None:
    sheet, header = header_of(book, "things")
    sheet.cell(header, 1).value = "deleted"


def no_header_row(book: Any) -> None:
    sheet, header = header_of(book, "things")
    del sheet.tables["ops_things"]
    sheet.delete_rows(header)


def a_totals_row(book: Any) -> None:
    sheet, _ = header_of(book, "things")
    found = sheet.tables["ops_things"]
    found.ref, found.totalsRowCount = "A4:R8", 1


def a_cell_in_the_way(book: Any) -> None:
    sheet, header = header_of(book, "things")
    sheet.cell(header + 4, 5).value = "below"


@pytest.mark.parametrize("damage", [no_key_column, no_header_row, a_totals_row, a_cell_in_the_way],
                         ids=lambda change: change.__name__)
def test_a_table_that_cannot_be_filled_is_refused_and_nothing_changes(
    path: Path, damage: Callable[[Any], None]
) -> None:
    with opened(path) as book:
        damage(book)
    before = path.read_bytes()
    with pytest.raises(SurfaceError) as caught:
        fill(path, TURNED)
    assert path.read_bytes() == before and caught.value.where == str(path)
    assert len(caught.value.lines()) == 3
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_a_deleted_tab_is_drawn_anew(path: Path) -> None:
    with opened(path) as book:
        del book["Legend"]
        del book["Rules"]
        book.create_sheet("Rules")["A1"] = "mine"
        del book["Rules"]
    fill(path, TURNED)
    book = load(path)
    assert book.sheetnames[:3] == ["Things", "Rules", "Legend"]
    assert "'Rules'!" in cell(path, A, "Target").value
    assert cell(load_values(path), A, "Target") is not None
    whole(path)


def load_values(path: Path) -> Path:
    """Every formula of ours shows its value at once."""
    book, known = load(path), load(path, values=True)
    for name in ("Things", "Rules"):
        for row in book[name].iter_rows():
            for one in row:
                if one.data_type == "f":
                    assert known[name][one.coordinate].value is not None or one.value
    return path


def test_a_dropped_table_object_is_made_again(path: Path) -> None:
    with opened(path) as book:
        sheet, _ = header_of(book, "things")
        del sheet.tables["ops_things"]
    fill(path, TURNED)
    assert load(path)["Things"].tables["ops_things"].ref == "A4:R8"
    assert set(table(path)) == set(TURNED)
    whole(path)


# --- writers ------------------------------------------------------------------------------


def test_a_second_opsheet_is_refused(path: Path) -> None:
    one, other = XlsxFile(path, BLOCKS), XlsxFile(path, BLOCKS)
    plan = small_plan(TURNED, one.read())
    other.read()
    with one._alone(), pytest.raises(SurfaceError, match="Another opsheet"):
        other.apply(plan)
    one.apply(plan)
    with pytest.raises(SurfaceError, match="changed while"):
        other.apply(plan)


@pytest.mark.parametrize("backup", [True, False])
def test_a_backup_is_kept_where_it_is_asked_for(path: Path, backup: bool) -> None:
    before = path.read_bytes()
    surface = XlsxFile(path, BLOCKS, backup=backup)
    receipt = surface.apply(small_plan(TURNED, surface.read()))
    copies = [p for p in path.parent.iterdir() if ".backup-" in p.name]
    assert [p.read_bytes() for p in copies] == ([before] if backup else [])
    assert bool(backup) == any(".backup-" in note for note in receipt.notes)
    new = path.with_name("new.xlsx")
    XlsxFile(new, BLOCKS, backup=True).apply(small_plan(TURNED, State()))
    assert len([p for p in path.parent.iterdir() if ".backup-" in p.name]) == len(copies)


def test_the_rights_of_the_file_stay(path: Path) -> None:
    path.chmod(0o640)
    fill(path, TURNED)
    assert path.stat().st_mode & 0o777 == 0o640
