"""What tests of returns start from: two small books a year, a budget, a definition over them."""

from __future__ import annotations

from maillage.network.models import Network
from maillage.people.actors import INSTALLATION
from maillage.workspaces.returns.actions.definitions import define_return, publish_version
from maillage.workspaces.returns.actions.restitutions import open_restitution
from maillage.workspaces.returns.engine.definition import Column, Control, Definition, Line
from maillage.workspaces.returns.models import Restitution, ReturnDefinition
from tests.workspaces.finance.small_books import keep_book

ROWS = (
    Line("T", "Exploitation", "heading"),
    Line("CH", "Charges", "accounts", "6, !641"),
    Line("PE", "Personnel", "accounts", "641", "keuro", "debit", 1),
    Line("PR", "Produits", "accounts", "7", "euro", "credit"),
    Line("R", "Résultat", "formula", "PR - CH - PE"),
    Line("ETP", "Effectif", "typed", "", "fte", "debit", 2),
    Line("C", "Charges de personnel par ETP", "formula", "PE / ETP", "euro", "debit", 2),
)
COLUMNS = (
    Column("N", "Réalisé", "each"),
    Column("S", "Réseau", "sum"),
    Column("N1", "An passé", "sum", "books", -1, "year"),
    Column("BP", "Budget", "each", "initial"),
)
DEFINITION = Definition(ROWS, COLUMNS, (Control("K", "Résultat positif", "R > 0"),))


def books(network: Network, *codes: str, year: int = 2025) -> None:
    """Charges of 10.00 and pay of 2 000.00, products of 2 500.00 each month."""
    for code in codes or ("region", "nord", "sud"):
        moves = {("606", m): 10_00 for m in range(1, 13)}
        moves |= {("641", m): 2_000_00 for m in range(1, 13)}
        moves |= {("706", m): -2_500_00 for m in range(1, 13)}
        keep_book(network, code, year, moves)


def defined(
    network: Network, content: Definition = DEFINITION, code: str = "indicateurs"
) -> ReturnDefinition:
    made: ReturnDefinition = define_return(
        network, actor=INSTALLATION, code=code, title="Indicateurs d’essai",
        receiver="La tête de réseau", content=content,
    )  # fmt: skip
    return made


def published(
    network: Network, content: Definition = DEFINITION, code: str = "indicateurs"
) -> ReturnDefinition:
    made = defined(network, content, code)
    publish_version(made.versions.get(), actor=INSTALLATION)
    return made


def opened(
    network: Network, content: Definition = DEFINITION, year: int = 2025, month: int = 12
) -> Restitution:
    held = network.return_definitions.filter(code="indicateurs").first()
    held = held or published(network, content)
    made: Restitution = open_restitution(held, actor=INSTALLATION, year=year, month=month)
    return made
