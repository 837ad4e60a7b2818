"""A noun declared in a hundred lines: its list, sheet, form, files, history and API."""
