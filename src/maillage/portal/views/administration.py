"""Administration of networks and accounts. What one does not administer is a 404."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.jobs.recurring import timetable
from maillage.kernel.rooms import HOUSE
from maillage.kernel.verdicts import Refusal
from maillage.network.actions import (
    create_network,
    noun_version,
    save_entity,
    save_function,
    save_process,
)
from maillage.network.models import Entity, Function, MacroProcess, Network
from maillage.people.actions import (
    end_mandate,
    erase_account,
    grant_mandate,
    open_account,
    revise_account,
)
from maillage.people.actors import Role
from maillage.people.models import Mandate, User
from maillage.people.requests import Request
from maillage.ui.acts import Act, Done, act_form_page, act_page
from maillage.ui.fields import DayField
from maillage.ui.refusals import refusals_on

ADMIN = {"label": "Administration", "url": reverse_lazy("portal:administration")}
PAGE_STATUS = 422


@require_safe
def index(request: Request) -> HttpResponse:
    actor = request.actor
    if not actor.administers_something:
        raise Http404
    users = User.objects.none()
    if actor.administers(None):
        users = User.objects.filter(erased_at=None).prefetch_related(
            "mandates__network", "mandates__entity", "mandates__function"
        )
    context = {
        "networks": [n for n in Network.objects.all() if actor.administers(n.pk)],
        "users": users,
        "installation": actor.administers(None),
        "recurring": timetable(HOUSE.recurring()) if actor.administers(None) else [],
        "crumbs": [{"label": "Administration"}],
    }
    return render(request, "portal/administration.html", context)


def _installation(request: Request) -> None:
    if not request.actor.administers(None):
        raise Http404


class AccountForm(forms.Form):
    email = forms.EmailField(label="Adresse électronique")
    full_name = forms.CharField(label="Nom", max_length=150)
    position = forms.CharField(label="Fonction exercée", max_length=150, required=False)


class RevisionForm(forms.Form):
    full_name = forms.CharField(label="Nom", max_length=150)
    position = forms.CharField(label="Fonction exercée", max_length=150, required=False)
    is_active = forms.BooleanField(label="Le compte peut servir", required=False)


class MandateForm(forms.Form):
    role = forms.ChoiceField(label="Rôle", choices=Mandate.Roles.choices)
    network = forms.ModelChoiceField(
        Network.objects.all(), label="Réseau", required=False, empty_label="Tous les réseaux"
    )
    entity = forms.ModelChoiceField(
        Entity.objects.filter(kind__in=Entity.CHAMBERS).select_related("network"),
        label="Chambre",
        required=False,
        help_text="Pour un rédacteur de chambre.",
    )
    function = forms.ModelChoiceField(
        Function.objects.select_related("network"),
        label="Fonction",
        required=False,
        help_text="Pour un rédacteur de fonction.",
    )
    ends_on = DayField(label="Jusqu’au", required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def new_account(request: Request) -> HttpResponse:
    _installation(request)

    def run(**given: Any) -> Done:
        user = open_account(None, actor=request.actor, **given)
        told = "Compte ouvert. Le mot de passe se choisit par «\u00a0mot de passe oublié\u00a0»."
        return told, reverse("portal:account", args=[user.pk])

    return act_page(request, _made("Ouvrir un compte"), run, AccountForm(request.POST or None))


def _made(title: str, **more: Any) -> Act:
    """The page of a form of the administration."""
    outline = {"crumbs": [ADMIN, {"label": title}]}
    page = {"cancel_url": ADMIN["url"], "outline": outline, **more}
    return Act(title, "Enregistrer", **page)


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: Request, pk: int) -> HttpResponse:
    _installation(request)
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
    status = PAGE_STATUS if form.errors or mandate_form.errors else 200
    return render(request, "portal/account.html", context, status=status)


@require_POST
def grant(request: Request, pk: int) -> HttpResponse:
    _installation(request)
    user = get_object_or_404(User.objects.filter(erased_at=None), pk=pk)
    form = MandateForm(request.POST)
    if form.is_valid():
        values = {**form.cleaned_data, "role": Role(form.cleaned_data["role"])}
        with refusals_on(form):
            grant_mandate(user, actor=request.actor, **values)
            messages.success(request, "Mandat donné.")
            return redirect("portal:account", pk=pk)
    initial = {"full_name": user.full_name, "position": user.position, "is_active": user.is_active}
    return _account_page(request, user, RevisionForm(initial=initial), form)


@require_POST
def end(request: Request, pk: int) -> HttpResponse:
    _installation(request)
    mandate = get_object_or_404(Mandate.objects.select_related("user"), pk=pk)
    user_id = mandate.user_id
    end_mandate(mandate, actor=request.actor)
    messages.success(request, "Mandat terminé.")
    return redirect("portal:account", pk=user_id)


@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: Request, pk: int) -> HttpResponse:
    _installation(request)
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


class NetworkForm(forms.Form):
    name = forms.CharField(
        label="Nom", max_length=200, help_text="Par exemple «\u00a0CCI de Bretagne\u00a0»."
    )
    code = forms.CharField(
        label="Code",
        max_length=60,
        help_text="Paraît dans les adresses et les fichiers, et ne change plus\u00a0: minuscules "
        "sans accent, chiffres et tirets, par exemple «\u00a0bretagne\u00a0».",
    )
    fictional = forms.BooleanField(
        label="Réseau fictif",
        required=False,
        help_text="Chaque page le dit\u00a0: chambres, cellules et textes sont inventés.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new_network(request: Request) -> HttpResponse:
    """An empty network; its page then says what to add, and in which order."""
    _installation(request)

    def run(**given: Any) -> Done:
        made = create_network(None, actor=request.actor, **given)
        url = reverse("portal:admin_network", args=[made.code])
        return f"Le réseau «\u00a0{made.name}\u00a0» est créé.", url

    def where(refusal: Refusal) -> str:
        return "name" if refusal.denied.reason.startswith("Nom") else "code"

    form = NetworkForm(request.POST or None)
    return act_page(request, _made("Créer un réseau"), run, form, where=where)


def _administered(request: Request, code: str) -> Network:
    found = get_object_or_404(Network, code=code)
    if not request.actor.administers(found.pk):
        raise Http404
    return found


@require_safe
def network(request: Request, network: str) -> HttpResponse:
    found = _administered(request, network)
    functions = list(found.functions.prefetch_related("processes"))
    context = {
        "network": found,
        "entities": found.entities.all(),
        "functions": functions,
        "has_process": any(f.processes.all() for f in functions),
        "has_scheme": found.schemes.exists(),
        "crumbs": [ADMIN, {"label": found.name}],
    }
    return render(request, "portal/admin_network.html", context)


class _NounForm(forms.ModelForm):  # type: ignore[type-arg]
    """A noun's form; the code is asked once and never changes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.code:
            self.fields.pop("code")
        if "function" in self.fields:
            own = Function.objects.filter(network=self.instance.network)
            self.fields["function"].queryset = own  # type: ignore[attr-defined]


