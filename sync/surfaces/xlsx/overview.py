"""Draws the first tab of a marketplace: title, cards, stand-up list, charts."""

from __future__ import annotations

from typing import Any

from sync.surfaces.xlsx.marks import change_colours, status_colours
from sync.surfaces.xlsx.place import (
    CARD_CELLS,
    HEADER_ROW,
    KEY_PREFIX,
    LEFT,
    MIRROR_COLUMNS,
    Places,
    mirror_row,
    sized,
)
from sync.surfaces.xlsx.styles import DATE, Styles
from workbook import looks
from workbook.formulas import Formula, sign_of
from workbook.metrics import get_metric
from workbook.model import Label, Test, Unit
from workbook.plan import Plan, Planned, PlannedRow, PlannedTab, label_of, unit_of
from workbook.rules import DEFAULTS
from workbook.template import Block, Kind, Series, field_id

WIDTHS = [2, 17, 15, 2, 17, 15, 2, 17, 15, 2, 17, 15, 14, 15, 12, 12, 9]
SPARK_ROW = 3
CHART_WIDTHS = (590, 740)
CHART_ROWS, CHART_COLUMNS = 18, 12  # that a chart beside a table takes
_MARK = "9A5B00"
_LOOKS = {"before": ("B6BCC6", 1.5, "solid"), "forecast": ("8FA9C4", 2.25, "dash"),
          "bound": ("8FA9C4", 0.75, "dash")}
NOTHING = Label("Nothing breaks a rule.", "没有触发规则的项目。")
TARGET = Label("Target", "目标")


def draw_overview(
    book: Any, sheet: Any, tab: PlannedTab, plan: Plan, places: Places, styles: Styles
) -> int:
    """Writes one overview tab; returns how many cells were written."""
    sheet.hide_gridlines(2)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, KEY_PREFIX + tab.id, styles.of(num_format=";;;"))  # known if renamed
    sheet.write_string(0, LEFT, tab.heading[0], styles.title())
    sheet.set_row(0, 26)
    for row, line in enumerate(tab.heading[1:], start=1):
        sheet.write_string(row, LEFT, line, styles.quiet())
    count = 0
    for planned in tab.blocks:
        if planned.block.kind is Kind.CARDS:
            count += _cards(sheet, planned, plan, places, styles)
        elif planned.block.kind is Kind.MIRROR:
            count += _mirror(sheet, tab, planned, plan, places, styles)
    below = mirror_row(tab) + 3 + max((sized(p) for p in tab.blocks
                                       if p.block.kind is Kind.MIRROR), default=0)
    charts = [p for p in tab.blocks if p.block.kind is Kind.CHART and p.rows]
    for number, planned in enumerate(charts):
        chart = _chart(book, planned, plan, places, styles)
        chart.set_size({"width": CHART_WIDTHS[number % 2], "height": 300})
        sheet.insert_chart(below, LEFT + number * 7, chart, {"object_position": 2})
    sheet.print_area(0, 0, below + 15, len(WIDTHS) - 1)
    sheet.set_first_sheet() if tab is plan.tabs[0] else None
    if tab is plan.tabs[0]:
        sheet.activate()
    return count


# --- cards ------------------------------------------------------------------------------


def _cards(sheet: Any, planned: Planned, plan: Plan, places: Places, styles: Styles) -> int:
    from sync.surfaces.xlsx.draw import write

    count = 0
    for row in planned.rows:
        metric = get_metric(row.key)
        spots = {name: places.spot(planned.id, row.key, name) for name in CARD_CELLS}
        top = spots["label"]
        edge = styles.of(top=2, top_color="#" + looks.ACCENT)
        sheet.write_blank(top.row, top.column + 1, None, edge)
        for name, cell in row.cells.items():
            formula = isinstance(cell, Formula)
            text = places.render(cell, spots[name], planned.id, row.key) if formula else ""  # type: ignore[arg-type]
            style = card_style(styles, name, row, metric.unit, plan.lang)
            write(sheet, spots[name], cell, style, text)
            count += 1
        sheet.set_row(spots["value"].row, 30)
        change = spots["change"]
        area = (change.row, change.column, change.row, change.column)
        change_colours(sheet, styles, area, metric.good)
        if "status" in row.cells:
            spot = spots["status"]
            status_colours(sheet, styles, (spot.row, spot.column, spot.row, spot.column),
                           spot.column, spot.row)
        _spark(sheet, planned, row, plan, places, top.row + SPARK_ROW, top.column)
    return count


