Attribute VB_Name = "OpsButtons"
Option Explicit

' What the buttons of the home sheet call. No logic lives here: each Sub hands over to Python
' (macros/buttons.py) through RunPython of the module xlwings.
'
' A button is bound to a Sub of its own, so renaming or copying a button does not mislead it.
' No command may hold a double quote or a vertical bar: RunPython passes it through a shell on
' Windows and through a list parted by bars on macOS.

Public Sub OpsImport()
    RunPython "import macros.buttons; macros.buttons.import_reports()"
End Sub

Public Sub OpsRefreshAll()
    RunPython "import macros.buttons; macros.buttons.refresh_all()"
End Sub

Public Sub OpsUndo()
    RunPython "import macros.buttons; macros.buttons.undo_refresh()"
End Sub

Public Sub OpsOpenLog()
    RunPython "import macros.buttons; macros.buttons.open_log()"
End Sub
