"""The workbook of buttons: its parts fit together, and each button has a Sub that exists."""

from __future__ import annotations

import importlib.util
import io
import posixpath
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl  # type: ignore[import-untyped,unused-ignore]
import pytest
from lxml import etree  # type: ignore[import-untyped,unused-ignore]

from macros.vba import Button, macro_workbook, xlwings_settings
from sync.vba import read_project
from tests.sync.vba.oracle import sources
from workbook.errors import UsageError
from workbook.model import Label

BUTTONS = [Button("weekly_report", Label("Weekly report", "周报")),
           Button("kpi_scorecard", Label("KPIs <team> & more", "KPI 记分卡"))]
SOURCE = Path(__file__).resolve().parents[3] / "macros" / "vba"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
EXCEL = "urn:schemas-microsoft-com:office:excel"
# The order of children that ECMA-376 demands, as far as these sheets have them.
SHEET_ORDER = ["sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData",
               "mergeCells", "pageMargins", "pageSetup", "legacyDrawing"]
BOOK_ORDER = ["fileVersion", "workbookPr", "bookViews", "sheets", "definedNames", "calcPr"]
needs_xlwings = pytest.mark.skipif(
    importlib.util.find_spec("xlwings") is None, reason="xlwings is not installed")


@pytest.fixture(scope="module", params=["en", "zh"])
def parts(request: pytest.FixtureRequest) -> dict[str, bytes]:
    """Part name -> bytes, in each language."""
    data = macro_workbook(BUTTONS, ["Week & more"], request.param)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(names) == len({name.lower() for name in names})
        return {name: archive.read(name) for name in names}


def children(part: bytes) -> list[str]:
    return [etree.QName(child).localname for child in etree.fromstring(part)]


def test_every_part_has_one_content_type(parts: dict[str, bytes]) -> None:
    """And the two that make it a macro workbook are Excel's own."""
    types = etree.fromstring(parts["[Content_Types].xml"])
    defaults = {one.get("Extension"): one.get("ContentType") for one in types if "Extension" in
                one.attrib}
    overrides = {one.get("PartName"): one.get("ContentType") for one in types if "PartName" in
                 one.attrib}
    for name in parts:
        if name != "[Content_Types].xml":
            assert f"/{name}" in overrides or name.rsplit(".", 1)[-1] in defaults
    assert {name.lstrip("/") for name in overrides} <= set(parts)
    assert overrides["/xl/workbook.xml"] == "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    assert defaults["bin"] == "application/vnd.ms-office.vbaProject"


def test_every_relationship_leads_to_a_part(parts: dict[str, bytes]) -> None:
    targets = set()
    for name in [name for name in parts if name.endswith(".rels")]:
        folder = posixpath.dirname(posixpath.dirname(name))
        found = etree.fromstring(parts[name])
        assert len({one.get("Id") for one in found}) == len(found)
        for one in found:
            place = posixpath.normpath(posixpath.join("/", folder, one.get("Target")))[1:]
            targets.add(place)
            if place == "xl/vbaProject.bin":
                assert name == "xl/_rels/workbook.xml.rels"
                assert one.get("Type") == (
                    "http://schemas.microsoft.com/office/2006/relationships/vbaProject")
    # Every part is reached, and nothing else.
    assert targets == {name for name in parts if not name.endswith(".rels")} - {
        "[Content_Types].xml"}


def test_elements_are_in_order(parts: dict[str, bytes]) -> None:
    for name in [name for name in parts if name.startswith("xl/worksheets/sheet")]:
        places = [SHEET_ORDER.index(child) for child in children(parts[name])]
        assert places == sorted(set(places))
    places = [BOOK_ORDER.index(child) for child in children(parts["xl/workbook.xml"])]
    assert places == sorted(set(places))


