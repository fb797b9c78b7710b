"""LibreOffice for tests: a profile of its own that always recalculates, UNO over a pipe, pages.

    with Office(tmp_path) as office:
        sheets = office.recalculated(path, [("Ads", "E5", 900)])
        office.pdf(path, folder)
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

CLIENT = Path(__file__).with_name("client.py")
SYSTEM_PYTHON = "/usr/bin/python3"
# 0: every formula is calculated anew when a workbook of another program is opened.
ALWAYS = "".join(
    f'<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="{name}" '
    'oor:op="fuse"><value>0</value></prop></item>'
    for name in ("OOXMLRecalcMode", "ODFRecalcMode")
)
PROFILE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items '
    'xmlns:oor="http://openoffice.org/2001/registry" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema" '
    f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{ALWAYS}</oor:items>\n'
)
Colour = tuple[int, int, int]
_TRIES = 3


def has_uno() -> bool:
    """Is there a LibreOffice that Python can drive?"""
    if not shutil.which("soffice") or not Path(SYSTEM_PYTHON).exists():
        return False
    code = "import sys; sys.path.append('/usr/lib/python3/dist-packages'); import uno"
    return not subprocess.run([SYSTEM_PYTHON, "-c", code], capture_output=True).returncode


class Office:
    """One soffice that listens on a pipe; its profile and output stay below `folder`."""

    def __init__(self, folder: Path) -> None:
        self._profile = folder / "profile"
        self._pipe = f"opsheet{os.getpid()}"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Office:
        user = self._profile / "user"
        user.mkdir(parents=True, exist_ok=True)
        (user / "registrymodifications.xcu").write_text(PROFILE, encoding="utf-8")
        self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()

    def _start(self) -> None:
        # soffice.bin itself where it can be found: then the process we end is the office.
        program = Path(os.path.realpath(shutil.which("soffice") or "soffice"))
        binary = program.with_name("soffice.bin")
        self._process = subprocess.Popen(
            [str(binary if binary.exists() else program),
             f"-env:UserInstallation={self._profile.as_uri()}", "--headless", "--norestore",
             "--nologo", "--nodefault", f"--accept=pipe,name={self._pipe};urp;"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        try:  # a fresh profile makes it end with 81: it wants to be started again
            self._process.wait(3)
        except subprocess.TimeoutExpired:
            return
        if self._process.returncode == 81:
            self._start()

    def recalculated(
        self, path: Path, edits: Sequence[tuple[str, str, Any]] = (), pdf: Path | None = None
    ) -> dict[str, dict[str, dict[str, Any]]]:
        """Sheet -> A1 -> {"formula", "value"} after the edits and a hard recalculation."""
        request = {"path": str(path), "edits": [list(e) for e in edits], "pdf": str(pdf or "")}
        for _ in range(_TRIES):  # on a busy machine soffice may end while it starts
            if self._process is not None and self._process.poll() is not None:
                self._start()
            done = subprocess.run(
                [SYSTEM_PYTHON, str(CLIENT), self._pipe], input=json.dumps(request),
                capture_output=True, encoding="utf-8", timeout=120,
            )
            if done.returncode == 0:
                break
        assert done.returncode == 0, f"{done.returncode}: {done.stderr}"
        sheets: dict[str, dict[str, dict[str, Any]]] = json.loads(done.stdout)["sheets"]
        return sheets


# --- pages ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pages:
    """The pages of a PDF: their text and their pixels."""

    path: Path

    def text(self, page: int | None = None) -> str:
        which = [] if page is None else ["-f", str(page), "-l", str(page)]
        done = subprocess.run(["pdftotext", "-layout", *which, str(self.path), "-"],
                              capture_output=True, check=True)
        return done.stdout.decode("utf-8")

    def count(self) -> int:
        done = subprocess.run(["pdfinfo", str(self.path)], capture_output=True, check=True)
        line = next(li for li in done.stdout.decode().splitlines() if li.startswith("Pages:"))
        return int(line.split()[1])

    def colours(self, page: int) -> dict[Colour, int]:
        """How many pixels of each colour a page has, at 60 dots an inch."""
        done = subprocess.run(
            ["pdftoppm", "-r", "60", "-f", str(page), "-l", str(page), str(self.path)],
            capture_output=True, check=True,
        )
        magic, width, height, _, pixels = done.stdout.split(maxsplit=4)
        size = int(width) * int(height) * 3
        # One byte of white space ends the header; a pixel byte may look like white space too.
        pixels = done.stdout[-size:]
        assert magic == b"P6"
        found: dict[Colour, int] = {}
        for at in range(0, size, 3):
            colour = (pixels[at], pixels[at + 1], pixels[at + 2])
            found[colour] = found.get(colour, 0) + 1
        return found


def rgb(colour: str) -> Colour:
    """`FCE8E6` as three numbers."""
    return int(colour[:2], 16), int(colour[2:4], 16), int(colour[4:], 16)
