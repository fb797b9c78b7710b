"""Cell functions: their bodies, what they ask of the store, and xlwings between them and Excel."""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from macros import functions
from macros.functions import OPS_METRIC, OPS_STATUS, OPS_TARGET, OPS_TOP
from macros.functions_store import Memory, workbook_of_cell
from macros.functions_words import choose, market_of, metric_of, period_of
from macros.planner import About
from sync.store.database import Database
from workbook.answer import Group
from workbook.errors import StoreError
from workbook.metrics import METRICS, get_metric
from workbook.model import Label, Period, parse_period

Run = Callable[..., Any]
SOURCE = Path(functions.__file__).parent / "vba" / "xlwings_udfs.bas"
needs_xlwings = pytest.mark.skipif(
    importlib.util.find_spec("xlwings") is None, reason="xlwings is not installed")


@dataclass
class Watch:
    """A clock that the test turns, and the sessions with the store that were opened."""

    now: float = 0.0
    sessions: list[bool] = field(default_factory=list)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    """A memory of the test's own; counts each opening of the store."""
    found = Watch()
    session = Database.session

    def counted(self: Database, *args: Any, **options: Any) -> Any:
        found.sessions.append(bool(options.get("write")))
        return session(self, *args, **options)

    monkeypatch.setattr(Database, "session", counted)
    monkeypatch.setattr(functions, "MEMORY", Memory(
        clock=lambda: found.now, workbook=lambda: ("", lambda: (None, About()))))
    return found


@pytest.fixture
def store(example: Any, on_example: Run, watch: Watch) -> Any:
    """The example store, in whose folder the functions are called."""
    return example


# --- against `opsheet metrics` ------------------------------------------------------------


def test_every_metric_equals_what_the_command_says(store: Any, on_example: Run) -> None:
    for period in ("2026-W46", "2026-10", "2026-11-10"):
        told = json.loads(
            on_example("metrics", *METRICS, "--period", period, "--json").stdout)["groups"]
        for group in told:
            (row,) = group["rows"]
            ours = {name: OPS_METRIC(name, period, group["marketplace"]) for name in METRICS}
            assert ours == {name: "" if row[name] is None else row[name] for name in METRICS}


def test_top_rows_equal_what_the_command_says(store: Any, on_example: Run) -> None:
    """Largest first, blanks left out; a SKU's name beside it."""
    for metric, by in (("ordered_sales", "sku"), ("acos", "campaign"), ("units_ordered", "asin")):
        told = json.loads(on_example("metrics", metric, "--by", by, "--period", "2026-W46",
                                     "--marketplace", "US", "--json").stdout)["groups"][0]["rows"]
        expected = [(row[by], row[metric]) for row in told if row[metric] is not None][:7]
        found = OPS_TOP(metric, by, "2026-W46", 7.0, "US")
        assert [(key, value) for key, _, value in found] == expected
        assert all(bool(name) == (by != "campaign") for _, name, _ in found)


def test_top_weeks_are_sorted_by_their_number(store: Any) -> None:
    found = OPS_TOP("ordered_sales", "周", "2026-09-07..2026-11-15", 4, "US")
    numbers = [value for *_, value in found]
    assert numbers == sorted(numbers, reverse=True) and len(numbers) == 4
    assert all(key.startswith("2026-W") and not name for key, name, _ in found)


def test_labels_in_either_language_name_a_metric(store: Any) -> None:
    expected = OPS_METRIC("ad_spend", "2026-W46", "US")
    assert expected > 0
    for name in ("Ad spend", " AD  SPEND ", "广告花费", "ad_spend"):
        assert OPS_METRIC(name, "2026-W46", "美国") == expected
    assert OPS_METRIC("gmv", "2026-W46", "US") == OPS_METRIC("ordered_sales", "2026-W46", "US")
    for metric in METRICS.values():
        assert metric_of(metric.label.en) is metric_of(metric.label.zh) is metric


def test_a_day_is_text_a_date_or_a_number(store: Any) -> None:
    expected = OPS_METRIC("ordered_sales", "2026-11-15", "US")
    assert expected > 0
    for day in (46341, 46341.0, 46341.75, dt.date(2026, 11, 15), dt.datetime(2026, 11, 15, 9)):
        assert OPS_METRIC("ordered_sales", day, "US") == expected


