"""Addresses of the example."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path

from maillage.network.models import Network
from maillage.ui.outline import outline


def home(request: HttpRequest, network: str) -> HttpResponse:
    found = get_object_or_404(Network, code=network)
    return render(request, "ui/base.html", outline(request, found, "essais:home"))


def rows(request: HttpRequest, network: str) -> HttpResponse:
    found = get_object_or_404(Network, code=network)
    return render(request, "ui/base.html", outline(request, found, "essais:list", "Un"))


app_name = "essais"
urlpatterns = [
    path("reseaux/<slug:network>/essais/", home, name="home"),
    path("reseaux/<slug:network>/essais/liste/", rows, name="list"),
]
