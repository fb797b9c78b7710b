"""Files are found in folders and archives, the oldest download first."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

from sync.read import files
from sync.read.files import ReportFile, find, load
from workbook.errors import OpsheetError, UnreadableFile


def zipped(*members: tuple[bytes, bytes], utf8: bool = False) -> bytes:
    """An archive whose member names are stored as these bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number, (_, content) in enumerate(members):
            archive.writestr(f"{number:04d}", content)
    raw = out.getvalue()
    for number, (name, _) in enumerate(members):
        placeholder = f"{number:04d}".encode()
        assert len(name) >= 4
        raw = _renamed(raw, placeholder, name, utf8)
    return raw


def _renamed(raw: bytes, old: bytes, new: bytes, utf8: bool) -> bytes:
    """The archive again with another name, written as Chinese Windows writes it."""
    out = io.BytesIO()
    source = zipfile.ZipFile(io.BytesIO(raw))
    with zipfile.ZipFile(out, "w") as target:
        for info in source.infolist():
            if info.filename.encode("cp437", "replace") == old:
                fresh = _RawName(new, utf8)
                target.writestr(fresh, source.read(info))
            else:
                target.writestr(info, source.read(info))
    return out.getvalue()


class _RawName(zipfile.ZipInfo):
    """A member whose name is stored byte for byte."""

    def __init__(self, name: bytes, utf8: bool) -> None:
        super().__init__(name.decode("cp437") if not utf8 else name.decode())
        self._raw, self._utf8 = name, utf8

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self._raw, self.flag_bits | (0x800 if self._utf8 else 0)


def members(path: Path) -> list[str]:
    return [item.name if isinstance(item, ReportFile) else str(item) for item in load(path)]


@pytest.mark.parametrize("encoding, utf8", [("gb18030", False), ("utf-8", False), ("utf-8", True)])
def test_names_in_an_archive_are_read_whatever_wrote_them(
    tmp_path: Path, encoding: str, utf8: bool
) -> None:
    path = tmp_path / "reports.zip"
    path.write_bytes(zipped(("美国站/商品推广_报告.csv".encode(encoding), b"x"), utf8=utf8))
    (found,) = load(path)
    assert isinstance(found, ReportFile)
    assert found.parts[-2:] == ("美国站", "商品推广_报告.csv")
    assert found.shown == f"{path}/美国站/商品推广_报告.csv"


def test_what_is_no_report_is_left_out_of_an_archive(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(
        zipped(
            (b"a/report.csv", b"x"),
            (b"__MACOSX/._report.csv", b"x"),
            (b"a/.~report.xlsx", b"x"),
            (b"a/~$report.xlsx", b"x"),
        )
    )
    assert members(path) == ["report.csv"]


def test_a_folder_is_searched_to_the_bottom_without_what_editors_leave(tmp_path: Path) -> None:
    names = [
        "US/a.csv",
        "US/deep/b.txt",
        ".git/c.csv",
        "~$a.xlsx",
        ".~a.xlsx",
        "opsheet.toml",
        "x.crdownload",
        "Thumbs.db",
    ]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert {p.name for p in find([tmp_path])} == {"a.csv", "b.txt"}


def test_the_newest_download_comes_last(tmp_path: Path) -> None:
    for name, age in (
        ("r (2).csv", 100_000),
        ("r.csv", 100_010),
        ("r (10).csv", 100_005),
        ("older.csv", 50_000),
    ):
        (tmp_path / name).write_text("x")
        os.utime(tmp_path / name, (age, age))
    assert [p.name for p in find([tmp_path])] == ["older.csv", "r.csv", "r (2).csv", "r (10).csv"]


def test_a_file_given_twice_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x")
    assert len(find([tmp_path, tmp_path / "a.csv"])) == 1


def test_a_path_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as caught:
        find([tmp_path / "nothing"])
    assert caught.value.lines() == [
        "There is no such file or folder.",
        str(tmp_path / "nothing"),
        "Check the path.",
    ]


def error(path: Path) -> OpsheetError:
    (only,) = load(path)
    assert isinstance(only, OpsheetError)
    return only


def test_a_broken_archive_is_an_error_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK\x03\x04 broken")
    found = error(path)
    assert found.what.startswith("The archive cannot be opened") and found.where == str(path)
    assert "Download it again" in found.do


def test_an_archive_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_ARCHIVE_BYTES", 3)
    path = tmp_path / "a.zip"
    path.write_bytes(zipped((b"big.csv", b"xxxx")))
    found = error(path)
    assert "unpacks to more than" in found.what and "Unpack it yourself" in found.do


def test_a_folder_in_place_of_a_file_says_why(tmp_path: Path) -> None:
    found = error(tmp_path)
    assert found.what.startswith("The file cannot be read") and found.do == "Close it elsewhere."
