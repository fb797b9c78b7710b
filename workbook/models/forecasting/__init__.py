"""The parts of the forecast model; `workbook/models/forecast.py` is its door."""
