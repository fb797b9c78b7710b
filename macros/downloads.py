"""The reports among the files of a person's Downloads folder."""

from __future__ import annotations

from pathlib import Path

from sync.read import files
from sync.read.recognise import recognise
from workbook.errors import ReportError


def reports_in(folder: Path | None = None) -> tuple[Path, list[Path]]:
    """The folder (Downloads by default) and its files, not those of folders in it, that hold a
    report; of an archive one member is enough."""
    if folder is None:
        import platformdirs

        folder = Path(platformdirs.user_downloads_dir())
    found = [path for path in sorted(folder.iterdir()) if _may_be(path)] if folder.is_dir() else []
    return folder, [path for path in found if _has_report(path)]


def _may_be(path: Path) -> bool:
    return (path.suffix.lower() in files.READABLE and not files.IGNORED.search(path.name)
            and path.is_file())


def _has_report(path: Path) -> bool:
    return any(_is_report(file) for file in files.load(path)
               if isinstance(file, files.ReportFile))


def _is_report(file: files.ReportFile) -> bool:
    try:
        return bool(recognise(file))
    except ReportError:
        return False
