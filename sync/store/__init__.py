"""The store: every import with its coverage, rows, set-aside rows and its original file.

`database.py` opens it under a lock, `imports.py` appends and undoes, `query.py` asks it.
"""
