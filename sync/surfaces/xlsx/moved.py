"""Comments and links on the rows of a table: they follow their row when rows change places."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sync.ooxml import refs, xml
from sync.ooxml.package import Package
from sync.ooxml.read import item_text
from sync.surfaces.xlsx.found import Found
from workbook.model import Value
from workbook.plan import Typed

OWN = "own: "  # before what belongs to people alone, on the Left over tab
Moves = dict[int, int | None]
_SHAPE = re.compile(rb"<v:shape\b.*?</v:shape\s*>", re.S)
_ROW = re.compile(rb"(<x:Row>\s*)(\d+)(\s*</x:Row>)")
_COLUMN = re.compile(rb"<x:Column>\s*(\d+)\s*</x:Column>")
_ANCHOR = re.compile(rb"(<x:Anchor>\s*)([\d,\s]+?)(\s*</x:Anchor>)")


@dataclass(frozen=True, slots=True)
class Hanging:
    """What hangs on the cells of one table, while its rows change places.

    `moves` says of every row of the old body where it is now; None: it is gone. `keys` are the keys
    of the old rows.
    """

    found: Found
    moves: Moves
    keys: dict[int, str]

    def lost(self) -> dict[Typed, Value]:
        """The texts of comments, and the targets of links, whose rows are gone."""
        lost: dict[Typed, Value] = {}
        for element, row, col in self._comments():
            if self.moves[row] is None:
                text = xml.child(element, "text")
                self._lose(lost, "comment", row, col, item_text(text) if text is not None else "")
        targets = {rel.id: rel.target for rel in self.found.table.sheet.rels()}
        for element, row, col in self._links():
            if self.moves[row] is None:
                target = targets.get(xml.rel_id(element) or "") or element.get("location") or ""
                self._lose(lost, "link", row, col, target)
        return lost

    def move(self) -> None:
        """Moves comments, their boxes, and links."""
        if all(row == now for row, now in self.moves.items()):
            return
        sheet, package = self.found.table.sheet, self._package
        for kind in ("comments", "threadedComment"):
            for part in self._parts(kind):
                if self._moved(list(self._in(xml.walk(package.root(part), kind.rstrip("s"))))):
                    package.touch(part)
        for part in self._parts("vmlDrawing"):
            old = package.read(part)
            new = _SHAPE.sub(self._shape, old)
            if new != old:
                package.put(part, new)
        if self._moved(list(self._links())):
            group = xml.child(sheet.root, "hyperlinks")
            if group is not None and not len(group):
                sheet.root.remove(group)
            sheet.root_changed = True

    # --- what there is --------------------------------------------------------------------

    @property
    def _package(self) -> Package:
        return self.found.table.sheet.package

    def _parts(self, kind: str) -> list[str]:
        return [rel.target for rel in self.found.table.sheet.rels()
                if rel.kind == kind and self._package.has(rel.target)]

    def _comments(self) -> Iterator[tuple[xml.Element, int, int]]:
        for part in self._parts("comments"):
            yield from self._in(xml.walk(self._package.root(part), "comment"))

    def _links(self) -> Iterator[tuple[xml.Element, int, int]]:
        sheet = self.found.table.sheet
        if b"hyperlink" in sheet.index.tail:
            yield from self._in(xml.walk(sheet.root, "hyperlink"))

    def _in(self, elements: list[xml.Element]) -> Iterator[tuple[xml.Element, int, int]]:
        """The elements that stand on one cell of the table's old rows."""
        for element in elements:
            area = refs.try_area(element.get("ref") or "")
            one = area is not None and area.height == area.width == 1
            if area is not None and one and self._on(area.top, area.left):
                yield element, area.top, area.left

    def _on(self, row: int, col: int) -> bool:
        return row in self.moves and col in self.found.headers

    def _lose(
        self, lost: dict[Typed, Value], what: str, row: int, col: int, text: str
    ) -> None:
        name = f"{OWN}{what}, {self.found.header_of(col)}"
        lost[self.found.block.id, self.keys.get(row) or f"row {row}", name] = text

    # --- moving ---------------------------------------------------------------------------

    def _moved(self, found: list[tuple[xml.Element, int, int]]) -> bool:
        changed = False
        for element, row, col in found:
            now = self.moves[row]
            changed = changed or now != row
            if now is None:
                element.getparent().remove(element)
            else:
                element.set("ref", f"{refs.letters(col)}{now}")
        return changed

    def _shape(self, match: re.Match[bytes]) -> bytes:
        """A comment's box."""
        text = match[0]
        row, column = _ROW.search(text), _COLUMN.search(text)
        if row is None or column is None or b'ObjectType="Note"' not in text:
            return text
        old = int(row[2]) + 1
        if not self._on(old, int(column[1]) + 1):
            return text
        now = self.moves[old]
        if now is None:
            return b""
        text = _ROW.sub(lambda m: m[1] + str(now - 1).encode() + m[3], text)
        return _ANCHOR.sub(_shifted(now - old), text)


def _shifted(by: int) -> Callable[[re.Match[bytes]], bytes]:
    def anchor(match: re.Match[bytes]) -> bytes:
        numbers = [int(one) for one in match[2].split(b",")]
        for at in (2, 6):
            if at < len(numbers):
                numbers[at] = max(numbers[at] + by, 0)
        return match[1] + ", ".join(map(str, numbers)).encode() + match[3]

    return anchor
