"""Builders of test data: documents, editions, people."""

from __future__ import annotations

import atexit
import datetime as dt
import hashlib
import html
import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import mkdtemp
from types import SimpleNamespace
from typing import Any

import orjson
from django.conf import settings
from django.test import Client

from maillage.imports.flow import ImportFlow
from maillage.imports.models import PendingImport
from maillage.ledger.actions import change_mapping, record_file
from maillage.ledger.engine.ledger_file import LedgerFile
from maillage.ledger.engine.ledger_reader import read_ledger
from maillage.ledger.engine.mapping import RuleValue
from maillage.ledger.models import BookFile
from maillage.network.models import Entity, Function, Network
from maillage.network.rules import siren_fault
from maillage.people.actions import grant_mandate, open_account
from maillage.people.actors import INSTALLATION, Actor, Role
from maillage.people.queries import actor_of
from maillage.schemes.actions import import_edition
from maillage.schemes.engine.adoption import Adoption
from maillage.schemes.engine.document import (
    EditionDocument,
    EditionFile,
    EntityDoc,
    EntityKind,
    FunctionDoc,
    MilestoneDoc,
    MilestoneNature,
    PlacementDoc,
    ProcessDoc,
    SectionDoc,
    SectionKind,
)
from maillage.schemes.models import Edition
from tests.generated_books import BookEntity, Truth, generate_books
from tests.remembered import remembered

PASSWORD = "un-mot-de-passe-de-test"


def small_document(network: str = "essai", **changes: Any) -> EditionDocument:
    """Three chambers, an operator, the national head; two functions of two processes."""
    values: dict[str, Any] = {
        "network_code": network,
        "network_name": f"Réseau {network}",
        "fictional": True,
        "scheme_code": "srom-essai",
        "scheme_title": "Schéma d'essai",
        "start_year": 2022,
        "end_year": 2027,
        "number": 1,
        "title": "Première édition",
        "entities": (
            EntityDoc("region", "Chambre régionale", "Région", EntityKind.REGIONAL),
            EntityDoc("nord", "Chambre du Nord", "Nord", EntityKind.TERRITORIAL, "59"),
            EntityDoc("sud", "Chambre du Sud", "Sud", EntityKind.TERRITORIAL, "13"),
            EntityDoc("tete", "Tête de réseau", "Tête", EntityKind.NATIONAL),
            EntityDoc("tiers", "Opérateur tiers", "Tiers", EntityKind.OPERATOR),
        ),
        "functions": (FunctionDoc("finances", "Finances"), FunctionDoc("rh", "Personnel")),
        "processes": (
            ProcessDoc("achats", "finances", "Comptabilité fournisseurs"),
            ProcessDoc("tresorerie", "finances", "Trésorerie"),
            ProcessDoc("paie", "rh", "Paie", "Administration", region_only=True),
            ProcessDoc("formation", "rh", "Formation", "Développement"),
        ),
        "milestones": (
            MilestoneDoc("2022", "2022", dt.date(2022, 1, 1), MilestoneNature.INVENTORY),
            MilestoneDoc("2024", "2024", dt.date(2024, 1, 1), MilestoneNature.STATUS),
            MilestoneDoc("2027", "2027", dt.date(2027, 1, 1), MilestoneNature.PROJECTION),
        ),
        "placements": (
            PlacementDoc(
                "achats", "2022", mode="A", source_document="Schéma d'essai", source_page="p. 1"
            ),
            PlacementDoc(
                "achats",
                "2024",
                mode="M",
                complementary="CH",
                lead="nord",
                served=("nord", "region", "sud"),
                source_document="Schéma d'essai",
                source_page="p. 2",
            ),
            PlacementDoc("achats", "2024", "sud", mode="A", source_document="Schéma d'essai"),
            PlacementDoc(
                "paie",
                "2027",
                mode="I",
                lead="region",
                served=("nord", "sud"),
                integration="regional",
                source_document="Schéma d'essai",
            ),
            PlacementDoc("formation", "2022", mode="-"),
        ),
        "sections": (
            SectionDoc("preambule", SectionKind.PREAMBLE, "Préambule", "Un texte.\n\n- un point"),
        ),
    }
    return EditionDocument(**(values | changes))


def load(document: EditionDocument, *, adopted: bool = False) -> Edition:
    """Import a document as a draft, or as an adopted edition."""
    file = EditionFile(document)
    if adopted:
        adoption = Adoption("Assemblée générale", dt.date(2022, 6, 15), "2022-01")
        file = EditionFile(document, "adopted", adoption)
    return remembered(file, lambda: import_edition(None, file, actor=INSTALLATION))


def person(email: str, mandate: dict[str, Any] | None) -> SimpleNamespace:
    """An account with one mandate (or none), its actor and a signed-in client."""
    user = open_account(
        None,
        actor=INSTALLATION,
        email=email,
        full_name=email.split("@", maxsplit=1)[0],
        password=PASSWORD,
    )
    if mandate is not None:
        grant_mandate(user, actor=INSTALLATION, **mandate)
    client = Client()
    client.force_login(user)
    return SimpleNamespace(user=user, actor=actor_of(user), client=client)


