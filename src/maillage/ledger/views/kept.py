"""A page or a file of the figures of a network, made once for all who read the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse

from maillage.ledger.queries.version import figures_version
from maillage.people.requests import Request
from maillage.ui.kept_answer import kept_answer

View = Callable[..., HttpResponse]


def kept(view: View) -> View:
    """Answer with what was made of this address while nothing of the network moved since.

    `view` takes the code of the network first, and writes nothing.
    """

    @wraps(view)
    def answer(request: Request, network: str, **asked: Any) -> HttpResponse:
        found = figures_version(network)
        if found is None or not request.actor.sees(found.network):
            return view(request, network, **asked)
        return kept_answer(request, lambda: view(request, network, **asked), found)

    vars(answer)["is_kept"] = True
    return answer