def test_code_names_are_the_document_modules(parts: dict[str, bytes]) -> None:
    """One module for the workbook and one for each sheet, hidden ones too."""
    book = etree.fromstring(parts["xl/workbook.xml"])
    names = {book.find(f"{MAIN}workbookPr").get("codeName")}
    for name in [name for name in parts if name.startswith("xl/worksheets/sheet")]:
        names.add(etree.fromstring(parts[name]).find(f"{MAIN}sheetPr").get("codeName"))
    assert names == {"ThisWorkbook", "Sheet1", "Sheet2", "Sheet3"}
    found = read_project(parts["xl/vbaProject.bin"])
    assert {name for name, text in found.items() if "-C000-" in text} == names


def test_each_button_has_its_own_sub(parts: dict[str, bytes]) -> None:
    """The Sub is public, stands in our modules once, and sends one command that Python can read."""
    drawing = etree.fromstring(parts["xl/drawings/vmlDrawing1.vml"])
    bound = [one.text.removeprefix("[0]!") for one in drawing.iter(f"{{{EXCEL}}}FmlaMacro")]
    assert bound == ["OpsImport", "OpsRefreshAll", "OpsRefresh_weekly_report",
                     "OpsRefresh_kpi_scorecard", "OpsUndo", "OpsOpenLog"]
    found = read_project(parts["xl/vbaProject.bin"])
    text = found["OpsButtons"] + found["OpsRefresh"]
    pattern = r'Public Sub (\w+)\(\)\r\n    RunPython "([^"|]+)"\r\nEnd Sub\r\n'
    subs = dict(re.findall(pattern, text))
    assert sorted(subs) == sorted(bound)
    for command in subs.values():
        compile(command, "button", "exec")
    assert subs["OpsRefresh_kpi_scorecard"] == (
        "import macros.buttons; macros.buttons.refresh('kpi_scorecard')")


def test_captions_are_in_the_language_of_the_sheet() -> None:
    """Chinese, angle brackets and ampersands arrive."""
    for lang, expected in [("en", "KPIs <team> & more"), ("zh", "撤销上次刷新")]:
        with zipfile.ZipFile(io.BytesIO(macro_workbook(BUTTONS, lang=lang))) as archive:
            drawing = etree.fromstring(archive.read("xl/drawings/vmlDrawing1.vml"))
        assert expected in [font.text for font in drawing.iter("font")]


def test_oletools_reads_exactly_our_source(parts: dict[str, bytes]) -> None:
    """Each file of macros/vba stands in the project, whole."""
    found = sources(parts["xl/vbaProject.bin"])
    for name in ("OpsButtons.bas", "xlwings_udfs.bas", "xlwings.bas"):
        assert found[name].replace("\r\n", "\n") == (SOURCE / name).read_text("ascii")
    text = (SOURCE / "Dictionary.cls").read_text("ascii")
    assert found["Dictionary.cls"].replace("\r\n", "\n").endswith(text[text.index("''\n") :])
    assert "Copyright (C) 2014-present, Zoomer Analytics LLC." in found["xlwings.bas"]
    assert set(found) == {
        "ThisWorkbook.cls", "Sheet1.cls", "Sheet2.cls", "Sheet3.cls", "OpsRefresh.bas",
        "OpsButtons.bas", "xlwings_udfs.bas", "xlwings.bas", "Dictionary.cls"}


def test_nothing_runs_when_it_is_opened(parts: dict[str, bytes]) -> None:
    for name, text in sources(parts["xl/vbaProject.bin"]).items():
        assert not re.search(r"(Sub|Function) (Workbook_|Worksheet_|Auto_)", text, re.I), name


def test_settings_reach_xlwings_on_a_sheet_that_stays_hidden() -> None:
    """Names in A and values in B from the first row on, without a gap."""
    python = r"C:\Users\李雷\opsheet\Scripts\python.exe"
    data = macro_workbook(BUTTONS, settings=xlwings_settings(python, "win32", "=D:\\x"))
    sheet = openpyxl.load_workbook(io.BytesIO(data))["xlwings.conf"]
    assert sheet.sheet_state == "veryHidden"
    assert dict(sheet.iter_rows(values_only=True)) == {
        "INTERPRETER_WIN": python, "PYTHONPATH": "=D:\\x",
        "ADD_WORKBOOK_TO_PYTHONPATH": "False", "UDF MODULES": "macros.functions"}
    assert sheet["B2"].data_type == "s"
    assert xlwings_settings("/opt/py", "darwin")["INTERPRETER_MAC"] == "/opt/py"
    assert not [key for key in xlwings_settings("/opt/py", "linux") if "INTERPRETER" in key]


