"""Every form of the house, sent with a character that nothing accepts: it comes back filled with
what was typed, and says what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import lxml.html
import pytest
from django.conf import LazySettings
from django.db import transaction
from django.test import Client

from tests.architecture.world import World, build, table
from tests.builders import actors_of

pytestmark = [pytest.mark.sqlite("pages alone: no query of its own"), pytest.mark.slow]

TYPED = "Gardé ici"
REFUSED = f"{TYPED}\u202e envers"
"""A text that turns round what follows it: no field takes it."""
NO_NUMBER = "pas un nombre"
TEXTS = ("text", "search", "email", "url", "tel", "")
SOUND = {"number": "7", "date": "2031-02-03", "time": "08:30", "month": "2031-02"}
"""What a browser lets through in the fields it watches over."""


def typed(form: Any) -> tuple[list[tuple[str, str]], list[str]]:
    """What is sent of a form once each of its fields is typed in, and the names of those fields."""
    sent, names = [], []
    for field in form.iter("input", "textarea", "select"):
        name, kind = field.get("name"), field.get("type", "")
        if not name or field.get("disabled") is not None:
            continue
        if field.tag == "textarea" or (field.tag == "input" and kind in TEXTS):
            number = field.get("inputmode") in ("decimal", "numeric")
            sent.append((name, NO_NUMBER if number else REFUSED))
            names.append(name)
        elif field.tag == "input" and kind in SOUND:
            sent.append((name, SOUND[kind]))
        elif field.tag == "select":
            chosen = sorted(field.value) if field.multiple else [field.value or ""]
            sent += [(name, one) for one in chosen]
        elif kind in ("radio", "checkbox"):
            if field.get("checked") is not None:
                sent.append((name, field.get("value", "on")))
        elif kind != "file":
            sent.append((name, field.get("value", "")))
    main = form.xpath(".//button[@name][contains(@class, 'is-primary')]")
    sent += [(button.get("name"), button.get("value", "")) for button in main[:1]]
    return sent, names


def forms(page: bytes) -> Iterator[Any]:
    """The forms of a page in which something is typed, but for passwords."""
    for form in lxml.html.fromstring(page).xpath("//main//form[@method='post']"):
        if not form.xpath(".//input[@type='password']"):
            yield form


def told(page: bytes, names: list[str]) -> str:
    """What a refused page lacks, "" where it holds all that was typed and a reason."""
    tree = lxml.html.fromstring(page)
    for name in names:
        fields = tree.xpath("//*[@name=$name]", name=name)
        held = [f.text or "" if f.tag == "textarea" else f.get("value", "") for f in fields]
        if not any(TYPED in text or NO_NUMBER in text for text in held):
            return f"« {name} » revient vide"
    if not tree.xpath("//main//*[contains(@class, 'field-error') or contains(@class, 'is-bad')]"):
        return "aucune raison"
    return ""


def _faults(client: Client, url: str) -> Iterator[str]:
    page = client.get(url)
    if page.status_code != 200 or not page.headers["Content-Type"].startswith("text/html"):
        return
    for form in forms(page.content):
        sent, names = typed(form)
        if not names:
            continue
        data: dict[str, list[str]] = {}
        for name, text in sent:
            data.setdefault(name, []).append(text)
        there = urljoin(url, form.get("action") or "").partition("#")[0]
        with transaction.atomic():
            answer = client.post(there, data)
            transaction.set_rollback(True)
        if answer.status_code not in (200, 409, 422):
            yield f"{url} → {there} : {answer.status_code} {names[:4]}"
        elif fault := told(answer.content, names):
            yield f"{url} → {there} : {fault}"


def test_a_refused_form_comes_back_filled(db: None, settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = settings.LEDGER_ROOT = tmp_path
    world: World = build(actors_of, "draft")
    client = world.people.installation.client
    addresses = {url for name in table() for url in world.variants(name)}
    faults = {fault for url in sorted(addresses) for fault in _faults(client, url)}
    assert not faults, "\n" + "\n".join(sorted(faults))
