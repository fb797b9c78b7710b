"""From bytes to parsed rows: find the files, recognise the one kind, read its columns.

`files.py` finds files and opens archives, `text.py` and `sheets.py` look into them,
`recognise.py` decides the kind, `stage.py` loads the cells, `parse.py` types the columns,
`scope.py` settles store, marketplace and period.
"""
