"""`opsheet fill --backup` and `--computed` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sync.surfaces.xlsx import computed
from tests.conftest import Run
from tests.contract.person import load, opened


def copies(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.backup-*.xlsx"))


def test_a_backup_of_our_own_workbook_is_kept_on_demand(on_example: Run, tmp_path: Path) -> None:
    target = tmp_path / "weekly.xlsx"
    words = ("fill", "weekly_report", "--period", "2026-W45", "--to", target)
    assert on_example(*words).exit_code == 0
    before = target.read_bytes()
    assert on_example(*words).exit_code == 0 and not copies(tmp_path)
    done = on_example(*words, "--backup", "--json")
    assert done.exit_code == 0, done.output
    (kept,) = copies(tmp_path)
    assert kept.name in " ".join(json.loads(done.stdout)["notes"])
    assert len(kept.read_bytes()) == pytest.approx(len(before), rel=0.2)


def test_computed_without_libreoffice_says_so_before_anything_is_filled(
    on_example: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(computed.shutil, "which", lambda name: None)
    monkeypatch.setattr(computed, "_ELSEWHERE", {})
    target = tmp_path / "weekly.xlsx"
    done = on_example("fill", "weekly_report", "--period", "2026-W45", "--to", target, "--computed")
    assert done.exit_code == 1 and "needs LibreOffice" in done.stderr
    assert not target.exists()


@pytest.mark.soffice
def test_computed_gives_ones_own_formulas_their_values(on_example: Run, tmp_path: Path) -> None:
    target = tmp_path / "weekly.xlsx"
    words = ("fill", "weekly_report", "--period", "2026-W45", "--to", target)
    assert on_example(*words).exit_code == 0
    with opened(target) as book:
        book.create_sheet("Mine")["A1"] = "=ROUND(ops_ordered_sales_US,0)"
    done = on_example(*words, "--computed")
    assert done.exit_code == 0 and "LibreOffice computed 1 formula" in done.stdout
    assert load(target, values=True)["Mine"]["A1"].value > 0
