"""The fast way: a text file of plain values is read straight into typed columns.

Large reports of the ads console hold bare numbers and ISO dates. DuckDB reads such a file in one
go; at the first cell that is anything else — a sign, a placeholder, a total row, a damaged id —
nothing of this counts, and the file is read with care.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sync.read.files import ReportFile
from sync.read.recognise import Found
from sync.read.stage import TOTAL_WORDS
from sync.read.text import TextTable
from workbook.marketplaces import marketplace_code
from workbook.report import Column, Type

if TYPE_CHECKING:
    import duckdb

# What a cell is read as. Counts are read as fractions first: a cast would round 1.5 units.
_READ_AS = {Type.COUNT: "DOUBLE", Type.MONEY: "DECIMAL(18,4)", Type.SHARE: "DOUBLE",
            Type.NUMBER: "DOUBLE", Type.DATE: "DATE"}


def read_plain(
    found: Found, file: ReportFile, columns: Sequence[Column], must_have: set[str], damaged: str,
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
        or any(column.type in (Type.TIME, Type.MONTH) for column in columns)
    ):
        return None
    import duckdb

    loaded = f"plain_{table}"
    try:
        _load(found, source, str(file.path), columns, connection, loaded)
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error:
        return None
    rows, faults, spaced = _look(columns, must_have, damaged, connection, loaded)
    codes = _marketplaces(columns, connection, loaded)
    if faults or codes is None or rows != file.line_count() - source.header_line:
        connection.execute(f"DROP TABLE {loaded}")
        return None
    percent = {c.name for c in columns if found.headers[found.columns[c.name]].percent}
    shown = ", ".join(
        f"{codes.get(c.name) or _value(c, c.name in percent, c.name in spaced)} AS {_name(c)}"
        for c in columns)
    connection.execute(  # the rows of a table that is made at once are numbered in file order
        f"CREATE TEMP VIEW {table} AS SELECT rowid + {source.header_line + 1} AS line, {shown} "
        f"FROM {loaded}")
    return rows


def _name(column: Column) -> str:
    return f'"{column.name}"'


def _load(
    found: Found, source: TextTable, path: str, columns: Sequence[Column],
    connection: duckdb.DuckDBPyConnection, loaded: str,
) -> None:
    """Creates `loaded(first, <columns>)`; fails at a cell that is not of its column's type."""
    at = {column.name: f"c{found.columns[column.name]}" for column in columns}
    types = {f"c{n}": "VARCHAR" for n in range(len(found.headers))}
    types |= {at[c.name]: _READ_AS.get(c.type, "VARCHAR") for c in columns}
    cells = ", ".join(f"{at[column.name]} AS {_name(column)}" for column in columns)
    first = "c0" if types["c0"] == "VARCHAR" else "NULL::VARCHAR"  # where a total row says so
    quote = '"' if source.quoted else ""
    connection.execute(
        f"CREATE TEMP TABLE {loaded} AS SELECT {first} AS first, {cells} FROM read_csv(?, "
        f"columns={types!r}, header=false, auto_detect=false, skip=?, delim=?, quote=?, escape=?, "
        "nullstr='', buffer_size=8000000)",
        [path, source.header_line, source.delimiter, quote, quote],
    )


def _look(
    columns: Sequence[Column], must_have: set[str], damaged: str,
    connection: duckdb.DuckDBPyConnection, loaded: str,
) -> tuple[int, int, set[str]]:
    """How many rows, how many faults that need care, and which texts have spaces to trim.

    One pass over the rows; to look for spaces is cheaper than to trim a million texts.
    """
    words = ", ".join(f"'{word}'" for word in TOTAL_WORDS)
    faults = [f"lower(trim(first)) IN ({words})"]
    if not must_have & {column.name for column in columns}:
        faults.append(" AND ".join(f"{_name(column)} IS NULL" for column in columns))
    for column in columns:
        cell = _name(column)
        if column.type is Type.COUNT:
            faults.append(f"{cell} <> floor({cell}) OR abs({cell}) > 9e15")
        elif column.type in (Type.SHARE, Type.NUMBER):
            faults.append(f"NOT isfinite({cell})")
        elif column.type is Type.DATE:
            faults.append(f"{cell} NOT BETWEEN DATE '1990-01-01' AND DATE '2100-12-31'")
        elif column.type is Type.ID:
            faults.append(f"contains({cell}, '+') AND regexp_matches({cell}, '{damaged}')")
        if column.name in must_have:
            faults.append(f"{cell} IS NULL")
    texts = [column.name for column in columns if column.type not in _READ_AS]
    asked = ["count(*)", *(f"count(*) FILTER ({fault})" for fault in faults)]
    asked += [f"coalesce(min(\"{t}\") < '!' OR bool_or(\"{t}\" LIKE '% '), false)" for t in texts]
    rows, *found = connection.execute(f"SELECT {', '.join(asked)} FROM {loaded}").fetchall()[0]
    spaced = {text for text, any_ in zip(texts, found[len(faults):], strict=True) if any_}
    blank = " OR ".join(f"trim(\"{text}\") = ''" for text in spaced & must_have)
    if blank:
        found[0] += connection.execute(
            f"SELECT count(*) FROM {loaded} WHERE {blank}").fetchall()[0][0]
    return rows, sum(found[: len(faults)]), spaced


def _value(column: Column, percent: bool, spaced: bool) -> str:
    """SQL of a loaded cell's value as the store keeps it."""
    cell = _name(column)
    if column.type is Type.COUNT:
        return f"{cell}::BIGINT"
    if column.type is Type.SHARE and percent:
        return f"{cell} / 100"
    if column.type in _READ_AS:
        return cell
    text = f"nullif(trim({cell}), '')" if spaced else cell
    return f"upper({text})" if column.type is Type.CURRENCY else text


def _marketplaces(
    columns: Sequence[Column], connection: duckdb.DuckDBPyConnection, loaded: str
) -> dict[str, str] | None:
    """SQL from the marketplaces as written to their codes; None if one of them is none."""
    codes = {}
    for column in columns:
        if column.type is not Type.MARKETPLACE:
            continue
        texts = [text for (text,) in connection.execute(
            f"SELECT DISTINCT {_name(column)} FROM {loaded} WHERE {_name(column)} IS NOT NULL"
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
