"""The parts of the forecast model; `model.py` is its door."""