KEEPERS = {"finances", "administrator", "installation"}
"""Who of `actors_of` writes the finances of the network, hence of each chamber."""
NORD_KEEPERS = KEEPERS | {"nord"}
EVERYONE = ["anonymous", "stranger", "reader", "nord", *sorted(KEEPERS)]
OF_A_CHAMBER = [
    *((name, "nord", name in NORD_KEEPERS) for name in EVERYONE),
    *((name, "sud", name in KEEPERS) for name in EVERYONE),
]
"""Who writes the finances of which chamber."""


def actors_of(edition: Edition) -> SimpleNamespace:
    """The actors of an edition's network, each with `user`, `actor` and a signed-in `client`."""
    network: Network = edition.scheme.network
    return remembered(("actors", network.pk), lambda: _actors_of(network))


def _actors_of(network: Network) -> SimpleNamespace:
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


AXES = ("numerique", "export")


@cache
def _books(axes: tuple[str, ...]) -> Truth:
    """Small books of the chambers of `small_document`, made once."""
    place = Path(mkdtemp(prefix="maillage-livres-"))
    atexit.register(rmtree, place, ignore_errors=True)
    return generate_books(place, seed=3, lines=3000, entities=CHAMBERS, axes=axes)


CHAMBERS = tuple(
    BookEntity(
        code, name, next(f"00001{n}{k}" for k in range(10) if not siren_fault(f"00001{n}{k}"))
    )
    for n, (code, name) in enumerate(
        [("region", "Région"), ("nord", "Nord"), ("sud", "Sud")], start=120
    )
)
"""Who keeps the generated books; partners are named by these codes of `small_document`."""


def books_of_chambers(axes: tuple[str, ...] = ()) -> Truth:
    """The truth of the generated books; `files` are their FEC, in the order of CHAMBERS."""
    return _books(axes)


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@cache
def _read(path: Path) -> LedgerFile:
    """A generated book, read once into a store of its own."""
    return read_ledger(path, store=path.parent / "store", name=path.name)


def keep_books(
    network: Network, *codes: str, year: int = 2025, axes: tuple[str, ...] = ()
) -> list[BookFile]:
    """Put the generated book of each of these chambers in place, as an import would."""
    truth, kept = books_of_chambers(axes), []
    for chamber, path in zip(CHAMBERS, truth.files, strict=True):
        if chamber.code in codes:
            entity = network.entities.get(code=chamber.code)
            store = Path(settings.LEDGER_ROOT) / network.code / entity.code / str(year)
            read = _read(path)
            assert read.folder is not None
            # One content is one book: that of another year has its own print.
            sha256 = read.sha256 if year == 2025 else sha(f"{read.sha256} {year}".encode())
            folder = store / sha256
            copytree(read.folder, folder, dirs_exist_ok=True)
            content = read.content if year == 2025 else sha(f"{read.content} {year}".encode())
            read = replace(read, folder=folder, sha256=sha256, content=content)
            closing = dt.date(year, 12, 31)
            kept.append(recorded(network, entity, closing, read))
    return kept


def recorded(network: Network, entity: Entity, closing: dt.date, read: LedgerFile) -> BookFile:
    """The book of a chamber, from what was read of a file: its rows are remembered."""
    step = ("book", entity.pk, closing, read.sha256, read.content)
    return remembered(step, lambda: record_file(network, entity, closing, read, actor=INSTALLATION))


def mapped(network: Network, roots: Iterable[str]) -> None:
    """Send each local account to the common account it begins with."""
    rules = tuple(RuleValue("", root, False, root) for root in sorted(roots))
    remembered(
        ("rules", network.pk, rules),
        lambda: change_mapping(network, rules, actor=INSTALLATION, label="Essai"),
    )


def waiting_file(flow: ImportFlow, target: Any, actor: Actor, rows: Any) -> PendingImport:
    """A file already read, as its upload would have left it, whatever the state of the thing."""
    return PendingImport.objects.create(
        flow=flow.name,
        chain=target.chain,
        subject=target.subject,
        actor=actor.identity,
        filename="fichier.csv",
        rows=orjson.dumps(rows, option=orjson.OPT_NON_STR_KEYS),
        seen=flow.version(target),
    )


def shown_by(page: str, typed: dict[str, Any]) -> dict[str, str]:
    """What the form of a page that takes these fields says it showed; nothing where none says."""
    read = re.compile(r'name="(vu|lu|seen|version|montre)" value="([^"]*)"')
    forms = [form for form in page.split("<form")[1:] if read.search(form)]
    own = max(forms, key=lambda f: sum(f'name="{name}"' in f for name in typed), default="")
    return dict(read.findall(html.unescape(own)))


def acted(client: Any, url: str, data: dict[str, Any] | None = None) -> Any:
    """Send a form of a page with what the page said it showed, as a browser does."""
    typed = data or {}
    return client.post(url, shown_by(client.get(url).content.decode(), typed) | typed)


def shown_by_review(client: Any, review: str) -> dict[str, str]:
    """What the form of the review of a file gives back."""
    shown = re.search(r'name="vu" value="(\d+)"', client.get(review).content.decode())
    assert shown
    return {"vu": shown[1]}


def apply_import(client: Any, review: str, chosen: dict[str, str] | None = None) -> Any:
    """Read the review of a file and accept what it shows, as its form does."""
    return client.post(f"{review}appliquer/", shown_by_review(client, review) | (chosen or {}))
