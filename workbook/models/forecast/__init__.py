"""The sheets of the sales forecast; `forecasting/` holds the forecast itself."""
