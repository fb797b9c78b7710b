"""`opsheet typed`: what counts, all that was said, what two files disagree about, round trips."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.sync.store.reports import Sale, by_date
from tests.sync.store.test_overlaps import DAY, MONDAY

Run = Callable[..., Result]
TABLES = {
    "targets": "kpi,marketplace,month,target\nacos,US,2026-11,0.28\nACoS,,2026-11,30%\n"
               "tacos,US,2026-12,12\n",
    "account_values": "name,marketplace,day,value\nipi,US,2026-11-01,500\nipi,US,2026-11-15,612\n"
                      "odr,,2026-11-15,0.4%\n",
    "benchmarks": "category,marketplace,kpi,valid_from,value\n厨房,US,acos,2026-01-01,0.3\n",
    "stock_stages": "sku,marketplace,stage,units,as_of,arrives\n00123,US,sea,40,2026-11-01,"
                    "2026-12-01\n",
    "overhead": "month,marketplace,currency,item,amount\n2026-11,US,USD,rent,1200.50\n",
    "exchange_rates": "day,from_currency,to_currency,rate\n2026-11-01,EUR,USD,1.0825\n",
    "forecast_overrides": "sku,marketplace,week,units\nA-1,US,2026-W47,90\n",
    "okrs": "objective,kpi,marketplace,start,start_day,target,due,owner\nlower ads,acos,US,0.4,"
            "2026-10-01,0.3,2026-12-31,王敏\n",
    "events": "name,kind,marketplace,first_day,last_day,sku\nBlack Friday,promotion,US,2026-11-27,"
              "2026-11-27,\n",
    "operations": "day,asin,marketplace,kind,what,who\n2026-11-03,B0EX000001,US,price,"
                  "\"19.99, then 17.99\",Li\n",
    "rules_table": "rule,marketplace,target,alarm,valid_from,valid_to,note\nacos,US,25%,40%,"
                   "2026-11-09,2026-12-31,peak\nacos,,0.3,,2026-10-01,,\n",
}


def put(opsheet: Run, name: str, text: str, minute: int = 0) -> Result:
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    os.utime(path, (1_794_000_000 + minute * 60,) * 2)
    done = opsheet("import", path, "--store", "S")
    assert done.exit_code == 0, done.output
    return done


@pytest.fixture
def store(opsheet: Run) -> Run:
    """A store with a week of sales."""
    sales = by_date({MONDAY + n * DAY: Sale(Decimal(10), 1, 1, 5, 9) for n in range(7)})
    Path("sales.csv").write_text(sales, encoding="utf-8")
    assert opsheet("import", "sales.csv", "--store", "S", "--marketplace", "US").exit_code == 0
    return opsheet


def said(run: Run, *words: Any) -> list[dict[str, Any]]:
    done = run("typed", *words, "--json")
    assert done.exit_code == 0, done.output
    rows = json.loads(done.stdout)["typed"]
    assert isinstance(rows, list)
    return rows


def values(run: Run, *words: Any) -> dict[str, Any]:
    return {f"{row['key']} {row['field']}": row["value"] for row in said(run, *words)}


def test_nothing_is_said_until_somebody_says_something(store: Run) -> None:
    assert "Nobody has typed anything yet." in store("typed").stdout
    assert "No two files disagree." in store("typed", "--disputed").stdout


def test_a_list_of_what_counts_on_a_day(store: Run) -> None:
    put(store, "values.csv", TABLES["account_values"])
    assert values(store, "account_values") == {
        "US|ipi value": 612, "*|odr value": 0.004}
    assert values(store, "account-values", "--as-of", "2026-11-14") == {"US|ipi value": 500}
    assert values(store, "account_values", "--marketplace", "DE") == {"*|odr value": 0.004}
    text = store("typed").stdout
    assert "Account values" in text and "US · ipi" in text and "all marketplaces · odr" in text
    assert "612" in text and "2026-11-15" in text and "values.csv" in text


def test_two_files_that_disagree_are_both_shown_and_the_newest_counts(store: Run) -> None:
    put(store, "old.csv", TABLES["targets"])
    put(store, "new.csv", "kpi,marketplace,month,target\nacos,US,2026-11,0.25\n", minute=5)
    (row,) = said(store, "targets", "--disputed")
    assert (row["value"], row["others"][0]["value"]) == (0.25, 0.28)
    assert row["source"].endswith("new.csv") and row["others"][0]["source"].endswith("old.csv")
    assert "other file" in store("typed", "--disputed").stdout
    every = said(store, "targets", "--history")
    assert [r["value"] for r in every if r["key"] == "US|acos|2026-11"] == [0.28, 0.25]
    assert store("undo", str(row["import"])).exit_code == 0
    assert values(store, "targets")["US|acos|2026-11 target"] == 0.28
    assert not said(store, "--disputed")
    assert [r["undone"] for r in said(store, "targets", "--history")
            if r["value"] == 0.25] == [True]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("topic", sorted(TABLES))
def test_what_is_exported_is_imported_again_as_it_was(
    store: Run, topic: str, suffix: str
) -> None:
    put(store, f"{topic}.csv", TABLES[topic])
    before = [(r["topic"], r["key"], r["field"], r["valid_from"], r["value"])
              for r in said(store, "--history")]
    assert before
    done = store("typed", topic, "--export", f"out.{suffix}")
    assert done.exit_code == 0, done.output
    os.utime(f"out.{suffix}", (1_794_100_000,) * 2)
    os.environ["OPSHEET_STORE"] = str(Path("second.duckdb").resolve())
    done = store("import", f"out.{suffix}", "--store", "S")
    assert done.exit_code == 0, done.output
    after = [(r["topic"], r["key"], r["field"], r["valid_from"], r["value"])
             for r in said(store, "--history", "--store", "S")]
    assert after == before


def test_all_topics_go_into_a_folder_and_back(store: Run) -> None:
    for topic, text in TABLES.items():
        put(store, f"{topic}.csv", text)
    before = values(store, "--as-of", "2026-11-20")
    done = store("typed", "--export", "out", "--json")
    document = json.loads(done.stdout)
    assert set(document["rows"]) == set(TABLES) and document["left_out"] == 0
    os.environ["OPSHEET_STORE"] = str(Path("second.duckdb").resolve())
    done = store("import", "out", "--store", "S")
    assert done.exit_code == 0, done.output
    assert values(store, "--as-of", "2026-11-20") == before


@pytest.mark.parametrize(("words", "lines"), [
    (("targts",), ("There is no topic 'targts'", "Did you mean targets")),
    (("--export", "all.csv"), ("One file holds one topic", "folder")),
    (("--export", "all.xlsx"), ("One file holds one topic", "folder")),
    (("--export", "all.ods"), ("is no .csv, .xlsx or folder", "FILE.xlsx")),
    (("overhead", "--export", "x.csv"), ("nothing to export", "opsheet typed")),
    (("--history", "--export", "x.csv"), ("not the history", "--json")),
    (("--history", "--as-of", "2026-11-01"), ("--history lists everything",)),
    (("--as-of", "monday"), ("'monday' is no day", "2026-11-15")),
    (("--store", "T"), ("no store 'T'",)),
])
def test_every_refusal_says_what_to_do(
    store: Run, words: tuple[str, ...], lines: tuple[str, ...]
) -> None:
    put(store, "targets.csv", TABLES["targets"])
    put(store, "values.csv", TABLES["account_values"])
    done = store("typed", *words)
    assert done.exit_code == 2
    assert all(line in done.stderr for line in lines), done.stderr
