"""`--computed`: values of people's own formulas, reckoned by LibreOffice where it is installed.

Our formulas carry their values already. Those of people lose theirs when numbers change, and get
new ones when Excel opens the file; previews and imports into Feishu show none until then. So a copy
is computed by LibreOffice, and its values are put into our file. Its own file is never kept.
"""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from sync.ooxml import Workbook
from sync.ooxml.cached import take_values
from sync.store import durable
from workbook.errors import SurfaceError

SECONDS = 180  # after which LibreOffice is taken to hang
_ELSEWHERE = {
    "darwin": ["/Applications/LibreOffice.app/Contents/MacOS/soffice"],
    "win32": [r"C:\Program Files\LibreOffice\program\soffice.exe",
              r"C:\Program Files (x86)\LibreOffice\program\soffice.exe"],
}
# 0: every formula is computed anew when a workbook of another program is opened.
_RECALCULATE = "".join(
    f'<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="{name}" '
    'oor:op="fuse"><value>0</value></prop></item>'
    for name in ("OOXMLRecalcMode", "ODFRecalcMode")
)
_PROFILE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items '
    'xmlns:oor="http://openoffice.org/2001/registry" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema" '
    f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{_RECALCULATE}</oor:items>\n'
)


def office() -> str:
    """The LibreOffice of this machine.

    Raises:
        SurfaceError: there is none.
    """
    found = shutil.which("soffice") or shutil.which("libreoffice")
    found = found or next((p for p in _ELSEWHERE.get(sys.platform, []) if Path(p).exists()), None)
    if found is None:
        raise SurfaceError("--computed needs LibreOffice, which is not installed.", "",
                           "Install it (libreoffice.org), or fill without --computed: Excel "
                           "computes the values when it opens the file.")
    return found


def with_values(data: bytes) -> tuple[bytes, int]:
    """A workbook with values for formulas that had none, and how many got one.

    Raises:
        SurfaceError: LibreOffice is missing, or could not open the workbook.
    """
    program = office()
    with tempfile.TemporaryDirectory(prefix="opsheet-") as name:
        folder = Path(name)
        copy = folder / "copy.xlsx"
        copy.write_bytes(data)
        computed = _convert(program, copy, folder)
        with Workbook(io.BytesIO(data)) as book, Workbook.open(computed) as other:
            count = take_values(book.content, other.content)
            out = io.BytesIO()
            book.save(out)
    return (out.getvalue() if count else data), count


def compute_file(path: Path) -> int:
    """The same for a workbook on disk, which is replaced in one step; how many got a value.

    Raises:
        SurfaceError: as `with_values`, or the file was opened or changed meanwhile.
    """
    from sync.surfaces.xlsx.file import refuse_if_open, stamp

    seen = stamp(path)
    data, count = with_values(path.read_bytes())
    refuse_if_open(path)
    if stamp(path) != seen:
        raise SurfaceError("The workbook was changed while LibreOffice computed it.", str(path),
                           "It is filled; run it again for the values of your own formulas.")
    if count:
        durable.write_atomically(path, data)
    return count


def _convert(program: str, source: Path, folder: Path) -> Path:
    """LibreOffice's copy; a fresh profile may make it end with 81: it wants to be started again."""
    user = folder / "profile" / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
    target = folder / "computed" / source.name
    command = [program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
               "--norestore", "--nologo", "--nodefault", "--convert-to", "xlsx",
               "--outdir", str(target.parent), str(source)]
    for _ in range(2):
        _run(command)
        if target.exists():
            return target
    raise SurfaceError("LibreOffice could not compute the workbook.", "",
                       "Fill without --computed: Excel computes the values when it opens the file.")


def _run(command: list[str]) -> None:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               start_new_session=True)
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)  # the program behind the starter as well
        else:
            process.kill()
        process.wait()
        raise SurfaceError(f"LibreOffice has not answered for {SECONDS} seconds.", "",
                           "Run it again, or fill without --computed.") from None
