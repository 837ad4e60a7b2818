"""What may be read of the ledger, and in which shape."""

from maillage.ledger.queries.books import (
    books_visible_to,
    chambers_of,
    current_files,
    finance_function,
    imports_visible_to,
    matrix,
    networks_kept_visible_to,
)

__all__ = [
    "books_visible_to",
    "chambers_of",
    "current_files",
    "finance_function",
    "imports_visible_to",
    "matrix",
    "networks_kept_visible_to",
]