# --- targets and statuses -----------------------------------------------------------------


def test_target_and_status_follow_the_rulebook(store: Any) -> None:
    assert OPS_TARGET("acos", "2026-W46", "US") == 0.3333
    value = OPS_METRIC("acos", "2026-W46", "US")
    assert OPS_STATUS("acos", "2026-W46", "US") == ("■ bad" if value > 0.3333 else "● good")
    assert OPS_TARGET("impressions", "2026-W46", "US") == ""
    assert OPS_STATUS("impressions", "2026-W46", "US") == ""
    assert OPS_TARGET("acos", "2026-W46") == 0.3333  # the rule for all marketplaces


def test_a_rule_of_opsheet_toml_counts_at_once(store: Any, watch: Watch, tmp_path: Path,
                                               monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings are looked for again after two seconds."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "opsheet.toml"
    file.write_text('[[rules]]\nid = "acos"\nmarketplace = "US"\ntarget = 0.9\n', "utf-8")
    assert OPS_TARGET("acos", "2026-W46", "US") == 0.9
    assert OPS_TARGET("acos", "2026-W46", "DE") == 0.3333
    assert OPS_STATUS("acos", "2026-W46", "US") == "● good"
    file.write_text('lang = "zh"\n[[rules]]\nid = "acos"\ntarget = 0.01\n', "utf-8")
    assert OPS_TARGET("acos", "2026-W46", "US") == 0.9
    watch.now += 3
    assert OPS_TARGET("acos", "2026-W46", "US") == 0.01
    assert OPS_STATUS("acos", "2026-W46", "US") == "■ 异常"
    file.write_text("nonsense = 1", "utf-8")
    watch.now += 3
    assert OPS_TARGET("acos", "2026-W46", "US").startswith("#Unknown setting 'nonsense'")


def test_the_target_that_was_imported_for_a_month(opsheet: Run, watch: Watch,
                                                  tmp_path: Path) -> None:
    """A target of all marketplaces counts for one only where it is no sum, or the only one."""
    day = "Date,Ordered Product Sales,Units Ordered,Total Order Items,Page Views,Sessions\n"
    for code in ("US", "CA"):
        (tmp_path / f"{code}.csv").write_text(f"{day}10/31/2026,$90.00,3,3,30,20\n", "utf-8")
        done = opsheet("import", tmp_path / f"{code}.csv", "--store", "N", "--marketplace", code)
        assert done.exit_code == 0, done.output
    (tmp_path / "targets.csv").write_text(
        "marketplace,kpi,month,target\nUS,units_ordered,2026-10,100\n,units_ordered,2026-10,999\n"
        ",unit_session_percentage,2026-10,0.2\n", "utf-8")
    done = opsheet("import", tmp_path / "targets.csv", "--store", "N")
    assert done.exit_code == 0, done.output
    assert OPS_TARGET("units_ordered", "2026-10", "US") == 100
    assert OPS_TARGET("units_ordered", "2026-10", "CA") == ""
    assert OPS_TARGET("units_ordered", "2026-10") == 999
    assert OPS_TARGET("Unit session % (conversion)", "2026-10", "CA") == 0.2
    assert OPS_TARGET("units_ordered", "2026-W44", "US") == ""


def test_an_open_month_is_not_held_against_the_whole_month(store: Any) -> None:
    assert not functions.MEMORY.is_over(parse_period("2026-11"), "US")
    assert functions.MEMORY.is_over(parse_period("2026-W46"), "US")


def test_stock_has_a_target_for_each_sku(store: Any) -> None:
    text = "#each SKU has its own target: lead time + 14 days"
    assert OPS_TARGET("days_of_cover", "2026-W46", "US") == text
    assert OPS_STATUS("days_of_cover", "2026-W46", "US") == text


# --- what cannot be answered --------------------------------------------------------------


@pytest.mark.parametrize(("arguments", "shown"), [
    (("acoss", "2026-W46", "US"), "#no metric 'acoss': did you mean acos or tacos?"),
    (("zzz", "2026-W46", "US"), "#no metric 'zzz'"),
    (("store", "2026-W46", "US"), "#no metric 'store'"),  # what other cells can be bound to
    (("acos", "last week", "US"),
     "#no period 'last week': write 2026-W46, 2026-11 or 2026-11-09..2026-11-15"),
    (("acos", 2026.0, "US"),
     "#no period '2026': write 2026-W46, 2026-11 or 2026-11-09..2026-11-15"),
    (("acos", "2026-W46", "Mars"), "#no marketplace 'Mars': write US, UK, DE, …"),
    (("acos", "2026-W46", "FR"), "#no reports from FR; there is DE, US"),
    (("acos", "2026-W46", "US", "Nobody"),
     "#There is no store 'Nobody': Stores: Northwind Home"),
    (("acos", "2026-W46"), "#several marketplaces (DE, US): name one"),
    (("ad_spend", "2026-W46"), "#several currencies (EUR, USD): name a marketplace (DE, US)"),
    (("acos", "2026-W46", "US_EUR"), "#no amounts in EUR from US"),
    (("#N/A", "2026-W46", "US"), "#N/A"),
    (([["acos", "roas"]], "2026-W46", "US"), "#one cell, not several"),
    (("acos", "2020-W01", "US"), ""), ((None, "2026-W46", "US"), ""), (("acos", None, "US"), ""),
])
def test_a_cell_says_what_is_wrong(store: Any, arguments: tuple[Any, ...], shown: str) -> None:
    assert OPS_METRIC(*arguments) == shown


def test_top_says_what_is_wrong(store: Any) -> None:
    assert OPS_TOP("acos", "campaing", "2026-W46", 3, "US").startswith("#no rows by 'campaing'")
    assert OPS_TOP("acos", "campaign", "2026-W46", 0, "US") == "#rows: a number from 1 on, not '0'"
    assert OPS_TOP("acos", "campaign", "2020-W01", 3, "US") == ""
    assert OPS_TOP("acos", "campaign", "", 3, "US") == ""


def test_no_store_yet_and_a_damaged_one(opsheet: Run, watch: Watch, tmp_path: Path) -> None:
    assert OPS_METRIC("acos", "2026-W46").startswith("#There is no store yet: Import a report")
    (tmp_path / "own.duckdb").write_text("no database" * 999, "utf-8")
    assert OPS_METRIC("acos", "2026-W46").startswith("#The store cannot be opened")


def test_an_error_that_nobody_foresaw_is_logged_once(
    store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged: list[str] = []
    monkeypatch.setattr(functions, "_reported", set())
    monkeypatch.setattr(functions.crash, "keep", lambda error, doing: logged.append(doing))
    monkeypatch.setattr(functions.MEMORY, "numbers", lambda *_: 1 / 0)
    shown = {OPS_METRIC("acos", "2026-W46", "US") for _ in range(5)}
    assert len(shown) == 1 and "Opsheet failed unexpectedly (ZeroDivisionError" in shown.pop()
    assert len(logged) == 1


MONEY, COUNT = get_metric("ad_spend"), get_metric("clicks")


@pytest.mark.parametrize(("market", "found", "expected"), [
    ("US", {"USD": 5, "EUR": 0}, 5),  # nothing in euros
    ("US", {"USD": 0, "EUR": 0}, 0),
    ("US", {"USD": 5, "EUR": 7}, "amounts in USD, EUR: write US_USD or US_EUR"),
    ("US", {"USD": 0, "EUR": 7}, "amounts in EUR: write US_EUR"),
    ("US_EUR", {"USD": 5, "EUR": 7}, 7),
    ("US_USD", {"USD": 5, "EUR": 7}, 5),
    ("", {"USD": 5}, 5),  # the store's only marketplace
])
def test_currencies_are_never_added(market: str, found: dict[str, int], expected: Any) -> None:
    groups = {Group("US", currency): value for currency, value in found.items()}
    try:
        assert choose(groups, market, MONEY, bool)[1] == expected
    except functions.Unanswered as error:
        assert error.label.en == expected


def test_counts_of_one_marketplace_are_one_number() -> None:
    groups = {Group("US", "USD"): 0, Group("US", "EUR"): 7}
    assert choose(groups, "US", COUNT, bool) == (Group("US", "EUR"), 7)


def test_marketplaces_as_people_write_them() -> None:
    assert [market_of(text) for text in ("us", "英国", "Amazon.de", "", None, "us_eur")] == [
        "US", "UK", "DE", "", "", "US_EUR"]


ANYTHING = st.one_of(
    st.none(), st.booleans(), st.floats(), st.integers(), st.datetimes(), st.text(max_size=20),
    st.lists(st.lists(st.integers(), max_size=2), max_size=2),
    st.sampled_from(["acos", "2026-W46", "US", "sku", 10.0, "#REF!"]))


@given(st.lists(ANYTHING, min_size=6, max_size=6))
@settings(max_examples=200, deadline=None)
def test_whatever_a_cell_holds_no_function_raises(arguments: list[Any]) -> None:
    """Without a store: what reaches it is refused too."""
    os.environ.pop("OPSHEET_STORE", None)
    for function, count in ((OPS_METRIC, 4), (OPS_TARGET, 4), (OPS_STATUS, 4), (OPS_TOP, 6)):
        found = function(*arguments[:count])
        assert found == "" or (isinstance(found, str) and found[0] == "#")
        assert "unexpectedly" not in found


@given(st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)))
def test_a_number_of_excel_is_the_day_it_shows(day: dt.date) -> None:
    number = day.toordinal() - dt.date(1899, 12, 30).toordinal()
    expected = Period(day, day)
    for value in (number, float(number), number + 0.999, day, str(day)):
        assert period_of(value, 0) == expected


