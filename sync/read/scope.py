"""Settles store, marketplace, currency and period of a parsed table; never guesses silently.

In this order: the command line, a folder rule of opsheet.toml, what the path states, what the
file shows; otherwise a person is asked, else the file is refused with the option to give.
A column of the file that names marketplace or day is the row's own word and comes first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from sync.read.files import ReportFile
from sync.read.parse import Parsed
from sync.read.spacing import day_in, grain_of, period_in, unit_end, widened
from workbook.errors import BadContent, UnclearScope
from workbook.marketplaces import ACCOUNT_LEVEL, BY_CODE, marketplace_code, only_one_with
from workbook.model import Period, parse_period
from workbook.report import Mode, Role

Ask = Callable[[str, str], str | None]  # (file, question) -> answer, None if nobody is there


@dataclass(frozen=True, slots=True)
class FolderRule:
    """A line of `[folders]` in opsheet.toml: files below a folder of that name."""

    folder: str
    store: str = ""
    marketplace: str = ""
    period: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What the person said about the files: options first, then settings."""

    store: str = ""
    marketplace: str = ""
    period: Period | None = None
    default_store: str = ""
    rules: tuple[FolderRule, ...] = ()
    date_order: str | None = None
    week_first: int = 0
    ask: Ask | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """Whose rows these are. `marketplace` is for rows that do not name their own."""

    store: str
    marketplace: str
    marketplaces: tuple[str, ...]
    currency: str
    period: Period | None
    grain: str
    notes: tuple[str, ...] = field(default=())


def settle(parsed: Parsed, file: ReportFile, said: Said) -> Settled:
    """Raises UnclearScope where something is stated nowhere, BadContent where it contradicts."""
    kind = parsed.found.kind
    store = said.store or _rule(said, file, "store") or said.default_store
    if not store:
        store = _asked(said, file, "Which store is it from?") or ""
    if not store:
        raise UnclearScope(
            "The report does not say which store it is from.",
            do="Give --store NAME, or write store = \"NAME\" into opsheet.toml.",
        )
    if kind.mode is Mode.UPSERT:
        market = _checked_code(said.marketplace) if said.marketplace else ""
        return Settled(store, market, parsed.marketplaces or (market,), "", None, "upsert")
    marketplace, all_of_them = _marketplace(parsed, file, said)
    currency = _currency(parsed, marketplace)
    period, grain, notes = _period(parsed, file, said)
    return Settled(store, marketplace, all_of_them, currency, period, grain, tuple(notes))


def _rule(said: Said, file: ReportFile, name: str) -> str:
    """The rule of the nearest folder (or a path such as `client/US`) that says it."""
    path = PurePath(*file.parts).as_posix()
    best = ""
    for rule in sorted(said.rules, key=lambda r: len(r.folder)):
        inside = f"/{rule.folder.strip('/')}/" in f"/{path}"
        if inside and getattr(rule, name):
            best = getattr(rule, name)
    return best


def _asked(said: Said, file: ReportFile, question: str) -> str | None:
    return said.ask(file.shown, question) if said.ask else None


# --- marketplace and currency -----------------------------------------------------------


def _marketplace(parsed: Parsed, file: ReportFile, said: Said) -> tuple[str, tuple[str, ...]]:
    own = tuple(code for code in parsed.marketplaces if code and code != ACCOUNT_LEVEL)
    given = said.marketplace or _rule(said, file, "marketplace")
    code = _checked_code(given) if given else ""
    if own:
        if code and code not in own:
            raise BadContent(
                f"The file says marketplace {', '.join(own)}, not {code}.",
                do="Leave --marketplace away, or check the file.",
            )
        return (own[0] if len(own) == 1 else ACCOUNT_LEVEL), own
    code = code or stated_marketplace(file.parts) or _by_currency(parsed)
    if not code:
        answer = _asked(said, file, "Which marketplace is it from (US, DE, …)?")
        code = _checked_code(answer) if answer else ""
    if not code:
        raise UnclearScope(
            f"The {parsed.found.kind.label.en} does not say its marketplace.",
            do="Give --marketplace US (or CA, UK, DE, JP, …), or a [folders] rule in opsheet.toml.",
        )
    return code, (code,)


def _checked_code(text: str) -> str:
    code = marketplace_code(text)
    if code is None:
        raise UnclearScope(
            f"'{text}' is no marketplace.", do=f"Give one of {', '.join(BY_CODE)}."
        )
    return code


