"""What stands around the cells of a refilled workbook: headers, titles, choices, footers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from sync.ooxml import Area, Workbook, refs, xml
from sync.ooxml.sheet import Edit
from sync.surfaces.xlsx import anchors
from sync.surfaces.xlsx.found import Finder, Found, labels_of
from sync.surfaces.xlsx.place import Places
from sync.surfaces.xlsx.tables import rename_columns
from workbook.model import Label
from workbook.plan import Plan
from workbook.template import Input, field_id

LANGS = ("en", "zh")
_BRACKETED = re.compile(r"\[([^\[\]]+)\]")
_PRINT_AREA = "_xlnm.Print_Area"


class Words:
    """Brings the words of ours in an open workbook to the plan's language and period."""

    def __init__(self, book: Workbook, finder: Finder, plan: Plan, places: Places) -> None:
        self._book, self._finder, self._plan, self._places = book, finder, plan, places
        self._read: dict[str, set[str]] = {}
        self.kept: list[str] = []  # headers that stay because a formula reads them

    def table(self, found: Found, title: str) -> None:
        """Headers, title, choices and footer of a table's tab."""
        self._headers(found)
        self._titles(found, title)
        for item in found.block.fields:
            if isinstance(item, Input) and item.choices and field_id(item) in found.fields:
                self._choices(found, found.fields[field_id(item)], item.choices)
            elif isinstance(item, Input) and item.choices_from and field_id(item) in found.fields:
                self._offer(found, found.fields[field_id(item)], item.choices_from)
        self.footer(found.sheet)

    # --- headers --------------------------------------------------------------------------

    def _headers(self, found: Found) -> None:
        table, sheet = found.table, found.table.sheet
        inside = {col: text for col, text in found.headers.items() if col <= table.ref.right}
        names = dict(zip(range(table.ref.left, table.ref.right + 1), table.columns, strict=True))
        new = {col: text for col, text in inside.items() if text and text != names[col].strip()}
        labels = labels_of(found.block, self._plan.lang)
        taken = {inside[col].casefold() for col in found.own if col in inside}
        for item, label in zip(found.block.fields, labels, strict=True):
            col = found.fields.get(field_id(item))
            if col is None or col in found.renamed or inside[col] == label:
                continue
            if label.casefold() in taken or inside[col] in self._read_columns(table.name):
                self.kept.append(inside[col])
                continue
            new[col] = label
            sheet.set(table.ref.top, col, Edit(label))
        if new:
            rename_columns(table, new)

    def _read_columns(self, table: str) -> set[str]:
        """The columns of a table that formulas anywhere name: Sales in `ops_ads[Sales]`."""
        if table not in self._read:
            mark = f"{table}[".casefold()
            found: set[str] = set()
            package = self._book.content.package
            for part in list(package.names()):
                if part.endswith(".xml"):
                    text = package.read(part).decode("utf-8", "replace")
                    if mark in text.casefold():
                        found.update(xml.unescape(one).replace("'", "")
                                     for one in _BRACKETED.findall(text))
            self._read[table] = found
        return self._read[table]

    def _titles(self, found: Found, title: str) -> None:
        top = found.table.ref.top
        for which, default, text in (("title", top - 3, title),
                                     ("scope", top - 2, str(self._plan.names["ops_scope"]))):
            place = self._finder.place(anchors.text_name(found.block.id, which))
            if place is None and not self._finder.leaves_traces(found.block.id) and default > 0:
                place = (found.sheet, default, found.key + 1)
            if place is None or place[0] != found.sheet or place[1] >= top:
                continue
            sheet, row, col = place
            spot = f"{refs.quote_sheet(sheet)}!{refs.letters(col)}{row}"
            labels = [found.block.label, *(tab.label for tab in self._plan.template.tabs
                                           if found.block in tab.blocks)]
            own = {None, "", title, *(label[lang] for label in labels for lang in LANGS)}
            if which == "scope" or self._book.read(spot)[0][0] in own:
                self._book.content.sheet(sheet).set(row, col, Edit(text))

    # --- choices, print areas, footers ----------------------------------------------------

    def _choices(self, found: Found, col: int, choices: Iterable[Label]) -> None:
        sheet, lang = found.table.sheet, self._plan.lang
        lists = {one: '"' + ",".join(choice[one] for choice in choices) + '"' for one in LANGS}
        for formula in self._lists(found, col):
            if formula.text in lists.values() and formula.text != lists[lang]:
                formula.text = lists[lang]
                sheet.root_changed = True

    def _offer(self, found: Found, col: int, source: tuple[str, str]) -> None:
        """The rows that can be chosen from, as many as there are now."""
        rows = self._places.rows_of(*source)
        for formula in self._lists(found, col):
            if formula.text != rows and "!" in (formula.text or ""):
                formula.text = rows
                found.table.sheet.root_changed = True

    def _lists(self, found: Found, col: int) -> Iterator[xml.Element]:
        """The lists of choices of a column."""
        for rule in xml.walk(found.table.sheet.root, "dataValidation"):
            areas = [refs.try_area(one) for one in (rule.get("sqref") or "").split()]
            if any(area and area.left <= col <= area.right for area in areas):
                yield from xml.children(rule, "formula1")

    def resized(self, found: Found, old: Area) -> None:
        """An area that ended with the table ends with it again; so do marks to be ignored."""
        bottom = found.table.body.bottom
        if bottom == old.bottom:
            return
        names = self._book.content.names
        for one in names.defined():
            if one.name == _PRINT_AREA and one.scope == found.sheet and one.place:
                area = one.place[1]
                if area.bottom == old.bottom and area.top <= found.table.ref.top:
                    sheet, ref = one.ref.rpartition("!")[::2]
                    new = refs.resize(ref, area.rows(area.top, bottom))
                    names.define(one.name, f"{sheet}!{new}", one.scope)
        sheet_root = found.table.sheet
        for element in xml.walk(sheet_root.root, "ignoredError"):
            ignored = refs.try_area(element.get("sqref") or "")
            if ignored and ignored.bottom == old.bottom and ignored.top <= found.table.ref.top:
                element.set("sqref", str(ignored.rows(ignored.top, bottom)))
                sheet_root.root_changed = True

    def footer(self, name: str) -> None:
        """The period in a footer of ours; one that people wrote stays."""
        sheet = self._book.content.sheet(name)
        label = self._plan.template.label
        ours = re.compile("&L(?:" + "|".join(re.escape(label[one]) for one in LANGS)
                          + r") \S+(&C&A&R&P / &N)")
        for element in xml.walk(sheet.root, "oddFooter"):
            match = ours.fullmatch(element.text or "")
            if match:
                text = f"&L{label[self._plan.lang]} {self._plan.period.label()}{match[1]}"
                if text != element.text:
                    element.text = text
                    sheet.root_changed = True
