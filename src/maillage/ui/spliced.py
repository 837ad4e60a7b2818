"""A text compressed once, in pieces between which what changes from answer to answer is put.

Compressing a page takes longer than all else that answering it from what was kept takes. Knows
bytes, deflate (RFC 1951) and gzip (RFC 1952); knows no page.
"""

from __future__ import annotations

import secrets
import struct
import zlib
from collections.abc import Sequence
from typing import NamedTuple

LONGEST_NAME = 100
_HEAD = b"\x1f\x8b\x08\x08\0\0\0\0\2\xff"
_END = b"\x03\0"


class Piece(NamedTuple):
    """Bytes deflated up to the edge of a byte, with what the sum of a whole needs of them.

    `shift`: what each bit of the sum of all that stands before becomes once they follow it.
    """

    deflated: bytes
    length: int
    sum: int
    shift: tuple[int, ...]

    def after(self, before: int) -> int:
        """The CRC-32 of what has the sum `before`, followed by these bytes."""
        found = self.sum
        for bit, moved in enumerate(self.shift):
            if before >> bit & 1:
                found ^= moved
        return found

    @property
    def plain(self) -> bytes:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(self.deflated)


def piece(content: bytes) -> Piece:
    zeros = bytes(len(content))
    none = zlib.crc32(zeros)
    shift = tuple(zlib.crc32(zeros, 1 << bit) ^ none for bit in range(32))
    return Piece(_deflated(content), len(content), zlib.crc32(content), shift)


def gzipped(parts: Sequence[Piece | bytes]) -> bytes:
    """All of them one after the other as one gzip file, bytes as they are given.

    Its name is of a length drawn each time: how long the whole is then tells nothing of a token
    beside which somebody makes a page repeat what they chose (BREACH).
    """
    name = b"x" * secrets.randbelow(LONGEST_NAME)
    written, total, length = [_HEAD, name, b"\0"], 0, 0
    for part in parts:
        if isinstance(part, Piece):
            written.append(part.deflated)
            total, length = part.after(total), length + part.length
        else:
            written.append(_deflated(part))
            total, length = zlib.crc32(part, total), length + len(part)
    written += [_END, struct.pack("<LL", total, length & 0xFFFFFFFF)]
    return b"".join(written)


def _deflated(content: bytes) -> bytes:
    compressor = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    return compressor.compress(content) + compressor.flush(zlib.Z_FULL_FLUSH)
