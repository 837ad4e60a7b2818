"""The cache that every process shares, where attempts to sign in are counted."""

from __future__ import annotations

from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections


class SharedCache(DatabaseCache):
    """As Django's, which takes a database that another writing holds, or a full disk, for one
    attempt too many: here whoever signs in is told what it is."""

    def _base_set(
        self, mode: str, key: str, value: object, timeout: Any = DEFAULT_TIMEOUT
    ) -> bool | None:
        met: list[OperationalError] = []
        connection: Any = connections[DEFAULT_DB_ALIAS]

        def noted(execute: Any, *asked: Any) -> Any:
            try:
                return execute(*asked)
            except OperationalError as error:
                met.append(error)
                raise

        commit = connection.commit
        connection.commit = lambda: noted(commit)  # a full disk may be told no sooner
        try:
            with connection.execute_wrapper(noted):
                kept: bool | None = super()._base_set(mode, key, value, timeout)  # type: ignore[misc]
        finally:
            del connection.commit
        if met:
            raise met[0]
        return kept
