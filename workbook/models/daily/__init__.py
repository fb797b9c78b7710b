"""The daily check: account values, stock, ads, budgets, keywords, missing reports, exceptions."""
