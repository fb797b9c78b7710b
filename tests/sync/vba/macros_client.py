"""Under the Python that has `uno`: opens a macro workbook in a listening soffice, runs its buttons.

    /usr/bin/python3 macros_client.py PIPE PATH > answer.json

The answer: {"modules": {name: source}, "bindings": {caption: address of the script},
"commands": {caption: what the Sub behind the button gave to RunPython}}. xlwings' own module, which
calls Excel and the system, is replaced by one that writes the command down.
"""

import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "soffice"))
from client import desktop, prop  # type: ignore[import-not-found, unused-ignore]

import uno  # type: ignore[import-not-found, unused-ignore]  # isort: skip

ALWAYS_RUN = 4  # com.sun.star.document.MacroExecMode.ALWAYS_EXECUTE_NO_WARN
RECORDER = """Option VBASupport 1
Public Function RunPython(PythonCommand As String)
    ThisWorkbook.Worksheets(1).Range("Z1").Value = PythonCommand
End Function
"""


def main() -> None:
    pipe, path = sys.argv[1:]
    document = desktop(pipe).loadComponentFromURL(
        uno.systemPathToFileUrl(path), "_blank", 0,
        (prop("Hidden", True), prop("MacroExecutionMode", ALWAYS_RUN)),
    )
    if document is None:
        raise SystemExit("soffice cannot open it")
    try:
        library = document.BasicLibraries.getByName("VBAProject")
        modules = {name: library.getByName(name) for name in library.ElementNames}
        library.replaceByName("xlwings", RECORDER)
        library.removeByName("Dictionary")  # only macOS needs it, and Basic cannot compile it
        sheet = document.Sheets.getByIndex(0)
        form = sheet.DrawPage.Forms.getByIndex(0)
        bindings, commands = {}, {}
        for number in range(form.Count):
            caption = form.getByIndex(number).Label
            event = form.getScriptEvents(number)[0]
            bindings[caption] = event.ScriptCode
            record: Any = sheet.getCellRangeByName("Z1")
            record.setString("")
            document.getScriptProvider().getScript(event.ScriptCode).invoke((), (), ())
            commands[caption] = record.getString()
        json.dump({"modules": modules, "bindings": bindings, "commands": commands}, sys.stdout)
    finally:
        document.close(True)


if __name__ == "__main__":
    main()
