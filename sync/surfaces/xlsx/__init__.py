"""The xlsx file as a surface: `file.py` reads and replaces it, `place.py` knows where each cell
stands, `draw.py` draws tabs, `styles.py` holds the formats, `typed.py` reads what people typed."""

from sync.surfaces.xlsx.file import XlsxFile

__all__ = ["XlsxFile"]
