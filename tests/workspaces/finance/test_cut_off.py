"""Read up to a month: budgets by their months, books as far as they go, each absence said."""

from __future__ import annotations

import datetime as dt
import re
from types import SimpleNamespace

import pytest

from maillage.costing.engine.budgets import By, ComparisonRow, Measure, compare, overall
from maillage.costing.queries.budgets import YearOfBudgets, year_of
from maillage.network.models import Network
from tests.workspaces.finance.budget_world import budget, entity, page_text, vote
from tests.workspaces.finance.small_books import keep_book

pytestmark = pytest.mark.usefixtures("november", "common_books")

LINES = {("606", ""): 1_200_00, ("641", "numerique"): 2_400_00, ("706", ""): 6_000_00}


def _budgets(network: Network, *codes: str) -> None:
    for code in codes:
        vote(budget(network, code, 2026, lines=LINES), dt.date(2025, 11, 20))


def _books(network: Network, code: str, last: int = 10, axis: str | None = None) -> None:
    """A hundred of charges a month up to one; ten more a month the year before, over the whole."""
    for year, cents, end in ((2026, 100_00, last), (2025, 110_00, 12)):
        keep_book(network, code, year, {("606", m): cents for m in range(1, end + 1)}, axis=axis)


def _rows(view: YearOfBudgets, by: By) -> dict[str, ComparisonRow]:
    columns, _coverage = view.columns(view.chambers, by=by, former=True)
    return {row.row: row for row in compare(columns, by, measure=Measure.CHARGES)}


def test_ten_months_are_compared_with_ten_months_of_budget_and_of_the_year_before(
    network: Network, who: SimpleNamespace
) -> None:
    _budgets(network, "nord")
    _books(network, "nord")
    view, nord = year_of(network, 2026, month=10), [entity(network, "nord")]
    assert view.reach.common.month == 10
    columns, coverage = view.columns(nord, former=True)
    row = overall(columns, Measure.CHARGES)
    assert (row.revised, row.executed, row.former) == (3_000_00, 1_000_00, 1_100_00)
    assert (row.gap.cents, row.growth.cents) == (-2_000_00, -100_00)
    assert coverage["executed"].counted == ("Nord",)


def test_a_book_that_stops_before_the_cut_off_counts_for_nothing_and_says_why(
    network: Network, who: SimpleNamespace
) -> None:
    _budgets(network, "nord", "sud")
    _books(network, "nord")
    _books(network, "sud", last=12)
    view = year_of(network, 2026)
    columns, coverage = view.columns(view.chambers)
    assert coverage["executed"].counted == ("Sud",)
    why = coverage["executed"].why["Nord"].replace("\u00a0", " ")
    assert why == "livre arrêté au 31 octobre 2026"
    assert overall(columns, Measure.CHARGES).gap.cents is None
    rows = _rows(view, By.ENTITY)
    assert (rows["nord"].executed, rows["nord"].gap.percent) == (None, None)
    assert (rows["sud"].executed, rows["sud"].gap.cents) == (1_200_00, -2_400_00)


def test_month_by_month_what_no_book_covers_is_not_zero(
    network: Network, who: SimpleNamespace
) -> None:
    _budgets(network, "nord")
    _books(network, "nord")
    view = year_of(network, 2026)
    rows = _rows(view, By.MONTH)
    assert [rows[f"{m:02d}"].executed for m in (1, 10, 11, 12)] == [100_00, 100_00, None, None]
    assert (rows["11"].gap.percent, rows["11"].former) == (None, 110_00)
    columns, _coverage = view.columns(view.chambers, by=By.MONTH, former=True)
    whole = overall(columns, Measure.CHARGES)
    assert (whole.executed, whole.former) == (None, 1_320_00)


def test_a_chamber_without_a_book_is_not_told_in_the_year_before_either(
    network: Network, who: SimpleNamespace
) -> None:
    _budgets(network, "nord", "sud")
    _books(network, "nord")
    row = _rows(year_of(network, 2026, month=10), By.ENTITY)["sud"]
    assert (row.revised, row.executed, row.former) == (3_000_00, None, None)
    assert (row.gap.percent, row.growth.percent) == (None, None)


