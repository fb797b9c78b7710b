"""The fixture `excel` for tests with the engine, as a plugin.

A test module says `pytest_plugins = ["tests.soffice.engine.fixtures"]`.

soffice starts when the first test of a process asks for it and serves all others.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import pytest


@functools.cache
def engine() -> Any:
    """The engine, added to xlwings once."""
    import xlwings

    from tests.soffice.engine.apps import LibreOfficeEngine

    made = LibreOfficeEngine()
    xlwings.engines.add(xlwings.Engine(impl=made))
    return made


@pytest.fixture
def excel() -> Iterator[Any]:
    """`xlwings.engines["libreoffice"]`'s implementation, made active; its workbooks are closed."""
    import xlwings

    engines: Any = xlwings.engines
    made, before = engine(), engines.active
    made.reset()
    engines.active = engines["libreoffice"]
    yield made
    made.reset()
    engines.active = before
    if hasattr(xlwings.Book, "_mock_caller"):
        del xlwings.Book._mock_caller
