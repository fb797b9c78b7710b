"""The search-term review as a sheet: planted story, formulas, and decisions that stay."""

from __future__ import annotations

import difflib
from decimal import Decimal
from pathlib import Path

import pytest

from macros.fill import Request, blocks_of, fill, plan_for
from sync.surfaces.xlsx import XlsxFile
from sync.surfaces.xlsx.locate import Book
from tests.conftest import Example
from tests.contract.person import Person
from tests.golden.plans import expected_path, text_of
from tests.templates.terms import (
    CAMPAIGN,
    GROUP,
    NAME,
    WEEK,
    Line,
    Review,
    crowd,
    only,
    review,
    rows,
    values,
)
from tests.workbook.evaluate import differences
from workbook.models.search_terms.keys import key_of, key_of_words
from workbook.plan import Plan, State

LANGS = ("en", "zh")
BLOCKS = blocks_of(NAME)


@pytest.fixture(scope="module")
def terms_plans(example: Example) -> dict[str, Plan]:
    return {lang: plan_for(example.context, Request(NAME, period="2026-W46", lang=lang), State())
            for lang in LANGS}


@pytest.fixture(params=LANGS)
def plan(request: pytest.FixtureRequest, terms_plans: dict[str, Plan]) -> Plan:
    return terms_plans[request.param]


@pytest.mark.parametrize("lang", LANGS)
def test_the_plan_is_the_golden_one(
    example: Example, terms_plans: dict[str, Plan], lang: str
) -> None:
    """After a wanted change: `python -m tests.golden.update`, and read what it prints."""
    expected = expected_path(NAME, lang).read_text(encoding="utf-8")
    found = text_of(terms_plans[lang], example.folder)
    lines = list(difflib.unified_diff(expected.splitlines(), found.splitlines(), "golden", "now",
                                      lineterm="", n=0))
    assert not lines, "\n".join(lines[:40])


def test_every_formula_computes_to_the_value_cached_beside_it(plan: Plan) -> None:
    assert differences(plan) == []


def test_the_planted_terms(plan: Plan) -> None:
    """The wasted one is proposed as a negative, the best one as a keyword, first of all."""
    wasted = values(only(plan, "st_terms", subject="free printable kitchen labels"))
    assert (wasted["action"], wasted["orders"]) == ("negative", 0)
    best = values(only(plan, "st_terms", subject="two tier dish rack"))
    assert (best["action"], best["order"]) == ("harvest", 1)
    top = plan.block("st_top:US").rows
    assert values(top[0])["subject"] == "two tier dish rack"
    assert "free printable kitchen labels" in {values(row)["subject"] for row in top}


def test_the_sums_add_up(example: Example, plan: Plan) -> None:
    """Terms, ad groups and the basis say the same spend as the ledger's clicks."""
    for market in ("US", "DE"):
        terms = [row for row in rows(plan, "st_terms") if row["marketplace"] == market]
        groups = [row for row in rows(plan, "st_ad_groups") if row["marketplace"] == market]
        spend = sum(Decimal(str(row["spend"])) for row in terms)
        assert spend == sum(Decimal(str(row["spend"])) for row in groups)
        assert spend == sum(f.spend for f in example.ledger.terms
                            if f.marketplace == market and "2026-08-10" <= f"{f.day}"
                            <= "2026-11-01")
        weeks = [row for row in rows(plan, "st_trend") if row["marketplace"] == market]
        newest = weeks[-1]
        own = sum(f.spend for f in example.ledger.terms
                  if f.marketplace == market and f.day in WEEK)
        assert Decimal(str(newest["spend_with"])) + Decimal(str(newest["spend_without"])) == own


def test_decisions_stay_with_their_rows_through_sorting_refill_and_language(
    tmp_path: Path
) -> None:
    lines = (Line("junk", 90), Line("best", 20, 5), *(Line(f"cheap thing{n}", 8) for n in range(9)))
    path = tmp_path / "review.xlsx"
    junk, best = (key_of("US", CAMPAIGN, GROUP, term) for term in ("junk", "best"))
    cheap = key_of_words("US", "cheap")
    typed = {("st_terms", junk, "decision"): "approve", ("st_terms", junk, "note"): "sure",
             ("st_terms", best, "decision"): "add as exact", ("st_terms", best, "bid"): 0.9,
             ("st_terms", best, "owner"): "王敏", ("st_ngrams", cheap, "decision"): "later"}
    with review(*lines, *crowd()) as found:
        def refill(lang: str) -> dict[str, dict[str, dict[str, object]]]:
            fill(found.store.context, Request(NAME, period="2026-W46", lang=lang),
                 XlsxFile(path, BLOCKS))
            book = Book(path, blocks_of)
            return {id: {key: dict(row) for key, row in book.table(id).items()}
                    for id in ("st_terms", "st_ngrams")}

        refill("en")
        person = Person(path, BLOCKS)
        person.type_all(typed)
        person.reverse("st_terms")
        for lang, approve in (("en", "approve"), ("zh", "批准"), ("en", "approve")):
            shown = refill(lang)
            assert shown["st_terms"][junk]["decision"] == approve
            assert shown["st_terms"][junk]["note"] == "sure"
            assert shown["st_terms"][best]["bid"] == 0.9
            assert shown["st_terms"][best]["owner"] == "王敏"
            assert shown["st_ngrams"][cheap]["decision"] == {"en": "later", "zh": "以后再说"}[lang]
            assert sum(row["decision"] is not None for row in shown["st_terms"].values()) == 2
        # Every other workbook knows it: a decision is a topic, an owner is of this template.
        other = Review(found.store).plan()
        assert values(only(other, "st_terms", subject="junk"))["decision"] == "approve"


def test_a_store_without_search_terms_has_a_sheet_that_says_so() -> None:
    from tests.sync.store.reports import Ad, campaigns, new_store

    with new_store() as store:
        store.put(campaigns({(day, "C"): Ad(10, Decimal(5), Decimal(50), 2)
                             for day in WEEK.all_days()}))
        plan = Review(store).plan()
    assert not plan.block("st_terms").rows
    words = values(only(plan, "st_basis", item="Days that count"))
    assert words["value"] == 0 and "no settled week" in str(words["words"])