def card_style(styles: Styles, name: str, row: PlannedRow, unit: Unit, lang: str) -> Any:
    """The format of one cell of a card."""
    shown = looks.number_format(unit, row.group.currency)
    if name == "label":
        return styles.of(bold=True, font_color="#" + looks.ACCENT, top=2,
                         top_color="#" + looks.ACCENT)
    if name == "value":
        cell = row.cells["value"]
        known = cell.cell if isinstance(cell, Formula) else cell
        return styles.of(font_size=20, bold=True, num_format=shown, align="left",
                         italic=looks.unsettled(known.state))
    if name == "change":
        return styles.of(num_format=looks.change_format(unit), align="left")
    if name == "target":
        rule = next((r for r in DEFAULTS if r.metric == row.key), None)
        usual = Test.AT_LEAST if get_metric(row.key).good > 0 else Test.AT_MOST
        words = f"{TARGET[lang]} {sign_of(rule.test if rule else usual)} "
        return styles.quiet(num_format=looks.worded(words, shown), align="left", font_size=9,
                            shrink=True)
    if name == "alarm":
        return styles.of(num_format=";;;", font_size=8)  # looked up, not shown: status reads it
    if name == "note":
        return styles.quiet(font_size=8, italic=True)
    return styles.of(align="left", bold=True)


def _spark(
    sheet: Any, planned: Planned, row: PlannedRow, plan: Plan, places: Places, at: int, column: int
) -> None:
    """The thirteen weeks behind the number, tiny."""
    trend = plan.block(planned.block.source)
    keys = [r.key for r in trend.rows if r.group == planned.group]
    if keys:
        sheet.add_sparkline(at, column, {
            "range": places.rows_of(trend.id, row.key, keys), "type": "column", "min": 0,
            "series_color": "#8FA9C4", "last_point": True, "last_color": "#" + looks.ACCENT,
        })


# --- the stand-up list ------------------------------------------------------------------


def _mirror(
    sheet: Any, tab: PlannedTab, planned: Planned, plan: Plan, places: Places, styles: Styles
) -> int:
    from sync.surfaces.xlsx.draw import write

    top = mirror_row(tab)
    fields = {field_id(f): f for f in plan.block(planned.block.source).block.fields}
    last = max(MIRROR_COLUMNS.values())
    sheet.write_string(top - 1, LEFT, planned.block.label[plan.lang],
                       styles.of(bold=True, font_size=13, font_color="#" + looks.ACCENT))
    for column in range(LEFT, last + 1):
        sheet.write_blank(top, column, None, styles.header(number=False))
    for name, column in MIRROR_COLUMNS.items():
        sheet.write_string(top, column, label_of(fields[name], plan.lang),
                           styles.header(number=name == "at_stake"))
    if not planned.rows:
        sheet.write_string(top + 1, LEFT, NOTHING[plan.lang], styles.quiet())
    for row in planned.rows:
        for name in MIRROR_COLUMNS:
            cell, spot = row.cells[name], places.spot(planned.id, row.key, name)
            live = isinstance(cell, Formula)
            text = places.render(cell, spot, planned.id, row.key) if live else ""  # type: ignore[arg-type]
            write(sheet, spot, cell, mirror_style(styles, name, planned), text)
    for line in range(top + 1 + max(len(planned.rows), 1), top + 1 + sized(planned)):
        for name, column in MIRROR_COLUMNS.items():
            sheet.write_blank(line, column, None, mirror_style(styles, name, planned))
    column = MIRROR_COLUMNS["severity"]
    status_colours(sheet, styles, (top + 1, column, top + sized(planned), column), column, top + 1)
    return len(planned.rows) * len(MIRROR_COLUMNS)


def mirror_style(styles: Styles, name: str, planned: Planned) -> Any:
    """The format of a cell of the stand-up list."""
    if name == "at_stake":
        currency = planned.group.currency if planned.group else ""
        return styles.of(num_format=looks.money_format(currency), align="right")
    if name == "due":
        return styles.of(num_format=DATE, align="left")
    return styles.of(align="left", indent=0 if name == "severity" else 1)


# --- charts -----------------------------------------------------------------------------


