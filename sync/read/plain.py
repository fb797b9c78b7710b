"""The fast way: a text file of plain values is read straight into typed columns.

Large reports of the ads console hold bare numbers and ISO dates. DuckDB reads such a file in one
go; at the first cell that is anything else — a sign, a placeholder, a total row, a damaged id —
nothing of this counts, and the file is read with care.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.read.files import ReportFile
from sync.read.recognise import Found
from sync.read.stage import TOTAL_WORDS
from sync.read.text import TextTable
from workbook.marketplaces import marketplace_code
from workbook.report import Column, Type

if TYPE_CHECKING:
    import duckdb

# What DuckDB reads a cell as. Counts are read as fractions, so that 1.5 units show.
_READ_AS = {Type.COUNT: "DOUBLE", Type.MONEY: "DECIMAL(18,4)", Type.SHARE: "DOUBLE",
            Type.NUMBER: "DOUBLE", Type.DATE: "DATE"}


def read_plain(
    found: Found, file: ReportFile, columns: list[Column], must_have: set[str], damaged: str,
    connection: duckdb.DuckDBPyConnection, table: str,
) -> int | None:
    """Makes the view `table(line, <columns>)` of typed rows; None if the file needs care.

    Args:
        must_have: the columns that may not be blank.
        damaged: the pattern of an id that a spreadsheet program has damaged.
    """
    source = found.source
    if (
        not isinstance(source, TextTable) or file.path is None
        or source.encoding not in ("utf-8", "utf-8-sig")
        or any(column.type is Type.TIME for column in columns)
    ):
        return None
    import duckdb

    try:
        _load(found, source, str(file.path), columns, must_have, damaged, connection, table)
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error:
        return None
    rows, odd = connection.execute(
        f"SELECT count(*), count(*) FILTER (odd) FROM plain_{table}").fetchall()[0]
    codes = _marketplaces(columns, connection, table)
    if odd or codes is None or rows != file.line_count() - source.header_line:
        connection.execute(f"DROP TABLE plain_{table}")
        return None
    shown = ", ".join(f'{codes.get(c.name, _name(c))} AS {_name(c)}' for c in columns)
    connection.execute(  # the rows of a table that is made at once are numbered in file order
        f"CREATE TEMP VIEW {table} AS SELECT rowid + {source.header_line + 1} AS line, {shown} "
        f"FROM plain_{table}")
    return int(rows)


def _name(column: Column) -> str:
    return f'"{column.name}"'


def _load(
    found: Found, source: TextTable, path: str, columns: list[Column], must_have: set[str],
    damaged: str, connection: duckdb.DuckDBPyConnection, table: str,
) -> None:
    """Creates `plain_<table>`: typed columns, and `odd` where a row needs care."""
    types = {f"c{n}": "VARCHAR" for n in range(len(found.headers))}
    values, odd = [], []
    for column in columns:
        at = found.columns[column.name]
        cell = f"c{at}"
        types[cell] = _READ_AS.get(column.type, "VARCHAR")
        values.append(f"{_value(cell, column, found.headers[at].percent)} AS {_name(column)}")
        odd += _odd(cell, column, column.name in must_have, damaged)
    if types["c0"] == "VARCHAR":  # a total row; where a number or a date should be it fails anyway
        words = ", ".join(f"'{word}'" for word in TOTAL_WORDS)
        odd.append(f"lower(trim(c0)) IN ({words})")
    blank = " AND ".join(f"c{found.columns[c.name]} IS NULL" for c in columns)
    quote = '"' if source.quoted else ""
    connection.execute(
        f"CREATE TEMP TABLE plain_{table} AS SELECT {', '.join(values)}, "
        f"coalesce({' OR '.join([*odd, f'({blank})'])}, false) AS odd "
        f"FROM read_csv(?, columns={types!r}, header=false, auto_detect=false, skip=?, delim=?, "
        "quote=?, escape=?, nullstr='', buffer_size=8000000)",
        [path, source.header_line, source.delimiter, quote, quote],
    )


def _value(cell: str, column: Column, percent: bool) -> str:
    if column.type is Type.COUNT:
        return f"{cell}::BIGINT"
    if column.type in (Type.SHARE, Type.NUMBER):
        return f"round({cell}, 10){' / 100' * (percent and column.type is Type.SHARE)}"
    if column.type in _READ_AS:
        return cell
    text = f"nullif(trim({cell}), '')"
    return f"upper({text})" if column.type is Type.CURRENCY else text


def _odd(cell: str, column: Column, needed: bool, damaged: str) -> list[str]:
    """SQL conditions under which a cell needs care."""
    found = []
    if column.type is Type.COUNT:
        found.append(f"{cell} <> floor({cell}) OR abs({cell}) > 9e15")
    elif column.type in (Type.SHARE, Type.NUMBER):
        found.append(f"NOT isfinite({cell})")
    elif column.type is Type.DATE:
        found.append(f"{cell} NOT BETWEEN DATE '1990-01-01' AND DATE '2100-12-31'")
    elif column.type is Type.ID:
        found.append(f"contains({cell}, '+') AND regexp_matches({cell}, '{damaged}')")
    if needed:
        found.append(f"{cell} IS NULL" if column.type in _READ_AS else
                     f"trim(coalesce({cell}, '')) = ''")
    return [f"coalesce({condition}, false)" for condition in found]


def _marketplaces(
    columns: list[Column], connection: duckdb.DuckDBPyConnection, table: str
) -> dict[str, str] | None:
    """SQL from the marketplaces as written to their codes; None if one of them is none."""
    codes = {}
    for column in columns:
        if column.type is not Type.MARKETPLACE:
            continue
        texts = [text for (text,) in connection.execute(
            f"SELECT DISTINCT {_name(column)} FROM plain_{table} WHERE {_name(column)} IS NOT NULL"
        ).fetchall()]
        known = {text: marketplace_code(text) for text in texts}
        if None in known.values():
            return None
        cases = " ".join(f"WHEN {_literal(text)} THEN {_literal(str(code))}"
                         for text, code in known.items())
        codes[column.name] = f"CASE {_name(column)} {cases} END" if cases else "NULL::VARCHAR"
    return codes


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
