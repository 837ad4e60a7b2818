"""Whose turn it is to be answered: one thread at a time, more where one is held up.

Threads that compute share one interpreter: two at once answer fewer pages a second than one. But
one that waits, for a lock of the database or over a long computation, must hold up nobody.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")
Ended = tuple["asyncio.Future[Any]", Any, BaseException | None]

PATIENCE = 0.03
"""Seconds a thread may take before another is called beside it, where somebody waits."""


class Turns:
    """Work for at most `most` threads, in the order it came; asked from one event loop."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._threads: list[threading.Thread] = []
        self._changed = threading.Condition()
        self._waiting: deque[tuple[asyncio.Future[Any], Callable[[], Any]]] = deque()
        self._begun: deque[float] = deque()
        self._ended: deque[Ended] = deque()
        self._called = self._told = False

    async def take(self, work: Callable[[], T]) -> T:
        """What `work` gives, done in a thread once its turn comes."""
        self._loop = asyncio.get_running_loop()
        ended: asyncio.Future[T] = self._loop.create_future()
        with self._changed:
            self._waiting.append((ended, work))
            if self._is_free():
                self._call()
        if self._ended:
            self._tell()
        if not self._called:
            self._called = True
            self._loop.call_later(PATIENCE, self._look)
        return await ended

    def _look(self) -> None:
        """Call another thread where whoever began last has had its time, as long as some wait."""
        with self._changed:
            self._called = bool(self._waiting)
            if self._waiting and self._is_free():
                self._call()
        if self._called:
            self._loop.call_later(PATIENCE, self._look)

    def _is_free(self) -> bool:
        """Whether a thread is left, and each that began has had the time of a page."""
        if len(self._begun) >= self.most:
            return False
        return not self._begun or time.monotonic() - self._begun[-1] >= PATIENCE

    def _call(self) -> None:
        if len(self._begun) == len(self._threads):
            thread = threading.Thread(target=self._answer, name="answer", daemon=True)
            self._threads.append(thread)
            thread.start()
        else:
            self._changed.notify()

    def _answer(self) -> None:
        while True:
            with self._changed:
                while not (self._waiting and self._is_free()):
                    self._changed.wait()
                ended, work = self._waiting.popleft()
                began = time.monotonic()
                self._begun.append(began)
            told, error = None, None
            try:
                told = work()
            except BaseException as raised:
                error = raised
            with self._changed:
                self._begun.remove(began)
                self._ended.append((ended, told, error))
                tell = not self._told and not (told is error is None and self._waiting)
                self._told |= tell
            if tell:
                self._loop.call_soon_threadsafe(self._tell)

    def _tell(self) -> None:
        """Give what ended to whoever waits for it: all at once, for a thread computes meanwhile."""
        with self._changed:
            self._told = False
            ended, self._ended = self._ended, deque()
        for one, told, error in ended:
            if one.done():
                continue
            if error is None:
                one.set_result(told)
            else:
                one.set_exception(error)
