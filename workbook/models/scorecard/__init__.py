"""The KPI scorecard and the OKRs beside it."""
