"""The engine itself and its one application."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from xlwings import base_classes

from tests.soffice.engine.books import Books
from tests.soffice.engine.calls import RECORDER, Call, NoApi, Recorded, failed
from tests.soffice.engine.documents import Document
from tests.soffice.engine.runtime import soffice

CELL_ERRORS = {-2146826281: "#DIV/0!", -2146826246: "#N/A", -2146826259: "#NAME?",
               -2146826288: "#NULL!", -2146826252: "#NUM!", -2146826265: "#REF!",
               -2146826273: "#VALUE!"}


class LibreOfficeEngine:
    """What `xlwings.Engine` wraps; holds the record of calls and the switches of a test."""

    name = "libreoffice"
    type = "desktop"

    def __init__(self) -> None:
        self.documents: list[Document] = []
        self.alerts: list[str] = []
        self.answer = "ok"  # what a person clicks on an alert
        self.macros = False  # run the macros of workbooks that are opened
        self.state: dict[str, Any] = {}
        self.reset()

    @property
    def apps(self) -> Apps:
        return Apps(self)

    @property
    def calls(self) -> list[Call]:
        """Every call since `reset`, in order."""
        return RECORDER.calls

    def changes(self, method: str = "") -> list[Call]:
        """The calls that changed something; with a name only those of that method."""
        return [call for call in RECORDER.calls
                if call.changes and method in {"", call.method}]

    @property
    def edit_mode(self) -> bool:
        return RECORDER.edit_mode

    @edit_mode.setter
    def edit_mode(self, value: bool) -> None:
        RECORDER.edit_mode = value

    def reset(self) -> None:
        """Closes every workbook unsaved and forgets calls, alerts and switches."""
        for document in self.documents:
            document.uno.close(True)
        self.documents.clear()
        self.alerts.clear()
        RECORDER.calls.clear()
        RECORDER.edit_mode, RECORDER.depth = False, 0
        self.answer, self.macros = "ok", False
        self.state = {"screen_updating": True, "display_alerts": True, "enable_events": True,
                      "interactive": True, "visible": True, "calculation": "automatic",
                      "status_bar": False, "cut_copy_mode": None}

    @staticmethod
    def prepare_xl_data_element(x: Any, _: Any) -> Any:
        """As the Windows engine does: blanks are texts, numpy's numbers plain ones."""
        if x is None or type(x).__name__ in {"NaTType", "NAType"} or x != x:
            return ""
        return x.item() if hasattr(x, "item") and hasattr(x, "dtype") else x

    @staticmethod
    def clean_value_data(
        data: Any, datetime_builder: Any, empty_as: Any, number_builder: Any, err_to_str: bool
    ) -> list[list[Any]]:
        """As the Windows engine does."""

        def clean(value: Any) -> Any:
            if value in ("", None):
                return empty_as
            if hasattr(value, "year"):
                return datetime_builder(
                    year=value.year, month=value.month, day=value.day, hour=value.hour,
                    minute=value.minute, second=value.second, microsecond=value.microsecond,
                    tzinfo=None)
            if number_builder is not None and isinstance(value, float):
                return number_builder(value)
            if type(value) is int and value in CELL_ERRORS:
                return CELL_ERRORS[value] if err_to_str else None
            return value

        return [[clean(value) for value in row] for row in data]


class Apps(base_classes.Apps):
    """One application, always running."""

    def __init__(self, engine: LibreOfficeEngine) -> None:
        self._engine = engine

    def keys(self) -> list[int]:
        return [soffice().pid]

    def add(self, spec: Any = None, add_book: Any = None, xl: Any = None, visible: Any = None
            ) -> App:
        app = App(self._engine)
        if add_book:
            app.books.add()
        return app

    def __iter__(self) -> Iterator[App]:
        return iter([App(self._engine)])

    def __len__(self) -> int:
        return 1

    def __getitem__(self, pid: int) -> App:
        return App(self._engine)


def _switch(name: str) -> property:
    def read(self: App) -> Any:
        return self.engine.state[name]

    def write(self: App, value: Any) -> None:
        self.engine.state[name] = value

    return property(read, write)


class App(Recorded, base_classes.App):
    """The application: its switches are kept here, calculation is LibreOffice's own."""

    label = "app"

    def __init__(self, engine: LibreOfficeEngine) -> None:
        self._engine = engine

    @property
    def engine(self) -> LibreOfficeEngine:
        return self._engine

    @property
    def api(self) -> Any:
        return NoApi()

    screen_updating = _switch("screen_updating")
    display_alerts = _switch("display_alerts")
    enable_events = _switch("enable_events")
    interactive = _switch("interactive")
    visible = _switch("visible")
    status_bar = _switch("status_bar")
    cut_copy_mode = _switch("cut_copy_mode")

    @property
    def calculation(self) -> str:
        return str(self.engine.state["calculation"])

    @calculation.setter
    def calculation(self, value: str) -> None:
        if value not in {"automatic", "manual", "semiautomatic"}:
            raise KeyError(value)
        if not self.engine.documents:
            raise failed("Unable to set the Calculation property of the Application class")
        self.engine.state["calculation"] = value
        for document in self.engine.documents:
            document.uno.enableAutomaticCalculation(value != "manual")
            if value != "manual":
                document.uno.calculate()

    def calculate(self) -> None:
        for document in self.engine.documents:
            document.uno.calculateAll()

    def alert(self, prompt: str, title: Any, buttons: Any, mode: Any, callback: Any) -> str:
        self.engine.alerts.append(prompt)
        return self.engine.answer

    @property
    def books(self) -> Books:
        return Books(self)

    @property
    def selection(self) -> Any:
        return None

    def activate(self, steal_focus: bool = False) -> None:
        """There is no window to bring to the front."""

    @property
    def version(self) -> str:
        return "16.0"

    @property
    def hwnd(self) -> int:
        return 0

    @property
    def path(self) -> str:
        return ""

    @property
    def pid(self) -> int:
        return soffice().pid

    def quit(self) -> None:
        """Closes the workbooks; the fixture's process goes on."""
        for document in self.engine.documents:
            document.uno.close(True)
        self.engine.documents.clear()

    kill = quit
