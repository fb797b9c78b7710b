"""Writes a template's starter workbook for people to restyle: filled, or empty without a store."""

from __future__ import annotations

from pathlib import Path

from macros.fill import Request, blocks_of, choose_period, plan_for, plan_of
from macros.jobs import Context, stores
from sync.surfaces import Receipt
from sync.surfaces.xlsx import XlsxFile
from templates import get_template
from workbook.answer import Facts, Group
from workbook.errors import SurfaceError
from workbook.overview import Gathered
from workbook.plan import State
from workbook.rows import Row, trend_rows
from workbook.template import Kind

EMPTY = Group("US", "USD")  # the marketplace that an empty starter is laid out for


def write_starter(context: Context, request: Request, path: Path) -> tuple[Receipt, bool]:
    """Returns the receipt and whether the starter holds numbers.

    Raises:
        SurfaceError: the file is there already. TemplateError: there is no such template.
    """
    get_template(request.template)
    if path.exists():
        raise SurfaceError("There is a file of this name already.", str(path),
                           "Give another name with --to; a starter never replaces a file.")
    surface = XlsxFile(path, blocks_of(request.template))
    surface.read()
    if stores(context):
        return surface.apply(plan_for(context, request, State())), True
    template, lang = get_template(request.template), request.lang or context.settings.lang
    gathered = _nothing(context, request)
    return surface.apply(plan_of(context, lang, State(), template, gathered)), False


def _nothing(context: Context, request: Request) -> Gathered:
    """What a store without reports would say."""
    template = get_template(request.template)
    period = choose_period(context, request.period, template.grain, [EMPTY.marketplace])
    rows: dict[str, list[Row]] = {}
    facts: dict[str, Facts] = {}
    for block in template.blocks().values():
        if block.kind is Kind.TABLE:
            rows[block.id] = []
            if block.over:
                rows[block.id] = trend_rows(block, Facts(), period, [EMPTY])
    return Gathered("", period, [EMPTY], rows, facts, {}, [], context.now)
