"""Bulk files: what is written, what is left out and why, and the way back."""

from __future__ import annotations

import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from sync.bulk import (
    Account,
    Entity,
    Written,
    complete_undo,
    entities_in,
    entities_stored,
    write_bulk,
)
from sync.bulk.files import HEADERS, SHEET
from sync.reports.ads_bulk import KIND, MATCH_TYPES, own_word
from tests.golden.outcome import FOLDER
from tests.sync.store.reports import new_store
from workbook.errors import ReportError, SurfaceError
from workbook.model import parse_period
from workbook.models.search_terms import Action, Decision

US = FOLDER / "ads_bulk" / "us.xlsx"
MANUAL, AUTO = ("Press – manual", "keywords"), ("Press – auto", "all")
ENTITIES = entities_in(US)
ACCOUNT = Account(ENTITIES)
N, B, H = Action.NEGATIVE, Action.BID_CUT, Action.HARVEST

APPROVED = [
    Decision(N, *MANUAL, "cheap press", "negativeExact"),
    Decision(N, *AUTO, "cheap", "negativePhrase"),
    Decision(N, *AUTO, "b0ex000042", "asin"),
    Decision(H, *MANUAL, "rocker press", "exact", Decimal("0.85")),
    Decision(B, *MANUAL, "garlic press", "BROAD", Decimal("0.55")),
    Decision(B, *AUTO, "close-match", "-", Decimal("0.4")),
]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    return write_bulk(tmp_path / "up.xlsx", tmp_path / "undo.xlsx", APPROVED, ACCOUNT)


def cells(path: Path) -> list[dict[str, object]]:
    header, *rows = openpyxl.load_workbook(path)[SHEET].iter_rows(values_only=True)
    assert header == HEADERS
    return [{h: v for h, v in zip(HEADERS, row, strict=True) if v is not None} for row in rows]


def later(*created: Entity) -> Account:
    """The account after Amazon has applied an upload and given ids."""
    rows = [*ENTITIES]
    for number, entity in enumerate(created):
        own = f"90000000000000{number}"
        key = "product_targeting_id" if entity.is_product else "keyword_id"
        rows.append(replace(entity, operation="", **{key: own}))
    return Account(rows)


# --- what is written ----------------------------------------------------------------------


def test_each_decision_becomes_the_row_that_amazon_wants(written: Written) -> None:
    assert not written.left_out
    manual = {"Product": "Sponsored Products", "Campaign ID": "100000000000001",
              "Ad Group ID": "200000000000001",
              "Campaign Name (Informational only)": "Press – manual",
              "Ad Group Name (Informational only)": "keywords", "State": "enabled"}
    auto = manual | {"Campaign ID": "100000000000002", "Ad Group ID": "200000000000002",
                     "Campaign Name (Informational only)": "Press – auto",
                     "Ad Group Name (Informational only)": "all"}
    assert cells(written.path) == [
        manual | {"Entity": "Negative Keyword", "Operation": "Create",
                  "Keyword Text": "cheap press", "Match Type": "negativeExact"},
        auto | {"Entity": "Negative Keyword", "Operation": "Create", "Keyword Text": "cheap",
                "Match Type": "negativePhrase"},
        auto | {"Entity": "Negative Product Targeting", "Operation": "Create",
                "Product Targeting Expression": 'asin="B0EX000042"'},
        manual | {"Entity": "Keyword", "Operation": "Create", "Keyword Text": "rocker press",
                  "Match Type": "exact", "Bid": 0.85},
        manual | {"Entity": "Keyword", "Operation": "Update", "Keyword ID": "400000000000001",
                  "Keyword Text": "garlic press", "Match Type": "broad", "Bid": 0.55},
        auto | {"Entity": "Product Targeting", "Operation": "Update",
                "Product Targeting ID": "500000000000001",
                "Product Targeting Expression": "close-match", "Bid": 0.4},
    ]


