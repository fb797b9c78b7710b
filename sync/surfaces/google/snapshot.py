"""A local copy of what people typed, taken before each write; the newest few are kept."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from sync.store import durable
from workbook.plan import State

KEPT = 20


def folder() -> Path:
    """Beside the default store."""
    import platformdirs

    return Path(platformdirs.user_data_dir("opsheet", appauthor=False)) / "google"


def keep(where: Path, spreadsheet: str, state: State) -> Path | None:
    """Writes what was typed as JSON, readable by its owner only; None where nothing was."""
    if not state.typed:
        return None
    rows: list[Any] = [[*place, type(value).__name__, str(value)]
                       for place, value in sorted(state.typed.items(), key=str)]
    home = where / spreadsheet
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = home / f"{dt.datetime.now(dt.UTC):%Y%m%d-%H%M%S-%f}.json"
    text = json.dumps({"spreadsheet": spreadsheet, "typed": rows}, ensure_ascii=False, indent=0)
    older = sorted(home.glob("*.json"))
    if older and json.loads(older[-1].read_text("utf-8"))["typed"] == rows:
        return older[-1]
    durable.write_atomically(target, text.encode())
    target.chmod(0o600)
    for old in older[: max(0, len(older) + 1 - KEPT)]:
        old.unlink(missing_ok=True)
    return target
