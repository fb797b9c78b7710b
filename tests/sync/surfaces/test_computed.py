"""`--computed`: values that LibreOffice reckons stand beside people's own formulas."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from sync.surfaces.xlsx import XlsxFile, computed
from tests.contract.person import load, opened
from tests.contract.small import BLOCKS, small_plan
from tests.sync.ooxml.gate_faults import faults
from workbook.errors import SurfaceError
from workbook.plan import State

AMOUNTS = {"US|A": (Decimal(30), Decimal(100)), "US|B": (Decimal(50), Decimal(100))}
MORE = AMOUNTS | {"US|C": (Decimal(20), Decimal(100))}
OWN = {"A1": ("=SUM(ops_things[Ad spend])", 100), "A2": ('="x"&A1&"<"', "x100<"),
       "A3": ("=A1>3", True), "A4": ("=1/0", "#DIV/0!"), "A5": ("=FOO(1)", None),
       "A6": ("=SUM(Things!D5:D7)/4", 25)}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    target = tmp_path / "small.xlsx"
    XlsxFile(target, BLOCKS).apply(small_plan(AMOUNTS))
    with opened(target) as book:
        sheet = book.create_sheet("Mine")
        for at, (formula, _) in OWN.items():
            sheet[at] = formula
    return target


@pytest.mark.soffice
def test_own_formulas_have_the_values_of_the_new_numbers(path: Path) -> None:
    surface = XlsxFile(path, BLOCKS, computed=True)
    receipt = surface.apply(small_plan(MORE, surface.read()))
    assert receipt.notes == ("LibreOffice computed 5 formulas.",)
    sheet, known = load(path)["Mine"], load(path, values=True)["Mine"]
    for at, (formula, value) in OWN.items():
        assert sheet[at].value == formula and known[at].value == value, at
    assert not faults(str(path))


@pytest.mark.soffice
def test_a_workbook_on_disk_is_computed(path: Path) -> None:
    surface = XlsxFile(path, BLOCKS)
    surface.apply(small_plan(MORE, surface.read()))
    assert load(path, values=True)["Mine"]["A1"].value is None
    assert computed.compute_file(path) == 5
    assert load(path, values=True)["Mine"]["A1"].value == 100
    before = path.read_bytes()
    assert computed.compute_file(path) == 0 and path.read_bytes() == before


def test_without_libreoffice_it_says_so_and_nothing_changes(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(computed.shutil, "which", lambda name: None)
    monkeypatch.setattr(computed, "_ELSEWHERE", {})
    before = path.read_bytes()
    surface = XlsxFile(path, BLOCKS, computed=True)
    with pytest.raises(SurfaceError, match="needs LibreOffice") as caught:
        surface.apply(small_plan(MORE, surface.read()))
    assert "libreoffice.org" in caught.value.do and path.read_bytes() == before
    XlsxFile(path.with_name("new.xlsx"), BLOCKS).apply(small_plan(MORE, State()))


def test_a_libreoffice_that_fails_is_an_error(
    path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bad = tmp_path / "soffice"
    bad.write_text("#!/bin/sh\nexit 1\n")
    bad.chmod(0o755)
    monkeypatch.setattr(computed, "office", lambda: str(bad))
    with pytest.raises(SurfaceError, match="could not compute"):
        computed.compute_file(path)


def test_a_libreoffice_that_hangs_is_ended(
    path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bad = tmp_path / "soffice"
    bad.write_text("#!/bin/sh\nsleep 60\n")
    bad.chmod(0o755)
    monkeypatch.setattr(computed, "office", lambda: str(bad))
    monkeypatch.setattr(computed, "SECONDS", 0.2)
    with pytest.raises(SurfaceError, match="not answered"):
        computed.compute_file(path)
