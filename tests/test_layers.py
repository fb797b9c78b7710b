"""The layers: macros -> {sync, templates} -> workbook, and each name is our own package."""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# What each package may not import.
FORBIDDEN = {
    "workbook": {"templates", "sync", "macros", "duckdb", "openpyxl", "xlsxwriter", "xlwings",
                 "python_calamine", "lxml", "pandas", "click", "rich"},
    "templates": {"sync", "macros", "duckdb", "openpyxl", "xlsxwriter", "xlwings", "pandas"},
    "sync": {"templates", "macros", "click", "rich"},
    "macros": {"tests", "bench"},
}


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("package", FORBIDDEN)
def test_a_package_imports_only_from_the_layers_below(package: str) -> None:
    wrong = [f"{file.relative_to(ROOT)} imports {name}"
             for file in sorted((ROOT / package).rglob("*.py"))
             for name in sorted(set(imported(file)) & FORBIDDEN[package])]
    assert not wrong


@pytest.mark.parametrize("package", FORBIDDEN)
def test_the_name_of_a_package_resolves_to_ours(package: str) -> None:
    spec = importlib.util.find_spec(package)
    assert spec and spec.origin and Path(spec.origin).parent == ROOT / package
