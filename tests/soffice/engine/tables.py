"""Tables of a sheet, over LibreOffice's database ranges."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from xlwings import base_classes

from tests.soffice.engine.calls import NoApi, Recorded, failed, protected
from tests.soffice.engine.documents import Area, area_from, cells_at
from tests.soffice.engine.runtime import struct, uno

ITEM = re.compile(r"(?P<table>[^\W\d][\w.]*)(?:\[(?P<item>[^\[\]]*)\])?")


class Table(Recorded, base_classes.Table):
    """A named database range; it moves and grows with inserted rows."""

    parent: Any = None  # over the base's property

    def __init__(self, sheet: Any, key: str) -> None:
        self.parent, self._key = sheet, key

    @property
    def _known(self) -> Any:
        return self.parent.document.uno.DatabaseRanges

    @property
    def _uno(self) -> Any:
        return self._known.getByName(self._key)

    @property
    def label(self) -> str:
        return f"{self.parent.label}.tables({self._key})"

    @property
    def api(self) -> Any:
        return NoApi()

    @property
    def name(self) -> str:
        return self._key

    @name.setter
    def name(self, value: str) -> None:
        self._uno.setName(value)
        self._key = value

    display_name = name

    def _area(self) -> Area:
        return area_from(self._uno.DataArea)

    def holds(self, at: tuple[int, int]) -> bool:
        """Does the cell (row, column) lie in the table?"""
        top, left, rows, columns = self._area()
        return 0 <= at[0] - top < rows and 0 <= at[1] - left < columns

    @property
    def range(self) -> Any:
        return self.parent.range(self._area())

    @property
    def header_row_range(self) -> Any:
        top, left, _, columns = self._area()
        return self.parent.range((top, left, 1, columns)) if self.show_headers else None

    @property
    def data_body_range(self) -> Any:
        top, left, rows, columns = self._area()
        first, last = int(self.show_headers), int(self.show_totals)
        body = rows - first - last
        return self.parent.range((top + first, left, body, columns)) if body > 0 else None

    @property
    def totals_row_range(self) -> Any:
        top, left, rows, columns = self._area()
        return self.parent.range((top + rows - 1, left, 1, columns)) if self.show_totals else None

    @property
    def insert_row_range(self) -> None:
        return None

    @property
    def show_headers(self) -> bool:
        return bool(self._uno.ContainsHeader)

    @show_headers.setter
    def show_headers(self, value: bool) -> None:
        raise NotImplementedError("show_headers")

    @property
    def show_totals(self) -> bool:
        return bool(self._uno.TotalsRow)

    @show_totals.setter
    def show_totals(self, value: bool) -> None:
        raise NotImplementedError("show_totals")

    @property
    def show_autofilter(self) -> bool:
        return bool(self._uno.AutoFilter)

    @show_autofilter.setter
    def show_autofilter(self, value: bool) -> None:
        self._uno.AutoFilter = value

    @property
    def table_style(self) -> str:
        """LibreOffice 7.4 has no styles of tables: the one of the last assignment."""
        return str(self.parent.document.table_styles.get(self._key, "TableStyleMedium2"))

    @table_style.setter
    def table_style(self, value: str) -> None:
        self.parent.document.table_styles[self._key] = value

    def resize(self, range: Any) -> None:
        """Excel leaves the header row where it is and needs a row below it."""
        if self.parent.uno.isProtected():
            raise protected()
        top, left, _, columns = self._area()
        new_top, new_left, rows, new_columns = range.impl.area
        apart = new_left >= left + columns or left >= new_left + new_columns
        if self.show_headers and (new_top != top or rows < 2 or apart):
            raise failed("The headers must remain in the same row, and the resulting table must "
                         "overlap the original table.")
        address = range.impl.uno.RangeAddress
        for other in self.parent.tables:
            if other.name != self._key and other.overlaps(range.impl.area):
                raise failed("A table can't overlap another table.")
        self._uno.setDataArea(address)

    def sort(self, keys: list[int], ascending: list[bool]) -> None:
        """Sorts the rows of the body; formats and notes go along."""
        if self.parent.uno.isProtected():
            raise protected()
        cells = self.data_body_range.uno
        fields = tuple(struct("table.TableSortField", Field=key - 1, IsAscending=up)
                       for key, up in zip(keys, ascending, strict=True))
        settings = cells.createSortDescriptor()
        for setting in settings:
            if setting.Name == "SortFields":
                setting.Value = uno().Any("[]com.sun.star.table.TableSortField", fields)
            if setting.Name == "ContainsHeader":
                setting.Value = False
        cells.sort(settings)

    def overlaps(self, area: Area) -> bool:
        return overlap(self._area(), area)

    def item(self, item: str | None) -> Any:
        """`Table[item]`: a column's body, #All, #Headers, #Data; without an item the body."""
        whole = {"#all": self.range, "#headers": self.header_row_range}
        if item is None or item.lower() == "#data":
            return self.data_body_range
        if item.lower() in whole:
            return whole[item.lower()]
        top, left, rows, columns = self._area()
        cells = cells_at(self.parent.uno, (top, left, 1, columns))
        titles = [str(title).lower() for title in cells.getDataArray()[0]]
        if item.lower() not in titles or rows < 2:
            raise failed("Application-defined or object-defined error")
        return self.parent.range((top + 1, left + titles.index(item.lower()), rows - 1, 1))

    def delete(self) -> None:
        cells_at(self.parent.uno, self._area()).clearContents(1023)
        self._known.removeByName(self._key)


