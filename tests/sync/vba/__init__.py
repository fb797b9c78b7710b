"""Tests of the VBA project and of the workbook of buttons around it."""
