"""What a sheet says: terms, formulas, rules and plans. Pure: reads and writes nothing."""
