"""What every page of the finance room shares: the network, where one is, the year, exports."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from django.utils import timezone

from maillage.kernel.money import parse_count
from maillage.ledger.views.network_page import kept_network
from maillage.network.models import Entity, Network
from maillage.people.requests import Request
from maillage.ui.downloads import attachment, exported
from maillage.workspaces.finance.rules.budgets import FIRST_YEAR, LAST_YEAR

__all__ = ["attachment", "chamber_or_404", "exported", "kept_network", "year_asked"]


def chamber_or_404(network: Network, code: str) -> Entity:
    chambers = network.entities.filter(kind__in=Entity.CHAMBERS)
    found: Entity = get_object_or_404(chambers, code=code)
    return found


def year_asked(request: Request) -> int:
    """The year in the address, this one by default. What is no year is this one."""
    year = parse_count(request.GET.get("annee", ""), LAST_YEAR) or 0
    return year if year >= FIRST_YEAR else timezone.localdate().year
