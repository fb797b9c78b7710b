"""The search-term review: which terms to negate, to bid less for, or to add as keywords.

`review` judges every term of an ad group, `ngrams` the words they share; both take the rows of
one marketplace in one currency. A person approves; the approved lines are `Decision`s.
"""

from __future__ import annotations

from workbook.models.search_terms.ngrams import NGram, ngrams
from workbook.models.search_terms.nouns import ACTIONS, Action, Decision, Params, Prior, TermRow
from workbook.models.search_terms.proposal import Proposal
from workbook.models.search_terms.review import review

__all__ = ["ACTIONS", "Action", "Decision", "NGram", "Params", "Prior", "Proposal", "TermRow",
           "ngrams", "review"]
