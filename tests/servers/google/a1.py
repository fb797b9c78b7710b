"""A1 notation and grid ranges.

https://developers.google.com/workspace/sheets/api/guides/concepts#cell: `Sheet1!A1:B2`,
`Sheet1!A:A`, `Sheet1!1:2`, `Sheet1!A5:A`, `Sheet1`, `'Jon''s_Data'!A1:D5`, `A1:B2` (the first
visible sheet). """

from __future__ import annotations

import re
from dataclasses import dataclass, replace

Json = dict[str, object]
FAR = 10**9  # beyond any sheet
END = re.compile(r"(\$?)([A-Za-z]{1,3})?(\$?)([1-9]\d*)?")
PLAIN_TITLE = re.compile(r"[^\W\d]\w*")
LIKE_CELL = re.compile(r"[A-Za-z]{1,3}\d+|[Rr]\d*[Cc]\d*")


def column_name(index: int) -> str:
    """0 -> A, 26 -> AA."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text


def column_index(name: str) -> int:
    """A -> 0, AA -> 26."""
    number = 0
    for letter in name.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


@dataclass(frozen=True, slots=True)
class Box:
    """Rows and columns of a sheet, zero-based, half open; None is unbounded on that side."""

    top: int | None = None
    bottom: int | None = None
    left: int | None = None
    right: int | None = None

    def within(self, rows: int, columns: int) -> Box:
        """The same with every side bounded by the sheet."""
        return Box(
            self.top or 0, rows if self.bottom is None else min(self.bottom, rows),
            self.left or 0, columns if self.right is None else min(self.right, columns))

    @property
    def one_cell(self) -> bool:
        return (None not in (self.top, self.left) and self.bottom == (self.top or 0) + 1
                and self.right == (self.left or 0) + 1)

    def meets(self, other: Box) -> bool:
        """Do the two share a cell?"""
        one, two = self.within(FAR, FAR), other.within(FAR, FAR)
        return (max(one.top or 0, two.top or 0) < min(one.bottom or 0, two.bottom or 0)
                and max(one.left or 0, two.left or 0) < min(one.right or 0, two.right or 0))


def box(grid_range: Json) -> Box:
    """A GridRange without its sheet."""
    values = [grid_range.get(name) for name in
              ("startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex")]
    return Box(*values)  # type: ignore[arg-type]


def grid_range(sheet_id: int, where: Box) -> Json:
    """A Box as a GridRange; unbounded sides are left out."""
    named = {"sheetId": sheet_id, "startRowIndex": where.top, "endRowIndex": where.bottom,
             "startColumnIndex": where.left, "endColumnIndex": where.right}
    return {name: value for name, value in named.items() if value is not None}


def split(text: str) -> tuple[str | None, str]:
    """(sheet title or None, the rest) of a range in A1 notation."""
    match = re.fullmatch(r"'((?:[^']|'')*)'(?:!(.*))?", text, re.S)
    if match:
        return match[1].replace("''", "'"), match[2] or ""
    title, sign, rest = text.rpartition("!")
    return (title, rest) if sign else (None, text)


def parse_box(text: str) -> Box | None:
    """`A1`, `A1:B2`, `A:B`, `2:3`, `A5:B`, `A:B5`; None when it is none of them."""
    first, colon, second = text.partition(":")
    one = END.fullmatch(first)
    two = END.fullmatch(second) if colon else one
    if not one or not two or not first or (colon and not second):
        return None
    if not colon and not (one[2] and one[4]):
        return None
    if bool(one[2]) != bool(two[2]) and not (one[4] and two[4]):
        return None
    rows = [int(m[4]) - 1 for m in (one, two) if m[4]]
    columns = [column_index(m[2]) for m in (one, two) if m[2]]
    if not rows and not columns:
        return None
    made = Box()
    if rows:
        both = len(rows) == 2
        made = replace(made, top=min(rows) if both or one[4] else None,
                       bottom=max(rows) + 1 if both or not one[4] else None)
    if columns:
        both = len(columns) == 2
        made = replace(made, left=min(columns) if both or one[2] else None,
                       right=max(columns) + 1 if both or not one[2] else None)
    return made


def quoted(title: str) -> str:
    """A title as it stands before `!`: quoted unless it is one plain word."""
    if PLAIN_TITLE.fullmatch(title) and not LIKE_CELL.fullmatch(title):
        return title
    return "'" + title.replace("'", "''") + "'"


def to_text(title: str, where: Box) -> str:
    """A bounded box in A1 notation, as answers give it: `Sheet1!A1:B2`, `Sheet1!A1`."""
    assert where.top is not None and where.bottom is not None
    assert where.left is not None and where.right is not None
    start = f"{column_name(where.left)}{where.top + 1}"
    end = f"{column_name(where.right - 1)}{where.bottom}"
    return f"{quoted(title)}!{start}" + ("" if start == end else f":{end}")