def test_the_status_cell_has_a_name() -> None:
    book = openpyxl.load_workbook(io.BytesIO(macro_workbook([], lang="zh")))
    assert book.defined_names["ops_status"].attr_text == "'首页'!$B$2"
    assert book["首页"]["B2"].value == "尚未刷新"


@pytest.mark.parametrize("name", ["Weekly", "a'b", "a|b", 'a"b', "周报", "", "1st", "a b"])
def test_a_template_that_no_sub_can_be_named_after(name: str) -> None:
    with pytest.raises(UsageError) as error:
        macro_workbook([Button(name, Label("x", "x"))])
    assert error.value.lines() == [
        f"No button can be made for the template '{name}'.",
        "Name it with small letters, digits and underscores, a letter first."]


def test_names_that_come_twice_or_are_no_sheets() -> None:
    with pytest.raises(UsageError, match="named twice"):
        macro_workbook([BUTTONS[0], BUTTONS[0]])
    for title in ("home", "a/b", "x" * 32):
        with pytest.raises(UsageError, match=f"No sheet can be named '{title}'"):
            macro_workbook(BUTTONS, [title])


# --- against the xlwings that is installed ------------------------------------------------


@needs_xlwings
def test_the_module_is_that_of_the_installed_xlwings() -> None:
    """RunPython on macOS and the cell functions' library carry the version in their names."""
    import xlwings  # type: ignore[import-not-found,import-untyped,unused-ignore]

    folder = Path(xlwings.__file__).parent
    for ours, theirs in [("xlwings.bas", "xlwings.bas"),
                         ("Dictionary.cls", "addin/Dictionary.cls")]:
        text = (folder / theirs).read_bytes().replace(b"\r\n", b"\n")
        assert (SOURCE / ours).read_bytes() == text


@needs_xlwings
def test_a_project_that_excel_made_is_read() -> None:
    """Modules with a performance cache before their source too."""
    import xlwings

    with zipfile.ZipFile(Path(xlwings.__file__).with_name("quickstart_standalone.xlsm")) as archive:
        binary = archive.read("xl/vbaProject.bin")
    expected = {name.rsplit(".")[0]: text for name, text in sources(binary).items()}
    assert read_project(binary) == expected
    assert "Sub SampleCall()" in expected["Module1"]


GENERATE = """
import io, sys, types
from unittest.mock import MagicMock
sys.modules |= {name: MagicMock() for name in
                ("pythoncom", "pywintypes", "win32com", "win32com.client")}
from xlwings import udfs
module = types.ModuleType("macros.functions")
def OPS_METRIC(metric, period, marketplace="", store=""): ...
def OPS_TARGET(metric, period, marketplace="", store=""): ...
def OPS_STATUS(metric, period, marketplace="", store=""): ...
def OPS_TOP(metric, by, period, rows=10, marketplace="", store=""): ...
for function in (OPS_METRIC, OPS_TARGET, OPS_STATUS, OPS_TOP):
    setattr(module, function.__name__, udfs.xlfunc(function))
out = io.StringIO()
udfs.generate_vba_wrapper("macros.functions", module, out, types.SimpleNamespace(Name="x.xlsm"))
sys.stdout.write(out.getvalue())
"""


@needs_xlwings
def test_the_wrappers_are_those_that_xlwings_generates() -> None:
    """What "Import Functions" would put into the workbook, which needs trust on each PC."""
    done = subprocess.run([sys.executable, "-c", GENERATE], capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    ours = (SOURCE / "xlwings_udfs.bas").read_text("ascii")
    assert ours.partition("outside of Excel\n")[2].strip() == done.stdout.strip()
