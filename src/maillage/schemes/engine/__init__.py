"""What can be done with an edition once it is plain data: check, compare, draw, write and read files.

Knows `EditionDocument` and nothing of Django, of the database or of who is asking.
"""
