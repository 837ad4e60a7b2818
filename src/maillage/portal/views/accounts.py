"""Accounts and mandates, for who administers the installation; a 404 for anyone else."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from maillage.people.actions import (
    end_mandate,
    erase_account,
    grant_mandate,
    open_account,
    revise_account,
)
from maillage.people.models import Mandate, User
from maillage.people.requests import Request
from maillage.portal.views.administration import ADMIN, installation_or_404, made
from maillage.portal.views.mandate_form import MandateForm
from maillage.ui.acts import Act, Done, act_page
from maillage.ui.refusals import refusals_on


class AccountForm(forms.Form):
    email = forms.EmailField(label="Adresse électronique")
    full_name = forms.CharField(label="Nom", max_length=150)
    position = forms.CharField(label="Fonction exercée", max_length=150, required=False)


class RevisionForm(forms.Form):
    full_name = forms.CharField(label="Nom", max_length=150)
    position = forms.CharField(label="Fonction exercée", max_length=150, required=False)
    is_active = forms.BooleanField(label="Le compte peut servir", required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def new_account(request: Request) -> HttpResponse:
    installation_or_404(request)

    def run(**given: Any) -> Done:
        user = open_account(None, actor=request.actor, **given)
        told = "Compte ouvert. Le mot de passe se choisit par «\u00a0mot de passe oublié\u00a0»."
        return told, reverse("portal:account", args=[user.pk])

    return act_page(request, made("Ouvrir un compte"), run, AccountForm(request.POST or None))


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: Request, pk: int) -> HttpResponse:
    installation_or_404(request)
    user = get_object_or_404(User.objects.filter(erased_at=None), pk=pk)
    initial = {"full_name": user.full_name, "position": user.position, "is_active": user.is_active}
    form = RevisionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            revise_account(user, actor=request.actor, **form.cleaned_data)
            messages.success(request, "Compte enregistré.")
            return redirect("portal:account", pk=pk)
    return _account_page(request, user, form, MandateForm())


def _account_page(
    request: Request, user: User, form: forms.Form, mandate_form: forms.Form
) -> HttpResponse:
    context = {
        "person": user,
        "form": form,
        "mandate_form": mandate_form,
        "mandates": user.mandates.select_related("network", "entity", "function"),
        "crumbs": [ADMIN, {"label": str(user)}],
    }
    status = 422 if form.errors or mandate_form.errors else 200
    return render(request, "portal/account.html", context, status=status)


@require_POST
def grant(request: Request, pk: int) -> HttpResponse:
    installation_or_404(request)
    user = get_object_or_404(User.objects.filter(erased_at=None), pk=pk)
    form = MandateForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            grant_mandate(user, actor=request.actor, **form.cleaned_data)
            messages.success(request, "Mandat donné.")
            return redirect("portal:account", pk=pk)
    initial = {"full_name": user.full_name, "position": user.position, "is_active": user.is_active}
    return _account_page(request, user, RevisionForm(initial=initial), form)


@require_POST
def end(request: Request, pk: int) -> HttpResponse:
    installation_or_404(request)
    mandate = get_object_or_404(Mandate.objects.select_related("user"), pk=pk)
    user_id = mandate.user_id
    end_mandate(mandate, actor=request.actor)
    messages.success(request, "Mandat terminé.")
    return redirect("portal:account", pk=user_id)


@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: Request, pk: int) -> HttpResponse:
    installation_or_404(request)
    user = get_object_or_404(User.objects.filter(erased_at=None), pk=pk)

    def run() -> Done:
        erase_account(user, actor=request.actor)
        return "Compte effacé.", reverse("portal:administration")

    act = Act(
        f"Effacer le compte\u00a0: {user}",
        "Effacer le compte",
        reverse("portal:account", args=[pk]),
        "L’adresse, le nom et la fonction seront effacés, sans retour possible.",
        ["Les actes restent au journal, sans nom.", "Les mandats prennent fin."],
        loses=True,
        outline={"crumbs": [ADMIN, {"label": str(user)}]},
    )
    return act_page(request, act, run)
