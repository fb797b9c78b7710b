"""A worksheet that takes formulas as they are."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet


class Sheet(Worksheet):  # type: ignore[misc]  # XlsxWriter tells no types
    """XlsxWriter marks functions newer than Excel 2007 by 30 searches in every formula.

    Ours have none (`workbook.formulas`), so there is nothing to search for.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")
