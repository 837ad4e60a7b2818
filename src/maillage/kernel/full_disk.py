"""How a disk without space is known, whichever of the system and the databases tells it."""

from __future__ import annotations

import errno
import re

from django.db import DatabaseError

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def is_full(error: BaseException | None) -> bool:
    """Whether an error comes of a disk without space, told by the system or by the database."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in FULL:
            return True
        if isinstance(error, DatabaseError) and re.search("disk is full|No space", str(error)):
            return True
        error = error.__cause__ or error.__context__
    return False
