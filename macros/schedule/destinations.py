"""Destinations: what opsheet.toml says is to be filled, where, for whom and when."""

from __future__ import annotations

import datetime as dt
import importlib.util
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from macros.fill import Request
from macros.schedule.when import When, parse
from macros.settings import Settings
from templates import get_template
from workbook.errors import OpsheetError, SettingsError, UsageError
from workbook.marketplaces import BY_CODE, marketplace_code
from workbook.model import parse_period
from workbook.nearest import nearest

GRACE = dt.timedelta(hours=6)
_SOONEST = dt.timedelta(minutes=5)  # a look comes each minute, and a busy machine is late with it
_KEYS = {"template", "to", "store", "marketplace", "lang", "period", "when", "zone", "notify",
         "grace_hours", "reports"}
_NAME = re.compile(r"[\w-]{1,64}")  # it names a lock file too
_LATER = ("excel", "feishu:")


@dataclass(frozen=True, slots=True)
class Destination:
    """One entry of [destinations]. `fills`: template and target, in order.

    `when` None: only by hand or by its "Refresh now" box. `grace`: how late a missed time is
    still run. `reports`: the kinds that "when the day is in" waits for; by default all that the
    template needs. `base`: the folder that relative targets start from.
    """

    name: str
    fills: tuple[tuple[str, str], ...]
    store: str = ""
    marketplace: str = ""
    lang: str = ""
    period: str = ""
    when: When | None = None
    grace: dt.timedelta = GRACE
    notify: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    base: Path = Path()

    @property
    def template(self) -> str:
        return ", ".join(dict.fromkeys(template for template, _ in self.fills))

    @property
    def target(self) -> str:
        return ", ".join(dict.fromkeys(target for _, target in self.fills))

    def request(self, template: str) -> Request:
        return Request(template, self.store, self.marketplace, self.period, self.lang)

    def path(self, target: str) -> Path:
        """The file that a target without `google:` means."""
        return self.base / Path(target).expanduser()


def needed() -> None:
    """Says what to install where the scheduler is missing.

    Raises:
        SettingsError: it is.
    """
    for name in ("apscheduler", "cronsim", "tzlocal", "tenacity"):
        if importlib.util.find_spec(name) is None:
            raise SettingsError("The schedule needs packages that are not installed.", "",
                                "Run: pip install 'opsheet[schedule]'")


def read(settings: Settings) -> tuple[Destination, ...]:
    """All destinations, in the order of the file.

    Raises:
        SettingsError: something does not fit; names file, destination and key.
    """
    needed()
    return tuple(_destination(name, said, settings)
                 for name, said in settings.destinations.items())


def chosen(settings: Settings, names: tuple[str, ...]) -> tuple[Destination, ...]:
    """The destinations of these names, or all.

    Raises:
        SettingsError, UsageError: there is none, or none of a name.
    """
    every = {one.name: one for one in read(settings)}
    if not every:
        raise SettingsError(
            "There are no destinations.", str(settings.file or "no opsheet.toml here or above"),
            'Write [destinations.morning] with template, to and when = "every weekday 07:30".')
    for name in names:
        if name not in every:
            raise UsageError(f"There is no destination '{name}'.", str(settings.file),
                             f"{nearest(name, every)}Destinations: {', '.join(every)}.")
    return tuple(every[name] for name in dict.fromkeys(names)) if names else tuple(every.values())


def _destination(name: str, said: dict[str, Any], settings: Settings) -> Destination:
    place = f"{settings.file}, destination {name}"
    if not _NAME.fullmatch(name):
        raise SettingsError(f"'{name}' is no name of a destination.", str(settings.file),
                            "Use letters, digits, - and _.")
    unknown = sorted(set(said) - _KEYS)
    if unknown:
        raise SettingsError(f"Unknown key '{unknown[0]}'.", place,
                            f"{nearest(unknown[0], _KEYS)}Known: {', '.join(sorted(_KEYS))}.")
    texts = {key: _text(said, key, place) for key in
             ("store", "marketplace", "lang", "period", "when", "zone")}
    if texts["lang"] not in ("", "en", "zh"):
        raise SettingsError(f"'{texts['lang']}' is no language.", f"{place}, key lang",
                            "Choose one of en, zh.")
    try:
        if texts["period"]:
            parse_period(texts["period"])
    except OpsheetError as error:
        raise SettingsError(error.what, f"{place}, key period", error.do) from None
    return Destination(
        name, _fills(said, place), texts["store"], _market(texts["marketplace"], place),
        texts["lang"] or settings.lang, texts["period"],
        parse(texts["when"], texts["zone"], f"{place}, key when") if texts["when"] else None,
        _grace(said.get("grace_hours"), place),
        tuple(_channels(said, settings, place)), tuple(_reports(said, place)),
        settings.file.parent if settings.file else Path(),
    )


