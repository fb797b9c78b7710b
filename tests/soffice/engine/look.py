"""How cells look: fonts, colours, alignment, widths; part of a range."""

from __future__ import annotations

from typing import Any

from xlwings import base_classes

from tests.soffice.engine.calls import Recorded
from tests.soffice.engine.runtime import enum

POINT = 2540 / 72  # hundredths of a millimetre
PIXEL = 2540 / 96
ACROSS = {"general": "STANDARD", "left": "LEFT", "center": "CENTER", "right": "RIGHT",
          "fill": "REPEAT", "justify": "BLOCK"}
DOWN = {"top": 1, "center": 2, "bottom": 3}  # 0, the standard, is at the bottom too
SCRIPTS = ("", "Asian", "Complex")


def uniform(cells: Any, name: str) -> Any:
    """A property that all cells share; None where they differ, as Excel says it."""
    if cells.getPropertyState(name).value == "AMBIGUOUS_VALUE":
        return None
    return cells.getPropertyValue(name)


def common(lines: Any, name: str) -> Any:
    """A property that all rows or columns share, else None; asked line by line."""
    if lines.Count > 500:
        raise NotImplementedError(f"{name} of more than 500 rows or columns at once")
    found = {lines.getByIndex(at).getPropertyValue(name) for at in range(lines.Count)}
    return found.pop() if len(found) == 1 else None


def number_of(colour: Any) -> int:
    """`#rrggbb`, (r, g, b) or Excel's blue-green-red integer as LibreOffice's red-green-blue."""
    if isinstance(colour, str):
        colour = tuple(bytes.fromhex(colour.lstrip("#")))
    if isinstance(colour, int):
        colour = colour & 255, colour >> 8 & 255, colour >> 16 & 255
    red, green, blue = colour
    return int(red << 16 | green << 8 | blue)


def rgb_of(number: int | None) -> tuple[int, int, int] | None:
    if number is None or number < 0:
        return None
    return number >> 16 & 255, number >> 8 & 255, number & 255


def characters(width: float) -> float:
    """A column's width in hundredths of a millimetre as Excel's characters of Calibri 11."""
    pixels = round(width / PIXEL)
    return round((pixels - 5) / 7, 2) if pixels >= 12 else round(pixels / 12, 2)


def column_width(wide: float) -> int:
    return round((int(wide * 7 + 0.5) + 5 if wide >= 1 else wide * 12) * PIXEL)


class Font(Recorded, base_classes.Font):
    """The font of a range; for Latin, Chinese and other scripts alike."""

    def __init__(self, parent: Any) -> None:
        self.parent = parent

    @property
    def label(self) -> str:
        return str(self.parent.label) + ".font"

    def _set(self, name: str, value: Any) -> None:
        self.parent.refuse_format()
        for script in SCRIPTS:
            self.parent.uno.setPropertyValue(name + script, value)

    @property
    def api(self) -> Any:
        return self.parent.api

    @property
    def bold(self) -> bool | None:
        weight = uniform(self.parent.uno, "CharWeight")
        return None if weight is None else bool(weight > 100)

    @bold.setter
    def bold(self, value: bool) -> None:
        self._set("CharWeight", 150.0 if value else 100.0)

    @property
    def italic(self) -> bool | None:
        slant = uniform(self.parent.uno, "CharPosture")
        return None if slant is None else bool(slant.value != "NONE")

    @italic.setter
    def italic(self, value: bool) -> None:
        self._set("CharPosture", enum("awt.FontSlant", "ITALIC" if value else "NONE"))

    @property
    def size(self) -> float | None:
        height: float | None = uniform(self.parent.uno, "CharHeight")
        return height

    @size.setter
    def size(self, value: float) -> None:
        self._set("CharHeight", float(value))

    @property
    def color(self) -> tuple[int, int, int] | None:
        number = uniform(self.parent.uno, "CharColor")
        return (0, 0, 0) if number == -1 else rgb_of(number)

    @color.setter
    def color(self, color_or_rgb: Any) -> None:
        self.parent.refuse_format()
        self.parent.uno.CharColor = number_of(color_or_rgb)

    @property
    def name(self) -> str | None:
        found: str | None = uniform(self.parent.uno, "CharFontName")
        return found

    @name.setter
    def name(self, value: str) -> None:
        self._set("CharFontName", value)


class Look(Recorded):
    """What a range says and changes about its looks."""

    uno: Any
    document: Any

    def refuse_format(self) -> None:
        raise NotImplementedError

    @property
    def font(self) -> Font:
        return Font(self)

    @property
    def number_format(self) -> str | None:
        key = uniform(self.uno, "NumberFormat")
        return None if key is None else self.document.formats.code(key)

    @number_format.setter
    def number_format(self, value: str) -> None:
        self.refuse_format()
        self.uno.NumberFormat = self.document.formats.key(value)

    @property
    def color(self) -> tuple[int, int, int] | None:
        return rgb_of(uniform(self.uno, "CellBackColor"))

    @color.setter
    def color(self, color_or_rgb: Any) -> None:
        self.refuse_format()
        self.uno.CellBackColor = -1 if color_or_rgb is None else number_of(color_or_rgb)

    @property
    def wrap_text(self) -> bool | None:
        wraps: bool | None = uniform(self.uno, "IsTextWrapped")
        return wraps

    @wrap_text.setter
    def wrap_text(self, value: bool) -> None:
        self.refuse_format()
        self.uno.IsTextWrapped = value

    @property
    def horizontal_alignment(self) -> str | None:
        found = uniform(self.uno, "HoriJustify")
        names = {theirs: ours for ours, theirs in ACROSS.items()}
        return None if found is None else names[found.value]

    @horizontal_alignment.setter
    def horizontal_alignment(self, value: str) -> None:
        self.refuse_format()
        if value not in ACROSS:
            raise NotImplementedError(f"horizontal alignment {value}")
        self.uno.HoriJustify = enum("table.CellHoriJustify", ACROSS[value])

    @property
    def vertical_alignment(self) -> str | None:
        found = uniform(self.uno, "VertJustify")
        names = {theirs: ours for ours, theirs in DOWN.items()}
        return None if found is None else names.get(found, "bottom")

    @vertical_alignment.setter
    def vertical_alignment(self, value: str) -> None:
        self.refuse_format()
        if value not in DOWN:
            raise NotImplementedError(f"vertical alignment {value}")
        self.uno.VertJustify = DOWN[value]

    @property
    def column_width(self) -> float | None:
        width = common(self.uno.Columns, "Width")
        return None if width is None else characters(width)

    @column_width.setter
    def column_width(self, value: float) -> None:
        self.refuse_format()
        self.uno.Columns.Width = column_width(value)

    @property
    def row_height(self) -> float | None:
        height = common(self.uno.Rows, "Height")
        return None if height is None else round(height / POINT, 2)

    @row_height.setter
    def row_height(self, value: float) -> None:
        self.refuse_format()
        self.uno.Rows.Height = round(value * POINT)

    @property
    def left(self) -> float:
        return float(self.uno.Position.X / POINT)

    @property
    def top(self) -> float:
        return float(self.uno.Position.Y / POINT)

    @property
    def width(self) -> float:
        return float(self.uno.Size.Width / POINT)

    @property
    def height(self) -> float:
        return float(self.uno.Size.Height / POINT)

    def autofit(self, axis: str | None = None) -> None:
        self.refuse_format()
        if axis in {None, "c", "columns"}:
            self.uno.Columns.OptimalWidth = True
        if axis in {None, "r", "rows"}:
            self.uno.Rows.OptimalHeight = True
