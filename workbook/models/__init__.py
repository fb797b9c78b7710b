"""Planning models: pure functions from rows to columns, one file each."""
