"""A Google spreadsheet as a surface: `sheet.py` reads and fills it, in one read and one write.

`found.py` knows what stands there, `canvas.py` and `formats.py` what a plan looks like as Google's
own terms, `compose.py` what has to change, `api.py`, `quota.py` and `credentials.py` how to ask.
gspread and google-auth (the extra `google`) are imported only where they are used.
"""

from sync.surfaces.google.sheet import GoogleSheet

__all__ = ["GoogleSheet"]
