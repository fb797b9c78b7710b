"""`opsheet workbook`, and `opsheet fill` into its workbooks: parts fit together, macros stay."""

from __future__ import annotations

import io
import json
import posixpath
import zipfile
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped,unused-ignore]
import pytest
from lxml import etree  # type: ignore[import-untyped,unused-ignore]

from macros.vba import Button, macro_workbook
from sync.ooxml.features import ORDER as SHEET_ORDER
from sync.ooxml.names import ORDER as BOOK_ORDER
from sync.vba import read_project
from templates import all_templates
from tests.conftest import Run
from tests.contract.person import load
from tests.sync.vba.oracle import sources
from workbook.model import Label

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
SOURCE = Path(__file__).resolve().parents[2] / "macros" / "vba"
TWO = "weekly_report,daily_check"


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def problems(path: Path) -> list[str]:
    """What Excel would want to repair: types, relationships, order, names, code names."""
    found, files = list[str](), parts(path)
    types = etree.fromstring(files["[Content_Types].xml"])
    defaults = {e.get("Extension").lower() for e in types if e.get("Extension")}
    overrides = {e.get("PartName").lstrip("/"): e.get("ContentType") for e in types
                 if e.get("PartName")}
    found += [f"no type: {n}" for n in files if n != "[Content_Types].xml"
              and n not in overrides and n.rsplit(".", 1)[-1].lower() not in defaults]
    found += [f"type of nothing: {n}" for n in overrides if n not in files]
    if overrides["xl/workbook.xml"] != "application/vnd.ms-excel.sheet.macroEnabled.main+xml":
        found.append("the workbook is not said to hold macros")
    reached = set()
    for name in [name for name in files if name.endswith(".rels")]:
        folder = posixpath.dirname(posixpath.dirname(name))
        ids = [one.get("Id") for one in etree.fromstring(files[name])]
        found += [f"ids twice: {name}"] if len(set(ids)) < len(ids) else []
        for one in etree.fromstring(files[name]):
            if one.get("TargetMode") != "External":
                reached.add(posixpath.normpath(
                    posixpath.join("/", folder, one.get("Target")))[1:])
    found += [f"leads nowhere: {name}" for name in reached if name not in files]
    found += [f"not reached: {name}" for name in files
              if not name.endswith(".rels") and name not in reached | {"[Content_Types].xml"}]
    modules = set(read_project(files["xl/vbaProject.bin"]))
    codes, tables = list[str](), list[tuple[str, str]]()
    for name, data in files.items():
        if name.startswith("xl/worksheets/sheet"):
            root = etree.fromstring(data)
            found += out_of_order(name, root, SHEET_ORDER)
            codes += [e.get("codeName") for e in root.findall(f"{MAIN}sheetPr")
                      if e.get("codeName")]
        elif name.startswith("xl/tables/"):
            root = etree.fromstring(data)
            tables.append((root.get("id"), root.get("name")))
    found += [f"no module: {code}" for code in codes if code not in modules]
    found += ["code names twice"] if len(set(codes)) < len(codes) else []
    for column in zip(*tables, strict=True):
        found += ["tables twice"] if len(set(column)) < len(column) else []
    book = etree.fromstring(files["xl/workbook.xml"])
    found += out_of_order("workbook", book, BOOK_ORDER)
    selected = sum(b'tabSelected="1"' in data for name, data in files.items()
                   if name.startswith("xl/worksheets/sheet"))
    found += [f"{selected} sheets are selected"] if selected > 1 else []
    titles = [e.get("name") for e in book.find(f"{MAIN}sheets")]
    found += [f"title: {t}" for t in titles if len(t) > 31 or titles.count(t) > 1]
    names = [(e.get("name").lower(), e.get("localSheetId")) for e in book.iter(
        f"{MAIN}definedName")]
    found += ["names twice"] if len(set(names)) < len(names) else []
    return found


def out_of_order(name: str, root: Any, order: Any) -> list[str]:
    known = list(order)
    places = [known.index(tag) for child in root
              if (tag := etree.QName(child).localname) in known]
    return [] if places == sorted(places) else [f"order: {name}"]