def test_ids_are_text_for_every_reader(written: Written) -> None:
    (sheet,) = CalamineWorkbook.from_path(str(written.path)).sheet_names
    rows = CalamineWorkbook.from_path(str(written.path)).get_sheet_by_name(sheet).to_python()
    assert rows[1][HEADERS.index("Campaign ID")] == "100000000000001"
    page = openpyxl.load_workbook(written.path)[SHEET]
    cell = page.cell(2, HEADERS.index("Campaign ID") + 1)
    assert cell.data_type == "s" and cell.number_format == "@"


def test_both_files_are_read_back_as_written(written: Written) -> None:
    assert tuple(entities_in(written.path)) == written.rows
    undo = entities_in(written.path.with_name("undo.xlsx"))
    assert [row.operation for row in undo] == ["archive"] * 4 + ["update"] * 2
    assert [row.what for row in undo] == [row.what for row in written.rows]


def test_the_headers_that_are_read_stand_in_the_layout() -> None:
    assert {column.headers[0] for column in KIND.sections[0].columns} <= set(HEADERS)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture],
          max_examples=30)
@given(text=st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1,
                    max_size=60),
       cents=st.integers(2, 99_999))
def test_any_keyword_and_bid_round_trips(tmp_path: Path, text: str, cents: int) -> None:
    """Formulas, damaged ids and numbers among them."""
    folder = tmp_path / "round"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    bid = Decimal(cents) / 100
    made = write_bulk(folder / "up.xlsx", folder / "undo.xlsx",
                      [Decision(H, *MANUAL, text, "exact", bid)], ACCOUNT)
    for row in made.rows:
        assert row.bid == bid
    assert not made.rows or tuple(entities_in(made.path)) == made.rows


def test_a_formula_stays_text(tmp_path: Path) -> None:
    made = write_bulk(tmp_path / "up.xlsx", tmp_path / "undo.xlsx",
                      [Decision(N, *MANUAL, "=1+1", "negativeExact")], ACCOUNT)
    page = openpyxl.load_workbook(made.path)[SHEET]
    assert page.cell(2, HEADERS.index("Keyword Text") + 1).data_type == "s"


# --- what is left out ---------------------------------------------------------------------


@pytest.mark.parametrize(("decision", "reason", "do"), [
    (Decision(N, "Nowhere", "x", "t", "negativeExact"), "ids of 'Nowhere' > 'x'", "import it"),
    (Decision(N, *MANUAL, "Garlic  peeler", "negativeExact"), "already there", ""),
    (Decision(N, *MANUAL, "free", "negativePhrase"), "negative of the whole campaign", ""),
    (Decision(N, *AUTO, "B0EX000099", "asin"), "already there", ""),
    (Decision(H, *MANUAL, "steel garlic press", "exact", Decimal(1)), "already there", ""),
    (Decision(H, *AUTO, "new", "exact", Decimal(1)), "cannot take it", "manual campaign"),
    (Decision(H, *MANUAL, "b0ex000042", "asin", Decimal(1)), "cannot take it", "manual campaign"),
    (Decision(H, *MANUAL, "new", "exact"), "no bid", "Type a bid"),
    (Decision(N, *MANUAL, "a b c d e", "negativePhrase"), "1 to 4 words", "Shorten"),
    (Decision(N, *MANUAL, "x" * 81, "negativeExact"), "80 characters", "Shorten"),
    (Decision(N, *MANUAL, "press", "asin"), "no ASIN", "B0"),
    (Decision(N, *MANUAL, "press", "broad"), "no match type", "negativeExact"),
    (Decision(H, *MANUAL, "press", "broad", Decimal(1)), "no match type", "exact"),
    (Decision(B, *MANUAL, "unheard of", "BROAD", Decimal(1)), "id of the target", "import it"),
    (Decision(B, *MANUAL, "garlic press", "EXACT", Decimal(1)), "id of the target", "import it"),
    (Decision(B, *MANUAL, "garlic press", "BROAD", Decimal("0.9")), "already 0.9", ""),
    (Decision(B, *MANUAL, "garlic press", "BROAD"), "not known", "Type a bid"),
    (Decision(Action.KEEP, *MANUAL, "press"), "nothing to write", ""),
])
def test_what_cannot_be_written_says_why_and_what_to_do(
    tmp_path: Path, decision: Decision, reason: str, do: str
) -> None:
    made = write_bulk(tmp_path / "up.xlsx", tmp_path / "undo.xlsx", [decision], ACCOUNT)
    (left,) = made.left_out
    assert left.subject == decision and reason in left.reason and do in left.do
    assert left.reason.zh != str(left.reason) and bool(left.do) == bool(left.do.zh) == bool(do)
    assert not made.rows and not list(tmp_path.iterdir()), "no file without rows"