# --- what they ask of the store -----------------------------------------------------------


def test_two_thousand_cells_are_one_query_a_period(store: Any, watch: Watch) -> None:
    """40 metrics x 5 weeks x 2 marketplaces x 5 times over, with their targets and statuses."""
    names = [name for name in METRICS if name != "days_of_cover"][:40]
    weeks = [f"2026-W{week}" for week in range(42, 47)]
    cells = [(name, week, code) for name in names for week in weeks for code in ("US", "DE")] * 5
    assert len(cells) == 2000
    values = [OPS_METRIC(*cell) for cell in cells]
    assert sum(isinstance(value, int | float) for value in values) > 1000
    assert len(watch.sessions) == len(weeks)
    for cell in cells:
        OPS_STATUS(*cell)
        OPS_TARGET(*cell)
    # What people typed, and which marketplaces there are, are two more questions for all of them.
    assert len(watch.sessions) == len(weeks) + 2
    assert [OPS_METRIC(*cell) for cell in cells] == values
    assert len(watch.sessions) == len(weeks) + 2


def test_top_asks_once_however_many_rows(store: Any, watch: Watch) -> None:
    for rows in (3, 5, 3.0, "5"):
        OPS_TOP("acos", "campaign", "2026-W46", rows, "US")
        OPS_TOP("acos", "campaign", "2026-W46", rows, "DE")
    assert len(watch.sessions) == 1


