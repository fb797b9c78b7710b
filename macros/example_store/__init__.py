"""The example store: report files in Amazon's own formats, and the KPIs a reader must find.

`generate(folder)` writes the files of the invented store "Northwind Home" (US and DE, 26 ISO
weeks) and returns the `Ledger`, the truth behind them. `expected(ledger)` computes the KPIs from
the ledger alone, never from the files and never with Opsheet's own code, so that the two can be
held against each other. Every brand, title and ASIN is invented.
"""

from .build import generate
from .kpis import expected
from .ledger import Ledger

__all__ = ["Ledger", "expected", "generate"]
