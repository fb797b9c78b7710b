"""The modules of our VBA project, from the .bas and .cls files beside this one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from importlib import resources

from sync.vba import Kind, Module
from workbook.errors import UsageError

# Runs in VBA, in a shell, and in Python's quotes: nothing but letters, digits and underscores.
_TEMPLATE_NAME = re.compile(r"[a-z][a-z0-9_]{0,99}", re.ASCII)
_FILES = ("OpsButtons.bas", "xlwings_udfs.bas", "xlwings.bas", "Dictionary.cls")


def modules(templates: Iterable[str], sheets: int) -> tuple[Module, ...]:
    """All modules: `ThisWorkbook`, `Sheet1` to `Sheet<sheets>`, the buttons', xlwings' own.

    Args:
        templates: the names of the templates with a refresh button.
        sheets: how many sheets the workbook has.

    Raises:
        UsageError: a template's name cannot be a part of the name of a Sub, or comes twice.
    """
    return (
        Module("ThisWorkbook", Kind.WORKBOOK),
        *(Module(sheet_code_name(number), Kind.SHEET) for number in range(1, sheets + 1)),
        _refreshes(list(templates)),
        *(Module.from_text(_text(name)) for name in _FILES),
    )


def sheet_code_name(number: int) -> str:
    """How VBA calls the sheet of that number, from 1 on."""
    return f"Sheet{number}"


def refresh_sub(template: str) -> str:
    """The Sub that refreshes a template."""
    return f"OpsRefresh_{template}"


def _refreshes(templates: Sequence[str]) -> Module:
    for template in templates:
        if not _TEMPLATE_NAME.fullmatch(template):
            raise UsageError(
                f"No button can be made for the template '{template}'.",
                do="Name it with small letters, digits and underscores, a letter first.",
            )
        if templates.count(template) > 1:
            raise UsageError(f"The template '{template}' is named twice.", do="Name it once.")
    pattern = Module.from_text(_text("OpsRefresh.bas"))
    head, start, rest = pattern.code.partition("Public Sub")
    subs = [(start + rest).replace("TEMPLATE", template) for template in templates]
    return Module(pattern.name, pattern.kind, head + "\n".join(subs))


def _text(name: str) -> str:
    return (resources.files(__package__) / name).read_text("ascii")
