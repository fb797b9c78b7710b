"""A workbook with several templates: what it says of itself, and what it knows for each of them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from macros.fill import Request, blocks_of, fill
from macros.jobs import Context, stores
from sync.surfaces import Receipt, Surface
from templates import all_templates, get_template
from workbook.errors import UsageError
from workbook.model import Label, Period, Value, parse_period
from workbook.plan import Plan, State

CONF = "xlwings.conf"  # the sheet in which xlwings looks for its settings; ours stand there too
_REVISION, _END = "ops_revision", "ops_period_end"
_OURS = "OPSHEET "  # before the names of our own settings, as "UDF MODULES" is one of xlwings
_ANY = ""  # the template that a workbook did not name, when it had but one
_LONGEST = 31  # characters of a sheet's name
_DAYS = Label("Mon Tue Wed Thu Fri Sat Sun", "周一 周二 周三 周四 周五 周六 周日")


@dataclass(frozen=True, slots=True)
class About:
    """What a workbook says of itself.

    `store`, `marketplace`: for which it was made; `filled_for`: the store of its last refresh.
    `templates`: those with a button, in the order shown.
    """

    lang: str = ""
    store: str = ""
    marketplace: str = ""
    filled_for: str = ""
    templates: tuple[str, ...] = ()

    def settings(self) -> dict[str, str]:
        """The rows that travel in the workbook, on the sheet of its settings."""
        said = {"LANG": self.lang, "STORE": self.store, "MARKETPLACE": self.marketplace,
                "BUTTONS": ",".join(self.templates)}
        return {_OURS + name: value for name, value in said.items() if value}

    def request(
        self, context: Context, template: str, *, period: str = "", store: str = "",
        marketplace: str = "", lang: str = "",
    ) -> Request:
        """What is to be filled; what is not said is as the workbook was made, or filled before."""
        store = store or self.store or context.settings.store
        if not store and self.filled_for in stores(context):
            store = self.filled_for
        return Request(template, store, marketplace or self.marketplace, period,
                       lang or self.lang)


def about(meta: Mapping[str, Any], settings: Mapping[str, Any] | None = None) -> About:
    """What the rows (name -> value) of `_opsheet` and of the sheet of settings say."""
    rows = {**meta, **(settings or {})}

    def text(name: str) -> str:
        return str(rows.get(name) or "").strip()

    known = {template.name for template in all_templates()}
    names = tuple(name for name in text(_OURS + "BUTTONS").split(",") if name in known)
    lang = text(_OURS + "LANG") or text("lang")
    return About(lang if lang in ("en", "zh") else "", text(_OURS + "STORE"),
                 text(_OURS + "MARKETPLACE"), text("ops_store"), names)


# --- each template with what is known for it ------------------------------------------------


class Part:
    """A surface as one template of its workbook sees it.

    How far the sheet knows what people typed, its period and its store are kept for each template:
    a refresh of one sheet must not make another one's old values look like new ones. Tabs of
    several templates that have one title get the template's name beside it.

    Args:
        shared: the workbook is made for several templates, though it may hold none yet.
        before: is given the plan before it is written.
    """

    def __init__(
        self, surface: Surface, template: str, *, shared: bool = False,
        before: Callable[[Plan], None] = lambda plan: None,
    ) -> None:
        self._surface, self._template = surface, get_template(template)
        self._shared, self._before = shared, before
        self._known: dict[str, list[str]] = {}

    def read(self) -> State:
        """What people typed, and what the workbook knows for this template."""
        state = self._surface.read()
        self._known = _parsed(state.revision)
        if self._known:
            self._shared = True
            revision, store, period = (
                self._known.get(self._template.name) or self._known.get(_ANY) or ["", "", ""])
            state.revision, state.store, state.period = revision, store, _period(period)
        elif state.revision and not self._has_cells(state):  # another template filled it
            self._shared = True
            self._known = {_ANY: [state.revision, state.store, str(state.period or "")]}
        return state

    def apply(self, plan: Plan) -> Receipt:
        """Writes the plan, and keeps what the other templates know."""
        self._before(plan)
        if self._shared:
            plan = replace(apart(plan), names=names_of_all([plan], self._known))
        return self._surface.apply(plan)

    def _has_cells(self, state: State) -> bool:
        return any(block in self._template.blocks() for block, _, _ in state.cells)


def names_of_all(
    plans: Sequence[Plan], known: Mapping[str, list[str]] | None = None
) -> dict[str, Value]:
    """The names of a workbook that plans of several templates are written into, the last one last.

    Args:
        known: template -> revision, store, period of those that stand in it already.
    """
    known = dict(known or {}) | {plan.template.name: [
        str(plan.names.get(_REVISION, "")), str(plan.names.get("ops_store", "")), str(plan.period)
    ] for plan in plans}
    ends = [one.end for _, _, text in known.values() if (one := _period(text))]
    return {**plans[-1].names, _REVISION: json.dumps(known, ensure_ascii=False), _END: max(ends)}


def _parsed(revision: str) -> dict[str, list[str]]:
    """Template -> revision, store, period; empty for a workbook of one template."""
    try:
        found = json.loads(revision)
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: [str(part) for part in parts] for name, parts in found.items()
            if isinstance(parts, list) and len(parts) == 3}


def _period(text: str) -> Period | None:
    try:
        return parse_period(text)
    except UsageError:
        return None


def apart(plan: Plan) -> Plan:
    """The plan with the template's name in titles that a tab of another template has too."""
    lang = plan.lang
    others = {tab.label[lang].casefold() for template in all_templates()
              if template.name != plan.template.name for tab in template.tabs}
    name = plan.template.label[lang]

    def title(text: str) -> str:
        taken = text.casefold() in others
        return f"{text[: _LONGEST - len(name) - 3]} - {name}" if taken else text

    own = {tab.id for tab in plan.template.tabs}
    tabs = tuple(replace(tab, title=title(tab.title)) if tab.id in own else tab
                 for tab in plan.tabs)
    return replace(plan, tabs=tabs)


