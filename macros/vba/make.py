"""Makes macro workbooks: a new one with its sheets filled, or one of ours given buttons."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from macros.fill import plan_for
from macros.jobs import Context, stores
from macros.planner import CONF, About, about, apart, clock, names_of_all
from macros.vba.home import Button, macro_workbook, xlwings_settings
from macros.vba.sheets import draw_plans, write_meta
from sync.ooxml import Workbook, xml
from sync.ooxml.names import ORDER
from sync.surfaces.xlsx.file import refuse_if_open
from sync.surfaces.xlsx.typed import read_meta
from templates import all_templates, get_template
from workbook.errors import OpsheetError, StoreError, SurfaceError
from workbook.model import Label
from workbook.plan import Plan, State

PROJECT = "xl/vbaProject.bin"
_PROJECT_TYPE = "application/vnd.ms-office.vbaProject"
_PROJECT_REL = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
_BOOK_TYPE = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"


@dataclass(slots=True)
class Made:
    """A new macro workbook, the templates whose sheets it shows, and why it lacks the others."""

    data: bytes = b""
    cells: int = 0
    filled: list[str] = field(default_factory=list)
    failed: dict[str, OpsheetError] = field(default_factory=dict)


def planner(context: Context, said: About) -> Made:
    """A workbook with a button for each template of `said`, and their sheets from the store.

    An empty store gives the home sheet alone; of templates that cannot be filled the button stays.

    Raises:
        UsageError: which store is meant is not clear. TemplateError: there is no such template.
    """
    made, plans = Made(), list[Plan]()
    for name in said.templates if stores(context) else ():
        try:
            plans.append(apart(plan_for(context, said.request(context, name), State())))
            made.filled.append(name)
        except (StoreError, SurfaceError) as error:
            made.failed[name] = error

    def draw(book: Any) -> None:
        if plans:
            last = plans[-1]
            plans[-1] = replace(last, names=names_of_all(plans))
            made.cells = draw_plans(book, plans)
        names = plans[-1].names if plans else {}
        here = {"template": said.templates[-1], "period": str(plans[-1].period)} if plans else {}
        write_meta(book, {"opsheet": "1", "template": "", "lang": said.lang} | here, names)

    many = len(made.filled)
    at = clock(context.now)
    status = Label(f"Filled {at}: {many} template{'s' * (many != 1)}",
                   f"已于 {at} 填写：{many} 个模板")[said.lang] if plans else ""
    made.data = macro_workbook(buttons_of(said.templates), (), said.lang, _settings(said),
                               draw=draw, status=status)
    return made


def buttons_of(templates: Sequence[str]) -> list[Button]:
    """The refresh buttons of templates."""
    return [Button(name, get_template(name).label) for name in templates]


def _settings(said: About) -> dict[str, str]:
    return xlwings_settings() | said.settings()


# --- buttons for a workbook that is there ---------------------------------------------------


def with_buttons(path: Path, templates: Sequence[str] = ()) -> tuple[bytes, About]:
    """A workbook that Opsheet made, with a home sheet of buttons before its sheets.

    Args:
        path: an .xlsx; it stays as it is.
        templates: those with a button; by default all that the workbook holds.

    Raises:
        SurfaceError: it is not ours, has macros, is open or damaged.
    """
    from sync.surfaces.bound.errors import told

    if not path.exists():
        raise SurfaceError("There is no such workbook.", str(path), "Check the path.")
    refuse_if_open(path)
    with told(path), Workbook(io.BytesIO(path.read_bytes()), path.name) as book:
        meta = read_meta(book)
        _refuse(book, path, meta is not None)
        said = about(meta or {})
        said = replace(said, lang=said.lang or "en", store=said.filled_for,
                       templates=tuple(templates) or held(book))
        donor = macro_workbook(buttons_of(said.templates), (), said.lang, _settings(said))
        _add(book, donor)
        out = io.BytesIO()
        book.save(out)
    return out.getvalue(), said


def held(book: Workbook) -> tuple[str, ...]:
    """The templates of which a workbook has tables."""
    tables = {name.casefold() for name in book.tables}
    return tuple(template.name for template in all_templates()
                 if any(f"ops_{id}".casefold() in tables for id in template.blocks()))


def _refuse(book: Workbook, path: Path, ours: bool) -> None:
    package = book.content.package
    macros = any(rel.kind == "vbaProject" for rel in package.rels(book.content.names.part))
    if macros and ours and CONF in book.sheet_names:
        raise SurfaceError("This workbook has its buttons already.", str(path),
                           "`opsheet workbook new` makes one with other buttons.")
    if macros or path.suffix.lower() != ".xlsx":
        raise SurfaceError(
            "Buttons cannot be added to a workbook with macros of its own without changing them.",
            str(path), "Keep it as it is: make a workbook of buttons beside it with "
            f"`opsheet workbook new`, or fill this one with `--to {path.name}` or `--to excel`.")
    if not ours:
        raise SurfaceError(
            "This workbook was not made by Opsheet.", str(path),
            "Make one with `opsheet workbook new NAME.xlsm`, or fill this one with "
            f"`opsheet fill TEMPLATE --to {path.name}`.")


def _add(book: Workbook, donor: bytes) -> None:
    """Home sheet, settings and VBA project of a macro workbook go into one without macros."""
    content = book.content
    before = [name for name, _ in content.names.sheets()]
    _without_code_names(book)
    with Workbook(io.BytesIO(donor)) as other:
        home = other.sheet_names[0]
        binary = other.content.package.read(PROJECT)
    title = book.add_sheet_from(io.BytesIO(donor), home)
    book.add_sheet_from(io.BytesIO(donor), CONF)
    for name, behind in zip(before, [title, *before], strict=False):
        content.names.move_sheet(name, behind)
    names, package = content.names, content.package
    for element in xml.children(xml.walk(names.root, "sheets")[0], "sheet"):
        if element.get("name") == CONF:
            element.set("state", "veryHidden")
    for view in xml.walk(names.root, "workbookView"):
        view.attrib.pop("firstSheet", None)  # the home sheet's tab is in sight
    properties = xml.child(names.root, "workbookPr")
    if properties is None:
        properties = xml.make(names.root, "workbookPr")
        xml.place(names.root, properties, ORDER)
    properties.set("codeName", "ThisWorkbook")
    names.touch()
    package.put(PROJECT, binary)
    package.set_content_type(PROJECT, _PROJECT_TYPE)
    package.set_content_type(names.part, _BOOK_TYPE)
    package.add_rel(names.part, _PROJECT_REL, PROJECT)


def _without_code_names(book: Workbook) -> None:
    """Names for VBA that Excel left in a workbook without macros: ours would clash with them."""
    for sheet in book.content.sheets.values():
        for element in xml.children(sheet.root, "sheetPr"):
            if element.get("codeName"):
                del element.attrib["codeName"]
                sheet.root_changed = True