def our_source(path: Path) -> None:
    """oletools reads back exactly the files of macros/vba."""
    found = sources(parts(path)["xl/vbaProject.bin"])
    for name in ("OpsButtons.bas", "xlwings_udfs.bas", "xlwings.bas"):
        assert found[name].replace("\r\n", "\n") == (SOURCE / name).read_text("ascii")


@pytest.fixture
def planner(on_example: Run, tmp_path: Path) -> Path:
    """A workbook of two templates in Chinese, both of which have a tab named 广告."""
    path = tmp_path / "计划.xlsm"
    done = on_example("workbook", "new", path, "--templates", TWO, "--lang", "zh")
    assert done.exit_code == 0, done.output
    return path


def test_new_draws_and_fills_the_sheets(planner: Path) -> None:
    assert problems(planner) == []
    our_source(planner)
    book = load(planner)
    assert book.sheetnames[0] == "首页" and book.active.title == "首页"
    assert not book.views[0].firstSheet
    assert {"广告 - 周报", "广告 - 日检", "规则"} <= set(book.sheetnames)
    assert "已于" in book["首页"]["B2"].value and "2 个模板" in book["首页"]["B2"].value
    assert book["广告 - 周报"].max_row > 10 and book["账户"].max_row > 5
    assert {s.title for s in book if s.sheet_state == "veryHidden"} == {"_opsheet", "xlwings.conf"}
    conf = dict(book["xlwings.conf"].iter_rows(values_only=True))
    assert conf["OPSHEET BUTTONS"] == TWO and conf["OPSHEET LANG"] == "zh"
    drawing = parts(planner)["xl/drawings/vmlDrawing1.vml"].decode()
    assert "OpsRefresh_weekly_report" in drawing and "OpsRefresh_daily_check" in drawing


def test_a_fill_in_place_keeps_macros_and_buttons_byte_for_byte(
    on_example: Run, planner: Path
) -> None:
    before = parts(planner)
    for template in TWO.split(","):
        done = on_example("fill", template, "--to", planner)
        assert done.exit_code == 0, done.output
    assert problems(planner) == []
    our_source(planner)
    after = parts(planner)
    kept = [name for name in before if "vbaProject" in name or "vmlDrawing" in name
            or name == "xl/worksheets/_rels/sheet1.xml.rels"]
    assert len(kept) == 3
    assert [name for name in kept if before[name] != after[name]] == []
    assert "日检" in load(planner)["首页"]["B2"].value
    assert set(before) == set(after)


def test_an_empty_store_gives_the_home_sheet(opsheet: Run, tmp_path: Path) -> None:
    done = opsheet("workbook", "new", "planner.xlsm")
    assert done.exit_code == 0 and "first press of a button draws" in done.output
    path = tmp_path / "planner.xlsm"
    assert problems(path) == []
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Home", "_opsheet", "xlwings.conf"]
    conf = dict(book["xlwings.conf"].iter_rows(values_only=True))
    assert conf["OPSHEET BUTTONS"] == ",".join(t.name for t in all_templates())


def test_sheets_are_drawn_into_it_when_it_is_closed(on_example: Run, tmp_path: Path) -> None:
    """The home sheet alone was made before anything was imported."""
    from macros.planner import About
    from macros.vba.sheets import write_meta

    path = tmp_path / "planner.xlsm"
    said = About("en", "Northwind Home", "US", "", ("weekly_report",))
    path.write_bytes(macro_workbook(
        [Button("weekly_report", Label("Weekly report", "周报"))], settings=said.settings(),
        draw=lambda book: write_meta(book, {"opsheet": "1", "lang": "en"}, {})))
    done = on_example("fill", "weekly_report", "--to", path)
    assert done.exit_code == 0, done.output
    assert problems(path) == []
    sheets = load(path).sheetnames
    assert "Week US" in sheets and "Week DE" not in sheets  # it was made for one marketplace
    assert "Weekly report" in load(path)["Home"]["B2"].value


def test_as_json(on_example: Run) -> None:
    done = on_example("workbook", "new", "j.xlsm", "--templates", "kpi_scorecard", "--json")
    try:
        said = json.loads(done.stdout)
        assert said["buttons"] == said["filled"] == ["kpi_scorecard"] and said["cells"] > 100
        assert said["failed"] == {}
    finally:
        Path("j.xlsm").unlink()


# --- buttons for a workbook that is there ---------------------------------------------------


