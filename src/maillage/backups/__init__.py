"""Backups of an installation: what it keeps, as one file that can be checked and put back."""


class Unusable(Exception):
    """A backup that cannot be made, read or put back, or does not hold; says why, in French."""
