"""What an address answers to each actor, as rows of statuses that several rooms use.

A row has one status per column of `ACTORS`. An address has four: GET on a draft, GET once adopted,
POST on a draft, POST once adopted.
"""

from __future__ import annotations

import html
import re

from maillage.schemes.engine.checks import SHORTLY

ACTORS = (
    "anonymous",
    "stranger",
    "reader",
    "nord",
    "finances",
    "administrator",
    "installation",
    "foreign",
)
"""Columns: nobody, an account without mandate, a reader, the editor of the chamber, of the
function, the administrator of the network, of the installation, of ANOTHER network."""

Rows = tuple[str, str, str, str]

#           nobody stranger reader chamber function admin install. foreign
ALL = "        200    200    200    200     200    200    200    200"
NO_SUCH = "    404    404    404    404     404    404    404    404"
NOT_SO = "     405    405    405    405     405    405    405    405"
INSIDE = "     404    404    200    200     200    200    200    404"
SIGNED = "     302    200    200    200     200    200    200    200"
ONE_ONLY = "   404    404    404    404     200    404    404    404"
ONE_DOES = "   404    404    404    404     302    404    404    404"
CHAMBER = "    404    404    403    302     302    302    302    404"
CHAMBERS = "   404    404    403    200     200    200    200    404"
KEEPERS = "    404    404    403    403     302    302    302    404"
KEEPERS_SEE = "404    404    403    403     200    200    200    404"
UNREAD = "     404    404    403    422     422    422    422    404"

OURS: Rows = (INSIDE, INSIDE, NOT_SO, NOT_SO)
"""A page of the network: for whoever holds a mandate in it, whatever is adopted."""
READ: Rows = (INSIDE, ALL, NOT_SO, NOT_SO)
"""A page of the edition: for the network while a draft, for all once adopted; never written to."""
PLAIN: Rows = (ALL, ALL, NOT_SO, NOT_SO)
"""For all."""
MINE: Rows = (ONE_ONLY, ONE_ONLY, NOT_SO, NOT_SO)
"""Shown to the one who has it, here the editor of the function."""
MINE_DO: Rows = (NOT_SO, NOT_SO, ONE_DOES, ONE_DOES)
"""Done by the one who has it."""


def always(get: str, post: str) -> Rows:
    """The rows of an address for which an edition's adoption changes nothing."""
    return get, get, post, post


_UNSEEN = re.compile(r"<(script|style|template)\b.*?</\1>|<!--.*?-->|<[^>]*>", re.DOTALL)
_MACHINE = re.compile(
    r"<[A-Z]\w+: |\b[A-Z]\w+\(\w+=|\bobject at 0x|\b(?:" + "|".join(c for c in SHORTLY if "_" in c)
    + r")\b"
)  # fmt: skip


def machine_words(page: str) -> list[str]:
    """What a page shows that a program says to itself: a value as it is written in code, the code
    of a rule."""
    return _MACHINE.findall(html.unescape(_UNSEEN.sub(" ", page)))
