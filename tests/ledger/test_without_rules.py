"""Without rules given, the command places accounts as the pages propose it, and says which ones
their number alone would have placed elsewhere."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from maillage.ledger.engine.ledger_reader import read_ledger
from maillage.schemes.models import Edition
from tests.builders import CHAMBERS, recorded
from tests.ledger.engine.fec_text import written
from tests.ledger.engine.test_inference import rows_of
from tests.ledger.test_mapping import apply_shown
from tests.ledger.test_partners import CLOSING

pytestmark = pytest.mark.usefixtures("common_books")

LABELS = {
    "756200": "Taxe pour frais de chambres CVAE",
    "758710": "Reversement TFC reçu de la région",
    "758800": "Produits divers",
    "672100": "En cours d’exercice",
    "606100": "Énergie",
    "512000": "Banque",
}
PLACED = {"756200": "759", "758710": "7593", "758800": "758"}
ENTRIES = [
    [("512000", "", 5_000_00), ("756200", "", -5_000_00)],
    [("512000", "", 2_500_00), ("758710", "", -2_500_00)],
    [("512000", "", 1_500_00), ("758800", "", -1_500_00)],
    [("672100", "", 300_00), ("512000", "", -300_00)],
    [("606100", "", 70_00), ("512000", "", -70_00)],
]


def balance(told: dict[str, Any]) -> list[list[Any]]:
    table = next(t for t in told["tables"] if t["title"] == "Balance consolidée")
    return [row["values"] for row in table["rows"] if row["values"][0] not in ("", None)]


def test_the_command_places_what_the_pages_propose(
    draft: Edition, people: Callable[..., SimpleNamespace], tmp_path: Path
) -> None:
    network, chamber = draft.scheme.network, next(c for c in CHAMBERS if c.code == "nord")
    world = SimpleNamespace(network=network, **vars(people(draft)))
    rows = rows_of(ENTRIES)
    for row in rows[1:]:
        row[5] = LABELS[row[4]]
    folder = tmp_path / "livres"
    folder.mkdir()
    book = written(folder, rows, name=f"{chamber.siren}FEC20251231.txt")
    store = Path(settings.LEDGER_ROOT) / network.code / "nord" / "2025"
    recorded(network, network.entities.get(code="nord"), CLOSING, read_ledger(book, store=store))
    apply_shown(world, {"geste": "numero"})
    page = json.loads(
        world.finances.client.get("/reseaux/essai/finances/comptes.json?exercice=2025").content
    )
    names = tmp_path / "chambres.csv"
    name = network.entities.get(code="nord").short_name
    names.write_text(f"siren;code;nom;auxiliaires\n{chamber.siren};nord;{name};\n", "utf-8")
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command(
            "ledger-consolidate", str(folder), "--json", f"--chambers={names}",
            stdout=out, stderr=io.StringIO(),
        )  # fmt: skip
    command = json.loads(out.getvalue())
    assert balance(command) == balance(page) != []
    assert {row[0] for row in balance(command)} >= set(PLACED.values())
    (told,) = (f for f in command["findings"] if f["code"] == "mapping.carried")
    for number, target in PLACED.items():
        assert f"{number} «\u00a0{LABELS[number]}\u00a0» (nord) → {target}" in told["what"]
    assert "606100" not in told["what"]
    assert command["unmapped"], "672100 goes to no exceptional account unasked"