class EntityForm(_NounForm):
    class Meta:
        model = Entity
        fields = [
            "code",
            "name",
            "short_name",
            "kind",
            "departement",
            "siren",
            "position",
            "archived",
        ]


class FunctionForm(_NounForm):
    class Meta:
        model = Function
        fields = ["code", "name", "description", "position"]


class ProcessForm(_NounForm):
    class Meta:
        model = MacroProcess
        fields = [
            "code",
            "function",
            "name",
            "group",
            "description",
            "region_only",
            "source_page",
            "position",
        ]


NOUNS: dict[str, tuple[Any, Any, Any, str]] = {
    "chambres": (EntityForm, Entity, save_entity, "chambre ou opérateur"),
    "fonctions": (FunctionForm, Function, save_function, "fonction"),
    "processus": (ProcessForm, MacroProcess, save_process, "macro-processus"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def noun(request: Request, network: str, kind: str, code: str = "") -> HttpResponse:
    """Create or change a chamber, a function, a macro-process."""
    found = _administered(request, network)
    if kind not in NOUNS:
        raise Http404
    form_class, model, save, label = NOUNS[kind]
    row = get_object_or_404(model, network=found, code=code) if code else model(network=found)
    title = f"Modifier\u00a0: {row}" if code else f"Ajouter\u00a0: {label}"
    seen = request.POST.get("seen") or noun_version(row)
    form = form_class(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        given = code or values.pop("code")
        try:
            save(found, actor=request.actor, code=given, seen=seen, **values)
        except Refusal as refusal:
            moved = refusal.denied.status == 409
            form.add_error("code" if moved and not code else None, refusal.denied.reason)
            if moved and code:
                seen = noun_version(get_object_or_404(model, network=found, code=code))
        else:
            messages.success(request, "Enregistré.")
            return redirect("portal:admin_network", network=found.code)
    here = reverse("portal:admin_network", args=[found.code])
    crumbs = [ADMIN, {"label": found.name, "url": here}, {"label": title}]
    act = _made(title, outline={"crumbs": crumbs}, cancel_url=here, hidden={"seen": seen})
    return act_form_page(request, act, form, status=PAGE_STATUS if form.errors else 200)
