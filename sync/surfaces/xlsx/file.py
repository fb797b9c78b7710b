"""One xlsx file: what people typed is read, then the file is replaced in one step."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sync.store import durable
from sync.surfaces import Receipt
from sync.surfaces.xlsx.place import Places, quoted
from sync.surfaces.xlsx.typed import META_SHEET, read_typed
from workbook.errors import SurfaceError
from workbook.plan import Plan, State
from workbook.template import Block, Kind


class XlsxFile:
    """A workbook file that Opsheet made, or will make.

    Args:
        path: ends with .xlsx.
        blocks: the blocks whose typed cells are to be read, by id.
    """

    def __init__(self, path: Path, blocks: Mapping[str, Block]) -> None:
        if path.suffix.lower() != ".xlsx":
            raise SurfaceError(f"'{path.name}' is no .xlsx file.", str(path),
                               "Give a name that ends with .xlsx.")
        self.path, self._blocks = path, blocks
        self._seen: tuple[int, int] | None = None

    def read(self) -> State:
        """What people typed; empty where the file does not exist yet.

        Raises:
            SurfaceError: open elsewhere, damaged, or not made by Opsheet.
        """
        _refuse_if_open(self.path)
        if not self.path.exists():
            return State()
        self._seen = _stamp(self.path)
        state, _ = read_typed(self.path, self._blocks)
        return state

    def apply(self, plan: Plan) -> Receipt:
        """Writes the plan: the file is the old one or the new one, never anything between.

        Raises:
            SurfaceError: open elsewhere, changed since it was read, or the folder refuses it.
        """
        import xlsxwriter

        from sync.surfaces.xlsx.draw import draw

        buffer = io.BytesIO()
        book = xlsxwriter.Workbook(buffer, {
            "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
            "default_date_format": "yyyy-mm-dd",
        })
        cells = draw(book, plan)
        _meta(book, plan)
        book.set_calc_mode("auto")
        book.close()
        _refuse_if_open(self.path)
        if self.path.exists() and self._seen != _stamp(self.path):
            raise SurfaceError("The workbook was changed while it was being filled.", str(self.path),
                               "Nothing was written; run the fill again.")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            durable.write_atomically(self.path, buffer.getvalue())
        except OSError as error:
            raise SurfaceError(f"The workbook cannot be written: {error.strerror}.", str(self.path),
                               "Close it elsewhere, or choose a folder you may write to.") from None
        return Receipt(str(self.path), cells, _notes(plan))


def _notes(plan: Plan) -> tuple[str, ...]:
    if not plan.unplaced:
        return ()
    return (f"{len(plan.unplaced)} typed cells have lost their row and stand on the Left over tab.",)


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_size


def _refuse_if_open(path: Path) -> None:
    """Excel, LibreOffice and WPS leave a mark beside a file that they have open."""
    marks = {
        f"~${path.name}": "Excel", f"~${path.name[2:]}": "Excel",
        f".~lock.{path.name}#": "LibreOffice", f".~{path.name}": "WPS",
    }
    for mark, program in marks.items():
        if (path.parent / mark).exists():
            raise SurfaceError(
                f"The workbook is open in {program}.", str(path),
                f"Close it and run again. (If nobody has it open, delete '{mark}' beside it.)",
            )
    if path.exists():
        try:
            with path.open("r+b"):
                pass
        except OSError:
            raise SurfaceError("The workbook is open elsewhere or write-protected.", str(path),
                               "Close it, or give another file name with --to.") from None


def _meta(book: Any, plan: Plan) -> None:
    """What the workbook says of itself, on a sheet that people do not see, and its names."""
    sheet = book.add_worksheet(META_SHEET)
    sheet.very_hidden()
    places = Places(plan)
    facts = {
        "opsheet": "1", "template": plan.template.name, "lang": plan.lang,
        "period": str(plan.period), "sheets": "\n".join(tab.title for tab in plan.tabs),
    }
    date = book.add_format({"num_format": "yyyy-mm-dd"})
    for row, (name, text) in enumerate(facts.items()):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, text)
    for row, (name, value) in enumerate(plan.names.items(), start=len(facts)):
        sheet.write_string(row, 0, name)
        if isinstance(value, str):
            sheet.write_string(row, 1, value)
        else:
            sheet.write_datetime(row, 1, value, date)
        book.define_name(name, f"={META_SHEET}!$B${row + 1}")
    for tab in plan.tabs:
        for planned in tab.blocks:
            if planned.block.kind is Kind.CARDS and planned.group:
                for card in planned.rows:
                    spot = places.spot(planned.id, card.key, "value")
                    book.define_name(f"ops_{card.key}_{planned.group.marketplace}",
                                     f"={quoted(spot.sheet)}!{spot.a1()}")
    book.set_custom_property("opsheet", plan.template.name)


