"""Formulas between Excel's spelling and that of LibreOffice's interface. Text only.

    to_office("=SUM('My ads'!A1:B2,1)") -> "=SUM($'My ads'.A1:B2;1)"; to_excel turns it back.

References to other workbooks are refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable

# A text, a quoted sheet name, brackets of a table, braces: each is one piece.
PIECE = re.compile(r'"(?:[^"]|"")*"|\'(?:[^\']|\'\')*\'|\[(?:[^\[\]]|\[[^\]]*\])*\]|.', re.DOTALL)
SHEET = r"(?P<sheet>'(?:[^']|'')+'|[^\W\d][\w.]*)"
CELLS = r"(?P<cells>\$?[A-Za-z]{1,3}\$?\d+(?::\$?[A-Za-z]{1,3}\$?\d+)?|" \
        r"\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}|\$?\d+:\$?\d+|#REF!|(?P<name>[^\W\d]\w*))"
EXCEL_REFERENCE = re.compile(rf"(?<![\w.'\]]){SHEET}!{CELLS}")
OFFICE_REFERENCE = re.compile(
    r"(?<![\w.'\]])\$?(?P<sheet>'(?:[^']|'')+'|[^\W\d]\w*)\.(?P<cells>\$?[A-Z]{1,3}\$?\d+"
    r"(?::\$?(?:(?P=sheet)\.)?\$?[A-Z]{1,3}\$?\d+)?|\$?[A-Z]{1,3}:\$?[A-Z]{1,3}|#REF!)"
)
PLAIN = re.compile(r"[^\W\d]\w*")


def to_office(formula: str) -> str:
    """Excel's formula, with or without "=", as `setFormula` and names take it."""
    if re.search(r"\[[^\]]+\][^!,;()\"]*!", formula):
        raise NotImplementedError(f"a reference to another workbook: {formula}")
    return _outside_texts(_separators(formula, {",": ";"}, {",": ";", ";": "|"}), _to_office)


def to_excel(formula: str) -> str:
    """What `getFormula` gives, as Excel shows it."""
    return _outside_texts(_separators(formula, {";": ","}, {";": ",", "|": ";"}), _to_excel)


def balanced(formula: str) -> bool:
    """Is every parenthesis closed? LibreOffice closes them by itself, Excel refuses."""
    pieces = PIECE.findall(formula)
    return pieces.count("(") == pieces.count(")")


def quoted(sheet: str) -> str:
    """A sheet's name as it stands before an address."""
    return sheet if PLAIN.fullmatch(sheet) else "'" + sheet.replace("'", "''") + "'"


def _to_office(text: str) -> str:
    return EXCEL_REFERENCE.sub(
        lambda m: m["name"] if m["name"] else f"${m['sheet']}.{m['cells']}", text)


def _to_excel(text: str) -> str:
    def reference(match: re.Match[str]) -> str:
        cells = match["cells"].replace(match["sheet"] + ".", "").replace(":$$", ":$")
        return f"{match['sheet']}!{cells}"

    return OFFICE_REFERENCE.sub(reference, text)


def _separators(formula: str, outside: dict[str, str], inside: dict[str, str]) -> str:
    """Exchanges the separators: one set of them outside of braces, another within."""
    braces, made = 0, []
    for piece in PIECE.findall(formula):
        braces += {"{": 1, "}": -1}.get(piece, 0)
        made.append((inside if braces else outside).get(piece, piece))
    return "".join(made)


def _outside_texts(formula: str, change: Callable[[str], str]) -> str:
    parts = re.split(r'("(?:[^"]|"")*")', formula)
    return "".join(part if part.startswith('"') else change(part) for part in parts)
