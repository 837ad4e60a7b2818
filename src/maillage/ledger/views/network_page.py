"""What every page of a network's finances shares: the network, where one is, exports."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404

from maillage.kernel.money import parse_count
from maillage.ledger.rules import can_keep_finances
from maillage.network.models import Network
from maillage.people.queries import networks_held_by
from maillage.people.requests import Request
from maillage.ui.outline import Crumb, outline


def kept_network(request: Request, code: str) -> Network:
    """The network, for whoever holds a mandate in it; it does not exist for anyone else."""
    found: Network = get_object_or_404(networks_held_by(request.actor), code=code)
    return found


def page_context(request: Request, network: Network, page: str, *last: Crumb) -> dict[str, Any]:
    """The frame, and `keeps`: whether whoever asks keeps the finances of the network."""
    keeps = can_keep_finances(network, actor=request.actor)
    return outline(request, network, page, *last) | {"keeps": keeps}


def whole_number(text: str | None, most: int = 2**31 - 1) -> int | None:
    """A number that an address or a form gives in digits; None for what is none, or too large."""
    return parse_count(text or "", most)
