"""Backups of an installation: what it keeps, as one file that can be checked and put back."""
