"""Number formats with words: each section keeps its condition first, as Excel wants it."""

from __future__ import annotations

import pytest

from workbook import looks


@pytest.mark.parametrize(("code", "said"), [
    ("0.0%", '"Target ≥ "0.0%'),
    (looks.money_format("USD"),
     '[>=1000]"Target ≥ $"#,##0;[<=-1000]"Target ≥ "-"$"#,##0;"Target ≥ $"0.00'),
    (looks.money_format("JPY"), '"Target ≥ ¥"#,##0'),
    ('[>=1]"x;y"0;0', '[>=1]"Target ≥ x;y"0;"Target ≥ "0'),
])
def test_words_come_after_a_condition(code: str, said: str) -> None:
    assert looks.worded("Target ≥ ", code) == said
