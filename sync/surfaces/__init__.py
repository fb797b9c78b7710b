"""One room a surface: where a plan is written and what people typed is read back.

Every surface has `read() -> State` and `apply(plan) -> Receipt`; `memory.py` is the reference.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from workbook.plan import Plan, State


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was written: where, how many cells, and what a person should know."""

    target: str
    cells: int
    notes: tuple[str, ...] = ()


class Surface(Protocol):
    """Where a plan can be written."""

    def read(self) -> State:
        """What people typed so far; empty for a surface that is not there yet."""
        ...

    def apply(self, plan: Plan) -> Receipt:
        """Writes the whole plan in one step, or nothing."""
        ...
