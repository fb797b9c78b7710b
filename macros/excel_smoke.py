"""A check with real Excel: `python -m macros.excel_smoke`. Takes about two minutes.

What no other program can show. Makes an example store and a planner in a temporary folder, opens
Excel, does what each button does, presses one through VBA, tries the cell functions (Windows), and
prints for each step whether it passed. Your own store, settings and workbooks are not touched.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from macros import buttons, jobs, settings
from workbook.errors import OpsheetError

if TYPE_CHECKING:
    import xlwings

TEMPLATES = ("weekly_report", "daily_check")
MARKETS = ("US", "DE")  # of the example store
_NOTE = "smoke: =1+1 00123"
_PATIENCE = 60.0  # seconds for a button pressed through VBA; on macOS it returns at once


class Failed(Exception):
    """A step that did not pass, and why."""


@dataclass(slots=True)
class Smoke:
    """The planner that is open, the store behind it, and what to look for in it."""

    context: jobs.Context
    path: Path
    start: Callable[[], xlwings.App]
    on_windows: bool = sys.platform == "win32"
    app: Any = None
    book: Any = None

    def steps(self) -> Iterator[tuple[str, Callable[[], str]]]:
        """Each step in order; it returns a remark or raises."""
        yield "Excel starts", self.starts
        yield "the planner opens, with its status cell", self.opens
        yield "Import reports", self.imports
        yield "Weekly report: sheets are drawn, numbers are right", self.refreshes
        yield "what is typed stays with its row, and stays text", self.keeps_notes
        yield "Refresh all", self.refreshes_all
        yield "Undo last refresh", self.undoes
        yield "a button pressed through VBA", self.runs_vba
        if self.on_windows:
            yield "cell functions", self.computes
        yield "the planner is saved and opens again", self.saves

    # --- one step each --------------------------------------------------------------------

    def starts(self) -> str:
        self.app = self.start()
        return f"version {self.app.version}"

    def opens(self) -> str:
        self.book = self.app.books.open(str(self.path))
        self.book.set_mock_caller()
        return f"'{self.status()}'; did Excel ask to repair it? Then see docs/excel.md"

    def imports(self) -> str:
        return self.pressed(buttons.import_reports, "Imported")

    def refreshes(self) -> str:
        before = len(self.book.sheets)
        said = self.pressed(lambda: buttons.refresh("weekly_report"), "Refreshed")
        sheet, row, sku, value = self.top_row()
        if len(self.book.sheets) <= before:
            raise Failed("no sheet was added")
        return f"{said}; {sku} sold {value:,.2f} in '{sheet.name}' row {row + 1}"

    def keeps_notes(self) -> str:
        self.note().value = _NOTE
        self.pressed(lambda: buttons.refresh("weekly_report"), "Refreshed")
        if (found := self.note().value) != _NOTE:
            raise Failed(f"the note now says {found!r}")
        return ""

    def refreshes_all(self) -> str:
        said, many = self.pressed(buttons.refresh_all, "Refreshed"), len(TEMPLATES)
        if f"{many} of {many}" not in said:
            raise Failed(said)
        return said

    def undoes(self) -> str:
        return self.pressed(buttons.undo_refresh, "Undone")

    def runs_vba(self) -> str:
        before = self.status()
        self.book.macro("OpsRefresh_weekly_report")()
        until = time.monotonic() + _PATIENCE
        while self.status() == before and time.monotonic() < until:
            time.sleep(1)
        if not self.status().startswith("Refreshed") or self.status() == before:
            raise Failed(f"the status cell says '{self.status()}'; `opsheet excel install --check`")
        return self.status()

    def computes(self) -> str:
        from macros.functions import OPS_METRIC, OPS_TOP

        week = self.week()
        sheet = self.book.sheets.add("smoke")
        sheet.range("A1").formula = f'=OPS_METRIC("ordered_sales","{week}","US")'
        sheet.range("A2:C4").formula_array = f'=OPS_TOP("ordered_sales","sku","{week}",3,"US")'
        expected = [OPS_METRIC("ordered_sales", week, "US"),
                    OPS_TOP("ordered_sales", "sku", week, 3, "US")]
        found = [sheet.range("A1").value, sheet.range("A2:C4").value]
        if found != expected:
            raise Failed(f"{found} instead of {expected}")
        return str(found[0])

    def saves(self) -> str:
        self.book.save()
        self.book.close()
        self.book = self.app.books.open(str(self.path))
        return f"'{self.status()}'"

    # --- what they look at ----------------------------------------------------------------

    def status(self) -> str:
        return str(self.book.names["ops_status"].refers_to_range.value)

    def pressed(self, press: Callable[[], None], word: str) -> str:
        """What the status cell says after a press."""
        press()
        if not self.status().startswith(word):
            raise Failed(f"the status cell says '{self.status()}'")
        return self.status()

    def week(self) -> str:
        return jobs.last_closed_week(self.context, MARKETS).label()

    def top_row(self) -> tuple[Any, int, str, float]:
        """Sheet and row (from 0 on) of the best-selling SKU, with the store's own number."""
        answer = jobs.metrics(self.context, ["ordered_sales"], period=self.week(), by=["sku"],
                              marketplace="US")
        best = answer.groups[0][1][0]
        sku, value = str(best.key[0]), float(str(best.cells[0].value))
        for sheet in self.book.sheets:
            for number, row in enumerate(self.grid(sheet)):
                if sku in row and any(isinstance(cell, int | float) and abs(cell - value) < 0.005
                                      for cell in row):
                    return sheet, number, sku, value
        raise Failed(f"no row says that {sku} sold {value:,.2f}")

    def note(self) -> Any:
        """The yellow cell for a note in that row."""
        sheet, number, _, _ = self.top_row()
        for row in reversed(self.grid(sheet)[:number]):
            if "Note" in row:
                return sheet.range((number + 1, row.index("Note") + 1))
        raise Failed(f"'{sheet.name}' has no column Note")

    @staticmethod
    def grid(sheet: Any) -> list[list[Any]]:
        """All cells from A1 on."""
        last = sheet.used_range.last_cell
        values = sheet.range((1, 1), (last.row, last.column)).options(ndim=2).value
        return list(values)


