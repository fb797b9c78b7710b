"""`opsheet bulk`: typed decisions become an upload file and its undo, by the command line."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from macros.fill import blocks_of
from sync.bulk import Entity, entities_in
from sync.bulk.files import HEADERS, SHEET
from sync.store.database import Database
from tests.conftest import NOW, Run
from tests.contract.person import Person
from tests.templates.terms import CAMPAIGN, GROUP, NAME, Line, crowd, report
from workbook.model import parse_period
from workbook.models.search_terms.keys import key_of, key_of_words

AUTO, FOUND = "SP | Auto", "found"
LINES = (Line("junk", 90), Line("best", 20, 5), Line("dear", 20, target="close", match="PHRASE"),
         Line("b0ex700099", 90), Line("from auto", 20, 5, target="close-match", match="-",
                                      campaign=AUTO, group=FOUND),
         *(Line(f"cheap thing{n}", 8) for n in range(9)), *crowd())
SETTLED = parse_period("2026-W44")  # on 17 November, the day of these tests
DOWNLOAD = "bulk-a1b2c3-20261101-20261130-1764547200000.xlsx"


def download(path: Path, *more: Mapping[str, Any]) -> Path:
    """A bulk sheet of the two campaigns."""
    ids = {"Product": "Sponsored Products", "State": "enabled"}
    first = {**ids, "Campaign ID": "101"}
    auto = {**ids, "Campaign ID": "102"}
    lines: list[Mapping[str, Any]] = [
        {**first, "Entity": "Campaign", "Campaign Name": CAMPAIGN, "Targeting Type": "Manual"},
        {**first, "Entity": "Ad Group", "Ad Group ID": "201", "Ad Group Name": GROUP,
         "Ad Group Default Bid": 0.8},
        {**first, "Entity": "Keyword", "Ad Group ID": "201", "Keyword ID": "301",
         "Keyword Text": "close", "Match Type": "phrase", "Bid": 0.9},
        {**auto, "Entity": "Campaign", "Campaign Name": AUTO, "Targeting Type": "Auto"},
        {**auto, "Entity": "Ad Group", "Ad Group ID": "202", "Ad Group Name": FOUND,
         "Ad Group Default Bid": 0.5},
        *more]
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = SHEET
    sheet.append(HEADERS)
    for line in lines:
        sheet.append([line.get(header) for header in HEADERS])
    book.save(path)
    return path


class Desk:
    """A person with the command line: imports, fills, types, asks for files."""

    def __init__(self, opsheet: Run, folder: Path) -> None:
        self.run, self.folder, self.book = opsheet, folder, folder / "review.xlsx"

    def ok(self, *words: str | Path, status: int = 0) -> Any:
        result = self.run(*words)
        assert result.exit_code == status, (result.stdout, result.stderr)
        return json.loads(result.stdout) if "--json" in words else result.stdout

    def fill(self, lang: str = "en") -> None:
        self.ok("fill", NAME, "--to", self.book, "--period", "2026-W44", "--lang", lang)

    def type_in(self, **decisions: Any) -> None:
        """`junk="approve"`; with a bid `best=("approve", 0.85)`; three: the ad group too."""
        typed: dict[tuple[str, str, str], Any] = {}
        for term, said in decisions.items():
            place = (AUTO, FOUND) if term == "from_auto" else (CAMPAIGN, GROUP)
            key = key_of("US", *place, term.replace("_", " "))
            parts = said if isinstance(said, tuple) else (said,)
            for name, value in zip(("decision", "bid", "into"), parts, strict=False):
                if value is not None:
                    typed["st_terms", key, name] = value
        Person(self.book, blocks_of(NAME)).type_all(typed)


@pytest.fixture
def desk(opsheet: Run, tmp_path: Path) -> Desk:
    made = Desk(opsheet, tmp_path)
    lines = [replace(line, day=SETTLED.start) for line in LINES]
    (tmp_path / "terms.csv").write_text(report(*lines, last=SETTLED.end), encoding="utf-8")
    os.utime(tmp_path / "terms.csv", (NOW.replace(tzinfo=dt.UTC).timestamp(),) * 2)
    # Rule `acos` 0.30, in the settings: an order may cost 7.50.
    (tmp_path / "opsheet.toml").write_text(
        'store = "S"\n[[rules]]\nid = "acos"\ntarget = 0.3\n[[rules]]\n'
        'id = "search_term_window"\ntarget = 7\n', encoding="utf-8")
    made.ok("import", "terms.csv", "--marketplace", "US")
    made.ok("import", download(tmp_path / DOWNLOAD), "--marketplace", "US")
    made.fill()
    return made


def what(row: Entity) -> tuple[Any, ...]:
    return (row.operation, row.entity, row.campaign_id, row.ad_group_id,
            row.keyword_text or row.expression, row.match_type, row.bid)


APPROVED = [
    ("create", "negative_keyword", "101", "201", "junk", "negativeExact", None),
    ("create", "negative_product_target", "101", "201", 'asin="B0EX700099"', "", None),
    ("update", "keyword", "101", "201", "close", "phrase", Decimal("0.4")),
    ("create", "keyword", "101", "201", "best", "exact", Decimal("0.85")),
    ("create", "keyword", "101", "201", "from auto", "exact", Decimal("0.7")),
    ("create", "negative_keyword", "101", "201", "cheap", "negativePhrase", None),
]


def decide(desk: Desk, approve: str = "approve") -> None:
    desk.type_in(junk=approve, b0ex700099=approve, dear=("cut the bid", 0.4), best=(approve, 0.85),
                 from_auto=(approve, 0.7, f"{CAMPAIGN} › {GROUP}"), other_0="reject",
                 other_1="later")
    Person(desk.book, blocks_of(NAME)).type_in(
        "st_ngrams", key_of_words("US", "cheap"), "decision", approve)


@pytest.mark.parametrize(("lang", "approve"), [("en", "approve"), ("zh", "批准")])
def test_the_upload_holds_what_was_approved_and_the_undo_reverses_it(
    desk: Desk, lang: str, approve: str
) -> None:
    desk.fill(lang)
    decide(desk, approve)
    told = desk.ok("bulk", desk.book, "--json")["files"][0]
    assert (told["marketplace"], told["left_out"]) == ("US", [])
    upload, undo = desk.folder / "review.bulk.xlsx", desk.folder / "review.undo.xlsx"
    assert (told["path"], told["undo"]) == (str(upload), str(undo))
    header = [cell.value for cell in next(openpyxl.load_workbook(upload)[SHEET].iter_rows())]
    assert tuple(header) == HEADERS
    written = entities_in(upload)
    assert sorted(map(what, written), key=str) == sorted(APPROVED, key=str)
    assert len(told["rows"]) == len(APPROVED)
    back = {(row.entity, row.keyword_text or row.expression): row for row in entities_in(undo)}
    assert len(back) == len(written)
    for row in written:
        reverse = back[row.entity, row.keyword_text or row.expression]
        if row.operation == "update":
            assert (reverse.operation, reverse.bid) == ("update", Decimal("0.9"))
        else:
            assert reverse.operation == "archive"


def test_running_again_keeps_the_files_and_what_is_there_is_left_out(desk: Desk) -> None:
    decide(desk)
    desk.ok("bulk", desk.book)
    before = (desk.folder / "review.undo.xlsx").read_bytes()
    again = desk.run("bulk", desk.book)
    assert again.exit_code == 1 and "exists already" in again.stderr and "--out" in again.stderr
    assert (desk.folder / "review.undo.xlsx").read_bytes() == before
    # Amazon has applied the negative: a later bulk sheet has it.
    later = {"Product": "Sponsored Products", "Entity": "Negative Keyword", "State": "enabled",
             "Campaign ID": "101", "Ad Group ID": "201", "Keyword ID": "999",
             "Keyword Text": "junk", "Match Type": "negativeExact"}
    desk.ok("import", download(desk.folder / "bulk-a1b2c3-20261101-20261201-1.xlsx", later),
            "--marketplace", "US")
    told = desk.ok("bulk", desk.book, "--out", desk.folder / "two.xlsx", "--json")["files"][0]
    assert [(one["subject"], one["do"]) for one in told["left_out"]] == [("junk", None)]
    assert len(told["rows"]) == len(APPROVED) - 1
    assert told["undo"] == str(desk.folder / "two.undo.xlsx")
    # The undo of the first upload lacked an id; now it has it.
    desk.ok("bulk", "--complete", desk.folder / "review.undo.xlsx", "--marketplace", "US",
            status=1)
    ready = entities_in(desk.folder / "review.undo.ready.xlsx")
    assert {row.keyword_id for row in ready} == {"999", "301"}


def test_without_a_workbook_the_store_knows_the_decisions(desk: Desk) -> None:
    desk.type_in(junk="approve")
    nothing = desk.ok("bulk", "--period", "2026-W44")
    assert "nothing to write" in nothing  # the workbook has not been filled again yet
    desk.fill()
    told = desk.ok("bulk", "--period", "2026-W44", "--json")["files"][0]
    assert [row["text"] for row in told["rows"]] == ["junk"]
    assert told["path"].endswith("search_term_review.bulk.xlsx")


@pytest.mark.parametrize(("decision", "reason"), [
    ({"other_0": "negate exact"}, ""),
    ({"other_2": "cut the bid"}, "target 'mat' (BROAD) is not known"),
    ({"junk": "maybe"}, "'maybe' is no decision"),
    ({"cheap_thing0": "approve"}, "Nothing is proposed"),
    ({"best": ("approve", "much")}, "The bid 'much' is no number"),
    ({"best": ("approve", 0.8, "nowhere")}, "There is no ad group 'nowhere'"),
    ({"from_auto": ("approve", 0.8)}, "cannot take it"),
])
def test_what_cannot_be_written_is_said_with_the_reason(
    desk: Desk, decision: dict[str, Any], reason: str
) -> None:
    desk.type_in(**decision)
    told = desk.ok("bulk", desk.book, "--json", status=int(bool(reason)))["files"][0]
    if reason:
        assert reason in told["left_out"][0]["reason"] and told["left_out"][0]["do"]
        assert told["path"] is None and not (desk.folder / "review.bulk.xlsx").exists()
    else:
        assert told["rows"][0]["text"] == "other 0"


def test_without_a_bulk_sheet_the_ids_are_not_known(desk: Desk) -> None:
    for line in desk.ok("status", "--json")["imports"]:
        if line["kind"] == "ads_bulk":
            desk.ok("undo", str(line["id"]))
    desk.type_in(junk="approve")
    said = desk.ok("bulk", desk.book, status=1)
    assert "ids of" in said and "Download the bulk sheet" in said


@pytest.mark.parametrize(("words", "said"), [
    (("nowhere.xlsx",), "no such file"), (("review.xlsx", "--out", "a.csv"), "no .xlsx file"),
    (("review.xlsx", "--store", "T"), "filled for S, not T"),
    (("--complete", "x.xlsx"), "Which marketplace"),
    (("--complete", "x.xlsx", "--marketplace", "US"), "no such file"),
])
def test_wrong_words(desk: Desk, words: tuple[str, ...], said: str) -> None:
    desk.type_in(junk="approve")
    result = desk.run("bulk", *words)
    assert result.exit_code == 2 and said in result.stderr
    assert len(result.stderr.strip().splitlines()) <= 3


def test_another_template_is_no_review(desk: Desk) -> None:
    desk.ok("fill", "weekly_report", "--to", "weekly.xlsx", "--period", "2026-W44")
    result = desk.run("bulk", "weekly.xlsx")
    assert result.exit_code == 2 and "no search-term review" in result.stderr


def test_a_bulk_sheet_is_of_the_last_day_in_its_name(desk: Desk) -> None:
    with Database(desk.folder / "own.duckdb").session() as con:
        days = con.execute("SELECT c.end_day FROM s.coverage c JOIN s.imports i "
                           "ON i.id = c.import_id WHERE i.kind = 'ads_bulk'").fetchall()
    assert [str(day) for (day,) in days] == ["2026-11-30"]
