"""What people type into a filled workbook between two fills, and which files are refused.

What they add and restyle is in `test_refill_tables.py`."""

from __future__ import annotations

import datetime as dt
import errno
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sync.store import durable
from sync.surfaces.xlsx import XlsxFile
from sync.surfaces.xlsx.place import KEY_PREFIX
from tests.contract.person import Person, header_of, load, opened
from tests.contract.small import BLOCKS, WEEK, inputs_of, small_plan
from workbook.errors import SurfaceError
from workbook.model import Period
from workbook.plan import Plan, State

A, B = "US|A", "US|B"
AMOUNTS = {A: (Decimal(30), Decimal(100)), B: (Decimal(50), Decimal(100))}
TYPED = {("things", A, "note"): "=call the factory", ("things", B, "note"): "00123",
         ("things", B, "due"): dt.date(2026, 11, 20), ("things", A, "done"): "no",
         ("things", A, "owner"): "王敏"}
EXPECTED = {(row, field): value for (_, row, field), value in TYPED.items()}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A filled workbook in which a person has typed."""
    target = tmp_path / "small.xlsx"
    fill(target)
    Person(target, BLOCKS).type_all(TYPED)
    return target


def fill(path: Path, lang: str = "en", period: Period = WEEK) -> Plan:
    surface = XlsxFile(path, BLOCKS)
    plan = small_plan(AMOUNTS, surface.read(), lang, period)
    surface.apply(plan)
    return plan


def refused(path: Path) -> SurfaceError:
    """The error of a refill, after which the file is byte for byte what it was."""
    before = path.read_bytes()
    with pytest.raises(SurfaceError) as caught:
        fill(path)
    assert path.read_bytes() == before
    assert len(caught.value.lines()) == 3, "what, where and what to do"
    assert caught.value.where == str(path)
    assert not list(path.parent.glob(".*.tmp"))
    return caught.value


# --- what survives ----------------------------------------------------------------------


def turned(path: Path) -> None:
    Person(path, BLOCKS).reverse("things")


def pushed_down(path: Path) -> None:
    Person(path, BLOCKS).insert_above("things", 5)


def renamed(path: Path) -> None:
    Person(path, BLOCKS).rename("things", "My things")


def reordered(path: Path) -> None:
    with opened(path) as book:
        book.move_sheet(book.sheetnames[0], 2)


def all_at_once(path: Path) -> None:
    for change in (turned, pushed_down, renamed, reordered):
        change(path)


def column_moved(path: Path) -> None:
    """The note column cut and put where the owner column was, and the other way round."""
    with opened(path) as book:
        sheet, header = header_of(book, "things")
        person = Person(path, BLOCKS)
        note, owner = (person.column(sheet, header, "things", n) for n in ("note", "owner"))
        for row in range(header, sheet.max_row + 1):
            a, b = sheet.cell(row, note), sheet.cell(row, owner)
            a.value, b.value = b.value, a.value
            for cell in (a, b):
                if isinstance(cell.value, str):
                    cell.data_type = "s"


@pytest.mark.parametrize(
    "change", [turned, pushed_down, renamed, reordered, all_at_once, column_moved],
    ids=lambda change: change.__name__)
def test_what_was_typed_follows_its_row(path: Path, change: Callable[[Path], None]) -> None:
    change(path)
    assert inputs_of(fill(path)) == EXPECTED
    assert inputs_of(fill(path)) == EXPECTED


def test_another_language_and_another_period_keep_it(path: Path) -> None:
    before = Period(dt.date(2026, 11, 2), dt.date(2026, 11, 8))
    assert inputs_of(fill(path, "zh")) == EXPECTED | {(A, "done"): "否"}
    assert inputs_of(fill(path, "zh", before)) == EXPECTED | {(A, "done"): "否"}
    assert inputs_of(fill(path, "en")) == EXPECTED


def test_typed_text_is_text_in_the_refilled_file(path: Path) -> None:
    fill(path)
    sheet, _ = header_of(load(path), "things")
    found = [c for row in sheet.iter_rows() for c in row if c.value == "=call the factory"]
    assert [c.data_type for c in found] == ["s"]


def test_what_lost_its_row_stands_readable_on_a_tab_of_its_own(path: Path) -> None:
    surface = XlsxFile(path, BLOCKS)
    receipt = surface.apply(small_plan({A: AMOUNTS[A]}, surface.read()))
    assert receipt.notes == (
        "2 typed cells have lost their row and stand on the Left over tab.",)
    sheet = load(path)["Left over"]
    rows = [[c.value for c in row[1:6]] for row in sheet.iter_rows(min_row=5)]
    assert rows == [["things", B, "due", dt.datetime(2026, 11, 20), "date"],
                    ["things", B, "note", "00123", "str"]]


def test_what_a_person_deletes_from_the_left_over_tab_is_gone(path: Path) -> None:
    surface = XlsxFile(path, BLOCKS)
    surface.apply(small_plan({A: AMOUNTS[A]}, surface.read()))
    with opened(path) as book:
        book["Left over"].delete_rows(6)
    plan = fill(path)
    assert inputs_of(plan) == {at: v for at, v in EXPECTED.items() if at != (B, "note")}


def test_what_is_typed_anew_goes_before_what_was_left_over(path: Path) -> None:
    surface = XlsxFile(path, BLOCKS)
    surface.apply(small_plan({A: AMOUNTS[A]}, surface.read()))
    with opened(path) as book:
        sheet, header = header_of(book, "things")
        sheet.cell(header + 1, 1).value = B  # the same row stands in the table and as left over
    Person(path, BLOCKS).type_in("things", B, "note", "newer")
    assert XlsxFile(path, BLOCKS).read().typed["things", B, "note"] == "newer"


def test_an_emptied_input_cell_stays_empty(path: Path) -> None:
    Person(path, BLOCKS).type_in("things", A, "note", None)
    assert (A, "note") not in inputs_of(fill(path))


def test_an_empty_table_can_be_refilled(tmp_path: Path) -> None:
    target = tmp_path / "small.xlsx"
    XlsxFile(target, BLOCKS).apply(small_plan({}))
    assert inputs_of(fill(target)) == {}


# --- not ours, damaged, open, write-protected -------------------------------------------


def foreign_workbook(path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "my own"
    book.save(path)


def garbage(path: Path) -> None:
    path.write_bytes(b"\x00\x01 not a workbook" * 50)


def nothing(path: Path) -> None:
    path.write_bytes(b"")


def csv(path: Path) -> None:
    path.write_text("a,b\n1,2\n", "utf-8")


def cut_off(path: Path) -> None:
    fill(path)
    path.write_bytes(path.read_bytes()[:5000])


def a_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("hello.txt", "hello")


@pytest.mark.parametrize("make", [foreign_workbook, garbage, nothing, csv, cut_off, a_zip],
                         ids=lambda make: make.__name__)
def test_a_file_that_opsheet_did_not_make_is_refused(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    target = tmp_path / "theirs.xlsx"
    make(target)
    error = refused(target)
    assert "not made by Opsheet" in error.what or "cannot be read" in error.what
    assert error.do


@pytest.mark.parametrize(("mark", "program"), [
    ("~$small.xlsx", "Excel"), ("~$all.xlsx", "Excel"), (".~lock.small.xlsx#", "LibreOffice"),
    (".~small.xlsx", "WPS"),
])
def test_a_workbook_that_is_open_is_refused(path: Path, mark: str, program: str) -> None:
    (path.parent / mark).write_bytes(b"user")
    error = refused(path)
    assert error.what == f"The workbook is open in {program}."
    assert "Close it" in error.do and mark in error.do
    (path.parent / mark).unlink()
    assert inputs_of(fill(path)) == EXPECTED


def test_it_is_also_refused_when_it_is_opened_during_the_fill(path: Path) -> None:
    surface = XlsxFile(path, BLOCKS)
    plan = small_plan(AMOUNTS, surface.read())
    (path.parent / ".~lock.small.xlsx#").write_bytes(b"")
    before = path.read_bytes()
    with pytest.raises(SurfaceError, match="open in LibreOffice"):
        surface.apply(plan)
    assert path.read_bytes() == before


def test_a_workbook_changed_since_it_was_read_is_not_replaced(path: Path) -> None:
    surface = XlsxFile(path, BLOCKS)
    plan = small_plan(AMOUNTS, surface.read())
    Person(path, BLOCKS).type_in("things", B, "owner", "saved meanwhile")
    before = path.read_bytes()
    with pytest.raises(SurfaceError) as caught:
        surface.apply(plan)
    assert caught.value.lines() == [
        "The workbook was changed while it was being filled.", str(path),
        "Nothing was written; run the fill again."]
    assert path.read_bytes() == before
    assert inputs_of(fill(path))[B, "owner"] == "saved meanwhile"


def test_a_workbook_that_appeared_since_is_not_replaced(tmp_path: Path, path: Path) -> None:
    target = tmp_path / "other.xlsx"
    surface = XlsxFile(target, BLOCKS)
    plan = small_plan(AMOUNTS, surface.read())
    shutil.copy(path, target)
    with pytest.raises(SurfaceError, match="changed while"):
        surface.apply(plan)
    assert target.read_bytes() == path.read_bytes()


@pytest.mark.parametrize("name", ["report.xls", "report.csv", "report"])
def test_another_ending_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SurfaceError) as caught:
        XlsxFile(tmp_path / name, BLOCKS)
    assert caught.value.lines() == [f"'{name}' is no .xlsx file.", str(tmp_path / name),
                                    "Give a name that ends with .xlsx."]


def test_a_macro_workbook_is_filled_but_not_made(tmp_path: Path) -> None:
    with pytest.raises(SurfaceError, match="no such macro workbook") as caught:
        XlsxFile(tmp_path / "report.xlsm", BLOCKS)
    assert "opsheet workbook new" in caught.value.do


def test_the_ending_may_be_in_capitals(tmp_path: Path) -> None:
    fill(tmp_path / "REPORT.XLSX")
    assert (tmp_path / "REPORT.XLSX").exists()


def test_a_folder_that_is_a_file_is_an_error(path: Path) -> None:
    with pytest.raises(SurfaceError, match="cannot be written"):
        XlsxFile(path / "inside.xlsx", BLOCKS).apply(small_plan(AMOUNTS))


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="needs to become nobody")
def test_a_folder_one_may_not_write_to_as_a_user_without_rights(path: Path) -> None:
    """As root everything may be written, so the fill runs as another user."""
    folder = Path(tempfile.mkdtemp(prefix="opsheet-test-"))
    try:
        shutil.copy(path, folder / "small.xlsx")
        os.chmod(folder / "small.xlsx", 0o644)
        os.chmod(folder, 0o555)
        before = (folder / "small.xlsx").read_bytes()
        code = (
            "import os, sys; from pathlib import Path\n"
            "from sync.surfaces.xlsx import XlsxFile\n"
            "from tests.contract.small import BLOCKS, small_plan\n"
            "from workbook.errors import SurfaceError\n"
            "XlsxFile(Path(sys.argv[2]), BLOCKS).apply(small_plan({}))  # loads every module\n"
            "os.setuid(65534)\n"
            "for name in ('small.xlsx', 'new.xlsx'):\n"
            "    try:\n"
            "        surface = XlsxFile(Path(sys.argv[1]) / name, BLOCKS)\n"
            "        surface.apply(small_plan({}, surface.read()))\n"
            "    except SurfaceError as error: print(error)\n"
        )
        warm = str(path.with_name("warm.xlsx"))
        done = subprocess.run([sys.executable, "-c", code, str(folder), warm],
                              capture_output=True, encoding="utf-8", timeout=60,
                              cwd=Path(__file__).parents[3])
        old, new = done.stdout.splitlines()
        assert "write-protected" in old and "Close it" in old
        assert "cannot be written: Permission denied" in new and "choose a folder" in new
        assert [p.name for p in folder.iterdir()] == ["small.xlsx"]
        assert (folder / "small.xlsx").read_bytes() == before
    finally:
        os.chmod(folder, 0o755)
        shutil.rmtree(folder)


@pytest.mark.parametrize("point", ["fsync", "rename"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EIO])
def test_a_disk_that_fails_leaves_the_old_workbook(
    path: Path, monkeypatch: pytest.MonkeyPatch, point: str, number: int
) -> None:
    def fail(*_: Any) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(durable, point, fail)
    error = refused(path)
    assert error.what == f"The workbook cannot be written: {os.strerror(number)}."
    monkeypatch.undo()
    assert inputs_of(fill(path)) == EXPECTED


# --- what the workbook says of itself ---------------------------------------------------


def test_the_state_of_a_new_file_is_empty(tmp_path: Path) -> None:
    assert XlsxFile(tmp_path / "new.xlsx", BLOCKS).read() == State()


def test_the_workbook_says_what_made_it(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    meta = {row[0].value: row[1].value for row in book["_opsheet"].iter_rows()}
    assert meta["template"] == "small" and meta["lang"] == "en"
    assert meta["period"] == "2026-11-09..2026-11-15"
    sheet, header = header_of(book, "things")
    assert sheet.cell(header, 1).value == KEY_PREFIX + "things"
