Attribute VB_Name = "OpsRefresh"
Option Explicit

' One Sub for each template with a button, made from the pattern in macros/vba/OpsRefresh.bas when
' the workbook is made.

Public Sub OpsRefresh_TEMPLATE()
    RunPython "import macros.buttons; macros.buttons.refresh('TEMPLATE')"
End Sub
