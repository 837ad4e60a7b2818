"""Whether a page tells its amounts to the cent: in whole euros unless its address asks.

Knows the address alone. Files are always to the cent: nothing of them depends on it.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from maillage.ui.asked import flag

NAME = "centimes"


def cents_asked(request: HttpRequest) -> dict[str, Any]:
    """`exact`: to the cent; `cents_url`: the same page told the other way."""
    exact = flag(request, NAME, "sans les centimes")
    query = request.GET.copy()
    query.pop(NAME, None)
    if not exact:
        query[NAME] = "oui"
    return {"exact": exact, "cents_url": f"?{query.urlencode()}"}
