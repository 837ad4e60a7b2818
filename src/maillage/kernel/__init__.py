"""The ground floor: what a permitted, journaled write is.

Knows no chamber, no scheme, no person.
"""
