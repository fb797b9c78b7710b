"""What stands in a table's body before it is filled: styles, formulas, what blocks it below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sync.ooxml import rows, scan, xml
from sync.ooxml.errors import BlockedError, ProtectedPlaceError
from sync.ooxml.fill import Down
from sync.ooxml.formulas import move, pattern
from sync.ooxml.refs import MAX_ROW, Area, letters
from sync.ooxml.rewrite import Rewriter
from sync.ooxml.sheet import Sheet
from sync.ooxml.styles import Styles


@dataclass(slots=True)
class Survey:
    """One pass over the rows of a table and below it."""

    body: Area
    styles: list[tuple[int, ...]] = field(default_factory=list)  # of each body row, by column
    down: dict[int, Down] = field(default_factory=dict)  # formulas of the first row
    beside: tuple[int, ...] = ()  # columns right of the table that are filled down too
    floor: dict[int, int] = field(default_factory=dict)  # column: first used row below

    def row_styles(self, at: int) -> tuple[int, ...]:
        """The styles of a body row's cells; rows that are new look like the first."""
        if at < len(self.styles):
            return self.styles[at]
        return self.styles[0] if self.styles else (0,) * self.body.width

    @property
    def width(self) -> int:
        """How many columns from the body's first the styles cover."""
        return min((len(row) for row in self.styles), default=self.body.width)

    def room(self, bottom: int, columns: tuple[int, ...]) -> tuple[int, int] | None:
        """The first cell that stands in the way of growing down to a row."""
        found = [(row, col) for col, row in self.floor.items() if col in columns and row <= bottom]
        return min(found) if found else None


class Surveyor:
    """Makes the survey."""

    def __init__(self, sheet: Sheet, styles: Styles, body: Area) -> None:
        self._sheet, self._body = sheet, body
        self._tk = scan.tokens(sheet.index.prefix)
        self._rewriter = Rewriter(sheet, styles, strip=False)
        self._columns = sheet.column_styles()
        self._memo: dict[tuple[int, ...], tuple[int, ...]] = {}
        self._plain: dict[tuple[tuple[bytes, bytes], ...], tuple[int, ...]] = {}
        self._reach(body.right)

    def _reach(self, right: int) -> None:
        """Cells up to this column are looked at."""
        self._right = right
        self._default = tuple(self._column_style(c) for c in range(self._body.left, right + 1))

    def _column_style(self, col: int) -> int:
        return next((s for a, b, s in self._columns if a <= col <= b), 0)

    def run(self) -> Survey:
        found = Survey(self._body)
        last: dict[int, Down] = {}
        expected = self._body.top
        for number, raw in self._rows():
            if number > self._body.bottom:
                self._below(number, raw, found)
                continue
            while expected < number:
                found.styles.append(self._default)
                expected += 1
            expected = number + 1
            if number == self._body.top:
                found.down = self._formulas(raw, number)
                right = self._body.right
                while right + 1 in found.down:
                    right += 1
                self._reach(right)
            found.styles.append(self._row_styles(raw, number))
            if number == self._body.bottom:
                last = self._formulas(raw, number)
        found.beside = self._beside(found.down, last)
        return found

    def _rows(self) -> Iterator[tuple[int, bytes]]:
        for number, raw in self._rewriter.numbered():
            if number >= self._body.top and raw:
                yield number, raw

    def _row_styles(self, raw: bytes, number: int) -> tuple[int, ...]:
        if b"customFormat" in raw:
            return self._any_styles(raw, number)
        plain = tuple(self._tk.plain_cell.findall(raw))
        if len(plain) != raw.count(b"<" + self._tk.prefix + b"c"):
            return self._any_styles(raw, number)
        if plain not in self._plain:
            self._plain[plain] = self._any_styles(raw, number)
        return self._plain[plain]

    def _any_styles(self, raw: bytes, number: int) -> tuple[int, ...]:
        row = rows.split(raw, number, self._tk, self._sheet.part)
        styles = list(self._default)
        if row.style is not None:
            styles = [row.style] * len(styles)
        left, right = self._body.left, self._right
        for cell in row.cells:
            if left <= cell.col <= right:
                styles[cell.col - left] = scan.style_of(cell.attributes) or 0
        found = tuple(styles)
        return self._memo.setdefault(found, found)

    def _formulas(self, raw: bytes, number: int) -> dict[int, Down]:
        found = {}
        for cell in rows.split(raw, number, self._tk, self._sheet.part).cells:
            match = self._tk.formula.search(cell.inner)
            if match is None or cell.col < self._body.left:
                continue
            kind = scan.attribute(match[1], b"t")
            text = xml.unescape((match[2] or b"").decode())
            if kind == b"shared" and not text:
                text = self._shared(number, cell.col)
            if text and kind != b"dataTable":
                cm = scan.attribute(cell.attributes, b"cm")
                mark = f' cm="{cm.decode()}"' if cm else ""
                found[cell.col] = Down(pattern(text), number, kind == b"array", mark)
        return found

    def _shared(self, row: int, col: int) -> str:
        for group in self._sheet.index.shared:
            if (row, col) in group.children:
                return move(group.text, row - group.row, col - group.col)
        return ""

    def _beside(self, first: dict[int, Down], last: dict[int, Down]) -> tuple[int, ...]:
        """Formulas right of the table that are the same in its first and last row."""
        found: list[int] = []
        col, by = self._body.right + 1, self._body.height - 1
        while col in first and col in last:
            one, other = first[col], last[col]
            if one.array or one.pattern.moved(by, 0) != other.pattern.moved(0, 0):
                break
            if by == 0 and not one.pattern.reads_row(one.row, self._body.left, col - 1):
                break  # a single row does not show whether the formula belongs to it
            found.append(col)
            col += 1
        return tuple(found)

    def _below(self, number: int, raw: bytes, found: Survey) -> None:
        for cell in rows.split(raw, number, self._tk, self._sheet.part).cells:
            if cell.inner.strip() and cell.col >= self._body.left:
                found.floor.setdefault(cell.col, number)


def check_blocks(sheet: Sheet, reach: Area, name: str) -> None:
    """A formula over several cells cannot be filled over."""
    for block in sheet.index.blocks:
        single = block.area.height == block.area.width == 1
        if block.area.meets(reach) and not (single and block.kind != "dataTable"):
            raise ProtectedPlaceError(
                f"A formula fills {block.area} as a whole, inside the table's rows",
                f"table {name} on sheet {sheet.name}",
                "Move that formula elsewhere; a table's columns hold one formula a cell.",
            )


def check_room(
    sheet: Sheet, survey: Survey, bottom: int, columns: tuple[int, ...], name: str
) -> None:
    """A table only grows over empty cells."""
    where = f"table {name} on sheet {sheet.name}"
    remedy = "Give the table a sheet of its own, with nothing below it."
    if bottom > MAX_ROW:
        raise BlockedError(f"A sheet has only {MAX_ROW:,} rows", where, "Fill fewer rows.")
    blocked = survey.room(bottom, columns)
    if blocked is not None:
        row, col = blocked
        raise BlockedError(
            f"The table cannot grow to row {bottom}: cell {letters(col)}{row} is in use",
            where,
            remedy,
        )
