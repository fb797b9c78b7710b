"""What all tests share: the marks, a quiet environment, and the example store, imported once."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

# The Tuesday after the example store's last Sunday: every marketplace's week is over.
NOW = dt.datetime(2026, 11, 17, 12, 0)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that need LibreOffice are skipped where it is not installed."""
    if shutil.which("soffice"):
        return
    skip = pytest.mark.skip(reason="LibreOffice is not installed")
    for item in items:
        if item.get_closest_marker("soffice"):
            item.add_marker(skip)


@pytest.fixture(scope="session", autouse=True)
def quiet_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test sees the user's own settings, store or log, nor writes there."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("OPSHEET_")]:
            patch.delenv(name)
        patch.setenv("XDG_DATA_HOME", str(home / "data"))
        patch.setenv("XDG_STATE_HOME", str(home / "state"))
        yield


@dataclass(frozen=True)
class Example:
    """The example store on disk, the truth behind it, and what its import said."""

    folder: Path
    ledger: Any
    kpis: dict[str, Any]
    context: Any  # macros.jobs.Context
    outcomes: tuple[Any, ...]  # sync.store.imports.Outcome, one a file


@pytest.fixture(scope="session")
def example(
    quiet_environment: None, tmp_path_factory: pytest.TempPathFactory
) -> Example:
    """The example store, generated and imported once a worker. Read it only; never undo in it."""
    from macros import jobs, settings
    from macros.example_store import expected, generate

    place = tmp_path_factory.mktemp("example")
    folder = place / "Northwind Home"
    ledger = generate(folder)
    downloaded = dt.datetime(2026, 11, 17, 8, tzinfo=dt.UTC).timestamp()
    for path in folder.rglob("*"):
        os.utime(path, (downloaded, downloaded))
    context = jobs.Context(
        settings.load(folder, {"OPSHEET_STORE": str(place / "example.duckdb")}), NOW
    )
    outcomes = tuple(jobs.import_paths(context, [folder]))
    return Example(folder, ledger, expected(ledger), context, outcomes)


Run = Callable[..., Result]


@pytest.fixture
def opsheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command line in this process, with a store of the test's own, at `NOW`."""
    from macros import jobs
    from macros.cli.app import app

    monkeypatch.setenv("OPSHEET_STORE", str(tmp_path / "own.duckdb"))
    monkeypatch.setattr(jobs, "utc_now", lambda: NOW)
    monkeypatch.chdir(tmp_path)

    def run(*words: str | Path, **options: Any) -> Result:
        return CliRunner().invoke(app, [str(word) for word in words], **options)

    return run


@pytest.fixture
def on_example(example: Example, opsheet: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`opsheet` in the example store's folder, with its store. For reading only."""
    monkeypatch.setenv("OPSHEET_STORE", str(example.context.settings.store_path))
    monkeypatch.chdir(example.folder)
    return opsheet
