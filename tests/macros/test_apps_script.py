"""The Apps Script menu: it is JavaScript, and it ticks the box that the surface drew."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import macros
from sync.surfaces.google.button import NAME

SOURCE = (Path(macros.__file__).parent / "apps_script" / "refresh.gs").read_text("utf-8")
# A spreadsheet that writes down what is done to it.
FAKE = """
const said = [];
const menu = {addItem(text, name) { said.push(['item', text, name]); return menu; },
              addToUi() { said.push(['menu']); }};
const SpreadsheetApp = {
  getUi: () => ({createMenu: (title) => { said.push(['title', title]); return menu; }}),
  getActive: () => ({
    getSpreadsheetLocale: () => LOCALE,
    getRangeByName: (name) => THERE && name === NAME ? {check() { said.push(['ticked']); }} : null,
    toast: (text, title) => said.push(['toast', text, title]),
  }),
};
"""


def play(locale: str, *, there: bool) -> list[list[str]]:
    """What the menu does, run by node."""
    node = shutil.which("node")
    if not node:
        pytest.skip("node is not installed")
    known = f"const LOCALE = {json.dumps(locale)}, THERE = {json.dumps(there)}, NAME = '{NAME}';"
    script = f"{known}{FAKE}{SOURCE}onOpen(); opsheetRefresh();console.log(JSON.stringify(said));"
    done = subprocess.run([node, "-"], input=script, capture_output=True, text=True, timeout=30,
                          check=True)
    found: list[list[str]] = json.loads(done.stdout)
    return found


def test_it_is_javascript() -> None:
    esprima: Any = pytest.importorskip("esprima")
    names = {one.id.name for one in esprima.parseScript(SOURCE).body
             if one.type == "FunctionDeclaration"}
    assert {"onOpen", "opsheetRefresh"} <= names
    assert len(SOURCE.splitlines()) < 50


@pytest.mark.parametrize(("locale", "item"), [("en_US", "Refresh now"), ("zh_CN", "立即刷新")])
def test_the_menu_ticks_the_box(locale: str, item: str) -> None:
    said = play(locale, there=True)
    assert said[:4] == [["title", "Opsheet"], ["item", item, "opsheetRefresh"], ["menu"],
                        ["ticked"]]
    assert said[4][0] == "toast"


def test_without_a_box_it_says_so() -> None:
    said = play("en_US", there=False)
    assert ["ticked"] not in said and "first fill" in said[-1][1]