def draw_charts(
    book: Any, sheet: Any, charts: list[Planned], plan: Plan, places: Places, styles: Styles,
    column: int,
) -> None:
    """The charts beside a table, one below the other."""
    for number, planned in enumerate(p for p in charts if p.rows):
        chart = _chart(book, planned, plan, places, styles)
        chart.set_size({"width": CHART_WIDTHS[1], "height": 330})
        sheet.insert_chart(HEADER_ROW + number * CHART_ROWS, column, chart, {"object_position": 3})


def _chart(book: Any, planned: Planned, plan: Plan, places: Places, styles: Styles) -> Any:
    """Columns with, where asked, a line on a second axis; bars for named things."""
    block, source = planned.block, plan.block(planned.block.source)
    keys = [row.key for row in planned.rows]
    over_time, category = block.over_time(source.block), block.axis(source.block)
    lines = sum(series.line for series in block.series)
    kind = "line" if lines == len(block.series) else "column" if over_time else "bar"
    chart = book.add_chart({"type": kind, "name": chart_name(planned.id)})
    line = book.add_chart({"type": "line"}) if lines and kind != "line" else None
    font = {"name": styles.font, "size": 9, "color": "#" + looks.GREY}
    for series in block.series:
        target = line if series.line and line is not None else chart
        target.add_series({
            "name": series_name(source.block, series, plan.lang),
            "categories": "=" + places.rows_of(source.id, category, keys),
            "values": "=" + places.rows_of(source.id, series.field, keys),
            "gap": 60, "y2_axis": series.secondary,
            **_ink(series),
        })
    if line is not None:
        chart.combine(line)
    if line is not None and any(series.secondary for series in block.series):
        line.set_y2_axis({"num_format": "0%", "num_font": font, "line": {"none": True},
                          "major_gridlines": {"visible": False}, "min": 0})
    currency = chart_currency(planned, source.block)
    chart.set_title({"name": chart_title(block, currency, plan.lang), "overlay": False,
                     "name_font": {"name": styles.font, "size": 11, "color": "#" + looks.ACCENT}})
    chart.set_legend({"position": "top", "font": font})
    numbers = {"num_font": font, "line": {"none": True}, "num_format": "#,##0", "min": 0,
               "major_gridlines": {"visible": True,
                                   "line": {"color": "#" + looks.RULE, "width": 0.5}}}
    names = {"num_font": font | {"size": 8}, "line": {"color": "#" + looks.RULE},
             "interval_unit": max(1, len(keys) // 13)}
    chart.set_x_axis(names if over_time else numbers)
    chart.set_y_axis(numbers if over_time else names | {"reverse": True})
    chart.show_blanks_as("gap")
    chart.show_hidden_data()
    return chart


def chart_name(block: str) -> str:
    """The name of the chart's shape: a refill finds it by that."""
    return KEY_PREFIX + block


def chart_currency(planned: Planned, source: Block) -> str:
    """The currency that a chart of money names; "" for other units and for all marketplaces."""
    drawn = {series.field for series in planned.block.series}
    money = any(field_id(f) in drawn and unit_of(f) is Unit.MONEY for f in source.fields)
    return planned.group.currency if planned.group and money else ""


def chart_title(block: Block, currency: str, lang: str) -> str:
    return f"{block.label[lang]} ({currency})" if currency else block.label[lang]


def _ink(series: Series) -> dict[str, Any]:
    """Actual solid in the accent, the period before grey, a line for ratios."""
    if series.look == "mark":
        edge = {"color": "#" + _MARK}
        return {"line": {"none": True}, "marker": {
            "type": "diamond", "size": 9, "fill": {"color": "#" + _MARK}, "border": edge}}
    if series.look:
        colour, width, dash = _LOOKS[series.look]
        if not series.line:
            return {"fill": {"color": "#" + colour}, "border": {"none": True}}
        return {"line": {"color": "#" + colour, "width": width, "dash_type": dash},
                "marker": {"type": "none"}}
    if series.line:
        return {"line": {"color": "#B3261E", "width": 2},
                "marker": {"type": "circle", "size": 4, "fill": {"color": "#B3261E"},
                           "border": {"none": True}}}
    colour = "B6BCC6" if "@" in series.field else looks.ACCENT
    return {"fill": {"color": "#" + colour}, "border": {"none": True}}


def series_name(block: Block, series: Series, lang: str) -> str:
    """What a series is called: the header of its column."""
    return next(label_of(f, lang) for f in block.fields if field_id(f) == series.field)
