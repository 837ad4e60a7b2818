"""Cents are told where the address asks, and asking keeps the rest of the address."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from maillage.ui.cents import cents_asked


@pytest.mark.parametrize(
    ("query", "exact", "url"),
    [
        ("", False, "?centimes=oui"),
        ("exercice=2025&chambre=nord", False, "?exercice=2025&chambre=nord&centimes=oui"),
        ("exercice=2025&centimes=oui", True, "?exercice=2025"),
        ("centimes=oui", True, "?"),
        ("centimes=non", False, "?centimes=oui"),
        ("colonnes=a&colonnes=b", False, "?colonnes=a&colonnes=b&centimes=oui"),
    ],
)
def test_the_way_to_cents_and_back_is_an_address(query: str, exact: bool, url: str) -> None:
    asked = cents_asked(RequestFactory().get(f"/page/?{query}"))
    assert asked == {"exact": exact, "cents_url": url}


def test_what_is_not_understood_is_told() -> None:
    request = RequestFactory().get("/page/?centimes=peut-etre")
    assert cents_asked(request)["exact"] is False
    assert [said.name for said in request.__dict__["misread"]] == ["centimes"]
