"""The body of a request, waited for without a thread, as long as its sender says something.

A body is silent that brings fewer than `LEAST` bytes in the seconds a client is waited for: one
byte now and then is silence too, and two gigabytes on a slow line are not.
"""

from __future__ import annotations

import asyncio
import io
import tempfile
from collections.abc import AsyncIterator
from typing import IO, Any

from django.conf import settings

LEAST = 16_384
"""Bytes that a sender brings while it is waited for: five kilobits a second, by default."""
IN_MEMORY = 256_000
"""Bytes of a body kept in memory; beyond, on the disk of the home."""
PIECE = 131_072
"""Bytes handed at once to whoever reads a body while it comes, or an answer; an answer no longer
than that is handed whole."""


class Cut(OSError):
    """The sender went before the end."""


class Coming:
    """A body as it comes. Of one event loop."""

    def __init__(self, pieces: AsyncIterator[bytes], length: int) -> None:
        self.left = length
        self._pieces = pieces

    async def some(self, least: int) -> bytes:
        """The next `least` bytes or a little more, fewer at the end only.

        Raises TimeoutError on silence, Cut where the sender went.
        """
        told, count = [], 0
        while self.left and count < least:
            async with asyncio.timeout(settings.CLIENT_SILENCE):
                spoken = 0
                while self.left and spoken < LEAST and count < least:
                    piece = (await self._next())[: self.left]
                    told.append(piece)
                    self.left -= len(piece)
                    spoken += len(piece)
                    count += len(piece)
        return b"".join(told)

    async def _next(self) -> bytes:
        try:
            piece = await anext(self._pieces)
        except (StopAsyncIteration, RuntimeError):  # the server’s errors of a lost sender are such
            piece = b""
        if not piece:
            raise Cut("the sender went")
        return piece

    async def whole(self) -> IO[bytes]:
        """All of it, to be read from its beginning. Raises as `some`, and OSError of the disk."""
        kept: IO[bytes] = tempfile.SpooledTemporaryFile(  # noqa: SIM115 (its reader closes it)
            IN_MEMORY, dir=settings.FILE_UPLOAD_TEMP_DIR
        )
        try:
            while self.left:
                kept.write(await self.some(PIECE))
            kept.seek(0)
        except BaseException:
            kept.close()
            raise
        return kept


class AsItComes(io.RawIOBase):
    """A body for a thread that reads it while it comes; raises as `some`."""

    def __init__(self, coming: Coming) -> None:
        self._coming, self._kept = coming, memoryview(b"")
        self._loop = asyncio.get_running_loop()

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        if not self._kept and self._coming.left:
            piece = asyncio.run_coroutine_threadsafe(self._coming.some(PIECE), self._loop)
            self._kept = memoryview(piece.result())
        count = min(len(into), len(self._kept))
        into[:count], self._kept = self._kept[:count], self._kept[count:]
        return count
