"""Documents that a network reads and cites: stored by hash, read page by page, shown as they are.

Knows networks and people; knows no scheme: what rests on a document is asked of the house.
"""
