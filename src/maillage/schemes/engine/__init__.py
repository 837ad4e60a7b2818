"""What can be done with an edition as plain data: check, compare, draw, write, read.

Knows `EditionDocument` and nothing of Django, of the database or of who is asking.
"""