def _text(said: dict[str, Any], key: str, place: str) -> str:
    value = said.get(key, "")
    if not isinstance(value, str):
        raise SettingsError(f"'{value}' does not fit {key}.", f"{place}, key {key}",
                            f'Write it in quotes: {key} = "…".')
    return value.strip()


def _texts(said: dict[str, Any], key: str, place: str, example: str) -> list[str]:
    value = said.get(key, [])
    found = [value] if isinstance(value, str) else value
    if not isinstance(found, list) or not all(isinstance(one, str) and one for one in found):
        raise SettingsError(f"'{value}' does not fit {key}.", f"{place}, key {key}",
                            f"Write {key} = {example}.")
    return found


def _fills(said: dict[str, Any], place: str) -> tuple[tuple[str, str], ...]:
    """Template and target; several templates need as many targets, or {template} in one."""
    names = _texts(said, "template", place, '"daily_check"')
    targets = _texts(said, "to", place, '"google:ID" or "report.xlsx"')
    if not names or not targets:
        key = "template" if not names else "to"
        raise SettingsError(f"'{key}' is missing.", f"{place}, key {key}",
                            'Write template = "daily_check" and to = "report.xlsx".')
    templates = []
    for name in names:
        try:
            templates.append(get_template(name).name)
        except OpsheetError as error:
            raise SettingsError(error.what, f"{place}, key template", error.do) from None
    if len(targets) == 1 and "{template}" in targets[0]:
        targets = [targets[0].replace("{template}", name) for name in templates]
    if len(targets) != len(templates) or len(set(targets)) != len(targets):
        raise SettingsError("Each template needs a target of its own.", f"{place}, key to",
                            'Write as many, or to = "reports/{template}.xlsx".')
    for target in targets:
        _refuse(target, f"{place}, key to")
    return tuple(zip(templates, targets, strict=True))


def _refuse(target: str, where: str) -> None:
    if target.startswith(_LATER):
        raise SettingsError(f"'{target}' cannot be filled by a schedule.", where,
                            'Write a file or a Google spreadsheet: to = "google:ID".')
    if not target.startswith("google:") and not target.lower().endswith((".xlsx", ".xlsm")):
        raise SettingsError(f"'{target}' is no workbook.", where,
                            'Write to = "report.xlsx" or to = "google:ID".')


def _market(text: str, place: str) -> str:
    code = marketplace_code(text) if text else ""
    if text and code not in BY_CODE:
        raise SettingsError(f"'{text}' is no marketplace.", f"{place}, key marketplace",
                            f"Choose one of {', '.join(BY_CODE)}.")
    return code or ""


def _grace(said: Any, place: str) -> dt.timedelta:
    if said is None:
        return GRACE
    if isinstance(said, bool) or not isinstance(said, int | float) or not 0 <= said <= 24 * 7:
        raise SettingsError(f"'{said}' does not fit grace_hours.", f"{place}, key grace_hours",
                            "Write the hours that a missed refresh may be late: 6.")
    return max(dt.timedelta(hours=said), _SOONEST)


def _reports(said: dict[str, Any], place: str) -> list[str]:
    names = _texts(said, "reports", place, '["business_report_by_date"]')
    if not names:
        return []
    from sync.reports import all_kinds

    known = [kind.name for kind in all_kinds()]
    for name in names:
        if name not in known:
            raise SettingsError(f"There is no report '{name}'.", f"{place}, key reports",
                                f"{nearest(name, known)}`opsheet list reports` shows all.")
    return names


def _channels(said: dict[str, Any], settings: Settings, place: str) -> list[str]:
    names = _texts(said, "notify", place, '["team"]')
    for name in names:
        if name not in settings.notify:
            raise SettingsError(f"There is no [notify.{name}].", f"{place}, key notify",
                                f"{nearest(name, settings.notify)}Write [notify.{name}] with its "
                                "kind: feishu, slack or mail.")
    return names
