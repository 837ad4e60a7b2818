"""An error and those it comes of."""

from __future__ import annotations

from collections.abc import Iterator


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error itself, then what it was raised from, or raised while handling, to the first."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
