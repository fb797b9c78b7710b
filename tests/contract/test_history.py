"""Any order of what people do to their workbooks and tables, against the model of `Desk`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from tests.contract.history import CELLS, KEYS, WEEKS, Desk

WHICH = st.integers(0, 2)  # of the workbooks that are there
ALL = frozenset(sum(KEYS.values(), ()))
VALUES = {"done": st.sampled_from(["yes", "no", "是", "later", None]),
          "target": st.sampled_from([1, 2, 3, "4", None]),
          "value": st.sampled_from([500, 510, 520, None])}
TYPE = st.sampled_from(CELLS).flatmap(lambda cell: st.tuples(
    st.just("type"), WHICH, st.just(cell), VALUES[cell[2]], st.sampled_from([0, 0, 30])))
FILL = st.tuples(st.just("fill"), WHICH, st.sampled_from(WEEKS), st.sampled_from(["en", "zh"]),
                 st.sets(st.sampled_from(sorted(ALL)), min_size=2).map(frozenset) | st.just(ALL))
OTHER = st.one_of(
    st.tuples(st.just("new")),
    st.tuples(st.just("copy"), WHICH, st.booleans()),
    st.tuples(st.just("import"), st.sampled_from(CELLS), st.integers(1, 4),
              st.sampled_from(WEEKS)),
    st.tuples(st.just("undo"), st.integers(1, 3)),
    st.tuples(st.just("rearrange"), WHICH, st.sampled_from(["sort", "tab"])),
)
STEPS = st.lists(st.one_of(TYPE, TYPE, FILL, FILL, OTHER), max_size=25)


def play(desk: Desk, steps: list[tuple[Any, ...]]) -> None:
    desk.new_book()
    for what, *how in steps:
        if what == "new" and len(desk.books) < 3:
            desk.new_book()
        elif what == "import":
            desk.import_table(*how)
        elif what == "undo" and how[0] <= desk.imports:
            desk.undo(how[0])
        elif what in ("type", "fill", "copy", "rearrange"):
            book = desk.books[how[0] % len(desk.books)]
            if what == "type":
                value = {"是": "yes", "4": 4}.get(how[2], how[2])
                desk.type_in(book, how[1], how[2], how[3])
                book.typed |= {how[1]: value} if how[1] in book.typed else {}
            elif what == "fill":
                desk.fill(book, *how[1:])
            elif what == "rearrange":
                desk.rearrange(book, how[1])
            elif how[1] or len(desk.books) < 3:
                desk.copy(book, renamed=how[1])
    for book in desk.books:
        desk.fill(book, WEEKS[2], "en", ALL)


IPI = ("health", "US|ipi", "value")


@given(STEPS)
@settings(max_examples=300, deadline=None)
@example([("new",), ("fill", 1, WEEKS[2], "en", ALL), ("type", 1, IPI, 520, 0),
          ("type", 0, IPI, 520, 0)])  # the same, said of a later day earlier than of an earlier one
def test_any_order_of_steps_in_memory(steps: list[Any]) -> None:
    play(Desk(), steps)


@given(STEPS)
@settings(max_examples=8, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate),
          suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_of_steps_in_files(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Any]
) -> None:
    play(Desk(tmp_path_factory.mktemp("desk")), steps)


def test_the_steps_reach_what_they_are_for(tmp_path: Path) -> None:
    """Two files disagree, one is renamed, a table is taken back: on real files, by hand."""
    desk = Desk(tmp_path)
    first, second = desk.new_book(), desk.new_book()
    cell = CELLS[0]
    desk.type_in(first, cell, 1, 0)
    desk.type_in(second, cell, 2, 0)
    for book in (second, first):
        desk.fill(book, WEEKS[1], "en", ALL)
        assert book.shows[cell] == 2
    desk.import_table(cell, 4, WEEKS[1])
    desk.copy(first, renamed=True)
    desk.fill(first, WEEKS[1], "zh", ALL)
    assert first.shows[cell] == 4
    desk.undo(1)
    desk.fill(first, WEEKS[1], "en", ALL)
    assert first.shows[cell] == 2
