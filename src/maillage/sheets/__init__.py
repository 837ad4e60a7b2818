"""Spreadsheets, CSV and YAML, in and out: what is written, what is read, what is wrong and where.

Knows files, cells, columns and how French people write values in them. Refuses to know what a
row says of whom, who is asking, and Django.
"""