def test_an_action_no_book_tells_is_not_told(network: Network, who: SimpleNamespace) -> None:
    _budgets(network, "nord", "sud")
    _books(network, "nord")
    _books(network, "sud", axis="numerique")
    view = year_of(network, 2026, month=10)
    columns, coverage = view.columns(view.chambers, "numerique")
    assert coverage["executed"].counted == ("Sud",)
    assert coverage["executed"].why == {"Nord": "aucun axe analytique"}
    assert overall(columns, Measure.CHARGES).gap.cents is None
    rows = _rows(view, By.AXIS)
    assert (rows["numerique"].executed, rows["numerique"].revised) == (None, 4_000_00)
    assert rows["?"].executed == 1_000_00


def test_a_chamber_that_budgets_no_action_does_not_keep_the_others_from_being_read(
    network: Network, who: SimpleNamespace
) -> None:
    _budgets(network, "sud")
    vote(budget(network, "nord", 2026, lines={("606", ""): 1_200_00}), dt.date(2025, 11, 20))
    _books(network, "nord")
    _books(network, "sud", axis="numerique")
    view = year_of(network, 2026, month=10)
    columns, coverage = view.columns(view.chambers, "numerique")
    assert set(coverage["executed"].counted) == {"Nord", "Sud"}
    assert overall(columns, Measure.CHARGES).executed == 1_000_00


HERE = "/reseaux/essai/finances/"


def test_pages_are_read_up_to_the_last_month_all_books_cover_and_say_so(
    network: Network, who: SimpleNamespace
) -> None:
    _budgets(network, "nord", "sud")
    _books(network, "nord")
    _books(network, "sud", last=11)
    said = "Arrêté au 31 octobre 2026, dernier mois que tous les livres importés couvrent."
    for page in ("", "budgets/comparaison/", "budgets/actions/", "budgets/actions/numerique/",
                 "budgets/consolidation/?colonne=executed"):  # fmt: skip
        mark = "&" if "?" in page else "?"
        text = page_text(who.reader.client, f"{HERE}{page}{mark}annee=2026")
        assert said in text, page
        chosen = page_text(who.reader.client, f"{HERE}{page}{mark}annee=2026&arrete=8")
        assert "Arrêté au 31 août 2026." in chosen, page
    whole = page_text(who.reader.client, f"{HERE}budgets/consolidation/?annee=2026")
    assert "Arrêté au 31 décembre 2026" in whole


def test_a_comparison_to_date_says_the_same_on_the_page_and_in_its_file(
    network: Network, who: SimpleNamespace
) -> None:
    _budgets(network, "nord", "sud")
    _books(network, "nord")
    address = "budgets/comparaison/{}?annee=2026&par=chambre&mesure=charges"
    page = page_text(who.reader.client, HERE + address.format(""))
    nord, sud = (page[page.index(f">{name}</th>") :].split("</tr>")[0] for name in ("Nord", "Sud"))
    for amount in (">3 000<", ">1 000</a>", ">−2 000<", ">1 100</a>", "−9,1 %"):
        assert amount in nord, amount
    assert sud.count("non renseigné") == 2 and "−100" not in sud
    lines = f"{HERE}ecritures/?exercice=2026&chambre=nord&mois=2026-10&cumul=oui"
    assert f'href="{lines}"' in nord
    text = who.reader.client.get(HERE + address.format("export.csv")).content.decode("utf-8-sig")
    rows = {line.split(";")[1]: line.split(";")[2:] for line in text.splitlines() if ";" in line}
    assert rows["Nord"] == [
        "3000,00", "3000,00", "1000,00", "0,00", "0", "-2000,00", "-66,7", "1100,00", "-9,1",
    ]  # fmt: skip
    assert rows["Sud"][2] == rows["Sud"][7] == "non renseigné"
    assert rows["Sud"][5:7] == ["", ""]
    assert "Arrêté au 31 octobre 2026" in text.replace("\u00a0", " ")


