"""What every page of a network's finances shares: the network, where one is, exports."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from maillage.ledger import tables
from maillage.ledger.queries.books import finance_function, networks_kept_visible_to
from maillage.ledger.rules import can_keep_finances
from maillage.network.models import Network

PAGES = (
    ("books", "Livres"),
    ("mapping", "Correspondances"),
    ("common_chart", "Plan commun"),
    ("trial_balance", "Balance"),
    ("income_statement", "Compte de résultat"),
    ("balance_sheet", "Bilan"),
    ("entry_lines", "Écritures"),
    ("intercompany", "Réciproques"),
)


def kept_network(request: HttpRequest, code: str) -> Network:
    """The network, for whoever holds a mandate in it; it does not exist for anyone else."""
    found: Network = get_object_or_404(
        networks_kept_visible_to(request.actor),  # type: ignore[attr-defined]
        code=code,
    )
    return found


def frame(request: HttpRequest, network: Network, page: str, *last: str) -> dict[str, Any]:
    """Context every page needs: `network`, `crumbs`, `tabs`, and whether one keeps finances."""
    label = dict(PAGES)[page]
    crumbs = [
        {"label": network.name, "url": reverse("network", args=[network.code])},
        {"label": "Finances", "url": reverse("finance", args=[network.code])},
        {"label": label, "url": reverse(page, args=[network.code])},
        *({"label": text} for text in last),
    ]
    if not last:
        del crumbs[-1]["url"]
    tabs = [
        {"label": text, "url": reverse(name, args=[network.code]), "current": name == page}
        for name, text in PAGES
    ]
    actor = request.actor  # type: ignore[attr-defined]
    verdict = can_keep_finances(network.pk, finance_function(network.pk), actor)
    return {"network": network, "crumbs": crumbs, "tabs": tabs, "keeps": verdict}


def exported(table: tables.Table, extension: str) -> HttpResponse:
    """The table as a file; 404 for a kind of file nobody writes."""
    if extension == "xlsx":
        data, kind = tables.to_xlsx(table, timezone.localdate()), tables.XLSX
    elif extension == "csv":
        data, kind = tables.to_csv(table), tables.CSV
    else:
        raise Http404
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{slugify(table.title)}.{extension}"'
    return response
