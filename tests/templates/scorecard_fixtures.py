"""Fixtures that the scorecard's tests share; they read as sentences of the store's story."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.templates.scorecard import OCTOBER, Shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    yield Shop(tmp_path)


@pytest.fixture
def us(shop: Shop) -> Shop:
    """October in the US: 3,100 of sales, 310 of spend for 1,240 of ad sales."""
    shop.sell(OCTOBER, "100.00")
    shop.advertise(OCTOBER, "10.00", "40.00")
    return shop


@pytest.fixture
def profit(us: Shop) -> Shop:
    """The same with settlements, costs and stock: 10 units for 2,000, a cost of 50 a piece."""
    us.settle(OCTOBER, "2000.00", 10)
    us.table("sku,valid_from,currency,unit_cost,freight,duty", "SKU-1,2026-01-01,USD,50,4,1")
    return us
