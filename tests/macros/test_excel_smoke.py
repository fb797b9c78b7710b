"""The smoke script, as far as LibreOffice stands in for Excel: all but VBA and cell functions."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from macros import jobs
from macros.excel_smoke import Failed, Smoke, prepared, run
from tests.soffice.office import has_uno

pytest.importorskip("xlwings")
pytest_plugins = ["tests.soffice.engine.fixtures"]


@pytest.mark.slow
@pytest.mark.soffice
@pytest.mark.skipif(not has_uno(), reason="LibreOffice with Python (python3-uno) is not here")
def test_every_step_without_vba_passes(
    excel: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import xlwings

    monkeypatch.setattr(jobs, "utc_now", lambda: dt.datetime(2026, 11, 25, 12))
    monkeypatch.setattr(Smoke, "runs_vba", lambda self: "not here")
    context, path = prepared(tmp_path)
    smoke = Smoke(context, path, lambda: xlwings.apps.active, on_windows=False)
    failed = run(smoke)
    assert not failed, capsys.readouterr().out


def test_a_step_that_fails_is_told_and_the_next_ones_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def wrong() -> str:
        raise Failed("the note is gone")

    def ended() -> str:
        raise SystemExit("Excel does not listen")

    monkeypatch.setattr(Smoke, "steps", lambda self: iter(
        [("a", lambda: "fine"), ("b", wrong), ("c", ended), ("d", lambda: "")]))
    smoke = Smoke(None, Path("x"), lambda: None, book="open")  # type: ignore[arg-type]
    assert run(smoke) == 2
    assert capsys.readouterr().out.splitlines() == [
        "pass  a: fine", "FAIL  b: Failed: the note is gone",
        "FAIL  c: SystemExit: Excel does not listen", "pass  d"]
    assert run(Smoke(None, Path("x"), lambda: None)) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize(("now", "sunday"), [
    (dt.datetime(2026, 11, 16, 3), dt.date(2026, 11, 8)),  # still Sunday in Los Angeles
    (dt.datetime(2026, 11, 16, 20), dt.date(2026, 11, 15)),
    (dt.datetime(2026, 11, 22, 12), dt.date(2026, 11, 15)),
])
def test_the_example_s_last_week_is_the_one_that_buttons_fill(
    now: dt.datetime, sunday: dt.date, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends: list[dt.date] = []

    def generate(folder: Path, **options: Any) -> None:
        ends.append(options["end"])
        folder.mkdir()
        (folder / "opsheet.toml").write_text('store = "N"\n', "utf-8")

    monkeypatch.setattr(jobs, "utc_now", lambda: now)
    monkeypatch.setattr("macros.example_store.generate", generate)
    monkeypatch.setenv("OPSHEET_LANG", "zh")  # of whoever runs it; the buttons do not see it
    context, _ = prepared(tmp_path)
    assert ends == [sunday] and context.settings.lang == "en"
    assert context.settings.store_path == tmp_path / "smoke.duckdb"
    assert context.settings.inbox == (tmp_path / "reports",)
