"""The days of one chosen ASIN, as live formulas over the table of ASINs and days.

The choice stands in the first row. What a chart draws as a line or as a mark is #N/A where there
is nothing: charts draw an empty text as zero, and #N/A not at all.
"""

from __future__ import annotations

from workbook.formulas import At, Column, Formula, Here
from workbook.model import Cell, State, Value
from workbook.models import Given, Model
from workbook.models.tracker.days import pick_of
from workbook.plan import in_words
from workbook.rows import Row
from workbook.template import Block, Input

DAYS, SUMMARY, VIEW, FIRST = "at_days", "at_summary", "at_view", "01"
COPIED = ("sessions", "units_ordered", "unit_session_percentage", "average_selling_price",
          "ad_spend", "acos", "organic_share", "available_units", "sales_rank", "rating", "events")
DRAWN = {"conversion_line": "unit_session_percentage"}
MARKS = {"conversion_mark": "unit_session_percentage", "sessions_mark": "sessions",
         "price_mark": "average_selling_price", "spend_mark": "ad_spend"}
NOTHING = "#N/A"


def _rows(given: Given) -> list[Row]:
    own = given.rows[DAYS]
    if not own:
        return []
    picks = {row.value("pick"): row for row in given.rows[SUMMARY]}
    typed = given.typed.get((VIEW, FIRST, "pick"))
    default = _default(given, list(map(str, picks)))
    chosen = str(typed) if typed else default
    days = {str(row.value("lookup")): (number, row) for number, row in enumerate(own, start=1)}
    block = given.template.blocks()[DAYS]
    period = given.period.trailing(block.over)
    found = []
    for number, day in enumerate(period.all_days(), start=1):
        row = Row(f"{number:02d}", own[0].group)
        row.closed = frozenset() if number == 1 else frozenset({"pick"})
        at, source = days.get(f"{chosen} {day}", (None, None))
        row.cells = {"day": Cell(str(day))}
        row.cells |= _looked_up(given, block, chosen, default, at, source)
        found.append(row)
    named = picks.get(chosen)
    found[0].cells["name"] = Formula(
        'IFERROR(INDEX({names},MATCH({c},{picks},0))&"","")',
        {"names": Column(SUMMARY, "name"), "picks": Column(SUMMARY, "pick"), "c": Here("chosen")},
        Cell((named and named.value("name")) or None))
    return found


def _default(given: Given, picks: list[str]) -> str:
    """What is shown until somebody chooses: the ASIN of the last operation, else the first."""
    said = [(str(row.value("from")), pick_of(row)) for row in given.rows[DAYS]
            if _operation(given, given.template.blocks()[DAYS], row)]
    return max(said)[1] if said else picks[0]


def _operation(given: Given, block: Block, row: Row) -> str:
    """Kind and text of what was done on the row's day, as they stand in its cells."""
    parts = []
    for item in block.fields:
        if isinstance(item, Input) and item.name in ("kind", "what"):
            value = in_words(item, given.typed.get((DAYS, row.key, item.name)), given.lang)
            parts.append("" if value is None else str(value))
    return " ".join(parts).strip()


def _looked_up(
    given: Given, block: Block, chosen: str, default: str, at: int | None, source: Row | None
) -> dict[str, Cell | Formula]:
    cells: dict[str, Cell | Formula] = {
        "chosen": Formula(f'IF({{p}}="","{default}",{{p}})', {"p": At(VIEW, FIRST, "pick")},
                          Cell(chosen)),
        "at": Formula('IFERROR(MATCH({c}&" "&{d},{all},0),"")',
                      {"c": Here("chosen"), "d": Here("day"), "all": Column(DAYS, "lookup")},
                      Cell(at)),
    }
    for name in COPIED:
        cells[name] = Formula(
            'IF({at}="","",IF(INDEX({col},{at})="","",INDEX({col},{at})))',
            {"at": Here("at"), "col": Column(DAYS, name)},
            Cell(source.value(name) if source else None, State.OK))
    done = _operation(given, block, source) if source else ""
    cells["operation"] = Formula(
        'IF({at}="","",TRIM(INDEX({kind},{at})&" "&INDEX({what},{at})))',
        {"at": Here("at"), "kind": Column(DAYS, "kind"), "what": Column(DAYS, "what")},
        Cell(done or None))
    for name, of in DRAWN.items():
        cells[name] = Formula('IF({v}="",NA(),{v})', {"v": Here(of)}, _or_nothing(cells[of]))
    for name, of in MARKS.items():
        shown = _or_nothing(cells[of]) if done else Cell(NOTHING)
        cells[name] = Formula('IF(OR({o}="",{v}=""),NA(),{v})',
                              {"o": Here("operation"), "v": Here(of)}, shown)
    return cells


def _or_nothing(cell: Cell | Formula) -> Cell:
    value: Value = cell.cell.value if isinstance(cell, Formula) else cell.value
    return Cell(NOTHING if value is None else value)


MODEL = Model(_rows, last=True)