def test_of_two_lines_about_the_same_the_first_is_written(tmp_path: Path) -> None:
    made = write_bulk(tmp_path / "up.xlsx", tmp_path / "undo.xlsx", [
        Decision(N, *MANUAL, "cheap", "negativeExact"),
        Decision(N, *MANUAL, "CHEAP", "negativeExact"),
        Decision(N, *MANUAL, "cheap", "negativePhrase"),
    ], ACCOUNT)
    assert [row.match_type for row in made.rows] == ["negativeExact", "negativePhrase"]
    assert "same" in made.left_out[0].reason


def test_two_ad_groups_of_one_name_are_not_guessed_between(tmp_path: Path) -> None:
    group = next(e for e in ENTITIES if e.entity == "ad_group")
    twice = Account([*ENTITIES, replace(group, ad_group_id="200000000000009")])
    made = write_bulk(tmp_path / "up.xlsx", tmp_path / "undo.xlsx",
                      [Decision(N, *MANUAL, "t", "negativeExact")], twice)
    assert "2 ad groups are named" in made.left_out[0].reason


def test_the_archived_counts_as_gone(tmp_path: Path) -> None:
    gone = Account([replace(e, state="archived") if e.keyword_text == "garlic peeler" else e
                    for e in ENTITIES])
    again = [Decision(N, *MANUAL, "garlic peeler", "negativeExact")]
    assert write_bulk(tmp_path / "up.xlsx", tmp_path / "undo.xlsx", again, gone).rows


def test_no_file_is_ever_overwritten(tmp_path: Path, written: Written) -> None:
    for path, undo in (("up.xlsx", "other.xlsx"), ("other.xlsx", "undo.xlsx")):
        with pytest.raises(SurfaceError) as caught:
            write_bulk(tmp_path / path, tmp_path / undo, APPROVED, ACCOUNT)
        assert caught.value.what and ".xlsx" in caught.value.where and caught.value.do
    assert not (tmp_path / "other.xlsx").exists()


# --- the way back -------------------------------------------------------------------------


def test_bids_go_back_to_what_they_were(written: Written) -> None:
    *_, keyword, target = cells(written.path.with_name("undo.xlsx"))
    assert (keyword["Operation"], keyword["Keyword ID"], keyword["Bid"]) == (
        "Update", "400000000000001", 0.9)
    assert (target["Product Targeting ID"], target["Bid"]) == ("500000000000001", 0.6)


def test_a_bid_inherited_from_the_ad_group_goes_back_to_that(tmp_path: Path) -> None:
    write_bulk(tmp_path / "up.xlsx", tmp_path / "undo.xlsx",
               [Decision(B, *MANUAL, "steel garlic press", "exact", Decimal("0.5"))], ACCOUNT)
    (line,) = cells(tmp_path / "undo.xlsx")
    assert line["Bid"] == 0.75


def test_the_undo_file_is_completed_from_a_later_bulk_sheet(
    tmp_path: Path, written: Written
) -> None:
    created = [row for row in written.rows if row.operation == "create"]
    undo = tmp_path / "undo.xlsx"
    assert all(not row.own_id for row in entities_in(undo) if row.operation == "archive")
    done = complete_undo(undo, tmp_path / "ready.xlsx", later(*created))
    assert not done.left_out and tuple(entities_in(done.path)) == done.rows
    assert [row.own_id for row in done.rows] == [
        *(f"90000000000000{n}" for n in range(4)), "400000000000001", "500000000000001"]
    lines = cells(done.path)
    assert lines[0]["Keyword ID"] == "900000000000000" and lines[0]["Operation"] == "Archive"
    assert lines[2]["Product Targeting ID"] == "900000000000002"
    assert "Bid" not in lines[3], "an archive changes no bid"


