"""Random edits: what two other readers find is what was set, and nothing else changed."""

from __future__ import annotations

import datetime as dt
import io
import tempfile
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped,unused-ignore]
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from sync.ooxml import ProtectedPlaceError, Workbook
from sync.ooxml.refs import letters
from sync.ooxml.values import unescape_text
from tests.sync.ooxml.corpus import BUILDERS
from tests.sync.ooxml.gate_compare import losses
from tests.sync.ooxml.gate_faults import faults

warnings.filterwarnings("ignore", module="openpyxl")
TEXT = st.text(
    st.characters(min_codepoint=9, max_codepoint=0x2FFF, blacklist_categories=["Cs", "Cc"]),
    max_size=20,
)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**50), 2**50),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    TEXT,
    st.sampled_from(["=1+1", "@x", "-3", "_x000D_", " a ", "line\nbreak"]),
    st.dates(dt.date(1950, 1, 1), dt.date(2100, 1, 1)),
    st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2100, 1, 1)).map(
        lambda moment: moment.replace(microsecond=0)
    ),
)
EDITS = st.dictionaries(
    st.tuples(st.integers(1, 12), st.integers(1, 10)), VALUES, min_size=1, max_size=50
)


@cache
def source(name: str) -> str:
    path = str(Path(tempfile.mkdtemp(prefix="opsheet-corpus-")) / f"{name}.xlsx")
    BUILDERS[name](path)
    return path


def apply(path: str, edits: dict[tuple[int, int], Any], target: str) -> tuple[str, dict[Any, Any]]:
    """Set the cells; returns the sheet's part and what was taken."""
    done = {}
    with Workbook.open(path) as book:
        sheet = book.sheet_names[0]
        for (row, col), value in edits.items():
            try:
                book.set(sheet, f"{letters(col)}{row}", value)
            except ProtectedPlaceError:
                continue
            done[row, col] = value
        with open(target, "wb") as file:
            book.save(file)
        return book.content.sheet(sheet).part.casefold(), done


def same(value: Any, found: Any) -> bool:
    """Readers return dates as moments, blanks as empty text, whole floats as integers."""
    if value is None or value == "":
        return found in (None, "")
    if isinstance(value, dt.date):
        if isinstance(found, dt.datetime) and not isinstance(value, dt.datetime):
            found = found.date()
        if isinstance(found, dt.datetime) and isinstance(value, dt.datetime):
            return abs(found - value) < dt.timedelta(seconds=1)
        if type(value) is dt.datetime and value.time() == dt.time():
            return bool(found == value.date())
        return bool(found == value)
    if isinstance(value, bool):
        return found is value
    if isinstance(value, (int, float)):
        return isinstance(found, (int, float)) and float(found) == pytest.approx(float(value))
    return bool(found == value)


@pytest.mark.parametrize(
    "name",
    ["shared_formulas", "dynamic_arrays", "tables", "prefixed", "without_places", "dates_1904",
     "odd_xml", "row_and_column_styles"],
)  # fmt: skip
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(edits=EDITS)
def test_fifty_edits(name: str, edits: dict[tuple[int, int], Any], tmp_path: Path) -> None:
    """openpyxl and calamine read what was set; the gate finds no loss and no new fault."""
    path, target = source(name), str(tmp_path / "after.xlsx")
    if name == "dates_1904":  # a date's cell there: calamine panics on numbers beyond its dates
        edits.pop((1, 6), None)
    part, done = apply(path, edits, target)
    assert losses(path, target, {part: done}) == []
    assert faults(target) - faults(path) == set()
    data = Path(target).read_bytes()
    peer = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    grid = rows.to_python(skip_empty_area=False)
    for (row, col), value in done.items():
        read = peer.cell(row, col).value
        read = unescape_text(read) if isinstance(read, str) else read  # openpyxl leaves _x005F_
        assert same(value, read), (row, col, value)
        found = grid[row - 1][col - 1] if row <= len(grid) and col <= len(grid[0]) else None
        assert same(value, found), (row, col, value, found)
