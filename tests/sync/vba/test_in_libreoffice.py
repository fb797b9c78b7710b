"""The workbook of buttons in LibreOffice: modules arrive, and each button sends its command."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from macros.vba import Button, macro_workbook
from macros.vba.source import modules
from tests.soffice.office import SYSTEM_PYTHON, Office, has_uno
from workbook.model import Label

pytestmark = [
    pytest.mark.soffice,
    pytest.mark.skipif(not has_uno(), reason="LibreOffice with Python (python3-uno) is not here"),
]
CLIENT = Path(__file__).with_name("macros_client.py")
BUTTONS = [Button("weekly_report", Label("Weekly report", "周报")),
           Button("kpi_scorecard", Label("KPIs & more", "KPI 记分卡"))]
CALL = "import macros.buttons; macros.buttons."


class MacroOffice(Office):
    """An office that also runs macros."""

    def pressed(self, path: Path) -> dict[str, Any]:
        """What `macros_client.py` answers."""
        done = subprocess.run([SYSTEM_PYTHON, str(CLIENT), self._pipe, str(path)],
                              capture_output=True, encoding="utf-8", timeout=120)
        assert done.returncode == 0, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MacroOffice]:
    with MacroOffice(tmp_path_factory.mktemp("office")) as running:
        assert isinstance(running, MacroOffice)
        yield running


@pytest.fixture(scope="module")
def answer(office: MacroOffice, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path = tmp_path_factory.mktemp("book") / "计划.xlsm"
    path.write_bytes(macro_workbook(BUTTONS, ["周报"], "zh"))
    # The office may want a second start on its fresh profile; this waits for it.
    assert "尚未刷新" in str(office.recalculated(path))
    return office.pressed(path)


def test_each_module_arrives_with_its_source(answer: dict[str, Any]) -> None:
    """Every line, in order; LibreOffice puts lines of its own before them."""
    expected = {module.name: module for module in modules(["weekly_report", "kpi_scorecard"], 3)}
    assert set(answer["modules"]) == set(expected)
    for name, source in answer["modules"].items():
        assert without_attributes(source).endswith(without_attributes(expected[name].code)), name


def without_attributes(source: str) -> str:
    """The lines that the editor would show; LibreOffice keeps the others as remarks."""
    return "\n".join(line.rstrip() for line in source.splitlines()
                     if not re.match(r"(Rem )?Attribute ", line)).strip()


def test_each_button_is_bound_to_its_sub(answer: dict[str, Any]) -> None:
    assert answer["bindings"]["KPI 记分卡"] == (
        "vnd.sun.star.script:VBAProject.OpsRefresh.OpsRefresh_kpi_scorecard"
        "?language=Basic&location=document")
    assert len(set(answer["bindings"].values())) == 6


def test_each_button_sends_its_command(answer: dict[str, Any]) -> None:
    """The compiled Subs run, and what they send is what Python will be given."""
    assert answer["commands"] == {
        "导入报表": f"{CALL}import_reports()",
        "全部刷新": f"{CALL}refresh_all()",
        "周报": f"{CALL}refresh('weekly_report')",
        "KPI 记分卡": f"{CALL}refresh('kpi_scorecard')",
        "撤销上次刷新": f"{CALL}undo_refresh()",
        "打开日志": f"{CALL}open_log()",
    }