def test_an_import_is_seen_at_once(opsheet: Run, watch: Watch, tmp_path: Path) -> None:
    header = "Date,Ordered Product Sales,Units Ordered,Total Order Items,Page Views,Sessions\n"
    for units in (3, 8):
        (tmp_path / "day.csv").write_text(f"{header}11/14/2026,$90.00,{units},3,30,20\n", "utf-8")
        done = opsheet("import", tmp_path / "day.csv", "--store", "N", "--marketplace", "US")
        assert done.exit_code == 0, done.output
        for _ in range(3):
            assert OPS_METRIC("units_ordered", "2026-11-14") == units
    assert opsheet("undo", "2").exit_code == 0
    assert OPS_METRIC("units_ordered", "2026-11-14") == 3


def test_a_store_that_is_busy_is_not_asked_by_each_cell(
    store: Any, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One cell waits; the others say so at once, and half a minute later it is tried again."""
    counted = Database.session

    def busy(self: Database, *args: Any, **options: Any) -> Any:
        counted(self, *args, **options)
        raise StoreError(f"Busy for {self.timeout:.0f} s.", "", "Wait.")

    monkeypatch.setattr(Database, "session", busy)
    for _ in range(100):
        assert OPS_METRIC("acos", "2026-W46", "US") == "#Busy for 10 s: Wait"
    assert len(watch.sessions) == 1
    monkeypatch.setattr(Database, "session", counted)
    watch.now += 31
    assert isinstance(OPS_METRIC("acos", "2026-W46", "US"), float)


def test_threads_share_one_query(store: Any, watch: Watch) -> None:
    found: list[Any] = []
    start = threading.Barrier(8)

    def ask() -> None:
        start.wait()
        found.append(OPS_METRIC("acos", "2026-W45", "US"))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8 and len(set(found)) == 1 and len(watch.sessions) == 1


def test_each_workbook_has_the_settings_beside_it(
    example: Any, on_example: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same question in two workbooks has two answers; neither disturbs the other."""
    monkeypatch.delenv("OPSHEET_STORE")
    here = ["a.xlsm"]
    for name, target in (("a.xlsm", 0.11), ("b.xlsm", 0.22)):
        folder = tmp_path / name[0]
        folder.mkdir()
        shutil.copy(example.context.settings.store_path, folder / "s.duckdb")
        (folder / "opsheet.toml").write_text(
            f'store_path = "s.duckdb"\n[[rules]]\nid = "acos"\ntarget = {target}\n', "utf-8")
    monkeypatch.setattr(functions, "MEMORY", Memory(
        workbook=lambda: (here[0], lambda: (tmp_path / here[0][0], About()))))
    for _ in range(2):
        for name, target in (("a.xlsm", 0.11), ("b.xlsm", 0.22)):
            here[0] = name
            assert OPS_TARGET("acos", "2026-W46", "US") == target


def test_a_planner_says_for_whom_it_was_made(store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own store and language stand over the settings; the formula's stands over both."""
    monkeypatch.setattr(functions, "MEMORY", Memory(
        workbook=lambda: ("p.xlsm", lambda: (None, About(lang="zh", store="Nobody")))))
    assert OPS_METRIC("acos", "2026-W46", "US").startswith("#There is no store 'Nobody'")
    assert OPS_METRIC("acoss", "2026-W46") == "#没有指标“acoss”，是否指 acos / tacos？"
    assert OPS_TARGET("acos", "2026-W46", "US", "Northwind Home") == 0.3333


@dataclass
class FakeBook:
    """What xlwings tells of the workbook behind a cell."""

    fullname_: str
    rows: list[list[Any]]
    name: str = "计划.xlsm"

    @property
    def fullname(self) -> str:
        if "://" in self.fullname_:
            raise RuntimeError("Couldn't find the local path of the OneDrive file")
        return self.fullname_

    @property
    def sheets(self) -> Any:
        class Sheets(list[Any]):
            def __getitem__(self, _: Any) -> Any:
                return list.__getitem__(self, 0)

        area = SimpleNamespace(value=self.rows)
        return Sheets([SimpleNamespace(name="xlwings.conf", range=lambda _: area)])


@needs_xlwings
@pytest.mark.parametrize("cloud", [False, True])
def test_the_workbook_behind_a_cell(
    cloud: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One in the cloud without a copy on this PC has no folder, and still its own settings."""
    import xlwings

    path = "https://x.sharepoint.com/计划.xlsm" if cloud else str(tmp_path / "计划.xlsm")
    rows = [["UDF MODULES", "macros.functions"], ["OPSHEET STORE", "N"], [None, None]]
    monkeypatch.setattr(xlwings.Book, "caller", lambda: FakeBook(path, rows))
    name, look = workbook_of_cell()
    assert name == "计划.xlsm" and look() == (None if cloud else tmp_path, About(store="N"))


# --- xlwings between them and Excel -------------------------------------------------------

LEFT_OUT = {"missing": True}
NA = -2146826246  # a cell that shows #N/A, as COM hands it over
CALLS: list[tuple[str, list[Any], Any]] = [
    ("OPS_METRIC", ["acos", "2026-W46", "US", LEFT_OUT], lambda: OPS_METRIC(
        "acos", "2026-W46", "US")),
    ("OPS_METRIC", ["ordered_sales", {"date": "2026-11-15T00:00"}, "DE", ""], lambda: OPS_METRIC(
        "ordered_sales", "2026-11-15", "DE")),
    ("OPS_METRIC", ["ordered_sales", 46341.0, "DE", ""], lambda: OPS_METRIC(
        "ordered_sales", "2026-11-15", "DE")),
    ("OPS_METRIC", ["units_ordered", "2026-W46", "US", None], lambda: OPS_METRIC(
        "units_ordered", "2026-W46", "US")),
    ("OPS_METRIC", ["acos", None, "US", LEFT_OUT], lambda: ""),
    ("OPS_METRIC", [NA, "2026-W46", "US", LEFT_OUT], lambda: "#N/A"),
    ("OPS_METRIC", [[["acos", "roas"]], "2026-W46", "US", LEFT_OUT],
     lambda: "#one cell, not several"),
    ("OPS_TARGET", ["acos", "2026-W46", LEFT_OUT, LEFT_OUT], lambda: 0.3333),
    ("OPS_STATUS", ["acos", "2026-W46", "US", LEFT_OUT], lambda: OPS_STATUS(
        "acos", "2026-W46", "US")),
    ("OPS_TOP", ["ordered_sales", "sku", "2026-W46", 3.0, "US", LEFT_OUT], lambda: OPS_TOP(
        "ordered_sales", "sku", "2026-W46", 3, "US")),
    ("OPS_TOP", ["ordered_sales", "sku", "2026-W46", LEFT_OUT, "US", LEFT_OUT], lambda: OPS_TOP(
        "ordered_sales", "sku", "2026-W46", 10, "US")),
    ("OPS_TOP", ["acos", "campaign", "2020-W01", 3.0, "US", LEFT_OUT], lambda: ""),
]


@pytest.fixture(scope="module")
def windows(example: Any) -> Iterator[dict[str, Any]]:
    """What `windows_udfs.py` answers to `CALLS`."""
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("windows_udfs.py"))], capture_output=True,
        encoding="utf-8", input=json.dumps([call[:2] for call in CALLS]), timeout=120,
        env={**os.environ, "OPSHEET_STORE": str(example.context.settings.store_path),
             "OPSHEET_LANG": "en", "PYTHONPATH": str(SOURCE.parents[2])})
    assert done.returncode == 0, done.stderr
    yield json.loads(done.stdout)


@needs_xlwings
def test_the_wrappers_in_the_workbook_are_what_xlwings_generates(windows: dict[str, Any]) -> None:
    """For these very functions; the notice says where they are from."""
    text = SOURCE.read_text("ascii")
    assert text.partition("outside of Excel\n")[2].strip() == windows["vba"].strip()
    assert "Made by xlwings 0.37.8" in SOURCE.with_name("NOTICE.txt").read_text("utf-8")


@needs_xlwings
@pytest.mark.parametrize("number", range(len(CALLS)))
def test_values_go_through_xlwings_own_conversion(
    store: Any, windows: dict[str, Any], number: int
) -> None:
    """A rectangle of values that Excel takes: no None, no Decimal."""
    expected = CALLS[number][2]()
    assert windows["results"][number] == (
        expected if isinstance(expected, list) else [[expected]])


def test_they_serve_without_xlwings(store: Any) -> None:
    code = ("import sys; sys.modules['xlwings'] = None\n"
            "from macros.functions import OPS_METRIC\n"
            "print(OPS_METRIC('acos', '2026-W46', 'US'))")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8",
                          env={**os.environ, "PYTHONPATH": str(SOURCE.parents[2])})
    assert float(done.stdout) == OPS_METRIC("acos", "2026-W46", "US"), done.stderr


def test_texts_are_in_the_language_of_the_settings(
    store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPSHEET_LANG", "zh")
    assert OPS_METRIC("acoss", "2026-W46", "US") == "#没有指标“acoss”，是否指 acos / tacos？"
    assert OPS_METRIC("acos", "2026-W46") == "#有多个站点（DE、US）：请写明一个"
    assert functions.Unanswered(Label("a", "b")).label["zh"] == "b"


@pytest.mark.parametrize("page", ["excel.md", "excel.zh.md"])
def test_the_examples_of_the_page_are_answered(store: Any, page: str) -> None:
    """With A2 holding a day."""
    text = (SOURCE.parents[2] / "docs" / page).read_text("utf-8")
    found = re.findall(r"`=(OPS_\w+)\(([^)]*)\)`", text)
    assert {name for name, _ in found} == {"OPS_METRIC", "OPS_TARGET", "OPS_STATUS", "OPS_TOP"}
    for name, arguments in found:
        values = json.loads(f'[{arguments.replace("A2", "46341")}]')
        answer = getattr(functions, name)(*values)
        assert answer != "" and not str(answer).startswith("#"), (name, arguments)
