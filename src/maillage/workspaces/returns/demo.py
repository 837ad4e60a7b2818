"""Returns of the fictitious network: one small report of its own, filled and partly typed, and the
empty definition of a norm nobody gave. Entered through the acts as people would; all invented."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone

from maillage.ledger.queries.books import years_kept
from maillage.network.models import Network
from maillage.network.queries import chambers_of
from maillage.people.actors import INSTALLATION
from maillage.workspaces.returns.actions.definitions import define_return, publish_version
from maillage.workspaces.returns.actions.restitutions import (
    check_restitution,
    comment_cell,
    open_restitution,
    send_restitution,
    type_cells,
)
from maillage.workspaces.returns.engine.definition import Column, Control, Definition, Line
from maillage.workspaces.returns.engine.starts import NORME_4_9
from maillage.workspaces.returns.models import Restitution
from maillage.workspaces.returns.queries.reading import read

INDICATORS = Definition(
    (
        Line("T1", "Exploitation", "heading"),
        Line("TAXE", "Taxe reçue", "accounts", "759", "keuro", "credit"),
        Line("VENTES", "Ventes et prestations", "accounts", "70", "keuro", "credit"),
        Line("PRODUITS", "Produits, tous comptes", "accounts", "7", "keuro", "credit"),
        Line("ACHATS", "Achats et services extérieurs", "accounts", "60-62", "keuro", "debit"),
        Line("PERSONNEL", "Charges de personnel", "accounts", "64", "keuro", "debit"),
        Line("CHARGES", "Charges, tous comptes", "accounts", "6", "keuro", "debit"),
        Line("RESULTAT", "Résultat", "formula", "PRODUITS - CHARGES", "keuro"),
        Line("T2", "Structure", "heading"),
        Line("DISPO", "Disponibilités", "accounts", "51-53", "keuro", "debit"),
        Line("PART_PERS", "Personnel dans les charges", "formula", "PERSONNEL / CHARGES * 100",
             "percent", "debit", 1),
        Line("T3", "Moyens", "heading"),
        Line("ETP", "Effectif au 31 décembre", "typed", "", "fte", "debit", 1),
        Line("COUT_ETP", "Charges de personnel par ETP", "formula", "PERSONNEL / ETP", "keuro",
             "debit", 1),
    ),
    (
        Column("N", "réalisé", "each"),
        Column("SOMME", "Réseau, somme", "sum"),
        Column("CONSO", "Réseau, consolidé", "consolidated"),
        Column("BP", "Réseau, budget primitif", "sum", "initial"),
        Column("N1", "Réseau, an passé", "sum", "books", -1),
    ),
    (
        Control("POSITIF", "Résultat positif ou nul", "RESULTAT >= 0"),
        Control("COMPLET", "Résultat égal aux produits moins les charges",
                "abs(RESULTAT - (PRODUITS - CHARGES)) < 1", True),
    ),
)  # fmt: skip
ABOUT = "État inventé pour la démonstration\u00a0: ni ses lignes ni son destinataire n’existent."
STAFF = ("41.5", "28", "36.2", "19.4", "24", "31.6", "22.5")


def fill(network: Network) -> None:
    """Two years of the report, the former one sent."""
    if network.return_definitions.exists():
        return
    define_return(
        network, actor=INSTALLATION, code=NORME_4_9.code, title=NORME_4_9.title,
        receiver=NORME_4_9.receiver, about=NORME_4_9.about,
    )  # fmt: skip
    made = define_return(
        network, actor=INSTALLATION, code="indicateurs-de-demonstration",
        title="Indicateurs de gestion de la démonstration", receiver="la direction du réseau",
        about=ABOUT, content=INDICATORS,
    )  # fmt: skip
    publish_version(made.versions.get(), actor=INSTALLATION, note="Première version")
    for rank, year in enumerate(sorted(years_kept(network)[:2])):
        held = open_restitution(made, actor=INSTALLATION, year=year)
        _type(held, len(STAFF) if rank == 0 else 3)
        if rank == 0:
            _send(held)


def _type(held: Restitution, count: int) -> None:
    """The staff of some chambers, and a word on one of them."""
    chambers = chambers_of(held.network)
    found = read(held, INSTALLATION)
    own = [c for c in found.columns if c.code.startswith("N_")][:count]
    values = {("ETP", c.code): Decimal(n) for c, n in zip(own, STAFF, strict=False)}
    type_cells(held, actor=INSTALLATION, columns=own, chambers=chambers, values=values)
    comment_cell(
        held, actor=INSTALLATION, row="ETP", column=own[0], chambers=chambers,
        text="Effectif payé au 31 décembre, contrats aidés compris.",
    )  # fmt: skip


def _send(held: Restitution) -> None:
    check_restitution(held, actor=INSTALLATION)
    reasons = {
        "POSITIF": "Exercice de transition\u00a0: déficit voté, couvert par les réserves.",
        "COMPLET": "Budget et an passé ne sont pas tous connus de ce réseau fictif.",
    }
    send_restitution(held, actor=INSTALLATION, on=timezone.localdate(), reasons=reasons)
