"""What every page of a network’s accounts shares: where one is, and whether one keeps them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from maillage.kernel.money import parse_count
from maillage.ledger.models import BookFile
from maillage.ledger.queries.books import held_year
from maillage.ledger.rules import can_keep_finances
from maillage.network.models import Network
from maillage.people.requests import Request
from maillage.ui.asked import misread
from maillage.ui.outline import Crumb, outline


def year_asked(request: Request) -> int | None:
    """The exercise an address or a form names; None where it names none."""
    return parse_count(request.GET.get("exercice") or request.POST.get("exercice"))


def exercise_asked(request: Request, files: Iterable[BookFile]) -> int | None:
    """The exercise asked for where it has a book, else the latest that has one, which is said."""
    asked = year_asked(request)
    number = held_year(asked, files)
    if number is None:
        misread(request, "exercice", "aucun livre n’est importé")
    elif number != asked:
        misread(request, "exercice", f"exercice {number}")
    return number


def page_context(request: Request, network: Network, page: str, *last: Crumb) -> dict[str, Any]:
    """The frame, and `keeps`: whether whoever asks keeps the finances of the network."""
    keeps = can_keep_finances(network, actor=request.actor)
    return outline(request, network, page, *last) | {"keeps": keeps}
