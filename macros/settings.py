"""Settings: opsheet.toml in the working folder or above, OPSHEET_* over it, options over both."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sync.store.sources import AD_TYPES, Declared
from workbook.errors import SettingsError
from workbook.marketplaces import marketplace_code

if TYPE_CHECKING:
    from sync.read.scope import FolderRule

FILE = "opsheet.toml"
_KNOWN = {"store", "store_path", "lang", "week_start", "folders", "stores", "rules",
          "currency", "inbox", "destinations", "notify"}


@dataclass(frozen=True, slots=True)
class Settings:
    """What opsheet.toml and the environment say."""

    file: Path | None = None
    store: str = ""  # the default store's name
    store_path: Path = Path()
    lang: str = "en"
    week_first: int = 0  # 0 Monday, 6 Sunday
    currency: str = ""  # in which rows of all marketplaces are shown; "": the rates' or the first
    rules: tuple[FolderRule, ...] = ()
    declared: dict[str, dict[str, Declared]] = field(default_factory=dict)
    rule_rows: tuple[dict[str, Any], ...] = ()
    inbox: tuple[Path, ...] = ()  # folders whose new files are imported before a refresh
    # As written; `macros.schedule` and `macros.notify` read them where they are needed.
    destinations: dict[str, dict[str, Any]] = field(default_factory=dict)
    notify: dict[str, dict[str, Any]] = field(default_factory=dict)

    def of(self, store: str) -> dict[str, Declared]:
        """Marketplace -> what the user declares of that store."""
        return self.declared.get(store, {})


def load(start: Path | None = None, environment: dict[str, str] | None = None) -> Settings:
    """Reads the settings.

    Raises:
        SettingsError: the file is no TOML, or a value does not fit; names file and key.
    """
    env = dict(os.environ) if environment is None else environment
    file = _find(start or Path.cwd())
    data = _read(file) if file else {}
    unknown = set(data) - _KNOWN
    if unknown:
        raise SettingsError(f"Unknown setting '{min(unknown)}'.", str(file),
                            f"Known settings: {', '.join(sorted(_KNOWN))}.")
    return Settings(
        file=file,
        store=env.get("OPSHEET_STORE_NAME") or str(data.get("store", "")),
        store_path=_store_path(env.get("OPSHEET_STORE"), data.get("store_path"), file),
        lang=_one_of(env.get("OPSHEET_LANG") or data.get("lang", "en"), ("en", "zh"), "lang", file),
        week_first={"monday": 0, "sunday": 6}[_one_of(
            env.get("OPSHEET_WEEK_START") or data.get("week_start", "monday"),
            ("monday", "sunday"), "week_start", file)],
        currency=_currency(data.get("currency", ""), file),
        rules=tuple(_folder_rule(name, rule, file)
                    for name, rule in data.get("folders", {}).items()),
        declared={store: {_code(market, file): _declared(said, market, file)
                          for market, said in markets.items()}
                  for store, markets in data.get("stores", {}).items()},
        rule_rows=tuple(data.get("rules", ())),
        inbox=_inbox(data.get("inbox", ()), file),
        destinations=_tables(data, "destinations", file),
        notify=_tables(data, "notify", file),
    )


def _find(folder: Path) -> Path | None:
    for place in (folder, *folder.resolve().parents):
        if (place / FILE).is_file():
            return place / FILE
    return None


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"The settings cannot be read: {error}.", str(file),
                            "Mend the line; text stands in \"quotes\".") from None


def _store_path(said: str | None, written: str | None, file: Path | None) -> Path:
    """The variable's path is relative to the working folder, the file's to the file."""
    given = said or written
    if given:
        if "://" in given and not given.startswith("duckdb://"):
            raise SettingsError(f"The store '{given}' is not a DuckDB file.", "OPSHEET_STORE",
                                "Give a path such as /data/opsheet.duckdb.")
        base = Path.cwd() if said or file is None else file.parent
        path = base / Path(given.removeprefix("duckdb://")).expanduser()
        return path / "opsheet.duckdb" if path.is_dir() else path
    import platformdirs

    return Path(platformdirs.user_data_dir("opsheet", appauthor=False)) / "opsheet.duckdb"


def _inbox(said: Any, file: Path | None) -> tuple[Path, ...]:
    """One folder or several; paths are relative to the settings file."""
    folders = [said] if isinstance(said, str) else said
    if not isinstance(folders, list | tuple) or not all(isinstance(f, str) for f in folders):
        raise SettingsError("'inbox' does not fit.", str(file),
                            'Write inbox = ["~/Downloads/amazon"].')
    base = file.parent if file else Path()
    return tuple(base / Path(folder).expanduser() for folder in folders)


def _tables(data: dict[str, Any], key: str, file: Path | None) -> dict[str, dict[str, Any]]:
    found = data.get(key, {})
    if not isinstance(found, dict) or not all(isinstance(one, dict) for one in found.values()):
        raise SettingsError(f"'{key}' does not fit.", str(file), f"Write a table [{key}.NAME].")
    return found


def _one_of(value: Any, choices: tuple[str, ...], key: str, file: Path | None) -> str:
    if str(value).lower() not in choices:
        raise SettingsError(f"'{value}' does not fit {key}.", str(file or "environment"),
                            f"Choose one of {', '.join(choices)}.")
    return str(value).lower()


def _currency(text: Any, file: Path | None) -> str:
    code = str(text).strip().upper()
    if code and not (len(code) == 3 and code.isalpha()):
        raise SettingsError(f"'{text}' is no currency.", str(file),
                            'Write its three letters: currency = "USD".')
    return code


def _code(text: str, file: Path | None) -> str:
    code = marketplace_code(text)
    if code is None:
        raise SettingsError(f"'{text}' is no marketplace.", str(file), "Write US, UK, DE, JP, …")
    return code


def _folder_rule(name: str, rule: Any, file: Path | None) -> FolderRule:
    if not isinstance(rule, dict) or not set(rule) <= {"store", "marketplace", "period"}:
        raise SettingsError(f"The rule of folder '{name}' does not fit.", str(file),
                            f'Write "{name}" = {{ store = "…", marketplace = "US" }}.')
    from sync.read.scope import FolderRule

    market = _code(rule["marketplace"], file) if rule.get("marketplace") else ""
    return FolderRule(name, str(rule.get("store", "")), market, str(rule.get("period", "")))


def _declared(said: Any, market: str, file: Path | None) -> Declared:
    where = f"{file}, marketplace {market}"
    if not isinstance(said, dict) or not set(said) <= {"ad_types", "vat_rate", "zero"}:
        raise SettingsError("What is declared of a marketplace does not fit.", where,
                            'Write ad_types = ["SP", "SB"], vat_rate = 0.19, zero = ["cogs"].')
    types = said.get("ad_types")
    if types is not None and not set(types) <= set(AD_TYPES):
        raise SettingsError(f"'{types}' are no ad types.", where,
                            f"Choose from {', '.join(AD_TYPES)}.")
    try:
        rate = Decimal(str(said["vat_rate"])) if "vat_rate" in said else None
    except InvalidOperation:
        rate = Decimal(-1)
    if rate is not None and not 0 <= rate < 1:
        raise SettingsError(f"'{said['vat_rate']}' is no VAT rate.", where, "Write 0.19 for 19 %.")
    return Declared(tuple(types) if types is not None else None, rate, tuple(said.get("zero", ())))
