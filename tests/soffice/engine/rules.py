"""Rules that lie over cells: conditional formats and data validation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from xlwings import base_classes

from tests.soffice.engine.calls import NoApi, Recorded, failed
from tests.soffice.engine.documents import address_of
from tests.soffice.engine.formulas import quoted, to_excel, to_office
from tests.soffice.engine.look import number_of, rgb_of
from tests.soffice.engine.runtime import enum, options, struct

KINDS = {"ANY": "none", "LIST": "list", "WHOLE": "whole_number", "DECIMAL": "decimal",
         "DATE": "date", "TIME": "time", "TEXT_LEN": "text_length", "CUSTOM": "custom"}
OPERATORS = {"BETWEEN": "between", "NOT_BETWEEN": "not_between", "EQUAL": "equal_to",
             "NOT_EQUAL": "not_equal_to", "GREATER": "greater_than", "LESS": "less_than",
             "GREATER_EQUAL": "greater_than_or_equal", "LESS_EQUAL": "less_than_or_equal"}
ALERTS = {"STOP": "stop", "WARNING": "warning", "INFO": "information"}
LONGEST = 255  # characters of a list


class ConditionalFormat(Recorded, base_classes.ConditionalFormat):
    """One rule of a range, by its place in the order."""

    def __init__(self, parent: Any, number: int) -> None:
        self.parent, self._number = parent, number

    @property
    def label(self) -> str:
        return f"{self.parent.label}.conditional_formats({self._number + 1})"

    @property
    def api(self) -> Any:
        return NoApi()

    @property
    def _entry(self) -> Any:
        return self.parent.uno.ConditionalFormat.getByIndex(self._number)

    @property
    def _style(self) -> Any:
        styles = self.parent.document.uno.StyleFamilies.getByName("CellStyles")
        return styles.getByName(self._entry.getStyleName())

    @property
    def type(self) -> str:
        return "custom" if self._entry.getOperator().value == "FORMULA" else "unknown"

    @property
    def stop_if_true(self) -> bool:
        return False

    @property
    def formula(self) -> str | None:
        """As seen from the cell that was active when the rule was made."""
        return "=" + to_excel(self._entry.getFormula1()) if self.type == "custom" else None

    @property
    def fill_color(self) -> tuple[int, int, int] | None:
        return rgb_of(self._style.CellBackColor)

    @property
    def font_color(self) -> tuple[int, int, int] | None:
        return rgb_of(self._style.CharColor)

    def delete(self) -> None:
        self.parent.refuse_format()
        entries = self.parent.uno.ConditionalFormat
        entries.removeByIndex(self._number)
        self.parent.uno.ConditionalFormat = entries


class ConditionalFormats(Recorded, base_classes.ConditionalFormats):
    """The rules of a range; a new one comes before the others."""

    parent: Any = None  # over the base's property

    def __init__(self, parent: Any) -> None:
        self.parent = parent

    @property
    def label(self) -> str:
        return f"{self.parent.label}.conditional_formats"

    @property
    def api(self) -> Any:
        return NoApi()

    def __len__(self) -> int:
        return int(self.parent.uno.ConditionalFormat.Count)

    def __iter__(self) -> Iterator[ConditionalFormat]:
        return iter([ConditionalFormat(self.parent, number) for number in range(len(self))])

    def __call__(self, key: int) -> ConditionalFormat:
        if not 1 <= key <= len(self):
            raise KeyError(key)
        return ConditionalFormat(self.parent, key - 1)

    def add_custom(self, spec: dict[str, Any]) -> ConditionalFormat:
        """Excel reads relative references as seen from the active cell, whatever the range is."""
        self.parent.refuse_format()
        if spec["stop_if_true"] or spec.get("font_bold") or spec.get("font_italic"):
            raise NotImplementedError(f"a conditional format with {sorted(spec)}")
        document = self.parent.document
        row, column = document.active_cell
        position = struct("table.CellAddress", Sheet=self.parent.sheet.index - 1,
                          Row=row - 1, Column=column - 1)
        entries = self.parent.uno.ConditionalFormat
        before = [_settings(entries.getByIndex(n)) for n in range(entries.Count)]
        entries.clear()
        new = {"Operator": enum("sheet.ConditionOperator", "FORMULA"),
               "Formula1": to_office(spec["formula"].removeprefix("=")),
               "StyleName": _style(document, spec), "SourcePosition": position}
        for settings in [new, *before]:
            entries.addNew(options(**settings))
        self.parent.uno.ConditionalFormat = entries
        return ConditionalFormat(self.parent, 0)

    def clear(self) -> None:
        self.parent.refuse_format()
        entries = self.parent.uno.ConditionalFormat
        entries.clear()
        self.parent.uno.ConditionalFormat = entries


def _settings(entry: Any) -> dict[str, Any]:
    return {"Operator": entry.getOperator(), "Formula1": entry.getFormula1(),
            "Formula2": entry.getFormula2(), "StyleName": entry.getStyleName(),
            "SourcePosition": entry.getSourcePosition()}


def _style(document: Any, spec: dict[str, Any]) -> str:
    """The name of a cell style with the colours of a rule; equal ones are one."""
    fill, font = spec.get("fill_color"), spec.get("font_color")
    name = f"rule {fill} {font}"
    styles = document.uno.StyleFamilies.getByName("CellStyles")
    if not styles.hasByName(name):
        styles.insertByName(name, document.uno.createInstance("com.sun.star.style.CellStyle"))
        made = styles.getByName(name)
        if fill is not None:
            made.CellBackColor = number_of(fill)
        if font is not None:
            made.CharColor = number_of(font)
    return name


class DataValidation(Recorded, base_classes.DataValidation):
    """What may be typed into a range; a new rule stops what it does not allow."""

    def __init__(self, parent: Any) -> None:
        self.parent = parent

    @property
    def label(self) -> str:
        return f"{self.parent.label}.data_validation"

    @property
    def api(self) -> Any:
        return NoApi()

    @property
    def _uno(self) -> Any:
        return self.parent.uno.Validation

    @property
    def type(self) -> str:
        return KINDS[self._uno.Type.value]

    @property
    def operator(self) -> str | None:
        return OPERATORS.get(self._uno.getOperator().value) if self._compares else None

    @property
    def _compares(self) -> bool:
        return self.type not in {"none", "list", "custom"}

    @property
    def formula1(self) -> str | None:
        return "=" + to_excel(self._uno.getFormula1()) if self._compares else None

    @property
    def formula2(self) -> str | None:
        between = self.operator in {"between", "not_between"}
        return "=" + to_excel(self._uno.getFormula2()) if between else None

    @property
    def formula(self) -> str | None:
        return "=" + to_excel(self._uno.getFormula1()) if self.type == "custom" else None

    @property
    def source(self) -> str | None:
        if self.type != "list":
            return None
        text = self._uno.getFormula1()
        items = re.findall(r'"((?:[^"]|"")*)"', text) if text.startswith('"') else []
        return ",".join(items) if items else "=" + to_excel(text)

    @property
    def in_cell_dropdown(self) -> bool | None:
        return self._uno.ShowList > 0 if self.type == "list" else None

    @property
    def ignore_blank(self) -> bool | None:
        return None if self.type == "none" else bool(self._uno.IgnoreBlankCells)

    @property
    def show_error(self) -> bool | None:
        return None if self.type == "none" else bool(self._uno.ShowErrorMessage)

    @property
    def alert_style(self) -> str | None:
        return None if self.type == "none" else ALERTS.get(self._uno.ErrorAlertStyle.value)

    def _set(self, kind: str, operator: str | None, formulas: tuple[str, ...], **more: Any) -> None:
        self.parent.refuse_format()
        rule = self._uno
        if rule.Type.value == "ANY":
            rule.ErrorAlertStyle = enum("sheet.ValidationAlertStyle", "STOP")
            rule.ShowErrorMessage = rule.IgnoreBlankCells = True
        names = {ours: theirs for theirs, ours in KINDS.items()}
        rule.Type = enum("sheet.ValidationType", names[kind])
        if operator is not None:
            names = {ours: theirs for theirs, ours in OPERATORS.items()}
            rule.setOperator(enum("sheet.ConditionOperator", names[operator]))
        for place, formula in zip((rule.setFormula1, rule.setFormula2), formulas, strict=False):
            place(formula)
        for name, value in more.items():
            setattr(rule, name, value)
        self.parent.uno.Validation = rule

    def set_list(self, source: Any, in_cell_dropdown: bool) -> None:
        if isinstance(source, base_classes.Range):
            place: Any = source
            formula = to_office(f"{quoted(place.sheet.uno.Name)}!{address_of(place.area)}")
        elif isinstance(source, base_classes.Name):
            formula = source.name
        else:
            if len(",".join(source)) > LONGEST:
                raise failed("Application-defined or object-defined error")
            formula = ";".join('"' + text.replace('"', '""') + '"' for text in source)
        self._set("list", None, (formula,), ShowList=int(in_cell_dropdown))

    def set_rule(
        self, rule_type: str, operator: str | None, formula1: str, formula2: str | None
    ) -> None:
        given = [formula for formula in (formula1, formula2) if formula is not None]
        self._set(rule_type, operator,
                  tuple(to_office(formula.removeprefix("=")) for formula in given))

    def delete(self) -> None:
        self.parent.refuse_format()
        rule = self._uno
        rule.Type = enum("sheet.ValidationType", "ANY")
        self.parent.uno.Validation = rule
