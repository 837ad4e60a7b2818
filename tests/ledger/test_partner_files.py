"""What is attached comes back from a file: reviewed, refused cell by cell, the same by command."""

from __future__ import annotations

import datetime as dt
import io
import json
import shutil
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.kernel.models import Event
from maillage.kernel.verdicts import Refusal
from maillage.ledger.actions import name_partner, name_partners, record_file
from maillage.ledger.engine.ledger_reader import read_ledger
from maillage.ledger.engine.partners import Attached, Partners
from maillage.ledger.partner_files import partners_table, read_partners
from maillage.ledger.queries.partners import attached_of, partners_version
from maillage.network.queries import chambers_of
from maillage.people.actors import INSTALLATION
from maillage.sheets.findings import Unreadable
from maillage.sheets.writing import Table, to_csv, to_xlsx
from tests.journeys.test_from_nothing import text_of
from tests.ledger.engine.fec_text import written
from tests.ledger.engine.test_inference import rows_of
from tests.ledger.test_mapping_files import as_ods
from tests.ledger.test_partners import BOOKS, HERE, eliminated, world

pytestmark = pytest.mark.usefixtures("common_books")

__all__ = ["world"]

FINANCES = "/reseaux/essai/finances/"
TITLES = "Livre;Nature;Écrit;Désigne"
CHAMBERS = {"nord": "Nord", "sud": "Sud", "region": "Région"}
ROWS = [
    Attached("", "number", "007", "sud"),
    Attached("region", "number", "=C-1", "sud"),
    Attached("region", "account", "451100", "nord"),
    Attached("nord", "label", "cci  du sud", "sud"),
]


@pytest.mark.parametrize(
    "write", [to_csv, lambda t: to_xlsx(t, dt.date(2026, 1, 1)), as_ods], ids=["csv", "xlsx", "ods"]
)
def test_what_is_attached_reads_back_as_it_is_written(write: Any) -> None:
    table: Table = partners_table(ROWS)
    assert read_partners(write(table), "partenaires", CHAMBERS) == ROWS


def test_codes_and_natures_are_read_in_any_case() -> None:
    data = f"{TITLES}\nREGION;compte auxiliaire; C1 ;Sud\n".encode()
    assert read_partners(data, "p.csv", CHAMBERS) == [Attached("region", "number", "C1", "sud")]


