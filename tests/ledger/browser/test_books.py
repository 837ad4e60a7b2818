"""From files dropped on a page to consolidated accounts read and exported, in a real Chromium."""

from __future__ import annotations

import io
import re
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from maillage.ledger.models import BookFile, BookImport
from maillage.people.actors import Role
from maillage.schemes.models import Edition
from tests.browsing import Accessible, OpenPage, Stage, first_row
from tests.builders import CHAMBERS, books_of_chambers, keep_books, load, person, small_document

pytestmark = pytest.mark.slow

HERE = "/reseaux/essai/finances/"
DROP = """async (names) => {
  const all = new DataTransfer();
  for (const [name, text] of names) all.items.add(new File([text], name, {type: "text/plain"}));
  const form = document.querySelector("[data-drop]");
  for (const kind of ["dragenter", "dragover", "drop"])
    form.dispatchEvent(new DragEvent(kind, {dataTransfer: all, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def world(stage: Stage) -> SimpleNamespace:
    return stage(kept_by_chambers)


def kept_by_chambers() -> SimpleNamespace:
    edition: Edition = load(small_document())
    network = edition.scheme.network
    for chamber in CHAMBERS:
        network.entities.filter(code=chamber.code).update(siren=chamber.siren)
    function = network.functions.get(code="finances")
    mandate = {"role": Role.FUNCTION_EDITOR, "network": network, "function": function}
    return SimpleNamespace(network=network, keeper=person("tenue@essai.test", mandate))


def read(page: Page) -> None:
    page.get_by_role("button", name="Lire les fichiers").click()
    page.wait_for_url("**/depots/**")


def faulty(path: Path) -> str:
    """A book whose third line gives an amount with a decimal point."""
    rows = path.read_bytes().decode("iso-8859-15").splitlines(keepends=True)
    rows[2] = rows[2].replace(",", ".")
    return "".join(rows)


def test_from_dropped_files_to_exported_accounts(
    world: SimpleNamespace, open_page: OpenPage, accessible: Accessible
) -> None:
    files = books_of_chambers().files
    page = open_page(HERE + "livres/", world.keeper.client)
    # One faulty book and two sound ones, dropped together.
    page.evaluate(DROP, [[files[0].name, faulty(files[0])]])
    expect(page.locator("[data-drop-list]")).to_contain_text(files[0].name)
    page.set_input_files("#files", [str(files[1]), str(files[2])])
    read(page)
    expect(page.get_by_text("Traitement terminé")).to_be_visible()
    page.goto(HERE + "livres/")
    page.evaluate(DROP, [[files[0].name, faulty(files[0])]])
    read(page)
    page.goto(HERE + "livres/region/2025/")
    page.get_by_role("link", name="Point décimal").click()
    expect(page.locator("#liste")).to_contain_text("une virgule décimale")
    accessible(page)
    # Corrected, it replaces after an agreement.
    page.goto(HERE + "livres/")
    page.set_input_files("#files", str(files[0]))
    read(page)
    expect(page.get_by_text("Des livres déjà en place seraient remplacés")).to_be_visible()
    accessible(page)
    page.get_by_role("button", name="Remplacer et lire").click()
    expect(page.get_by_text("Traitement terminé")).to_be_visible()
    assert BookFile.objects.filter(replaced_at=None).count() == 3
    assert BookFile.objects.count() == 4
    _map(page, accessible)
    _read_accounts(page)


def _map(page: Page, accessible: Accessible) -> None:
    page.goto(HERE + "correspondances/")
    accessible(page)
    page.get_by_role("button", name="Proposer des règles par le numéro").click()
    expect(page.get_by_role("heading", name="Comptes déplacés")).to_be_visible()
    accessible(page)
    page.get_by_role("button", name="Appliquer").click()
    expect(page.get_by_text("Tous les comptes de l’exercice")).to_be_visible()


def _read_accounts(page: Page) -> None:
    """The balance, then the lines behind one of its figures, then what chambers say."""
    for statement in ("bilan/", "balance/"):
        page.goto(HERE + statement)
        assert first_row(page, 390, 844) <= 700, "data on the first screen of a telephone"
        assert first_row(page) <= 340, statement
        _stays_in_sight(page)
    page.goto(HERE + "balance/?compte=641&centimes=oui")
    figure = page.locator("tbody td a").first
    shown = figure.inner_text()
    figure.click()
    page.wait_for_url("**/ecritures/**")
    assert shown in page.locator(".figures").inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="Exporter en XLSX").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert book.sheetnames == ["Écritures", "Lisez-moi"]
    notice = [row[0] for row in book["Lisez-moi"].iter_rows(values_only=True)]
    assert any("641" in str(line) for line in notice)
    _words_are_read(page)
    page.goto(HERE + "reciproques/?seulement=ecarts")
    page.get_by_role("link", name=re.compile("Montants différents|Manque chez")).first.click()
    expect(page.get_by_role("heading", name="Pièces qui ne se répondent pas")).to_be_visible()


FRAMED = """() => {
  const frame = document.querySelector(".scroll:has(> .amounts.is-sticky)");
  frame.scrollIntoView({ block: "start" });
  frame.scrollTo(60, 300);
  return new Promise((done) => setTimeout(() => {
    const box = frame.getBoundingClientRect();
    const first = frame.querySelector("thead th").getBoundingClientRect();
    const heads = [...frame.querySelectorAll("thead .num")];
    const starts = heads.map((head) => head.getBoundingClientRect().left);
    done({
      moved: [frame.scrollLeft > 0, frame.scrollTop > 0],
      head: first.top - box.top, names: first.left - box.left,
      cut: Math.min(...starts.map((left) => Math.abs(left - first.right))),
    });
  }, 400));
}"""


def _stays_in_sight(page: Page) -> None:
    """On a telephone, heads and names stay, and a column begins where the names end."""
    size = page.viewport_size
    page.set_viewport_size({"width": 390, "height": 844})
    found = page.evaluate(FRAMED)
    assert found["moved"] == [True, True], found
    assert max(abs(found["head"]), abs(found["names"]), found["cut"]) <= 1.5, found
    assert size is not None
    page.set_viewport_size(size)


WORDS = """() => {
  const [first, second] = document.querySelectorAll("main tbody tr:first-child > *");
  const [name, word] = [first.getBoundingClientRect(), second.getBoundingClientRect()];
  const frame = first.closest(".scroll");
  return {beside: word.left - name.right, below: word.top - name.bottom,
          framed: frame.scrollHeight - frame.clientHeight};
}"""


def _words_are_read(page: Page) -> None:
    """On a telephone, an entry is a card and the words of a pair stand beside its name, at rest."""
    size = page.viewport_size
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(HERE + "ecritures/")
    entry = page.evaluate(WORDS)
    assert entry["below"] >= -1 and entry["framed"] <= 1, entry
    page.goto(HERE + "reciproques/?seulement=toutes")
    page.wait_for_timeout(300)
    assert page.evaluate(WORDS)["beside"] >= -1
    assert size is not None
    page.set_viewport_size(size)


def test_files_are_given_without_script(world: SimpleNamespace, open_page: OpenPage) -> None:
    page = open_page(HERE + "livres/", world.keeper.client, java_script_enabled=False)
    page.set_input_files("#files", [str(path) for path in books_of_chambers().files])
    page.get_by_role("button", name="Lire les fichiers").click()
    page.wait_for_url("**/depots/**")
    assert BookFile.objects.count() == 3


def test_a_deposit_refused_is_told_and_another_is_dropped_at_once(
    world: SimpleNamespace, open_page: OpenPage, accessible: Accessible
) -> None:
    page = open_page(HERE + "livres/", world.keeper.client)
    page.evaluate(DROP, [["faux.txt", "Bonjour"]])
    page.get_by_role("button", name="Lire les fichiers").click()
    expect(page.get_by_role("alert")).to_contain_text("faux.txt")
    accessible(page)
    file = books_of_chambers().files[0]
    page.evaluate(DROP, [[file.name, file.read_text("utf-8")]])
    expect(page.locator("[data-drop-list]")).to_contain_text(file.name)
    read(page)
    expect(page.get_by_text("Traitement terminé")).to_be_visible()
    assert BookFile.objects.count() == 1


def test_a_followed_reading_shows_its_true_rows_once_over(
    world: SimpleNamespace, open_page: OpenPage
) -> None:
    entity = world.network.entities.get(code="nord")
    file = {"name": "nord.txt", "size": 9, "siren": "", "entity": entity.pk, "findings": []}
    file |= {"closing": "2025-12-31", "state": "waiting", "message": ""}
    deposit = BookImport.objects.create(network=world.network, state="queued", files=[file])
    page = open_page(f"{HERE}livres/depots/{deposit.pk}/", world.keeper.client)
    row = page.locator("tbody tr")
    expect(row).to_contain_text("En attente")
    file |= {"state": "done", "worst": "error", "lines": 12, "found": 1}
    BookImport.objects.filter(pk=deposit.pk).update(state="done", files=[file])
    expect(row).to_contain_text("Bloquant")
    expect(page.get_by_text("Traitement terminé")).to_be_visible()


def test_a_book_is_withdrawn_after_a_confirmation(
    world: SimpleNamespace, open_page: OpenPage, accessible: Accessible
) -> None:
    keep_books(world.network, "nord")
    page = open_page(HERE + "livres/nord/2025/", world.keeper.client)
    accessible(page)
    page.get_by_role("button", name="Retirer ce livre").click()
    page.get_by_role("button", name="Ne rien changer").click()
    assert BookFile.objects.filter(replaced_at=None).exists()
    page.get_by_role("button", name="Retirer ce livre").click()
    page.locator("dialog").get_by_role("button", name="Retirer ce livre").click()
    expect(page.get_by_text("Livre retiré le")).to_be_visible()
    accessible(page)
    page.get_by_role("button", name="Remettre en vigueur").click()
    page.locator("dialog").get_by_role("button", name="Remettre en vigueur").click()
    expect(page.get_by_text("de nouveau le fichier en vigueur")).to_be_visible()
    assert BookFile.objects.filter(replaced_at=None).exists()
