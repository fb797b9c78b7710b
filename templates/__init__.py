"""One file a template: declarations of sheets, no branches. A new template is a new file."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from workbook.errors import TemplateError
from workbook.nearest import nearest
from workbook.template import Template


@cache
def all_templates() -> tuple[Template, ...]:
    """Every template, ordered by name."""
    modules = [importlib.import_module(f"{__name__}.{found.name}")
               for found in pkgutil.iter_modules(__path__) if not found.name.startswith("_")]
    return tuple(sorted((m.TEMPLATE for m in modules), key=lambda t: t.name))


def get_template(name: str) -> Template:
    """The template of that name.

    Raises:
        TemplateError: there is none; names the nearest ones.
    """
    for template in all_templates():
        if template.name == name.replace("-", "_"):
            return template
    names = [template.name for template in all_templates()]
    raise TemplateError(f"There is no template '{name}'.",
                        do=f"{nearest(name, names)}Known: {', '.join(names)}.")
