"""The file: backup, one step, refusals, and the editor's errors in our three lines."""

from __future__ import annotations

import os
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest

from sync.store import durable
from sync.surfaces.bound import made_by_opsheet
from tests.sync.surfaces.bound import planner as p
from workbook.errors import SurfaceError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    def draw(book: Any) -> None:
        book.add_worksheet("Plan").write("B2", "{{ gmv }}")

    return p.make(tmp_path / "planner.xlsx", draw)


def test_the_old_file_is_kept_beside_the_new_one(path: Path) -> None:
    before = path.read_bytes()
    receipt = p.fill(path, cells={"gmv": 1}, backup=True)
    kept = path.with_name("planner.backup-20261117-120000.xlsx")
    assert kept.read_bytes() == before and path.read_bytes() != before
    assert receipt.notes == (f"backup: {kept.name}",)
    p.fill(path, cells={"gmv": 2}, backup=True)
    assert kept.read_bytes() == before
    assert path.with_name("planner.backup-20261117-120000-2.xlsx").exists()


def test_without_backup_there_is_only_the_new_file(path: Path) -> None:
    p.fill(path, cells={"gmv": 1})
    assert [f.name for f in path.parent.iterdir()] == ["planner.xlsx"]


@pytest.mark.skipif(os.name != "posix", reason="rights as POSIX has them")
def test_the_rights_of_the_file_stay(path: Path) -> None:
    path.chmod(0o600)
    p.fill(path, cells={"gmv": 1}, backup=True)
    assert {stat.S_IMODE(f.stat().st_mode) for f in path.parent.iterdir()} == {0o600}


@pytest.mark.skipif(os.name != "posix", reason="links as POSIX has them")
def test_a_link_stays_a_link(path: Path) -> None:
    link = path.with_name("link.xlsx")
    link.symlink_to(path)
    p.fill(link, cells={"gmv": 8})
    assert link.is_symlink() and p.read(path, "Plan!B2") == 8


@pytest.mark.parametrize("call", ["fsync", "rename", "fsync_folder"])
@pytest.mark.parametrize("time", [1, 2])
def test_an_end_at_any_step_leaves_the_old_or_the_new_file(
    path: Path, monkeypatch: pytest.MonkeyPatch, call: str, time: int
) -> None:
    real, seen = getattr(durable, call), []

    def ended(*words: Any) -> None:
        seen.append(call)
        if len(seen) == time:
            raise KeyboardInterrupt
        real(*words)

    before = path.read_bytes()
    monkeypatch.setattr(durable, call, ended)
    with pytest.raises(KeyboardInterrupt):
        p.fill(path, cells={"gmv": 1}, backup=True)
    assert path.read_bytes() == before or p.read(path, "Plan!B2") == 1
    assert not list(path.parent.glob(".*"))


@pytest.mark.parametrize("mark", ["~$planner.xlsx", ".~lock.planner.xlsx#", ".~planner.xlsx"])
def test_an_open_workbook_is_refused(path: Path, mark: str) -> None:
    path.with_name(mark).write_text("")
    before = path.read_bytes()
    with pytest.raises(SurfaceError, match="is open in"):
        p.fill(path, cells={"gmv": 1})
    assert path.read_bytes() == before


def test_a_workbook_that_changed_meanwhile_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sync.surfaces.bound import file

    stamps = iter([(1, 1), (2, 2)])
    monkeypatch.setattr(file, "_stamp", lambda _: next(stamps))
    with pytest.raises(SurfaceError, match="changed while"):
        p.fill(path, cells={"gmv": 1})


def _encrypted(path: Path) -> None:
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
                     + b"\0" * 2000)


def _cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:900])


def _text(path: Path) -> None:
    path.write_text("sku,units\nA,1\n")


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/workbook.xml", b"0" * 300_000_000)


@pytest.mark.parametrize("harm", [_encrypted, _cut_off, _text, _bomb], ids=lambda x: x.__name__)
def test_what_cannot_be_edited_says_what_where_and_what_to_do(
    path: Path, harm: Any
) -> None:
    harm(path)
    with pytest.raises(SurfaceError) as error:
        p.fill(path, cells={"gmv": 1})
    what, where, do = error.value.what, error.value.where, error.value.do
    assert what.endswith(".") and "planner.xlsx" in where and do
    assert len(error.value.lines()) == 3


def test_another_kind_of_file_is_refused_by_name(tmp_path: Path) -> None:
    other = tmp_path / "planner.xls"
    other.write_bytes(b"")
    with pytest.raises(SurfaceError, match="no workbook that can be filled"):
        p.fill(other)
    with pytest.raises(SurfaceError, match="no such workbook"):
        p.fill(tmp_path / "none.xlsx")


def test_a_workbook_of_ours_is_told_from_one_of_theirs(path: Path, tmp_path: Path) -> None:
    assert not made_by_opsheet(path)
    ours = p.make(tmp_path / "ours.xlsx", lambda book: book.add_worksheet("_opsheet"))
    assert made_by_opsheet(ours)
