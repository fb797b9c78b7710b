"""The same store gives the same plan, to the last digit: what is unchanged is not written again."""

from __future__ import annotations

import pytest

from macros.fill import Request, plan_for
from templates import all_templates
from tests.conftest import Example
from workbook.plan import State


@pytest.mark.parametrize("name", [template.name for template in all_templates()])
def test_asked_again_the_numbers_are_the_same(name: str, example: Example) -> None:
    first, *others = (plan_for(example.context, Request(name), State()) for _ in range(4))
    assert sum(len(block.rows) for tab in first.tabs for block in tab.blocks) > 20
    for other in others:
        for tab, same in zip(first.tabs, other.tabs, strict=True):
            for block, again in zip(tab.blocks, same.blocks, strict=True):
                assert [row.key for row in again.rows] == [row.key for row in block.rows]
                assert again == block
        assert other == first
