"""The parts of `macros.explain`: `parts.py` takes numbers apart, `rules.py` looks rules up,
`methods.py` says how models work, `cells.py` explains a cell by what its field is."""
