"""Under the Python that has `uno`: opens a workbook in a listening soffice, edits, recalculates.

    /usr/bin/python3 client.py PIPE < request.json > answer.json

The request: {"path", "edits": [[sheet, a1, value]], "pdf": path or ""}. The answer: {"sheets":
{title: {a1: {"formula", "value"}}}}: every cell that is not empty; the value is a number or a text,
null where a formula ends in an error.
"""

import json
import sys
import time
from typing import Any

sys.path.append("/usr/lib/python3/dist-packages")
import uno  # type: ignore[import-not-found, unused-ignore]
from com.sun.star.beans import PropertyValue  # type: ignore
from com.sun.star.connection import NoConnectException  # type: ignore


def desktop(pipe: str) -> Any:
    """The listening office; waits until it answers."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local
    )
    for _ in range(300):
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return context.ServiceManager.createInstanceWithContext(
                "com.sun.star.frame.Desktop", context
            )
        except NoConnectException:
            time.sleep(0.2)
    raise SystemExit("soffice does not answer")


def prop(name: str, value: Any) -> Any:
    found = PropertyValue()
    found.Name, found.Value = name, value
    return found


def column_name(number: int) -> str:
    name = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def main() -> None:
    request = json.load(sys.stdin)
    office = desktop(sys.argv[1])
    document = office.loadComponentFromURL(
        uno.systemPathToFileUrl(request["path"]), "_blank", 0, (prop("Hidden", True),)
    )
    if document is None:
        raise SystemExit("soffice cannot open it")
    try:
        for title, a1, value in request["edits"]:
            cell = document.Sheets.getByName(title).getCellRangeByName(a1)
            if value is None:
                cell.setString("")
            elif isinstance(value, str):
                cell.setString(value)
            else:
                cell.setValue(value)
        document.calculateAll()
        answer: dict[str, dict[str, Any]] = {}
        for sheet in document.Sheets:
            cursor = sheet.createCursor()
            cursor.gotoEndOfUsedArea(False)
            last = cursor.RangeAddress
            area = sheet.getCellRangeByPosition(0, 0, last.EndColumn, last.EndRow)
            found = answer.setdefault(sheet.Name, {})
            rows = zip(area.getFormulaArray(), area.getDataArray(), strict=True)
            for number, (formulas, values) in enumerate(rows, start=1):
                for column, (text, value) in enumerate(zip(formulas, values, strict=True)):
                    if text != "":
                        formula = text if text.startswith("=") and text != value else ""
                        found[f"{column_name(column)}{number}"] = {
                            "formula": formula, "value": value
                        }
        if request["pdf"]:
            document.storeToURL(
                uno.systemPathToFileUrl(request["pdf"]), (prop("FilterName", "calc_pdf_Export"),)
            )
        json.dump({"sheets": answer}, sys.stdout)
    finally:
        document.close(True)


if __name__ == "__main__":
    main()
