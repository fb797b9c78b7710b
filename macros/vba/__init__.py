"""The macro workbook: our VBA source (.bas, .cls) and the workbook of buttons made from it."""

from macros.vba.home import Button, macro_workbook, xlwings_settings

__all__ = ["Button", "macro_workbook", "xlwings_settings"]