def test_what_is_not_there_or_there_twice_is_left_out_of_the_undo(
    tmp_path: Path, written: Written
) -> None:
    phrase, *_ = (row for row in written.rows if row.match_type == "negativePhrase")
    done = complete_undo(tmp_path / "undo.xlsx", tmp_path / "ready.xlsx", later(phrase, phrase))
    reasons = [str(left.reason) for left in done.left_out]
    assert sum("not in the later" in reason for reason in reasons) == 3
    assert sum("2 times" in reason for reason in reasons) == 1
    assert all(left.do and left.do.zh for left in done.left_out)
    assert [row.operation for row in done.rows] == ["update", "update"]
    with pytest.raises(SurfaceError):
        complete_undo(tmp_path / "undo.xlsx", tmp_path / "ready.xlsx", later())


def test_applying_the_undo_gives_the_account_as_it_was(tmp_path: Path, written: Written) -> None:
    """A small Amazon: creates get ids, updates set bids, archives remove."""

    def applied(rows: list[Entity], changes: tuple[Entity, ...]) -> list[Entity]:
        now, number = [*rows], 0
        for change in changes:
            if change.operation == "create":
                number += 1
                key = "product_targeting_id" if change.is_product else "keyword_id"
                now.append(replace(change, operation="", **{key: f"91{number}"}))
                continue
            (at,) = (n for n, e in enumerate(now)
                     if e.entity == change.entity and e.own_id == change.own_id != "")
            if change.operation == "archive":
                del now[at]
            else:
                now[at] = replace(now[at], bid=change.bid)
        return now

    after = applied(ENTITIES, written.rows)
    assert after != ENTITIES
    done = complete_undo(tmp_path / "undo.xlsx", tmp_path / "ready.xlsx", Account(after))
    assert applied(after, done.rows) == ENTITIES


# --- reading ------------------------------------------------------------------------------


def test_three_languages_say_the_same_words() -> None:
    for name in ("us.xlsx", "de.xlsx", "zh.xlsx"):
        entities = entities_in(US.with_name(name))
        (campaign,) = (e for e in entities if e.entity == "campaign" and e.targeting_type
                       == "manual")
        assert Account(entities).ad_groups and campaign.campaign
        assert {e.match_type for e in entities if e.entity == "negative_keyword"} <= set(
            MATCH_TYPES)
    assert own_word("完全一致", MATCH_TYPES) == "exact" and own_word("?", MATCH_TYPES) == "?"


def test_another_report_or_a_damaged_sheet_is_refused(tmp_path: Path, written: Written) -> None:
    with pytest.raises(ReportError) as caught:
        entities_in(FOLDER / "sp_search_term" / "us_daily.xlsx")
    assert "not a bulk sheet" in caught.value.what and caught.value.do
    book = openpyxl.load_workbook(written.path)
    book[SHEET].cell(2, HEADERS.index("Campaign ID") + 1).value = "1.0E+14"
    book.save(tmp_path / "damaged.xlsx")
    with pytest.raises(ReportError) as caught:
        entities_in(tmp_path / "damaged.xlsx")
    assert "damaged it" in caught.value.what and "line 2" in caught.value.where and caught.value.do


def test_the_store_knows_the_account_and_changes_do_not_replace_it(written: Written) -> None:
    from macros import jobs

    with new_store() as store:
        database = store.context.database
        for path, day in ((US, "2026-11-15"), (written.path, "2026-11-16")):
            (outcome,) = jobs.import_paths(store.context, [path], marketplace="US",
                                           period=str(parse_period(day)))
            assert outcome.status == "imported", outcome.message
        with database.session() as con:
            assert entities_stored(con, "S", "US") == ENTITIES
            assert entities_stored(con, "S", "DE") == []


def test_a_store_without_a_bulk_sheet() -> None:
    with new_store() as store, store.context.database.session(write=True) as con:
        assert entities_stored(con, "S", "US") == []
