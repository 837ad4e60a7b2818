"""Networks and their nouns, for who administers them; a 404 for anyone else."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from maillage.kernel.verdicts import Refusal
from maillage.network.actions import (
    create_network,
    noun_version,
    save_entity,
    save_function,
    save_process,
)
from maillage.network.models import Entity, Function, MacroProcess, Network
from maillage.network.noun_table import ENTITY, proposed
from maillage.network.queries import resting_on
from maillage.network.rules import short_name
from maillage.people.requests import Request
from maillage.portal.views.administration import ADMIN, installation_or_404, made
from maillage.ui.acts import Done, act_form_page, act_page
from maillage.ui.fields import seen_sent
from maillage.ui.rereading import written
from maillage.ui.templatetags.ui import pluriel


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
    installation_or_404(request)

    def run(**given: Any) -> Done:
        found = create_network(None, actor=request.actor, **given)
        url = reverse("portal:admin_network", args=[found.code])
        return f"Le réseau «\u00a0{found.name}\u00a0» est créé.", url

    def where(refusal: Refusal) -> str:
        return "name" if refusal.denied.reason.startswith("Nom") else "code"

    form = NetworkForm(request.POST or None)
    return act_page(request, made("Créer un réseau"), run, form, where=where)


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
        "installation": request.actor.administers(None),
        "crumbs": [ADMIN, {"label": found.name}],
    }
    return render(request, "portal/admin_network.html", context)


class _NounForm(forms.ModelForm):  # type: ignore[type-arg]
    """A noun's form; the code is asked once and never changes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.code:
            self.fields.pop("code")
        else:
            self.fields.pop("position")  # a new one goes last
            self.fields["code"].required = False
            self.fields[
                "code"
            ].help_text = (
                "Laissé vide, il est proposé d’après le nom\u00a0; il ne change plus ensuite."
            )
        if "function" in self.fields:
            own = Function.objects.filter(network=self.instance.network)
            self.fields["function"].queryset = own  # type: ignore[attr-defined]
            rows = MacroProcess.objects.filter(network=self.instance.network)
            rows = rows.exclude(kind=MacroProcess.Kind.ACTION).exclude(pk=self.instance.pk)
            self.fields["parent"].queryset = rows  # type: ignore[attr-defined]
            self.fields["kind"].required = False
            self.initial.setdefault("kind", MacroProcess.Kind.MACRO_PROCESS)


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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["short_name"].required = False
        self.fields["short_name"].help_text = "Laissé vide, c’est le nom."

    def clean_short_name(self) -> str:
        given = str(self.cleaned_data["short_name"])
        return given or short_name(str(self.cleaned_data.get("name", "")))


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
            "kind",
            "parent",
            "group",
            "description",
            "region_only",
            "source_page",
            "named_by",
            "group_named_by",
            "position",
        ]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        given["kind"] = given.get("kind") or MacroProcess.Kind.MACRO_PROCESS.value
        is_action, parent = given["kind"] == MacroProcess.Kind.ACTION, given.get("parent")
        if is_action and not (parent and parent.function == given.get("function")):
            self.add_error("parent", "Une action se rattache à un macro-processus de sa fonction.")
        elif parent and not is_action:
            self.add_error("parent", "Seule une action se rattache à un macro-processus.")
        return given


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
    begun = {} if code else _begun(request, found, model)
    form = form_class(request.POST or None, instance=row, initial=begun)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        given = code or values.pop("code") or _proposed(found, model, values)
        try:
            read = seen_sent(request.POST, "seen") if code else seen
            save(found, actor=request.actor, code=given, seen=read, **values)
        except Refusal as refusal:
            moved = refusal.denied.status == 409
            form.add_error("code" if moved and not code else None, refusal.denied.reason)
            if moved and code:
                seen = noun_version(get_object_or_404(model, network=found, code=code))
        else:
            if request.POST.get("geste") == "encore":
                messages.success(request, f"Enregistré\u00a0: {form.cleaned_data['name']}.")
                return redirect(_another(found, kind, form.cleaned_data))
            messages.success(request, "Enregistré.")
            return redirect("portal:admin_network", network=found.code)
    here = reverse("portal:admin_network", args=[found.code])
    crumbs = [ADMIN, {"label": found.name, "url": here}, {"label": title}]
    page = {"outline": {"crumbs": crumbs}, "cancel_url": here, "hidden": {"seen": seen}}
    act = made(title, **page, another="" if code else "Enregistrer et ajouter un autre nom")
    context = {"removal_url": _removal(found, kind, code), "touched": _touched(row)}
    context |= written(request, found, diff__code=code) if code else {}
    status = 422 if form.errors else 200
    return act_form_page(
        request, act, form, status=status, template="portal/noun.html", context=context
    )


def _touched(row: Any) -> str:
    """What names a chamber in the network, which a new name or SIREN does not undo."""
    if not isinstance(row, Entity) or row.pk is None or not row.is_chamber:
        return ""
    counted = resting_on(ENTITY, [row])[row.pk]
    return ", ".join(pluriel(count, forms) for forms, count in counted.items())


def _removal(network: Network, kind: str, code: str) -> str:
    address = reverse("portal:noun_removal", args=[network.code, kind])
    return f"{address}?code={code}" if code else ""


def _proposed(network: Network, model: Any, values: dict[str, Any]) -> str:
    taken = model.objects.filter(network=network).values_list("code", flat=True)
    named = values.get("short_name") or values["name"]
    return proposed(named, taken, model._meta.get_field("code").max_length)


def _another(network: Network, kind: str, saved: dict[str, Any]) -> str:
    """The form of a next noun, beside the one just saved: same function, same nature."""
    kept = {"fonction": saved["function"].code} if "function" in saved else {}
    if "group" in saved:
        kept["perimetre"] = saved["group"]
    here = reverse("portal:noun_new", args=[network.code, kind])
    return f"{here}?{urlencode(kept)}" if kept else here


def _begun(request: Request, network: Network, model: Any) -> dict[str, Any]:
    """What a new macro-process begins with, where the address says its function and perimeter."""
    if model is not MacroProcess:
        return {}
    own = network.functions.filter(code=request.GET.get("fonction", "")[:60])
    return {"function": own.first(), "group": request.GET.get("perimetre", "")[:120]}
