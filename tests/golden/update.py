"""`python -m tests.golden.update`: writes what Opsheet makes of each golden input beside it.

Prints what changed. Read the printed lines before you commit them: they are the expectation.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path

from tests.golden import plans
from tests.golden.outcome import FOLDER, expected_path, inputs, outcome


def expectations() -> Iterator[tuple[Path, str]]:
    """Every golden file and the text that it should hold now."""
    for path in inputs():
        yield expected_path(path), outcome(path)
    yield from plans.outcomes()


def main() -> None:
    changed, kept = 0, set()
    for target, now in expectations():
        kept.add(target)
        before = target.read_text(encoding="utf-8") if target.exists() else ""
        if now != before:
            changed += 1
            name = str(target.relative_to(FOLDER.parent))
            lines = difflib.unified_diff(
                before.splitlines(), now.splitlines(), name, name, lineterm="", n=1
            )
            print("\n".join(lines) if before else f"new: {name}")
            target.write_text(now, encoding="utf-8", newline="\n")
    for stale in sorted(set(FOLDER.glob("*/*.json")) - kept):
        changed += 1
        print(f"removed: {stale.relative_to(FOLDER)}")
        stale.unlink()
    print(f"{changed} changed, {len(kept)} in all.")


if __name__ == "__main__":
    main()
