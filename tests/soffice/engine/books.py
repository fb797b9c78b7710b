"""The workbooks open in the application."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from xlwings import XlwingsError, base_classes

from tests.soffice.engine.calls import NoApi, Recorded, failed
from tests.soffice.engine.documents import Document
from tests.soffice.engine.look import SCRIPTS
from tests.soffice.engine.names import Names
from tests.soffice.engine.runtime import options, soffice, url
from tests.soffice.engine.sheets import Sheets

FILTERS = {".xlsx": "Calc MS Excel 2007 XML", ".xlsm": "Calc MS Excel 2007 VBA XML",
           ".xltx": "Calc MS Excel 2007 XML Template", ".xls": "MS Excel 97"}
ALWAYS_EXECUTE_NO_WARN = 4


class Books(Recorded, base_classes.Books):
    """The open workbooks; the one opened last is the active one until another is activated."""

    label = "books"
    app: Any = None  # over the base's property

    def __init__(self, app: Any) -> None:
        self.app = app

    @property
    def api(self) -> Any:
        return NoApi()

    @property
    def _documents(self) -> list[Document]:
        documents: list[Document] = self.app.engine.documents
        return documents

    @property
    def active(self) -> Book:
        if not self._documents:
            raise failed("No workbook is open")
        return Book(self.app, self._documents[-1])

    def __iter__(self) -> Iterator[Book]:
        return iter([Book(self.app, document) for document in self._documents])

    def __len__(self) -> int:
        return len(self._documents)

    def __call__(self, name_or_index: int | str) -> Book:
        for number, document in enumerate(self._documents, start=1):
            if name_or_index in {number, document.name}:
                return Book(self.app, document)
        raise KeyError(name_or_index)

    def _opened(self, address: str, name: str, path: Path | None, **more: Any) -> Book:
        found = soffice().desktop.loadComponentFromURL(
            address, "_blank", 0, options(Silent=True, **more))
        if found is None:
            raise failed(f"Excel cannot open the file '{name}'")
        if self.app.engine.state["calculation"] == "manual":
            found.enableAutomaticCalculation(False)
        self._documents.append(Document(found, name, path))
        return self.active

    def add(self) -> Book:
        names = {document.name for document in self._documents}
        name = next(f"Book{n}" for n in range(1, 999) if f"Book{n}" not in names)
        made = self._opened("private:factory/scalc", name, None)
        default = made.document.uno.StyleFamilies.getByName("CellStyles").getByName("Default")
        for script in SCRIPTS:  # rows are as high as Excel's then
            default.setPropertyValue(f"CharFontName{script}", "Calibri")
            default.setPropertyValue(f"CharHeight{script}", 11.0)
        return made

    def open(self, fullname: str, update_links: Any = None, read_only: Any = None,
             *others: Any) -> Book:
        path = Path(fullname)
        path.with_name(f".~lock.{path.name}#").unlink(missing_ok=True)
        macros = {"MacroExecutionMode": ALWAYS_EXECUTE_NO_WARN} if self.app.engine.macros else {}
        return self._opened(url(path), path.name, path, ReadOnly=bool(read_only), **macros)


class Book(Recorded, base_classes.Book):
    """One open workbook."""

    app: Any = None  # over the base's property

    def __init__(self, app: Any, document: Document) -> None:
        self.app, self.document = app, document

    @property
    def label(self) -> str:
        return f"[{self.document.name}]"

    @property
    def api(self) -> Any:
        return NoApi()

    @property
    def name(self) -> str:
        return self.document.name

    @property
    def sheets(self) -> Sheets:
        return Sheets(self)

    @property
    def names(self) -> Names:
        return Names(self)

    @property
    def fullname(self) -> str:
        if self.document.cloud:  # the sentence of xlwings where no local copy is known
            kind = "OneDrive" if re.search(r"live\.net|-my\.", self.document.cloud) else (
                "SharePoint")
            raise XlwingsError(f"Couldn't find your local {kind} file, see: xlwings.org/error")
        return str(self.document.path or self.document.name)

    def activate(self) -> None:
        documents = self.app.engine.documents
        documents.remove(self.document)
        documents.append(self.document)

    def close(self) -> None:
        self.app.engine.documents.remove(self.document)
        self.document.uno.close(True)

    def save(self, path: str | None = None, password: str | None = None) -> None:
        if password:
            raise NotImplementedError("a password")
        target = Path(path).resolve() if path else (
            self.document.path or Path.cwd() / f"{self.document.name}.xlsx")
        if self.document.uno.isReadonly() and target == self.document.path:
            raise failed(f"'{self.document.name}' is read-only.")
        self.document.uno.storeToURL(url(target), options(FilterName=FILTERS[target.suffix]))
        self.document.path, self.document.name = target, target.name
