"""Is a change of conversion more than chance?

Two-proportion z-test with the pooled proportion (Fleiss, "Statistical Methods for Rates and
Proportions", ch. 2), two-sided. Where units exceed sessions, a session is no Bernoulli trial
and nothing is said; nor where an expected count is below 5.
"""

from __future__ import annotations

import math


def chance_of_change(
    units_before: int, sessions_before: int, units_now: int, sessions_now: int
) -> float | None:
    """The probability (0 to 1) of a change at least as large if conversion had stayed the same.

    >>> round(chance_of_change(79, 472, 18, 548), 6)
    0.0
    >>> chance_of_change(1, 10, 2, 11) is None
    True
    """
    if min(sessions_before, sessions_now) <= 0:
        return None
    if units_before > sessions_before or units_now > sessions_now:
        return None
    pooled = (units_before + units_now) / (sessions_before + sessions_now)
    smallest = min(sessions_before, sessions_now) * min(pooled, 1 - pooled)
    if smallest < 5:
        return None
    error = math.sqrt(pooled * (1 - pooled) * (1 / sessions_before + 1 / sessions_now))
    z = (units_now / sessions_now - units_before / sessions_before) / error
    return math.erfc(abs(z) / math.sqrt(2))
