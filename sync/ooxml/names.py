"""The workbook part: its sheets, its defined names, its calculation settings."""

from __future__ import annotations

from dataclasses import dataclass

from sync.ooxml import refs, xml
from sync.ooxml.errors import DamagedError
from sync.ooxml.package import Package, Rel
from sync.ooxml.refs import Area
from sync.ooxml.xml import Element

ORDER = (
    "fileVersion", "fileSharing", "workbookPr", "AlternateContent", "absPath", "workbookProtection",
    "bookViews", "sheets", "functionGroups", "externalReferences", "definedNames", "calcPr",
    "oleSize", "customWorkbookViews", "pivotCaches", "smartTagPr", "smartTagTypes",
    "webPublishing", "fileRecoveryPr", "webPublishObjects", "extLst",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DefinedName:
    """A name and what it stands for; `scope` is the sheet it belongs to, if to one."""

    name: str
    ref: str
    scope: str | None = None
    hidden: bool = False

    @property
    def place(self) -> tuple[str, Area] | None:
        """(sheet, area) if the name stands for one area of cells."""
        sheet, ref = refs.split_sheet(self.ref)
        area = refs.try_area(ref)
        return (sheet, area) if sheet is not None and area is not None else None


class Names:
    """Reads and changes the workbook part."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.part = self._find()

    def _find(self) -> str:
        for rel in self.package.rels(""):
            if rel.kind == "officeDocument" and self.package.has(rel.target):
                return rel.target
        if self.package.has("xl/workbook.xml"):
            return "xl/workbook.xml"
        raise DamagedError(
            "The file holds no workbook",
            f"file {self.package.name}",
            "Open it in Excel, let it repair it, and save it as .xlsx.",
        )

    @property
    def root(self) -> Element:
        return self.package.root(self.part)

    def touch(self) -> None:
        self.package.touch(self.part)

    @property
    def epoch_1904(self) -> bool:
        found = xml.child(self.root, "workbookPr")
        return found is not None and found.get("date1904") in ("1", "true", "on")

    def sheets(self) -> list[tuple[str, Rel | None]]:
        """(name, relationship) of every sheet, charts and dialogs among them."""
        rels = {rel.id: rel for rel in self.package.rels(self.part)}
        group = xml.child(self.root, "sheets")
        return [
            (element.get("name") or "", rels.get(xml.rel_id(element) or ""))
            for element in (xml.children(group, "sheet") if group is not None else [])
        ]

    def defined(self) -> list[DefinedName]:
        names = [name for name, _ in self.sheets()]
        found = []
        for element in self._elements():
            local = element.get("localSheetId")
            scope = names[int(local)] if local and local.isdigit() and int(local) < len(names) \
                else None  # fmt: skip
            hidden = element.get("hidden") in ("1", "true")
            text = (element.text or "").strip().removeprefix("=")
            found.append(DefinedName(element.get("name") or "", text, scope, hidden))
        return found

    def _elements(self) -> list[Element]:
        group = xml.child(self.root, "definedNames")
        return xml.children(group, "definedName") if group is not None else []

    def define(self, name: str, ref: str, scope: str | None = None) -> None:
        """Add a name, or give it another meaning."""
        local = None
        if scope is not None:
            names = [sheet.casefold() for sheet, _ in self.sheets()]
            local = str(names.index(scope.casefold()))
        for element in self._elements():
            same = (element.get("name") or "").casefold() == name.casefold()
            if same and element.get("localSheetId") == local:
                element.text = ref
                self.touch()
                return
        group = xml.child(self.root, "definedNames")
        if group is None:
            group = xml.make(self.root, "definedNames")
            xml.place(self.root, group, ORDER)
        element = xml.make(group, "definedName", name=name)
        if local is not None:
            element.set("localSheetId", local)
        element.text = ref
        group.append(element)
        self.touch()

    def move_sheet(self, name: str, after: str) -> None:
        """Let a sheet stand right behind another one; what counts sheets keeps meaning the same."""
        group = xml.child(self.root, "sheets")
        sheets = xml.children(group, "sheet") if group is not None else []
        names = [(element.get("name") or "").casefold() for element in sheets]
        moved, behind = sheets[names.index(name.casefold())], sheets[names.index(after.casefold())]
        if group is None or moved is behind:
            return
        group.remove(moved)
        group.insert(group.index(behind) + 1, moved)
        now = xml.children(group, "sheet")
        numbers = {str(at): str(now.index(element)) for at, element in enumerate(sheets)}
        for element in self._elements():
            local = element.get("localSheetId")
            if local in numbers:
                element.set("localSheetId", numbers[local])
        for view in xml.walk(self.root, "workbookView"):
            for key in ("activeTab", "firstSheet"):
                if view.get(key) or numbers["0"] != "0":
                    view.set(key, numbers.get(view.get(key) or "0", "0"))
        self.touch()

    def recalculate(self) -> bytes:
        """The workbook part that asks for a full calculation when it is opened."""
        root = xml.parse(xml.serialise(self.root), self.part)
        found = xml.child(root, "calcPr")
        if found is None:
            found = xml.make(root, "calcPr")
            xml.place(root, found, ORDER)
        found.set("fullCalcOnLoad", "1")
        return xml.serialise(root)
