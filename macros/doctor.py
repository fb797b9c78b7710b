"""Looks at everything Opsheet needs on this machine, and says what to do where it lacks."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from workbook.errors import OpsheetError, SettingsError

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("workbook", "sync", "templates", "macros")
OLDEST_PYTHON = (3, 11)
OFFICE = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
)


class Health(StrEnum):
    """`warn` stands for something that Opsheet works without."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """One finding and, where it is not ok, what to do."""

    name: str
    health: Health
    message: str
    do: str = ""

    def shown(self) -> dict[str, str]:
        """As a part of a JSON document."""
        return {"name": self.name, "health": self.health.value, "message": self.message,
                "do": self.do}


def examine() -> list[Check]:
    """Every check; none of them raises, none changes anything."""
    found: list[Check] = []
    for check in (python, packages, dependencies, time_zones, settings_file, store, schedule, excel,
                  office, fonts):
        found += _safely(check)
    return found


def _safely(check: Callable[[], Iterator[Check]]) -> list[Check]:
    try:
        return list(check())
    except Exception as error:
        name = check.__name__.replace("_", " ")
        return [Check(name, Health.FAIL, f"{type(error).__name__}: {error}", "Please report it.")]


# --- the installation -------------------------------------------------------------------


def python() -> Iterator[Check]:
    shown = f"{sys.version.split()[0]} in {sys.prefix}"
    if sys.version_info < OLDEST_PYTHON:
        yield Check("python", Health.FAIL, shown, "Install Python 3.11 or newer.")
    else:
        yield Check("python", Health.OK, shown)


def packages() -> Iterator[Check]:
    """The four names are general ones: another project's package of that name may come first."""
    owners = importlib.metadata.packages_distributions()
    for name in PACKAGES:
        origin = where_from(name)
        if origin != ROOT / name:
            yield Check(f"package {name}", Health.FAIL, f"resolves to {origin or 'nothing'}",
                        "Install Opsheet into a virtual environment of its own, and start it from "
                        f"a folder that holds no '{name}'.")
            continue
        others = sorted(set(owners.get(name, ())) - {"opsheet"})
        if others:
            yield Check(f"package {name}", Health.WARN, f"also installed by {', '.join(others)}",
                        "Install Opsheet into a virtual environment of its own.")
        else:
            yield Check(f"package {name}", Health.OK, str(origin))


def where_from(name: str) -> Path | None:
    """The folder that `import name` would take."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).resolve().parent if spec and spec.origin else None


def dependencies() -> Iterator[Check]:
    try:
        required = importlib.metadata.requires("opsheet") or []
    except importlib.metadata.PackageNotFoundError:
        yield Check("opsheet", Health.WARN, "runs from its source folder, it is not installed",
                    f"Run: pip install -e {ROOT}")
        return
    yield Check("opsheet", Health.OK, importlib.metadata.version("opsheet"))
    for line in required:
        if "extra ==" not in line:
            yield _dependency(line)


def _dependency(line: str) -> Check:
    name = re.split(r"[^A-Za-z0-9_.-]", line)[0]
    least = re.search(r">=\s*([0-9.]+)", line)
    remedy = f"Run: {sys.executable} -m pip install -U \"{line.split(';')[0].strip()}\""
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return Check(name, Health.FAIL, "is not installed", remedy)
    if least and _numbers(version) < _numbers(least[1]):
        return Check(name, Health.FAIL, f"{version} is too old, {least[1]} is needed", remedy)
    return Check(name, Health.OK, version)


def _numbers(version: str) -> tuple[int, ...]:
    """`2.0.0rc1` as (2, 0, 0), without trailing zeros, so that 2.0 equals 2."""
    match = re.match(r"\d+(\.\d+)*", version)
    numbers = [int(part) for part in match[0].split(".")] if match else []
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def time_zones() -> Iterator[Check]:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    from workbook.marketplaces import ALL

    try:
        for market in ALL:
            ZoneInfo(market.zone)
    except ZoneInfoNotFoundError as error:
        yield Check("time zones", Health.FAIL, str(error), "Run: pip install tzdata")
    else:
        yield Check("time zones", Health.OK, f"those of {len(ALL)} marketplaces")


# --- settings and store -----------------------------------------------------------------


def settings_file() -> Iterator[Check]:
    from macros import settings

    try:
        found = settings.load()
    except SettingsError as error:
        what, *rest = error.lines()
        yield Check("settings", Health.FAIL, what, " ".join(rest))
        return
    yield Check("settings", Health.OK, str(found.file or "no opsheet.toml here or above: defaults"))


def store() -> Iterator[Check]:
    from macros import settings
    from sync.store.database import Database

    try:
        database = Database(settings.load().store_path, timeout=2)
    except SettingsError:
        return  # said already
    remedy = "Choose a folder you may write to: OPSHEET_STORE=/path/to/opsheet.duckdb"
    folder = next(p for p in (database.path.parent, *database.path.parents) if p.exists())
    problem = _no_file_in(folder)
    if problem is None and database.exists() and not os.access(database.path, os.W_OK):
        problem = "the file is write-protected"
    if problem:
        yield Check("store", Health.FAIL, f"{database.path}: {problem}", remedy)
    elif not database.exists():
        yield Check("store", Health.OK, f"{database.path} (the first import creates it)")
    else:
        yield from _opened(database.path)


def _no_file_in(folder: Path) -> str | None:
    """Why no file can be written there; None if one can."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return None
    except OSError as error:
        return error.strerror or str(error)


def _opened(path: Path) -> Iterator[Check]:
    from sync.store.database import Database

    try:
        with Database(path, timeout=2).session() as con:
            (count,) = con.execute("SELECT count(*) FROM s.imports").fetchall()[0]
    except OpsheetError as error:
        what, *rest = error.lines()
        busy = what.startswith("Another")
        yield Check("store", Health.WARN if busy else Health.FAIL, what, " ".join(rest))
        return
    size = path.stat().st_size / 1e6
    yield Check("store", Health.OK, f"{path} ({count} imports, {size:,.1f} MB, lock free)")


# --- what only some jobs need -----------------------------------------------------------


def schedule() -> Iterator[Check]:
    """Destinations, channels and inboxes that opsheet.toml names."""
    from macros import settings
    from macros.schedule import checks

    try:
        found = settings.load()
    except SettingsError:
        return  # said already
    yield from checks.checks(found)


def excel() -> Iterator[Check]:
    """Buttons and cell functions; see `opsheet excel install`."""
    from macros.excel_install import checks, this_machine

    yield from checks(this_machine())


def office() -> Iterator[Check]:
    found = shutil.which("soffice") or next((p for p in OFFICE if Path(p).exists()), None)
    if found:
        yield Check("LibreOffice", Health.OK, found)
    else:
        yield Check("LibreOffice", Health.WARN, "not found; sheets are written without it",
                    "Install it only to look at sheets or print them where Excel is not there.")


def fonts() -> Iterator[Check]:
    """Windows and macOS come with Chinese fonts; elsewhere fontconfig knows."""
    if not shutil.which("fc-list"):
        own = os.name == "nt" or sys.platform == "darwin"
        yield Check("Chinese fonts", Health.OK, "the system's" if own else "unknown (no fc-list)")
        return
    listed = subprocess.run(["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True,
                            timeout=20, check=False).stdout.split("\n")
    if names := sorted(filter(None, listed)):
        yield Check("Chinese fonts", Health.OK, names[0].split(",")[0])
    else:
        yield Check("Chinese fonts", Health.WARN, "none found; Chinese sheets show boxes here",
                    "Install a font such as Noto Sans CJK (Debian: fonts-noto-cjk).")