def stated_marketplace(parts: Sequence[str]) -> str:
    """The marketplace that the nearest folder or the file name states; "" if none or several.

    Two letters count only as capitals: `DE` states Germany, `de` in a name does not.
    """
    for part in reversed(parts):
        codes = set()
        for word in re.split(r"[\s_\-.,()（）【】\[\]]+", part):
            if re.fullmatch(r"[A-Za-z]{2,3}", word) and not word.isupper():
                continue
            if code := marketplace_code(word.removesuffix("站")):
                codes.add(code)
        codes |= {code for m in re.findall(r"amazon\.[a-z.]+[a-z]", part.lower())
                  if (code := marketplace_code(m))}
        if len(codes) == 1:
            return codes.pop()
        if codes:
            return ""
    return ""


def _by_currency(parsed: Parsed) -> str:
    """Only where a currency belongs to one marketplace alone: £ is the UK, € is not Germany."""
    shown = _row_currencies(parsed) or parsed.currencies
    return (only_one_with(shown[0]) or "") if len(shown) == 1 else ""


def _row_currencies(parsed: Parsed) -> tuple[str, ...]:
    column = parsed.found.section.with_role(Role.CURRENCY)
    if column is None or column.name not in parsed.found.columns:
        return ()
    rows = parsed.connection.execute(
        f'SELECT DISTINCT "{column.name}" FROM {parsed.table} WHERE "{column.name}" IS NOT NULL'
    ).fetchall()
    return tuple(sorted(code for (code,) in rows))


def _currency(parsed: Parsed, marketplace: str) -> str:
    """The currency of rows without one of their own.

    Raises:
        BadContent: the amounts' symbols cannot be of this marketplace.
    """
    market = BY_CODE.get(marketplace)
    if rows := _row_currencies(parsed):
        return rows[0] if len(rows) == 1 else (market.currency if market else "")
    if market is None:
        return parsed.currencies[0] if len(parsed.currencies) == 1 else ""
    if parsed.currencies and market.currency not in parsed.currencies:
        raise BadContent(
            f"The amounts are in {' or '.join(parsed.currencies)}, but {marketplace} sells in "
            f"{market.currency}.",
            do="Check the marketplace you gave, or the folder the file lies in.",
        )
    return market.currency


# --- period -----------------------------------------------------------------------------


def _period(
    parsed: Parsed, file: ReportFile, said: Said
) -> tuple[Period, str, list[str]]:
    section, mode, days = parsed.found.section, parsed.found.kind.mode, parsed.days
    roles = {column.role for column in section.columns if column.name in parsed.found.columns}
    if mode is Mode.DOCUMENT and days:
        return Period(days[0], days[-1]), "document", []
    if mode is Mode.SNAPSHOT:
        return _snapshot(parsed, file, said)
    given = said.period or _from_rule(said, file)
    if Role.DAY in roles and days:
        grain = grain_of(days, given) if section.spaced else "day"
        own = Period(days[0], unit_end(days[-1], grain))
        return widened(own, given, grain)
    if Role.FIRST in roles and days:
        return widened(Period(days[0], days[-1]), given or period_in(file), "span")
    period = given or period_in(file)
    if period is None and (answer := _asked(said, file, "Which days does it cover (A..B)?")):
        period = parse_period(answer, week_first=said.week_first)
    if period is None:
        raise UnclearScope(
            f"The {parsed.found.kind.label.en} does not say which days it covers.",
            do="Give --period 2026-11-09..2026-11-15, or put those two days into the file's name.",
        )
    return period, "day" if Role.DAY in roles else "span", []


def _from_rule(said: Said, file: ReportFile) -> Period | None:
    text = _rule(said, file, "period")
    return parse_period(text, week_first=said.week_first) if text else None


def _snapshot(parsed: Parsed, file: ReportFile, said: Said) -> tuple[Period, str, list[str]]:
    if len(parsed.days) > 1:
        raise BadContent(
            f"The snapshot holds several days ({parsed.days[0]} to {parsed.days[-1]}).",
            do="Download the report of one day.",
        )
    if parsed.days:
        return Period(parsed.days[0], parsed.days[0]), "snapshot", []
    period = said.period if said.period and said.period.days == 1 else None
    period = period or _from_rule(said, file) or day_in(file.name)
    if period is None and (answer := _asked(said, file, "On which day was it downloaded?")):
        period = parse_period(answer)
    if period is None:
        raise UnclearScope(
            f"The {parsed.found.kind.label.en} does not say its day.",
            do="Give --period 2026-11-15 (the day of download), or put it into the file's name.",
        )
    return Period(period.end, period.end), "snapshot", []
