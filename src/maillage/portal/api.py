"""The JSON API: what the rooms answer, gathered; same rules and refusals as the pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import Http404, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from maillage.kernel.rooms import Room
from maillage.kernel.verdicts import Refusal
from maillage.people.requests import Request
from maillage.portal.rooms import ROOMS
from maillage.ui.refusals import problem


class MaillageAPI(NinjaAPI):
    """Describes refusals under the media type they are sent with."""

    def get_openapi_schema(self, **kwargs: Any) -> Any:
        schema = super().get_openapi_schema(**kwargs)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, response in operation["responses"].items():
                    content = response.get("content", {})
                    if int(status) >= 400 and "application/json" in content:
                        content["application/problem+json"] = content.pop("application/json")
        return schema


_SHAPES = {
    "missing": "Champ obligatoire.",
    "extra_forbidden": "Champ inconnu.",
    "string_type": "Un texte est attendu.",
    "string_too_long": "Texte trop long\u00a0: {max_length} caractères au plus.",
    "int_type": "Un nombre entier est attendu.",
    "int_parsing": "Un nombre entier est attendu.",
    "int_from_float": "Un nombre entier est attendu.",
    "bool_type": "true ou false est attendu.",
    "bool_parsing": "true ou false est attendu.",
    "list_type": "Une liste est attendue.",
    "dict_type": "Un objet est attendu.",
    "model_attributes_type": "Un objet est attendu.",
    "model_type": "Un objet est attendu.",
    "too_short": "Trop court\u00a0: {min_length} au moins.",
    "too_long": "Trop long\u00a0: {max_length} au plus.",
    "greater_than_equal": "Trop petit\u00a0: {ge} au moins.",
    "less_than_equal": "Trop grand\u00a0: {le} au plus.",
    "date_type": "Une date AAAA-MM-JJ est attendue.",
    "date_parsing": "Une date AAAA-MM-JJ est attendue.",
    "date_from_datetime_parsing": "Une date AAAA-MM-JJ est attendue.",
    "date_from_datetime_inexact": "Une date AAAA-MM-JJ est attendue.",
}
"""What is wrong with the shape of a request, by the kinds of fault of what reads it."""


def _told(fault: Mapping[str, Any]) -> str:
    """A fault of shape, in French."""
    kind, about = fault["type"], fault.get("ctx") or {}
    if kind in ("literal_error", "enum"):
        among = str(about.get("expected", "")).replace(" or ", ", ").replace("'", "")
        return f"Valeur inconnue. Valeurs connues\u00a0: {among}."
    return _SHAPES.get(kind, "Cette valeur n’a pas la forme attendue.").format(**about)


def invalid(request: Request, error: ValidationError) -> HttpResponse:
    faults = [
        {"where": ".".join(str(part) for part in fault["loc"]), "what": _told(fault)}
        for fault in error.errors
    ]
    return problem(422, "La demande n’a pas la forme attendue.", faults=faults)


def unreadable(request: Request, error: HttpError) -> HttpResponse:
    if error.status_code == 403:
        return problem(403, "Se connecter, et joindre à la demande le jeton de la session.")
    return problem(error.status_code, "La demande ne se lit pas : du JSON est attendu.")


def unknown(request: Request, error: AuthenticationError) -> HttpResponse:
    return problem(401, "Se connecter pour écrire.")


def missing(request: Request, error: Http404) -> HttpResponse:
    return problem(404, "Rien à cette adresse, ou rien que vous puissiez voir.")


def refused(request: Request, error: Refusal) -> HttpResponse:
    return problem(error.denied.status, error.denied.reason, **dict(error.details))


REFUSALS: dict[type[Exception], Any] = {
    ValidationError: invalid,
    HttpError: unreadable,
    AuthenticationError: unknown,
    Http404: missing,
    Refusal: refused,
}


def built(rooms: Iterable[Room], namespace: str = "api") -> MaillageAPI:
    """The API of these rooms: each one's `router`, every refusal as problem+json."""
    made = MaillageAPI(
        title="Maillage",
        version="1",
        description="Schémas régionaux d’organisation des missions : "
        "lire tout, écrire les cellules.",
        docs_url=None,
        urls_namespace=namespace,
    )
    for error, answer in REFUSALS.items():
        made.add_exception_handler(error, answer)
    for room in rooms:
        if room.api:
            made.add_router("", f"{room.api}.router")
    return made


api = built(ROOMS)