@pytest.mark.parametrize(
    ("rows", "where", "what"),
    [
        ("est;Compte auxiliaire;C1;sud", "Livre", "chambre inconnue"),
        ("nord;Compte auxiliaire;C1;est", "Désigne", "chambre inconnue"),
        ("nord;Compte auxiliaire;C1;", "Désigne", "chambre manquante"),
        ("nord;Numéro;C1;sud", "Nature", "nature inconnue"),
        ("nord;;C1;sud", "Nature", "nature manquante"),
        ("nord;Compte local;;sud", "Écrit", "un texte est attendu"),
        (f"nord;Compte auxiliaire;{'9' * 61};sud", "Écrit", "60 caractères au plus"),
        ("nord;Mots d’un libellé;cci;sud", "Écrit", "4 caractères au moins"),
        ("nord;Compte auxiliaire;C1;nord", "Désigne", "son propre partenaire"),
        ("nord;Compte local;4511;sud\nnord;Compte local;4511;region", "Écrit", "deux fois"),
        ("nord;Compte auxiliaire;c1;sud\nnord;Compte auxiliaire;C1;sud", "Écrit", "deux fois"),
    ],
)
def test_each_fault_is_told_at_its_cell(rows: str, where: str, what: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_partners(f"{TITLES}\n{rows}\n".encode(), "p.csv", CHAMBERS)
    (fault,) = refused.value.findings
    line = 1 + len(rows.splitlines())
    assert fault.where == f"ligne {line}, colonne {where}"
    assert what in fault.what


def test_an_empty_file_attaches_nothing_and_says_so() -> None:
    with pytest.raises(Unreadable, match="rien à rattacher"):
        read_partners(f"{TITLES}\n".encode(), "p.csv", CHAMBERS)


REFUSED = [
    ([Attached("nord", "number", " ", "sud")], "un texte est attendu"),
    ([Attached("nord", "autre", "C1", "sud")], "La nature est à choisir"),
    ([Attached("nord", "number", "C1", "est")], "La chambre est à choisir"),
    ([Attached("est", "number", "C1", "sud")], "Le livre est à choisir"),
    ([Attached("nord", "number", "C1", "nord")], "son propre partenaire"),
    ([ROWS[0], ROWS[2], Attached("nord", "label", "cci", "sud")], "Ligne 3"),
    ([Attached("", "number", "c1", "sud"), Attached("", "number", "C1", "nord")], "deux fois"),
]


@pytest.mark.parametrize(("rows", "words"), REFUSED)
def test_what_does_not_hold_is_refused_whole(
    world: SimpleNamespace, rows: list[Attached], words: str
) -> None:
    with pytest.raises(Refusal, match=words):
        name_partners(world.network, rows, actor=world.finances.actor)
    assert attached_of(world.network) == []


def test_only_who_keeps_finances_and_only_on_what_was_seen(world: SimpleNamespace) -> None:
    network = world.network
    with pytest.raises(Refusal, match="fonction finances"):
        name_partners(network, ROWS, actor=world.nord.actor)
    seen = partners_version(network)
    name_partner(network, None, "X", world.by["sud"].pk, actor=INSTALLATION)
    with pytest.raises(Refusal, match="Les partenaires ont changé depuis la lecture"):
        name_partners(network, ROWS, actor=world.finances.actor, version=seen)
    name_partner(network, None, "x", 0, actor=INSTALLATION)
    assert partners_version(network) == seen


def test_one_act_is_one_event_and_the_same_file_writes_nothing_twice(
    world: SimpleNamespace,
) -> None:
    network, actor = world.network, world.finances.actor
    name_partner(network, world.by["region"].pk, "=c-1", world.by["nord"].pk, actor=actor)
    before = Event.objects.count()
    assert name_partners(network, ROWS, actor=actor) == len(ROWS)
    (event,) = Event.objects.order_by("pk")[before:]
    assert (event.verb, event.subject) == ("ledger.partners.named", network.subject)
    (former,) = event.diff["replaced"]
    assert (former["written"], former["chamber"]) == ("=c-1", "nord")
    assert sorted(attached_of(network), key=str) == sorted(ROWS, key=str)
    assert name_partners(network, ROWS, actor=actor) == 0
    assert Event.objects.count() == before + 1


def sent(world: SimpleNamespace, data: bytes) -> Any:
    file = SimpleUploadedFile("partenaires.csv", data)
    return world.finances.client.post(f"{HERE}importer/", {"file": file}, follow=True)


def former_book(world: SimpleNamespace, folder: Path, code: str) -> None:
    """The same book a year before."""
    rows = rows_of(BOOKS[code])
    for row in rows[1:]:
        row[3] = row[9] = row[15] = row[3].replace("2025", "2024")
    (folder / f"{code} 2024").mkdir()
    store = Path(settings.LEDGER_ROOT) / world.network.code / code / "2024"
    read = read_ledger(written(folder / f"{code} 2024", rows), store=store)
    record_file(world.network, world.by[code], dt.date(2024, 12, 31), read, actor=INSTALLATION)


def test_a_file_is_reviewed_with_its_effect_then_applied(
    world: SimpleNamespace, tmp_path: Path
) -> None:
    """Its effect on every exercise: what is attached is of all of them."""
    network, sud = world.network, world.by["sud"]
    for code in ("region", "sud"):
        former_book(world, tmp_path, code)
    name_partner(network, None, "T1", world.by["nord"].pk, actor=INSTALLATION)
    before = eliminated(network)
    rows = "region;Compte auxiliaire;C0001;sud\n;Compte auxiliaire;t1;sud\n"
    review = sent(world, f"{TITLES}\n{rows}".encode())
    page = text_of(review).replace("\u00a0", " ")
    assert "2 rattachements lus, 2 rattachements changeraient" in page
    assert "Tous les livres" in page and "1 rattachement vaudrait dans tous les livres" in page
    assert world.by["nord"].short_name in page and sud.short_name in page
    told = page.split("Exercice 2025")[1]
    assert "Ce que cela éliminerait" in page and "100,00" in told.split("Exercice 2024")[0]
    assert "100,00" in told.split("Exercice 2024")[1]
    assert eliminated(network) == before
    here = review.redirect_chain[-1][0]
    world.finances.client.post(f"{here}appliquer/", {"vu": review.context["version"]})
    assert {(r.holder, r.written, r.chamber) for r in attached_of(network)} == {
        ("region", "C0001", "sud"), ("", "t1", "sud"),
    }  # fmt: skip
    assert eliminated(network)["411"] - before.get("411", 0) == 10_000
    data = world.finances.client.get(f"{HERE}export.csv").content
    assert "Ce que cela éliminerait" not in text_of(sent(world, data))
    assert "Le fichier ne change rien" in text_of(sent(world, data)).replace("\u00a0", " ")


def test_faults_are_shown_and_the_model_has_the_columns(world: SimpleNamespace) -> None:
    answer = sent(world, f"{TITLES}\nnord;Compte auxiliaire;C1;nrd\n".encode())
    assert answer.status_code == 422
    assert "chambre inconnue" in text_of(answer) and "Désigne" in text_of(answer)
    name_partner(world.network, None, "T1", world.by["nord"].pk, actor=INSTALLATION)
    model = world.finances.client.get(f"{HERE}export.csv?modele=oui").content.decode("utf-8-sig")
    assert model.splitlines() == [TITLES]
    assert f"{HERE}importer/" in world.finances.client.get(HERE).content.decode()
    assert f"{HERE}importer/" not in world.reader.client.get(HERE).content.decode()


def test_a_review_asks_as_much_of_few_and_many(world: SimpleNamespace) -> None:
    def count(rows: int) -> int:
        lines = "".join(f"region;Compte auxiliaire;C{n};sud\n" for n in range(rows))
        there = sent(world, f"{TITLES}\n{lines}".encode()).redirect_chain[-1][0]
        with CaptureQueriesContext(connection) as captured:
            assert world.finances.client.get(there).status_code == 200
        return len(captured)

    assert count(1) == count(40)


# -- the command ----------------------------------------------------------------------------------

SIRENS = {"region": "000012013", "sud": "000012021", "nord": "000012039"}


def command(world: SimpleNamespace, tmp_path: Path, *more: str) -> dict[str, Any]:
    """The command over the same books, with the rules the page exports."""
    folder = tmp_path / "livres"
    folder.mkdir(exist_ok=True)
    rows = ["siren;code;nom;auxiliaires"]
    for chamber in chambers_of(world.network):
        if chamber.code in SIRENS:
            siren = SIRENS[chamber.code]
            (source,) = (tmp_path / chamber.code).glob("*.txt")
            shutil.copy(source, folder / f"{siren}FEC20251231.txt")
            rows.append(f"{siren};{chamber.code};{chamber.short_name};{chamber.siren}")
    chambers, rules = tmp_path / "chambres.csv", tmp_path / "regles.csv"
    chambers.write_text("\n".join(rows), "utf-8")
    rules.write_bytes(world.reader.client.get(f"{FINANCES}correspondances/regles.csv").content)
    out = io.StringIO()
    call = ("ledger-consolidate", str(folder), "--json", f"--chambers={chambers}",
            f"--rules={rules}", *more)  # fmt: skip
    with suppress(SystemExit):  # gaps are to be looked at
        call_command(*call, stdout=out, stderr=io.StringIO())
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def figures(told: dict[str, Any]) -> dict[str, Any]:
    """All that is told but where it was read."""
    tables = {t["title"]: t["rows"] for t in told["tables"] if t["title"] != "Périmètre"}
    return {**tables, **{key: told[key] for key in ("gaps", "balances", "differences", "remarks")}}


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_what_the_pages_attach_gives_the_command_the_same_figures(
    world: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, extension: str
) -> None:
    monkeypatch.setenv("MAILLAGE_HOME", str(tmp_path / "home"))
    rows = [
        Attached("region", "number", "c0001", "sud"),
        Attached("nord", "account", "451100", "sud"),
        Attached("sud", "label", "libellé", "nord"),
    ]
    name_partners(world.network, rows, actor=INSTALLATION)
    get = world.reader.client.get
    expected = json.loads(get(f"{FINANCES}comptes.json?exercice=2025").content)
    partners = tmp_path / f"partenaires.{extension}"
    partners.write_bytes(get(f"{HERE}export.{extension}").content)
    told = figures(command(world, tmp_path, f"--partners={partners}"))
    for key, value in figures(expected).items():
        assert told[key] == value, key
    without = figures(command(world, tmp_path))
    assert without["Contrôle des éliminations"] != told["Contrôle des éliminations"]


def test_exports_of_nothing_change_nothing(
    world: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAILLAGE_HOME", str(tmp_path / "home"))
    more = []
    for option, page in (("partners", HERE), ("adjustments", f"{FINANCES}retraitements/")):
        path = tmp_path / f"{option}.csv"
        path.write_bytes(world.reader.client.get(f"{page}export.csv").content)
        assert len(path.read_text("utf-8").splitlines()) == 1
        more.append(f"--{option}={path}")
    assert figures(command(world, tmp_path, *more)) == figures(command(world, tmp_path))


def test_partners_that_cannot_be_are_a_wrong_call(world: SimpleNamespace, tmp_path: Path) -> None:
    path = tmp_path / "partenaires.csv"
    path.write_text(f"{TITLES}\nest;Compte auxiliaire;C1;sud\n", "utf-8")
    with pytest.raises(CommandError, match="ligne 2, colonne Livre") as raised:
        command(world, tmp_path, f"--partners={path}")
    assert raised.value.returncode == 2
    assert "chambre inconnue" in str(raised.value)


def test_also_wins_over_what_is_held_and_leaves_the_rest() -> None:
    held = Partners({("", "A"): "nord", ("sud", "B"): "nord"}, {("sud", "451"): "nord"})
    found = held.also([Attached("", "number", " a", "sud"), Attached("sud", "label", "Cci", "est")])
    assert found.of("est", "a") == "sud" and found.of("sud", "b") == "nord"
    assert found.accounts == {("sud", "451"): "nord"}
    assert found.patterns == {("sud", "Cci"): "est"}
