"""Every rich feature survives edits: what differs is what was set, and nothing is broken."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from sync.ooxml import Workbook
from tests.loss_gate import gate
from tests.sync.ooxml.corpus import BUILDERS
from tests.sync.ooxml.gate_compare import losses
from tests.sync.ooxml.gate_faults import faults


@pytest.mark.parametrize("edits", [1, 25])
@pytest.mark.parametrize("name", BUILDERS)
def test_nothing_is_lost(name: str, edits: int, tmp_path: Path) -> None:
    """A few cells are set; the gate finds no loss and no new fault."""
    path = str(tmp_path / f"{name}.xlsx")
    BUILDERS[name](path)
    result = gate(path, edits)
    assert result["losses"] == []
    assert result["faults"] == []
    assert result["cells"] >= 1


@pytest.mark.parametrize("name", ["buttons", "charts_and_shapes", "part_name_case", "no_cells"])
def test_saving_without_edits_copies_every_part(name: str, tmp_path: Path) -> None:
    """Packed bytes and all."""
    path, target = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    BUILDERS[name](str(path))
    with Workbook.open(path) as book:
        book.save_atomically(target)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target) as new:
        assert [i.orig_filename for i in old.infolist()] == [
            i.orig_filename for i in new.infolist()
        ]
        for a, b in zip(old.infolist(), new.infolist(), strict=True):
            assert (a.CRC, a.compress_size) == (b.CRC, b.compress_size)
    assert losses(str(path), str(target), {}) == []


def _damage(path: str, target: str, part: str, old: bytes, new: bytes) -> None:
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as out:
        for info in source.infolist():
            data = source.read(info)
            if info.filename == part:
                assert old in data
                data = data.replace(old, new, 1)
            if new != b"drop" or info.filename != part:
                out.writestr(info.filename, data)


@pytest.mark.parametrize(
    ("name", "part", "old", "new"),
    [
        ("buttons", "xl/drawings/vmlDrawing1.vml", b"Refresh", b"Gone"),
        ("buttons", "xl/drawings/vmlDrawing1.vml", b"Refresh", b"drop"),
        ("newer_formats", "xl/worksheets/sheet1.xml", b"xm:sqref>B1:B8<", b"xm:sqref>B1:B9<"),
        ("newer_formats", "xl/worksheets/sheet1.xml", b"Other!$A$1:$A$3", b"Other!$A$1:$A$2"),
        ("newer_formats", "xl/worksheets/sheet1.xml", b"<v>41</v>", b"<v>42</v>"),
        ("newer_formats", "xl/worksheets/sheet1.xml", b"SUM(B1:D1)", b"SUM(B1:D2)"),
        ("rich_text", "xl/sharedStrings.xml", b"<b/>", b""),
        ("row_and_column_styles", "xl/worksheets/sheet1.xml", b'width="20.7', b'width="21.7'),
        ("row_and_column_styles", "xl/worksheets/sheet1.xml", b'ht="30"', b'ht="31"'),
        ("row_and_column_styles", "xl/styles.xml", b"<i/>", b"<b/>"),
        ("tables", "xl/tables/table1.xml", b"G2:I5", b"G2:I6"),
        ("tables", "xl/workbook.xml", b"$B$4", b"$B$5"),
    ],
)
def test_the_gate_sees_a_loss(name: str, part: str, old: bytes, new: bytes, tmp_path: Path) -> None:
    """The gate itself is tested: each small damage is reported."""
    path, target = str(tmp_path / "a.xlsx"), str(tmp_path / "b.xlsx")
    BUILDERS[name](path)
    _damage(path, target, part, old, new)
    assert losses(path, target, {}) != []


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/_rels/workbook.xml.rels", b"worksheets/sheet1.xml", b"worksheets/sheet7.xml"),
        ("[Content_Types].xml", b"/xl/styles.xml", b"/xl/stiles.xml"),
        ("xl/worksheets/sheet1.xml", b'<row r="2"', b'<row r="1"'),
        ("xl/worksheets/sheet1.xml", b'<c r="B2"', b'<c r="D2"'),
        ("xl/worksheets/sheet1.xml", b'<c r="B2"', b'<c s="99" r="B2"'),
        ("xl/worksheets/sheet1.xml", b't="s"><v>0<', b't="s"><v>999<'),
        ("xl/tables/table1.xml", b'ref="G2:I5"', b'ref="G2:J5"'),
        ("xl/worksheets/sheet1.xml", b"</sheetData>", b"</sheetData><cols/>"),
    ],
)
def test_the_gate_sees_a_fault(part: str, old: bytes, new: bytes, tmp_path: Path) -> None:
    """The structure check reports each."""
    path, target = str(tmp_path / "a.xlsx"), str(tmp_path / "b.xlsx")
    BUILDERS["tables"](path)
    _damage(path, target, part, old, new)
    assert faults(target) - faults(path)


def test_the_gate_runs_over_a_folder(tmp_path: Path) -> None:
    """It ends with one JSON line, and a broken file is counted, not fatal."""
    BUILDERS["tables"](str(tmp_path / "good.xlsx"))
    (tmp_path / "deep").mkdir()
    shutil.copy(tmp_path / "good.xlsx", tmp_path / "deep" / "macro.XLSM")
    (tmp_path / "broken.xlsx").write_bytes(b"PK\3\4 cut off")
    command = [sys.executable, "-m", "tests.loss_gate", str(tmp_path), "--edits", "50"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "files": 3, "edited": 2, "failed": 1, "with_loss": 0, "new_faults": 0,
    }  # fmt: skip
    assert "broken.xlsx" in done.stderr
