"""Numbers and money as reports print them, read in SQL so that a million rows take a second.

"$5,216.29", "1.234,56 €", "-19 353,69", "Rs.201.68", "(12.34)", "−3", "6.35%", "--", "<5%".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from workbook.errors import BadContent
from workbook.marketplaces import CURRENCIES, SYMBOLS
from workbook.report import Type

if TYPE_CHECKING:
    import duckdb

PLACEHOLDERS = ("", "-", "--", "—", "–", "n/a", "na", "null", "none", "nan")
_SPACE = r"\s\x{00A0}\x{202F}\x{2009}"
_MARK = "|".join(
    re.escape(mark) for mark in sorted((*SYMBOLS, *CURRENCIES), key=len, reverse=True)
)
_BODY = rf"[0-9][0-9.,'’{_SPACE}]*|[.,][0-9]+"
_SHAPE = (
    rf"^[{_SPACE}]*[-−(]?[{_SPACE}]*({_MARK})?[{_SPACE}]*[-−]?[{_SPACE}]*({_BODY})"
    rf"[{_SPACE}]*({_MARK}|%)?[{_SPACE}]*[-−)]?[{_SPACE}]*$"
)
# Values that Amazon hides on purpose: known to be there, not known how many.
_CENSORED = r"^\s*[<>]\s*[0-9.,]+\s*%?\s*$|^\s*[0-9.,]+\s*\+\s*$"


def _lit(pattern: str) -> str:
    return "'" + pattern.replace("'", "''") + "'"


def number_sql(cell: str, kind: Type, *, comma: bool, percent: bool, plain: bool) -> str:
    """SQL that reads the text expression `cell`; NULL for blanks and for what is no number.

    Args:
        comma: the file writes a decimal comma.
        percent: the header says that plain numbers are percents.
        plain: every cell is a bare number already (see `plain_columns`), so no pattern is needed.
    """
    exact = "DECIMAL(24,10)" if kind in (Type.SHARE, Type.NUMBER, Type.COUNT) else "DECIMAL(18,4)"
    value = f"TRY_CAST({cell} AS {exact})" if plain else _careful(cell, exact, comma)
    if kind is Type.SHARE and percent:
        value = f"{value} / 100"
    elif kind in (Type.SHARE, Type.NUMBER) and not plain:
        value = f"{value} / CASE WHEN contains({cell}, '%') THEN 100 ELSE 1 END"
    return value


def _careful(cell: str, exact: str, comma: bool) -> str:
    body = f"regexp_extract({cell}, {_lit(_SHAPE)}, 2)"
    drop = r"[.'’]" if comma else r"[,'’]"
    digits = f"regexp_replace({body}, {_lit(f'{drop}|[{_SPACE}]')}, '', 'g')"
    if comma:
        digits = f"replace({digits}, ',', '.')"
    sign = f"CASE WHEN regexp_matches({cell}, '[-−(]') THEN -1 ELSE 1 END"
    bare = f"CASE WHEN regexp_matches({cell}, '^-?[0-9]+$') THEN {cell} END" if comma else cell
    return f"coalesce(TRY_CAST({bare} AS {exact}), {sign} * TRY_CAST({digits} AS {exact}))"


def stored_sql(value: str, kind: Type) -> str:
    """The read number in the type that the store keeps; NULL where a count has a fraction."""
    if kind is Type.COUNT:
        return f"CASE WHEN {value} = floor({value}) THEN CAST({value} AS BIGINT) END"
    return f"CAST({value} AS DOUBLE)" if kind in (Type.SHARE, Type.NUMBER) else value


def bad_number(cell: str, value: str, *, plain: bool) -> str:
    """SQL condition: there is a text, it is no placeholder and not hidden, yet no number."""
    if plain:
        return f"{value} IS NULL AND {cell} IS NOT NULL AND trim({cell}) <> ''"
    words = ", ".join(_lit(word) for word in PLACEHOLDERS)
    return (
        f"{value} IS NULL AND lower(trim(coalesce({cell}, ''))) NOT IN ({words}) "
        f"AND NOT regexp_matches({cell}, {_lit(_CENSORED)})"
    )


def plain_columns(
    connection: duckdb.DuckDBPyConnection, raw: str, names: list[str]
) -> frozenset[str]:
    """The columns all of whose cells are bare numbers such as 12.5, or blank."""
    if not names:
        return frozenset()
    tests = ", ".join(f'bool_and("{n}" IS NULL OR TRY_CAST("{n}" AS DECIMAL(24,10)) IS NOT NULL)'
                      for n in names)
    row = connection.execute(f"SELECT {tests} FROM {raw}").fetchone()
    assert row is not None
    return frozenset(name for name, plain in zip(names, row, strict=True) if plain is not False)


def decimal_comma(connection: duckdb.DuckDBPyConnection, raw: str, names: list[str]) -> bool:
    """Does the file write a decimal comma? Decided once, from all its numbers.

    Raises:
        BadContent: some numbers have a decimal comma and others a decimal point.
    """
    if not names:
        return False
    with_comma = _count(connection, raw, names, ",", "[0-9],[0-9]{1,2}[^0-9.,]*$")
    with_point = with_comma and _count(
        connection, raw, names, ".",
        r"[0-9],[0-9]{3}\.[0-9]+[^0-9]*$|^[^.,]*[0-9]\.[0-9]{1,2}[^0-9.,]*$",
    )
    if with_point:
        raise BadContent(
            "Some numbers have a decimal comma and others a decimal point.",
            do="A spreadsheet program has changed the file; download the report again.",
        )
    return bool(with_comma)


def _count(
    connection: duckdb.DuckDBPyConnection, raw: str, names: list[str], sign: str, pattern: str
) -> int:
    """How many cells of these columns match; only those that hold `sign` are looked into."""
    like = _lit(pattern)
    cells = " + ".join(
        f"count(*) FILTER (contains(\"{n}\", '{sign}') AND regexp_matches(\"{n}\", {like}))"
        for n in names
    )
    row = connection.execute(f"SELECT {cells} FROM {raw}").fetchone()
    assert row is not None
    return int(row[0])


def marks_in(connection: duckdb.DuckDBPyConnection, raw: str, names: list[str]) -> list[str]:
    """The currency marks that stand in money cells, such as `$`, `£` or `AED`."""
    if not names:
        return []
    cells = " UNION ALL ".join(
        f'SELECT "{n}" AS t FROM {raw} '
        f'WHERE "{n}" IS NOT NULL AND TRY_CAST("{n}" AS DOUBLE) IS NULL'
        for n in names
    )
    rows = connection.execute(
        f"SELECT DISTINCT regexp_extract(t, {_lit(f'({_MARK})')}, 1) FROM ({cells})"
    ).fetchall()
    return sorted(mark for (mark,) in rows if mark)