# --- filling a closed file ------------------------------------------------------------------


def fill_file(
    context: Context, template: str, path: Path, *, period: str = "", store: str = "",
    marketplace: str = "", lang: str = "", backup: bool = False, computed: bool = False,
    seen: Callable[[Plan], None] = lambda plan: None,
) -> Receipt:
    """Fills a closed workbook that Opsheet made, or makes an .xlsx; `seen` gets the plan.

    In an .xlsm, what is not said is as the workbook was made, and its status cell tells.

    Raises:
        OpsheetError: see its message; nothing is written then.
    """
    from sync.surfaces.xlsx import XlsxFile

    surface = XlsxFile(path, blocks_of(template), backup=backup, computed=computed)
    said = about_file(path) if path.suffix.lower() == ".xlsm" else About()
    request = said.request(context, template, period=period, store=store,
                           marketplace=marketplace, lang=lang)

    def status(plan: Plan) -> None:
        surface.status = refreshed(context.now, template, plan.period)[plan.lang]
        seen(plan)

    return fill(context, request, Part(surface, template, shared=bool(said.templates),
                                       before=status))


def about_file(path: Path) -> About:
    """What a closed workbook says of itself; nothing where Opsheet did not make it.

    Raises:
        SurfaceError: it is no workbook that can be edited in place.
    """
    if not path.exists():
        return About()
    from sync.ooxml import Workbook
    from sync.surfaces.bound.errors import told
    from sync.surfaces.xlsx.typed import read_meta

    with told(path), Workbook.open(path) as book:
        used = book.used(CONF) if CONF in book.sheet_names else None
        rows = book.read(f"'{CONF}'!A1:B{used.bottom}") if used else []
        return about(read_meta(book) or {}, {str(name): value for name, value in rows})


# --- what the status cell says --------------------------------------------------------------


def refreshed(now: dt.datetime, template: str, period: Period, notes: int = 0) -> Label:
    """`Refreshed 2026-11-17 08:46: Weekly report, until Sun 2026-11-15, 2 notes (Open log)`."""
    name, at = get_template(template).label, clock(now)
    day = Label(*(f"{_DAYS[lang].split()[period.end.weekday()]} {period.end}"
                  for lang in ("en", "zh")))
    return Label(
        f"Refreshed {at}: {name.en}, until {day.en}" + (
            f", {notes} note{'s' * (notes > 1)} (Open log)" if notes else ""),
        f"已于 {at} 刷新：{name.zh}，截至 {day.zh}" + (
            f"，{notes} 条提示（见日志）" if notes else ""))


def clock(now: dt.datetime) -> str:
    """A moment (UTC) as the clock of this PC shows it."""
    return f"{now.replace(tzinfo=dt.UTC).astimezone():%Y-%m-%d %H:%M}"
