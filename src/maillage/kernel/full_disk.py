"""How a disk without space is known, whichever of the system and the databases tells it."""

from __future__ import annotations

import errno
import re
import sqlite3

from django.db import DatabaseError

from maillage.kernel.causes import causes

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def is_full(error: BaseException | None) -> bool:
    """Whether an error comes of a disk without space, told by the system or by the database."""
    return any(map(_tells_it, causes(error)))


def _tells_it(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in FULL
    is_of_database = isinstance(error, DatabaseError | sqlite3.Error)
    return is_of_database and bool(re.search("disk is full|No space", str(error)))