def test_every_amount_of_a_comparison_leads_on(network: Network, who: SimpleNamespace) -> None:
    _budgets(network, "nord", "sud")
    _books(network, "nord")
    _books(network, "sud")
    page = page_text(who.reader.client, f"{HERE}budgets/comparaison/?annee=2026")
    row = page[page.index(">60 ") :].split("</tr>")[0]
    assert f"{HERE}ecritures/?exercice=2026&compte=60&mois=2026-10&cumul=oui" in row
    assert f"{HERE}ecritures/?exercice=2025&compte=60&mois=2025-10&cumul=oui" in row
    brought = f"{HERE}budgets/consolidation/?annee=2026&arrete=10&colonne=revised&chiffres=2"
    assert brought in row
    bars = page_text(who.reader.client, brought)
    budget_of = bars[bars.index(">60 ") :].split("</tr>")[0]
    assert budget_of.count(f'href="{HERE}budgets/') == 2


def _sold(network: Network, code: str, year: int, last: int, each: int = 1_000_00) -> None:
    """Every month, sales with a fifth of VAT, paid but for the last; charges of half of them."""
    moves: dict[tuple[str, int], int] = {}
    for month in range(1, last + 1):
        moves |= {("706", month): -each, ("44571", month): -each // 5, ("606", month): each // 2}
    # What settles the tax of the year before, and what declares it, is no tax on a sale.
    moves |= {("44578", 1): -7 * each, ("44578", 2): 5 * each, ("44566", 1): 3 * each}
    keep_book(network, code, year, moves | {("411", last): 2 * each}, together=("706", "44571"))


def _cells(page: str, label: str) -> list[str]:
    row = page[page.index(f">{label}</a>") :].split("</tr>", maxsplit=1)[0]
    return re.findall(r'<td class="num">(?:<span[^>]*>)?([^<]+)', row)


def test_the_board_is_read_up_to_a_month_beside_the_year_before(
    network: Network, who: SimpleNamespace
) -> None:
    for code in ("region", "nord", "sud"):
        _sold(network, code, 2026, 10, 1_200_00)
        _sold(network, code, 2025, 12)
    _budgets(network, "region", "nord", "sud")
    page = page_text(who.reader.client, f"{HERE}tableaux/?annee=2026")
    assert "Arrêté au 31 octobre 2026, dernier mois que tous les livres importés couvrent." in page
    # 2 400 of receivables on 14 400 of sales, taxes included, in 304 days.
    assert _cells(page, "Délai de paiement des clients")[0] == "50,7 "
    assert _cells(page, "Résultat")[:3] == ["18 000 ", "15 000 ", "6 000 "]
    # 6 000 of charges on ten twelfths of 3 600.
    assert _cells(page, "Charges réalisées sur budget à date")[0] == "200,0 "
    whole = page_text(who.reader.client, f"{HERE}tableaux/?annee=2026&arrete=12")
    assert "Des livres s’arrêtent avant la fin décembre" in whole
    assert _cells(whole, "Résultat")[0] == "non renseigné"
    file = who.reader.client.get(f"{HERE}tableaux/tableau.csv?annee=2026")
    rows = [line.split(";") for line in file.content.decode("utf-8-sig").splitlines()]
    (result,) = [row for row in rows if row[0] == "Résultat"]
    assert result[2:6] == ["18000", "15000", "0", "0"]
    file = who.reader.client.get(f"{HERE}tableaux/tableau.csv?annee=2026&arrete=12")
    rows = [line.split(";") for line in file.content.decode("utf-8-sig").splitlines()]
    (result,) = [row for row in rows if row[0] == "Résultat"]
    assert result[5].startswith("non renseigné (") and not result[4]


def test_an_indicator_is_read_month_by_month_down_to_its_lines(
    network: Network, who: SimpleNamespace
) -> None:
    for code in ("region", "nord", "sud"):
        _sold(network, code, 2026, 10, 1_200_00)
        _sold(network, code, 2025, 12)
    client = who.reader.client
    page = page_text(client, f"{HERE}tableaux/result/?annee=2026&centimes=oui")
    months = page[page.index("Mois après mois") :].split("</section>")[0]
    assert months.count('<th scope="row">') == 10
    march = months[months.index(">Mars</th>") :].split("</tr>")[0]
    assert re.findall(r">([\d ]+,\d\d)<", march) == ["5 400,00", "4 500,00", *["1 800,00"] * 3]
    link = f"{HERE}ecritures/?exercice=2026&compte=706&chambre=nord&mois=2026-10&cumul=oui"
    assert f'href="{link}">12 000,00</a>' in page
    assert "12 000,00" in page_text(client, link)
    whole = page_text(client, f"{HERE}tableaux/result/?annee=2026")
    assert f'href="{link}">12 000</a>' in whole and "5 400,00" not in whole
    delay = page_text(client, f"{HERE}tableaux/receivable-days/?annee=2026&centimes=oui")
    taxes = delay[delay.index(">4457 (TVA des mêmes écritures)</th>") :].split("</tr>")[0]
    assert taxes.count("2 400,00") == 3
    led = f"{HERE}ecritures/?exercice=2026&compte=4457&chambre=nord&avec=70&mois=2026-10&cumul=oui"
    assert f'href="{led}">2 400,00</a>' in taxes
    lines = page_text(client, led)
    assert "2 400,00" in lines and "Dans les écritures qui touchent : 70" in lines
    assert "Réseau, entre chambres retirées</th>" in delay and "entre chambres retiré " in page
    assert client.get(f"{HERE}tableaux/rien/").status_code == 404
    file = client.get(f"{HERE}tableaux/result/mois.csv?annee=2026").content.decode("utf-8-sig")
    assert "Mars;5400,00;4500,00;1800,00;1800,00;1800,00" in file


def _section(page: str, question: str) -> str:
    return page[page.index(f">{question}</h2>") :].split("</section>", maxsplit=1)[0]


def test_the_board_is_drawn_from_its_figures(network: Network, who: SimpleNamespace) -> None:
    for code in ("region", "nord", "sud"):
        _sold(network, code, 2026, 10, 1_200_00)
        _sold(network, code, 2025, 12)
    _budgets(network, "region", "nord")
    page = page_text(who.reader.client, f"{HERE}tableaux/?annee=2026").replace("\xa0", " ")
    budget = _section(page, "Le budget est-il tenu ?")
    rows = budget[budget.index("<tbody>") :].split("</tr>")[:3]
    # 6 000 of charges on 3 000 of budget: the bar is full, the mark in its middle.
    assert 'width="100.0%"' in rows[0] and 'x1="50.0%"' in rows[0] and "200,0 %" in rows[0]
    assert "<rect" in rows[2] and "<line" not in rows[2] and "aucun budget voté" in rows[2]
    bridge = _section(page, "Qu’est-ce qui a changé le résultat en un an ?")
    told = re.findall(r'<th scope="row">([^<]+)</th>', bridge)
    assert told == [
        "Résultat 2025", "Ventes et prestations (70)", "Achats et services (60 à 62)",
        "Résultat 2026",
    ]  # fmt: skip
    moves = re.findall(r'<td class="num">([^<]+)', bridge)
    assert moves == ["15 000", "+6 000", "−3 000", "18 000"]
    trends = _section(page, "Comment évolue chaque indicateur du réseau ?")
    result = trends[trends.index("tableaux/result/") :].split("</li>")[0]
    drawn = [len(points.split()) for points in re.findall(r'points="([^"]+)"', result)]
    assert drawn == [12, 10], "the year before is whole, this one stops at its cut-off"
    months = trends[trends.index("<tbody>") :]
    assert months.count("<tr>") == 12
    spread = _section(page, "Où se situe chaque chambre ?").split("</table>")[0]
    assert spread.count("<circle") == 5 * 3 + 2, "six of the books and budgets, none of the counts"
    assert "non renseigné : Sud" in spread and "aucune chambre n’en a" in spread


def test_the_bridge_of_the_result_leads_to_it_or_says_why_not(
    network: Network, who: SimpleNamespace
) -> None:
    for code in ("region", "nord"):
        _sold(network, code, 2026, 12, 1_200_00)
        _sold(network, code, 2025, 12)
    _sold(network, "sud", 2026, 12)
    address = f"{HERE}tableaux/passage.csv?annee=2026&arrete=12"
    file = who.reader.client.get(address).content.decode("utf-8-sig")
    assert "Résultat 2026;non renseigné (résultat 2025" in file and "Sud" in file
    page = page_text(who.reader.client, f"{HERE}tableaux/?annee=2026")
    assert "<rect" not in _section(page, "Qu’est-ce qui a changé le résultat en un an ?")
    _sold(network, "sud", 2025, 12)
    file = who.reader.client.get(address).content.decode("utf-8-sig")
    rows = file[file.index("Étape;Montant") :].splitlines()[1:]
    values = [float(row.split(";")[1].replace(",", ".")) for row in rows if ";" in row]
    assert values[0] + sum(values[1:-1]) == values[-1] == 20_400


def test_every_output_of_the_board_says_what_becomes_of_operations_between_chambers(
    network: Network, who: SimpleNamespace
) -> None:
    """Nord sells to Sud: its delay is of it, the network's is not, nor of its VAT."""
    _sold(network, "region", 2025, 12)
    sold = {("706", 3): -1_000_00, ("44571", 3): -200_00, ("411", 12): 300_00}
    for code, partner in (("nord", "sud"), ("sud", "")):
        keep_book(network, code, 2025, sold, partner=partner, together=("706", "44571"))
    page = page_text(who.reader.client, f"{HERE}tableaux/?annee=2025")
    row = page[page.index(">Délai de paiement des clients</a>") :].split("</tr>")[0]
    assert "entre chambres retirées" in row
    whole, _former, *chambers = _cells(page, "Délai de paiement des clients")
    days = [text.strip() for text in (whole, *chambers)]
    # 2 000 and 300 on 14 400 and 1 200, Nord's apart, in 365 days.
    assert days == ["53,8", "50,7", "91,2", "91,2"]
    delay = page_text(who.reader.client, f"{HERE}tableaux/receivable-days/?annee=2025&centimes=oui")
    taxes = delay[delay.index(">4457 (TVA des mêmes écritures)</th>") :].split("</tr>")[0]
    assert re.findall(r">([\d ]+,\d\d)<", taxes) == [
        "2 400,00", "200,00", "200,00", "2 800,00", "2 600,00",
    ]  # fmt: skip
    staff = page[page.index(">Charges de personnel sur produits</a>") :].split("</tr>")[0]
    assert "entre chambres retirées" in staff
    for kind in ("csv", "json"):
        file = who.reader.client.get(f"{HERE}tableaux/tableau.{kind}?annee=2025")
        told = file.content.decode("utf-8-sig")
        assert "opérations entre chambres" in told
        assert told.count("entre chambres comprises") == 1
        assert told.count("entre chambres retirées") == 5


def test_the_board_says_what_the_chambers_do_not_say_alike(
    network: Network, who: SimpleNamespace
) -> None:
    """Nord sells 500 of staff to Sud, which books 450 of it."""
    keep_book(network, "nord", 2025, {("7084", 3): -500_00, ("606", 12): 0}, partner="sud")
    keep_book(network, "sud", 2025, {("6218", 3): 450_00, ("606", 12): 0}, partner="nord")
    keep_book(network, "region", 2025, {("606", 12): 10_00})
    page = page_text(who.reader.client, f"{HERE}tableaux/?annee=2025")
    row = page[page.index(">Résultat</a>") :].split("</tr>")[0]
    assert re.findall(r'<td class="num">([^<]+)', row)[0] == "40 "
    assert "dont écarts d’élimination +50" in row
    assert 'href="/reseaux/essai/finances/reciproques/?exercice=2025"' in row
