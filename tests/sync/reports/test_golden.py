"""Each kind reads its golden inputs as the JSON beside them says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sync.reports import all_kinds
from tests.golden.outcome import expected_path, inputs, outcome


@pytest.mark.parametrize("path", inputs(), ids=lambda p: f"{p.parent.name}/{p.name}")
def test_reads_as_before(path: Path) -> None:
    """After a wanted change: python -m tests.golden.update, then read the difference."""
    assert outcome(path) == expected_path(path).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", inputs(), ids=lambda p: f"{p.parent.name}/{p.name}")
def test_is_of_the_kind_of_its_folder_and_whole(path: Path) -> None:
    (table,) = json.loads(expected_path(path).read_text(encoding="utf-8"))
    assert table["kind"] == path.parent.name
    assert table["rows"] and not table["rejected"]
    assert all(stated == lines for _, stated, lines in table["tie_out"])


def test_every_kind_has_a_golden_input() -> None:
    assert {kind.name for kind in all_kinds()} == {path.parent.name for path in inputs()}
