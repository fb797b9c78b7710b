"""A file of NAME=VALUE lines for a process that nobody's shell starts: webhooks, passwords."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from workbook.errors import SettingsError

_LINE = re.compile(r"(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*)")


def take(path: Path) -> None:
    """Puts the file's variables into the environment, over those that are there.

    Raises:
        SettingsError: as `read`.
    """
    os.environ.update(read(path))


def read(path: Path) -> dict[str, str]:
    """The file's variables.

    Raises:
        SettingsError: it cannot be read, others can read it, or a line is none; shows no value.
    """
    path = path.expanduser()
    try:
        mode, text = path.stat().st_mode, path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise SettingsError(f"The file of variables cannot be read: {reason}.", str(path),
                            "Write NAME=VALUE lines into it.") from None
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise SettingsError("Others can read the file of variables.", str(path),
                            f"Run: chmod 600 '{path}'")
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _LINE.fullmatch(line.strip())
        if match is None:
            raise SettingsError("This line sets no variable.", f"{path}, line {number}",
                                "Write NAME=VALUE.")
        value = match[2].strip()
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        found[match[1]] = value
    return found
