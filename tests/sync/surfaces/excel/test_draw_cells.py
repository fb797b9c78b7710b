"""Areas of equal looks and number formats, without a spreadsheet program."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sync.surfaces.excel.draw_cells import areas

SPOTS = st.sets(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=40)


@given(SPOTS)
def test_areas_cover_each_spot_once_and_nothing_else(spots: set[tuple[int, int]]) -> None:
    covered = [(row, column) for top, left, bottom, right in areas(spots)
               for row in range(top, bottom + 1) for column in range(left, right + 1)]
    assert sorted(covered) == sorted(spots)


@given(st.integers(1, 9), st.integers(1, 9))
def test_a_block_is_one_area(rows: int, columns: int) -> None:
    block = {(row, column) for row in range(rows) for column in range(columns)}
    assert areas(block) == [(0, 0, rows - 1, columns - 1)]


def test_runs_along_rows_where_these_are_fewer() -> None:
    stripes = {(row, column) for row in (0, 2, 4) for column in range(7)}
    assert areas(stripes) == [(0, 0, 0, 6), (2, 0, 2, 6), (4, 0, 4, 6)]
