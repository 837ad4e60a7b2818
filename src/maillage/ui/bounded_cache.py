"""A cache of one process that never holds more than so many bytes; knows nothing of what it holds.

Django's own counts entries alone, and pages are a kilobyte or a megabyte each.
"""

from __future__ import annotations

from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache


class BoundedCache(LocMemCache):
    """`MAX_BYTES` of `OPTIONS`: what all values take together, at most; what was asked longest ago
    leaves first, and what alone takes more than a tenth of it is not kept."""

    _cache: Any
    _expire_info: Any

    def __init__(self, name: str, params: dict[str, Any]) -> None:
        super().__init__(name, params)
        self._most = int(params["OPTIONS"]["MAX_BYTES"])

    def _set(self, key: str, value: bytes, timeout: Any = DEFAULT_TIMEOUT) -> None:
        if len(value) > self._most // 10:
            self._delete(key)  # type: ignore[attr-defined]
            return
        super()._set(key, value, timeout)  # type: ignore[misc]
        while self.size > self._most:
            former, _ = self._cache.popitem()
            del self._expire_info[former]

    @property
    def size(self) -> int:
        """Bytes held, all values together."""
        return sum(map(len, self._cache.values()))
