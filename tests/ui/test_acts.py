"""The page of an act: what it shows before, once refused, once done."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from maillage.config.urls import urlpatterns as real
from maillage.kernel.actions import REGISTRY, Outcome, action
from maillage.kernel.verdicts import ALLOWED, Denied, Refusal
from maillage.people.actors import Actor
from maillage.ui.acts import MOVED, Act, act_page
from maillage.ui.fields import UNTOLD
from tests.builders import shown_by

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Motif", max_length=20)


def view(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("cas", "")
    verdict = Denied("Réservé au bureau.") if asked == "verrou" else ALLOWED
    act = Act(
        "Retirer la pièce", "Retirer", "/recherche/", "La pièce est perdue.", ["3 lignes"],
        verdict=verdict, loses=True, hidden={"vu": "12"},
    )  # fmt: skip

    def run(reason: str = "") -> tuple[str, str]:
        if reason in ("non", ""):
            raise Refusal(Denied("La pièce a bougé.", 409), {"violations": ["Ligne 2 vide"]})
        return f"Retirée\u00a0: {reason}.", "/recherche/"

    form = None if asked == "sec" else ReasonForm(request.POST or None)
    return act_page(request, act, run, form, where=lambda refusal: "reason")


urlpatterns: list[Any] = [path("essai/acte/", view), *real]
handler404, handler500 = (
    "django.views.defaults.page_not_found",
    "django.views.defaults.server_error",
)


def page(client: Client, query: str = "", data: dict[str, str] | None = None, **more: Any) -> Any:
    address = f"/essai/acte/{query}"
    return client.get(address) if data is None else client.post(address, data, **more)


def test_before_it_says_what_it_entails_counts_it_and_lets_one_give_up(client: Client) -> None:
    text = page(client).content.decode()
    for part in ("Retirer la pièce</h1>", "La pièce est perdue.", "<li>3 lignes</li>",
                 'class="button is-danger" name="confirme"', 'href="/recherche/">Ne rien changer',
                 'type="hidden" name="vu" value="12"', 'name="reason"'):  # fmt: skip
        assert part in text, part
    assert 'role="alert"' not in text


def test_who_may_not_reads_why_and_has_no_button(client: Client) -> None:
    text = page(client, "?cas=verrou").content.decode()
    assert "Réservé au bureau." in text and "is-danger" not in text


def test_once_done_one_goes_on_and_is_told(client: Client) -> None:
    answer = page(client, data={"reason": "double"})
    assert (answer.status_code, answer["Location"]) == (302, "/recherche/")
    assert "Retirée\u00a0: double." in client.get("/recherche/").content.decode()


def test_a_refusal_stands_at_its_field_and_what_was_typed_stays(client: Client) -> None:
    answer = page(client, data={"reason": "non"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert 'id="id_reason_erreur">La pièce a bougé.' in text and 'value="non"' in text


def test_a_form_that_does_not_hold_is_never_run(client: Client) -> None:
    answer = page(client, data={"reason": "x" * 21})
    assert answer.status_code == 422 and "La pièce a bougé." not in answer.content.decode()


def test_without_a_form_the_refusal_and_what_is_broken_are_told_above(client: Client) -> None:
    answer = page(client, "?cas=sec", {"confirme": "oui"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert (
        'role="alert"' in text and "La pièce a bougé." in text and "<li>Ligne 2 vide</li>" in text
    )


def test_a_program_gets_the_refusal_as_such(client: Client) -> None:
    answer = page(client, data={"reason": "non"}, HTTP_ACCEPT="application/json")
    assert answer["Content-Type"].startswith("application/problem+json")
    assert (answer.json()["status"], answer.json()["detail"]) == (409, "La pièce a bougé.")


STATE = {"figure": "12", "held": 1}


def weighed(request: HttpRequest) -> HttpResponse:
    """An act on a figure, by an action of the house."""
    act = Act(
        "Retenir", "Retenir", "/recherche/", f"On retient {STATE['figure']}.",
        figures=True, holds=lambda: STATE["held"],
    )  # fmt: skip

    def run() -> tuple[str, str]:
        with transaction.atomic():
            retain(None, actor=Actor(""))
            retain(None, actor=Actor(""))
        return "Retenu.", "/recherche/"

    return act_page(request, act, run)


@action("essai.figure.retained", "Figure retenue")
def retain(_row: None, *, actor: Actor) -> Outcome[None]:
    STATE["held"] += 1
    return Outcome(None, unchanged=True)


REGISTRY.pop("essai.figure.retained")
urlpatterns.insert(0, path("essai/figure/", weighed))


@pytest.mark.parametrize(
    ("moved", "status"),
    [({}, 302), ({"figure": "13"}, 409), ({"held": 7}, 409), (None, 409)],
)
def test_an_act_is_on_what_was_shown_whole_or_not(
    client: Client, moved: dict[str, Any] | None, status: int
) -> None:
    """What it shows, what it holds unseen; a sending that does not say is refused. The acts that
    follow the first in one sending are no longer asked."""
    STATE.update(figure="12", held=1)
    page = client.get("/essai/figure/").text
    sent = shown_by(page, {"confirme": "oui"}) if moved is not None else {}
    assert ("montre" in sent) == (moved is not None)
    STATE.update(moved or {})
    before = dict(STATE)
    answer = client.post("/essai/figure/", sent)
    assert answer.status_code == status
    if status == 409:
        assert before == STATE
        assert (MOVED if moved else UNTOLD) in answer.text
        again = client.post("/essai/figure/", shown_by(answer.text, {"confirme": "oui"}))
        assert again.status_code == 302
