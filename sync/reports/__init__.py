"""One file a report kind: what it looks like, how a person downloads it, what it feeds.

A new kind is a new file with a module-level `KIND` (or `KINDS`); it is found by itself.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from workbook.report import ReportKind, Section


@cache
def all_kinds() -> tuple[ReportKind, ...]:
    """Every report kind, ordered by name."""
    kinds: list[ReportKind] = []
    for found in pkgutil.iter_modules(__path__):
        if found.name.startswith("_"):
            continue
        module = importlib.import_module(f"{__name__}.{found.name}")
        kinds += getattr(module, "KINDS", ()) or (module.KIND,)
    return tuple(sorted(kinds, key=lambda kind: kind.name))


@cache
def all_sections() -> dict[str, tuple[Section, ...]]:
    """Store table -> the sections that fill it (several kinds may share a table)."""
    tables: dict[str, tuple[Section, ...]] = {}
    for kind in all_kinds():
        for section in kind.sections:
            tables[section.name] = (*tables.get(section.name, ()), section)
    return tables


def kind_named(name: str) -> ReportKind:
    """The kind of that name; KeyError if there is none."""
    return next(kind for kind in all_kinds() if kind.name == name)
