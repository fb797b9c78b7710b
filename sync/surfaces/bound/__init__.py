"""People's own workbooks as a surface: names, tables and placeholders that they bound are filled.

`find.py` finds what is bound, `obstacles.py` what stands in the way, `columns.py` and `people.py`
know whose cells are whose, `tables.py` fills a table, `newtable.py` makes one from a placeholder,
`record.py` remembers what left a list, `file.py` opens and replaces the file.
"""

from sync.surfaces.bound.file import BoundFile, Filling, made_by_opsheet
from sync.surfaces.bound.find import Bound
from sync.surfaces.bound.obstacles import Obstacle
from sync.surfaces.bound.tables import TableFill

__all__ = ["Bound", "BoundFile", "Filling", "Obstacle", "TableFill", "made_by_opsheet"]
