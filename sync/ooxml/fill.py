"""The new body of a table: its cells as bytes, row by row, in a temporary file."""

from __future__ import annotations

import datetime as dt
import math
import struct
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from sync.ooxml.carry import Carried
from sync.ooxml.errors import BadValueError
from sync.ooxml.formulas import Pattern
from sync.ooxml.refs import Area, letters
from sync.ooxml.values import Formula, Value, check_text, escape_text, formula_parts, parts
from sync.ooxml.xml import escape

_LENGTH = struct.Struct("<I")
_BREAK = "\0"  # between runs of neighbouring cells; XML cannot hold it


@dataclass(frozen=True, slots=True)
class Down:
    """A formula that is filled down a column; `row` is where it reads as written."""

    pattern: Pattern
    row: int
    array: bool = False
    attributes: str = ""  # a dynamic array's cm

    def cell(self, row: int, column: str, mark: str, p: str) -> str:
        text = escape(self.pattern.moved(row - self.row, 0))
        kind = f' t="array" ref="{column}{row}"' if self.array else ""
        own = f"{mark}{self.attributes}"
        return f'<{p}c r="{column}{row}"{own}><{p}f{kind}>{text}</{p}f></{p}c>'


@dataclass(slots=True)
class Fill:
    """What becomes of the rows of a table's body."""

    old: Area
    new: Area
    columns: tuple[int, ...]  # every column that is written
    kept: frozenset[int]  # of those, the ones whose cells stay in rows that there were
    spool: IO[bytes]
    unhide: bool = False

    @property
    def reach(self) -> Area:
        """Every cell that may change."""
        bottom = max(self.old.bottom, self.new.bottom)
        return Area(self.old.top, min(self.columns), bottom, max(self.columns))

    def replaced(self, row: int) -> frozenset[int]:
        if row <= min(self.old.bottom, self.new.bottom):
            return frozenset(self.columns) - self.kept
        return frozenset(self.columns)

    def solid(self, row: int) -> range | None:
        """The columns that are replaced in a row, if no other stands between them."""
        if self.kept and row <= min(self.old.bottom, self.new.bottom):
            return None
        reach = range(self.columns[0], self.columns[-1] + 1)
        return reach if len(reach) == len(self.columns) else None

    def replaces(self, row: int, col: int) -> bool:
        return self.reach.has(row, col) and col in self.replaced(row)

    def payloads(self) -> Iterator[list[bytes]]:
        """The runs of cells of each row, from the first."""
        self.spool.seek(0)
        while head := self.spool.read(4):
            yield self.spool.read(_LENGTH.unpack(head)[0]).split(b"\0")

    def runs(self, row: int, payload: list[bytes]) -> list[tuple[int, bytes]]:
        """(first column, cells) of a row's runs."""
        starts = run_starts(sorted(self.replaced(row)))
        return [pair for pair in zip(starts, payload, strict=False) if pair[1]]


def run_starts(columns: Sequence[int]) -> list[int]:
    return [c for at, c in enumerate(columns) if at == 0 or c != columns[at - 1] + 1]


class Encoder:
    """Turns rows of values into the bytes of cells."""

    def __init__(
        self, prefix: str, epoch_1904: bool, dated: Callable[[int, bool], int], where: str
    ) -> None:
        self._p = prefix
        self._epoch = epoch_1904
        self._dated = dated
        self._where = where
        self.spool: IO[bytes] = tempfile.SpooledTemporaryFile(8 << 20)  # noqa: SIM115

    def write(
        self, row: int, cells: Sequence[tuple[int, Value | Formula | Down | Carried, int]]
    ) -> None:
        """One row: (column, what, style) in order of columns."""
        out: list[str] = []
        last = 0
        for col, value, style in cells:
            if last and col != last + 1:
                out.append(_BREAK)
            last = col
            column = letters(col)
            kind = type(value)
            mark = f' s="{style}"' if style else ""
            if value is None:
                if mark:
                    out.append(f'<{self._p}c r="{column}{row}"{mark}/>')
            elif kind is str:
                out.append(self._text(row, column, mark, value))  # type: ignore[arg-type]
            elif kind is int or (kind is float and math.isfinite(value)):  # type: ignore[arg-type]
                p = self._p
                out.append(f'<{p}c r="{column}{row}"{mark}><{p}v>{value!r}</{p}v></{p}c>')
            elif isinstance(value, Down | Carried):
                out.append(value.cell(row, column, mark, self._p))
            else:
                out.append(self._other(row, column, style, value))
        data = "".join(out).encode()
        self.spool.write(_LENGTH.pack(len(data)) + data)

    def _text(self, row: int, column: str, mark: str, value: str) -> str:
        p = self._p
        try:
            body = escape_text(check_text(value))
        except BadValueError as error:
            raise self._bad(error, row, column) from None
        space = ' xml:space="preserve"' if value != value.strip() or "\n" in value else ""
        return (
            f'<{p}c r="{column}{row}"{mark} t="inlineStr"><{p}is><{p}t{space}>{body}'
            f"</{p}t></{p}is></{p}c>"
        )

    def _other(self, row: int, column: str, style: int, value: Value | Formula) -> str:
        shown = value.value if isinstance(value, Formula) else value
        if isinstance(shown, dt.date):
            style = self._dated(style, isinstance(shown, dt.datetime))
        try:
            if isinstance(value, Formula):
                kind, inner = formula_parts(value, self._epoch, self._p)
            else:
                kind, inner = parts(value, self._epoch, self._p)
        except BadValueError as error:
            raise self._bad(error, row, column) from None
        mark = f' s="{style}"' if style else ""
        return f'<{self._p}c r="{column}{row}"{mark}{kind}>{inner}</{self._p}c>'

    def _bad(self, error: BadValueError, row: int, column: str) -> BadValueError:
        where = f"{self._where}, cell {column}{row}" + (f": {error.where}" if error.where else "")
        return BadValueError(error.what, where, error.remedy)
