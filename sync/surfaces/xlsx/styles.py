"""Cell formats, made once each."""

from __future__ import annotations

from typing import Any

from workbook import looks
from workbook.model import Cell, Status, Unit

DATE, TIME = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"


class Styles:
    """Formats of one workbook in one language; equal properties share one format."""

    def __init__(self, book: Any, lang: str) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}
        self.font, self.size = looks.FONTS[lang]

    def of(self, **properties: Any) -> Any:
        """A format with the workbook's font and these properties."""
        ours = {"font_name": self.font, "font_size": self.size, "valign": "vcenter"}
        properties = ours | properties
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(properties)
        return self._made[key]

    def body(self, unit: Unit | None, cell: Cell, *, number_format: str = "") -> Any:
        """A machine cell of a table."""
        properties: dict[str, Any] = {"bottom": 1, "bottom_color": "#" + looks.RULE}
        if unit is None:
            properties |= {"num_format": number_format or "@", "align": "left", "indent": 1}
        else:
            shown = number_format or looks.number_format(unit, cell.currency)
            properties |= {"num_format": shown, "align": "right"}
        if looks.unsettled(cell.state) and cell.value is not None:
            properties |= {"italic": True, "bottom": 4, "bottom_color": "#" + looks.GREY}
        return self.of(**properties)

    def typed(self, *, date: bool = False, time: bool = False, unit: Unit | None = None) -> Any:
        """An input cell: light yellow with a border."""
        plain = looks.number_format(unit) if unit is Unit.SHARE else "General" if unit else "@"
        shown = TIME if time else DATE if date else plain
        return self.of(bg_color="#" + looks.INPUT_FILL, border=1, locked=False,
                       border_color="#" + looks.INPUT_EDGE, num_format=shown,
                       **({"align": "right"} if unit else {"align": "left", "indent": 1}))

    def header(self, *, number: bool) -> Any:
        return self.of(bold=True, text_wrap=True, bottom=2, bottom_color="#" + looks.ACCENT,
                       font_color="#" + looks.ACCENT, valign="bottom",
                       **({"align": "right"} if number else {"align": "left", "indent": 1}))

    def title(self) -> Any:
        return self.of(bold=True, font_size=16, font_color="#" + looks.ACCENT)

    def quiet(self, **more: Any) -> Any:
        return self.of(font_color="#" + looks.GREY, **more)

    def status(self, status: Status) -> Any:
        """The differential format of a status: text and fill colour."""
        text, fill = looks.STATUS_COLOURS[status]
        return self.of_conditional(font_color="#" + text, bg_color="#" + fill)

    def of_conditional(self, **properties: Any) -> Any:
        """A format for conditional formatting, which must not name a font."""
        key = (("conditional", True), *sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(properties)
        return self._made[key]
