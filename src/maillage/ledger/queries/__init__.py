"""What may be read of the ledger, and in which shape."""

from maillage.ledger.queries.books import (
    books_visible_to,
    current_files,
    imports_visible_to,
    matrix,
)
from maillage.ledger.queries.chart import common_chart
from maillage.ledger.queries.consolidated import year_of
from maillage.ledger.queries.realised import Realised, realised

__all__ = [
    "Realised",
    "books_visible_to",
    "common_chart",
    "current_files",
    "imports_visible_to",
    "matrix",
    "realised",
    "year_of",
]
