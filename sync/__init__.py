"""Everything that reads or writes the world: report files, the store, workbooks."""
