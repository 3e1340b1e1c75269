"""Rows of a spreadsheet become items: read, mapped, planned, written once."""
