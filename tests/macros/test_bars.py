"""Names with a bar in them: "Sale | autumn" is one part of a key, on every sheet."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from macros import jobs
from macros.fill import Request, fill
from macros.settings import load
from sync.reports import all_kinds, kind_named
from sync.store import typed as history
from sync.surfaces.memory import Memory
from templates import all_templates
from tests.conftest import Example
from workbook.inputs import TOPICS, key_of, parts_of
from workbook.report import Type

BARRED = "Sale | autumn"
FITS = {Type.DATE: "2026-11-09", Type.MONTH: "2026-11", Type.COUNT: "5", Type.NUMBER: "0.5",
        Type.MONEY: "5.00", Type.SHARE: "5%", Type.MARKETPLACE: "US", Type.CURRENCY: "USD"}


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
                .filter(lambda part: "%7C" not in part), min_size=1))
def test_the_parts_of_a_key_come_back(parts: list[str]) -> None:
    assert parts_of(key_of(*parts)) == parts


def table(folder: Path, topic: str) -> Path:
    """A table of the user's with one row; every text in it has a bar."""
    columns = kind_named(topic).sections[0].columns
    known = {"kpi": "acos", "rule": "acos", "which": "target"}
    path = folder / f"{topic}.csv"
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow([column.name for column in columns])
        rows.writerow([FITS.get(c.type) or known.get(c.name, BARRED) for c in columns])
    return path


@pytest.fixture(scope="module")
def context(example: Example, tmp_path_factory: pytest.TempPathFactory) -> jobs.Context:
    """The example store with a row of bars in each table of the user's."""
    folder = tmp_path_factory.mktemp("bars")
    store = folder / "bars.duckdb"
    shutil.copy(example.context.settings.store_path, store)
    made = jobs.Context(load(folder, {"OPSHEET_STORE": str(store)}), example.context.now)
    own = [kind.name for kind in all_kinds() if kind.name in TOPICS]
    assert len(own) > 8
    for outcome in jobs.import_paths(made, [table(folder, topic) for topic in own],
                                     store="Northwind Home"):
        assert outcome.status in ("imported", "replaced") and outcome.rows == 1, outcome
    return made


def test_a_bar_in_a_name_is_read_back(context: jobs.Context) -> None:
    with context.database.session() as con:
        known = history.read(con, "Northwind Home")
    said = {topic for topic, key, _ in known.entries if BARRED in parts_of(key)}
    assert {"events", "overhead"} & said
    for topic, key, _ in known.entries:
        if topic in TOPICS:
            assert len(parts_of(key)) == len(TOPICS[topic].key), key


@pytest.mark.parametrize("template", [template.name for template in all_templates()])
def test_every_sheet_is_filled(context: jobs.Context, template: str) -> None:
    receipt = fill(context, Request(template, store="Northwind Home"), Memory())
    assert receipt.cells
