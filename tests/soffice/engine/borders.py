"""Lines around and between the cells of a range."""

from __future__ import annotations

from typing import Any

from xlwings import base_classes

from tests.soffice.engine.calls import NoApi, Recorded, failed
from tests.soffice.engine.look import number_of, rgb_of
from tests.soffice.engine.runtime import struct

# Side -> the line of a whole area, the line of one cell, and whether that is an area's last cell.
SIDES = {"edge_top": ("TopLine", "TopBorder2", False),
         "edge_bottom": ("BottomLine", "BottomBorder2", True),
         "edge_left": ("LeftLine", "LeftBorder2", False),
         "edge_right": ("RightLine", "RightBorder2", True),
         "inside_vertical": ("VerticalLine", "RightBorder2", False),
         "inside_horizontal": ("HorizontalLine", "BottomBorder2", False)}
STYLES = {"continuous": 0, "dot": 1, "dash": 2, "dash_dot": 16, "dash_dot_dot": 17}
WEIGHTS = {"hairline": 2, "thin": 26, "medium": 62, "thick": 88}  # hundredths of a millimetre


class Border(Recorded, base_classes.Border):
    """One side; a colour or a weight makes a missing line visible."""

    def __init__(self, parent: Any, side: str) -> None:
        if side not in SIDES:
            raise NotImplementedError(f"border {side}")
        self.parent, self._side = parent, side

    @property
    def label(self) -> str:
        return f"{self.parent.label}.borders({self._side})"

    @property
    def api(self) -> Any:
        return NoApi()

    def _line(self) -> Any:
        """The line of the first cell, or of the last at the bottom and the right."""
        _, _, rows, columns = self.parent.area
        _, name, last = SIDES[self._side]
        at = (columns - 1, rows - 1) if last else (0, 0)
        return getattr(self.parent.uno.getCellByPosition(*at), name)

    def _put(self, **changes: Any) -> None:
        self.parent.refuse_format()
        _, _, rows, columns = self.parent.area
        if (rows, self._side) == (1, "inside_horizontal") or (
                columns, self._side) == (1, "inside_vertical"):
            raise failed("Unable to set the LineStyle property of the Border class")
        line = self._line()
        if not line.LineWidth and "LineWidth" not in changes:
            changes |= {"LineWidth": WEIGHTS["thin"], "LineStyle": changes.get("LineStyle", 0)}
        for name, value in changes.items():
            setattr(line, name, value)
        line.OuterLineWidth = line.LineWidth
        whole = struct("table.TableBorder2")
        name = SIDES[self._side][0]
        setattr(whole, name, line)
        setattr(whole, f"Is{name}Valid", True)
        self.parent.uno.TableBorder2 = whole

    @property
    def line_style(self) -> str | None:
        line = self._line()
        if not line.LineWidth:
            return "none"
        return next((n for n, number in STYLES.items() if number == line.LineStyle), None)

    @line_style.setter
    def line_style(self, value: str | None) -> None:
        if value in {None, "none"}:
            self._put(LineWidth=0)
        elif value in STYLES:
            self._put(LineStyle=STYLES[value])
        else:
            raise NotImplementedError(f"line style {value}")

    @property
    def weight(self) -> str | None:
        width = self._line().LineWidth
        return min(WEIGHTS, key=lambda name: abs(WEIGHTS[name] - width)) if width else None

    @weight.setter
    def weight(self, value: str) -> None:
        line = self._line()
        self._put(LineWidth=WEIGHTS[value], LineStyle=line.LineStyle if line.LineWidth else 0)

    @property
    def color(self) -> tuple[int, int, int] | None:
        line = self._line()
        return rgb_of(line.Color) if line.LineWidth else None

    @color.setter
    def color(self, color_or_rgb: Any) -> None:
        self._put(Color=number_of(color_or_rgb))


class Borders(Recorded, base_classes.Borders):
    """All sides of a range."""

    def __init__(self, parent: Any) -> None:
        self.parent = parent

    @property
    def label(self) -> str:
        return f"{self.parent.label}.borders"

    @property
    def api(self) -> Any:
        return NoApi()

    def __getitem__(self, side: str) -> Border:
        return Border(self.parent, side)

    def set(
        self, which: Any, *, line_style: Any = base_classes._UNSET,
        weight: Any = base_classes._UNSET, color: Any = base_classes._UNSET,
    ) -> None:
        """In the order that xlwings documents: colour, weight, line style."""
        for side in which:
            border = self[side]
            for name, value in (("color", color), ("weight", weight), ("line_style", line_style)):
                if value is not base_classes._UNSET:
                    setattr(border, name, value)

    def clear(self, which: Any) -> None:
        self.set(which, line_style=None)