def test_add_buttons_loses_nothing(on_example: Run, tmp_path: Path) -> None:
    """All parts but the list of sheets stay byte for byte; formulas keep their values."""
    source, target = tmp_path / "w.xlsx", tmp_path / "w.xlsm"
    assert on_example("fill", "weekly_report", "--to", source).exit_code == 0
    done = on_example("workbook", "add-buttons", source)
    assert done.exit_code == 0 and "weekly_report" in done.output
    assert problems(target) == []
    our_source(target)
    before, after = parts(source), parts(target)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels",
                       "xl/styles.xml"}
    book = load(target)
    assert book.sheetnames[0] == "Home" and book.sheetnames[1] == "Week US"
    assert book["xlwings.conf"].sheet_state == "veryHidden"
    assert load(target, values=True)["Ads"]["H6"].value == load(
        source, values=True)["Ads"]["H6"].value
    assert on_example("fill", "weekly_report", "--to", target).exit_code == 0
    assert problems(target) == []


def test_who_gets_no_buttons(on_example: Run, tmp_path: Path) -> None:
    own = tmp_path / "own.xlsm"
    own.write_bytes(macro_workbook([]))
    foreign = tmp_path / "foreign.xlsx"
    openpyxl.Workbook().save(foreign)
    made = tmp_path / "made.xlsm"
    assert on_example("workbook", "new", made, "--templates", "kpi_scorecard").exit_code == 0
    for path, what, do in [
        (own, "macros of its own", "opsheet workbook new"),
        (foreign, "not made by Opsheet", "opsheet fill TEMPLATE"),
        (made, "has its buttons already", "opsheet workbook new"),
        (tmp_path / "none.xlsx", "no such workbook", "Check the path"),
    ]:
        before = path.read_bytes() if path.exists() else b""
        done = on_example("workbook", "add-buttons", path, "--to", tmp_path / "new.xlsm")
        assert done.exit_code == 1 and what in done.output and do in done.output, done.output
        assert not (tmp_path / "new.xlsm").exists()
        assert not path.exists() or path.read_bytes() == before


# --- what is refused ------------------------------------------------------------------------


def test_a_file_that_is_there_is_never_overwritten(opsheet: Run, tmp_path: Path) -> None:
    path = tmp_path / "mine.xlsm"
    path.write_bytes(b"mine")
    done = opsheet("workbook", "new", path)
    assert done.exit_code == 1 and "Choose another name" in done.output
    assert path.read_bytes() == b"mine"


@pytest.mark.parametrize(("words", "said", "status"), [
    (("workbook", "new", "a.xlsx"), "ends with .xlsm", 2),
    (("workbook", "new", "a.xlsm", "--templates", "weekly"), "Did you mean weekly_report", 2),
    (("fill", "weekly_report", "--to", "none.xlsm"), "opsheet workbook new none.xlsm", 1),
])
def test_wrong_words(
    opsheet: Run, tmp_path: Path, words: tuple[str, ...], said: str, status: int
) -> None:
    done = opsheet(*words)
    assert done.exit_code == status and said in done.output
    assert not list(tmp_path.glob("*.xls*"))


def test_a_template_that_fails_keeps_its_button(
    on_example: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from macros.vba import make
    from workbook.errors import StoreError

    plan_for = make.plan_for

    def fails(context: Any, request: Any, state: Any) -> Any:
        if request.template == "daily_check":
            raise StoreError("Nothing of that day.", "daily", "Import it.")
        return plan_for(context, request, state)

    monkeypatch.setattr(make, "plan_for", fails)
    path = tmp_path / "p.xlsm"
    done = on_example("workbook", "new", path, "--templates", TWO)
    assert done.exit_code == 1 and "daily_check: Nothing of that day." in done.output
    assert problems(path) == [] and "Ads - Weekly report" in load(path).sheetnames


def test_the_check_of_parts_can_fail(planner: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.xlsm"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in parts(planner).items():
            if name != "xl/drawings/vmlDrawing1.vml":
                data = data.replace(b'codeName="Sheet2"', b'codeName="Other"')
                archive.writestr(name, data)
    broken.write_bytes(buffer.getvalue())
    assert {"leads nowhere: xl/drawings/vmlDrawing1.vml", "no module: Other"} <= set(
        problems(broken))
