"""What tests share: a small edition, the people who act on it, a client for each."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import caches
from django.test import Client

from maillage.network.models import Entity, Function, Network
from maillage.people.actors import Actor, Role
from maillage.schemes.models import Edition
from tests.builders import load, person, small_document


@pytest.fixture(autouse=True)
def _clean_caches() -> None:
    for cache in caches.all():
        cache.clear()


@pytest.fixture(autouse=True)
def _ledger_root(settings: LazySettings, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Each test keeps its books in a place of its own, made only where something is put in it."""
    settings.LEDGER_ROOT = tmp_path_factory.getbasetemp() / f"livres-{uuid.uuid4()}"


@pytest.fixture
def draft(db: None) -> Edition:
    return load(small_document())


@pytest.fixture
def adopted(db: None) -> Edition:
    return load(small_document(), adopted=True)


@pytest.fixture
def people(db: None) -> Callable[..., SimpleNamespace]:
    """Make the actors of a network: `people(edition).nord.actor`, `.client`, `.user`."""

    def make(edition: Edition) -> SimpleNamespace:
        network: Network = edition.scheme.network
        nord = Entity.objects.get(network=network, code="nord")
        finances = Function.objects.get(network=network, code="finances")
        mandates: dict[str, dict[str, Any] | None] = {
            "installation": {"role": Role.ADMINISTRATOR},
            "administrator": {"role": Role.ADMINISTRATOR, "network": network},
            "nord": {"role": Role.ENTITY_EDITOR, "network": network, "entity": nord},
            "finances": {"role": Role.FUNCTION_EDITOR, "network": network, "function": finances},
            "reader": {"role": Role.READER, "network": network},
            "stranger": None,
        }
        made = {}
        for name, mandate in mandates.items():
            made[name] = person(f"{name}-{network.code}@essai.test", mandate)
        anonymous = SimpleNamespace(user=None, actor=Actor(""), client=Client())
        return SimpleNamespace(anonymous=anonymous, **made)

    return make