def prepared(folder: Path) -> tuple[jobs.Context, Path]:
    """An example store's reports up to the week that closed last, and an empty planner."""
    from macros.example_store import generate
    from macros.planner import About
    from macros.vba.make import planner

    week = jobs.last_closed_week(jobs.Context(settings.Settings(), jobs.utc_now()), MARKETS)
    generate(folder / "reports", skus=20, weeks=8, end=week.end)
    rules = (folder / "reports" / settings.FILE).read_text("utf-8")
    (folder / settings.FILE).write_text(
        f'store_path = "smoke.duckdb"\ninbox = ["reports"]\n{rules}', "utf-8")
    for name in [name for name in os.environ if name.startswith("OPSHEET_")]:
        del os.environ[name]  # the buttons do not see them either
    context = jobs.Context(settings.load(folder), jobs.utc_now())
    path = folder / "planner.xlsm"
    path.write_bytes(planner(context, About("en", templates=TEMPLATES)).data)
    return context, path


def run(smoke: Smoke) -> int:
    """Prints each step; returns how many did not pass. Nothing goes on without a workbook."""
    failed = 0
    for name, step in smoke.steps():
        try:
            remark, result = step(), "pass"
        except (Exception, SystemExit) as error:
            said = error.lines() if isinstance(error, OpsheetError) else [str(error)]
            remark, result = f"{type(error).__name__}: {' '.join(said)}", "FAIL"
            failed += 1
        print(f"{result}  {name}" + (f": {remark}" if remark else ""), flush=True)
        if smoke.book is None and failed:
            break
    return failed


def main() -> int:
    from macros import excel_install

    machine = excel_install.this_machine()
    for check in excel_install.checks(machine):
        print(f"{check.health.value:<4}  {check.name}: {check.message}")
    if not machine.has_excel or machine.version("xlwings") is None:
        print("Run it on the Windows PC or Mac that has Excel and xlwings.")
        return 1
    import xlwings

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        smoke = Smoke(*prepared(Path(folder).resolve()),
                      lambda: xlwings.App(visible=True, add_book=False))
        failed = run(smoke)
        if smoke.app is not None:
            input("Look at the planner, then press Enter to close Excel without saving. ")
            smoke.app.kill()
    print(f"{failed} steps failed." if failed else "All passed. Now the list in docs/excel.md.")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