class Tables(Recorded):
    """The tables of one sheet, in the order they stand in the workbook."""

    def __init__(self, sheet: Any) -> None:
        self.parent = sheet

    @property
    def label(self) -> str:
        return f"{self.parent.label}.tables"

    @property
    def api(self) -> Any:
        return NoApi()

    def _all(self) -> list[Table]:
        known = self.parent.document.uno.DatabaseRanges
        number = self.parent.index - 1
        return [Table(self.parent, key) for key in known.ElementNames
                if known.getByName(key).DataArea.Sheet == number]

    def __iter__(self) -> Iterator[Table]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __contains__(self, key: str) -> bool:
        return any(table.name.lower() == str(key).lower() for table in self._all())

    def __call__(self, key: int | str) -> Table:
        found = self._all()
        if isinstance(key, int):
            if 1 <= key <= len(found):
                return found[key - 1]
            raise KeyError(key)
        for table in found:
            if table.name.lower() == key.lower():
                return table
        raise KeyError(key)

    def add(
        self, source_type: Any = None, source: Any = None, link_source: Any = None,
        has_headers: bool = True, destination: Any = None, table_style_name: str | None = None,
        name: str | None = None,
    ) -> Table:
        """A table of a range; empty headers get Column1, Column2, as Excel names them."""
        if not has_headers:
            raise NotImplementedError("a table without headers")
        if self.parent.uno.isProtected():
            raise protected()
        known = self.parent.document.uno.DatabaseRanges
        taken = {key.lower() for key in known.ElementNames}
        if name is None:
            name = next(f"Table{n}" for n in range(1, 9999) if f"table{n}" not in taken)
        if name.lower() in taken or any(t.overlaps(source.impl.area) for t in self._all()):
            raise failed("A table can't overlap another table.")
        address = source.impl.uno.RangeAddress
        if address.StartRow == address.EndRow:
            address.EndRow += 1  # Excel adds an empty row
        known.addNewByName(name, address)
        made = known.getByName(name)
        made.ContainsHeader, made.AutoFilter = True, True
        header = self.parent.range((*source.impl.area[:2], 1, source.impl.area[3])).uno
        titles = header.getDataArray()[0]
        if "" in titles:
            header.setDataArray((tuple(
                title if title != "" else f"Column{at}" for at, title in enumerate(titles, 1)),))
        return Table(self.parent, name)


def overlap(one: Area, other: Area) -> bool:
    return (one[0] < other[0] + other[2] and other[0] < one[0] + one[2]
            and one[1] < other[1] + other[3] and other[1] < one[1] + one[3])
