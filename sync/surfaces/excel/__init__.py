"""A workbook that is open in Excel, filled through xlwings: `book.py` reads, fills and undoes it,
`found.py` knows where things stand, `rows.py` and `write.py` change it step by step, `draw.py`
draws tabs that are missing."""

from sync.surfaces.excel.book import ExcelBook, open_book, source_of

__all__ = ["ExcelBook", "open_book", "source_of"]
