"""What is posted where: roles of accounts, kinds of entries, and the words of their labels.

A role is an account root of the general chart; every chamber divides it in its own way. A shape is
a kind of entry: its lines say a role, a side and a weight in ten-thousandths of the entry's amount;
the last line takes what balances the others. Knows no randomness and no file format.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

JOURNALS = {
    "AN": "À nouveaux",
    "AC": "Achats",
    "VE": "Ventes",
    "BQ": "Banque",
    "PA": "Paie",
    "OD": "Opérations diverses",
    "IC": "Inter-chambres",
}

# root: (label, local subdivisions per chamber)
ROLES: dict[str, tuple[str, int]] = {
    "103": ("Dotations et apports", 1),
    "1068": ("Réserves", 1),
    "110": ("Report à nouveau", 1),
    "164": ("Emprunts auprès des établissements de crédit", 1),
    "181": ("Comptes de liaison des établissements", 1),
    "205": ("Logiciels", 1),
    "2131": ("Bâtiments", 1),
    "2183": ("Matériel de bureau et informatique", 1),
    "2184": ("Mobilier", 1),
    "2805": ("Amortissements des logiciels", 1),
    "28131": ("Amortissements des bâtiments", 1),
    "28183": ("Amortissements du matériel informatique", 1),
    "401": ("Fournisseurs", 1),
    "411": ("Clients", 1),
    "421": ("Personnel, rémunérations dues", 1),
    "431": ("Sécurité sociale", 1),
    "437": ("Autres organismes sociaux", 1),
    "44551": ("TVA à décaisser", 1),
    "44566": ("TVA déductible sur autres biens et services", 1),
    "44571": ("TVA collectée", 1),
    "451": ("Chambres du réseau", 1),
    "512": ("Banque", 2),
    "6061": ("Fournitures non stockables : eau, énergie", 1),
    "6063": ("Petit équipement", 1),
    "6064": ("Fournitures administratives", 1),
    "611": ("Sous-traitance générale", 1),
    "6132": ("Locations immobilières", 1),
    "6152": ("Entretien et réparations", 1),
    "6156": ("Maintenance", 1),
    "616": ("Primes d'assurance", 1),
    "6218": ("Personnel prêté à la chambre", 1),
    "6226": ("Honoraires", 1),
    "6231": ("Annonces et publicité", 1),
    "6251": ("Voyages et déplacements", 1),
    "6256": ("Missions", 1),
    "626": ("Frais postaux et télécommunications", 1),
    "627": ("Services bancaires", 1),
    "6411": ("Salaires et appointements", 2),
    "6451": ("Cotisations à l'URSSAF", 1),
    "6453": ("Cotisations aux caisses de retraite", 1),
    "661": ("Charges d'intérêts", 1),
    "6811": ("Dotations aux amortissements", 1),
    "706": ("Prestations de formation", 2),
    "7083": ("Locations diverses", 1),
    "7084": ("Mise à disposition de personnel facturée", 1),
    "741": ("Subventions reçues", 1),
    "759": ("Taxe pour frais de chambres", 1),
}
ROOTS = tuple(ROLES)
THIRD_ROLES = frozenset({"401", "411", "451", "181"})
# What chambers owe and charge each other: root -> account family, as eliminated.
FAMILIES = {
    "451": "451",
    "181": "18",
    "411": "411",
    "401": "401",
    "7084": "7084",
    "6218": "6218",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of entry. `share`: how often, of 1024; `scale`: times the drawn amount;
    `lines`: (root, side, weight), the last one balancing; `third`: S, C, P or nobody."""

    name: str
    journal: str
    piece: str
    share: int
    scale: int
    third: str
    lines: tuple[tuple[str, str, int], ...]
    labels: tuple[str, ...]


def _lines(text: str) -> tuple[tuple[str, str, int], ...]:
    """`D6061:7000 D44566:2000 C401` as lines; the one without a weight balances."""
    found = []
    for word in text.split():
        account, _, weight = word[1:].partition(":")
        found.append((account, word[0], int(weight or 0)))
    return tuple(found)


def _shape(name: str, third: str, share: int, scale: int, lines: str, words: str) -> Shape:
    """`name` = journal, piece prefix, own name; `words`: openings ; complements of the labels."""
    journal, piece, own = name.split()
    openings, _, complements = words.partition(";")
    labels = tuple(f"{a} {b}" for a, b in product(openings.split("|"), complements.split("|")))
    return Shape(own, journal, piece, share, scale, third, _lines(lines), labels)


_BUYING = (
    "Facture|Facturation|Achat|Solde facture;fournitures été|énergie des bâtiments|"
    "prestation à l'hôtel consulaire|matériel réseau|séminaire \"Réseau\"|dépannage d'août|"
    "cœur de réseau|travaux rue de l'Église|reliure & façonnage|n° client 12 ; agence nº 3|"
    "abonnement à 50 €|location d'une salle à Noël"
)
_SELLING = (
    "Facture|Facturation|Convention;formation d'apprentis|stage création d'entreprise|"
    "diplôme, 2e année|certificats d'origine|loyer de l'œuvre sociale|session de février|"
    "accompagnement à l'export|location d'amphithéâtre"
)

SHAPES: tuple[Shape, ...] = (
    _shape("AC FA expense-2", "S", 40, 1, "D6256:10000 C401", _BUYING),
    _shape("AC FA expense-3a", "S", 60, 1, "D6061:10000 D44566:2000 C401", _BUYING),
    _shape("AC FA expense-3b", "S", 60, 1, "D6064:10000 D44566:2000 C401", _BUYING),
    _shape("AC FA expense-3c", "S", 50, 1, "D6226:10000 D44566:2000 C401", _BUYING),
    _shape("AC FA expense-3d", "S", 40, 1, "D6156:10000 D44566:1000 C401", _BUYING),
    _shape("AC FA expense-4a", "S", 30, 1, "D611:7500 D6231:2500 D44566:2000 C401", _BUYING),
    _shape("AC FA expense-4b", "S", 25, 1, "D6132:8800 D616:1200 D44566:1760 C401", _BUYING),
    _shape("AC FA asset-4", "S", 10, 9, "D2183:5000 D205:5000 D44566:2000 C401", _BUYING),
    _shape(
        "AC FA expense-5", "S", 20, 1, "D6251:5500 D626:3000 D6218:1500 D44566:1700 C401", _BUYING
    ),
    _shape(
        "AC FA expense-6",
        "S",
        15,
        2,
        "D6063:4500 D6152:3500 D6064:2000 D44566:1100 D44566:550 C401",
        _BUYING,
    ),
    _shape("BQ SU grant-2", "", 40, 6, "D512:10000 C741", "Subvention;État|Région|Fonds européen"),
    _shape("VE FC sale-3", "C", 120, 1, "D411:12000 C706:10000 C44571", _SELLING),
    _shape("VE FC sale-4", "C", 60, 1, "D411:12000 C706:7000 C7083:3000 C44571", _SELLING),
    _shape(
        "BQ VI payment",
        "S",
        200,
        1,
        "D401:10000 C512",
        "Virement|Règlement|Chèque émis;facture échue|acompte réglé",
    ),
    _shape(
        "BQ RE receipt",
        "C",
        112,
        1,
        "D512:10000 C411",
        "Encaissement|Prélèvement reçu;client|à échéance",
    ),
    _shape(
        "BQ FB fees",
        "",
        20,
        1,
        "D627:10000 D44566:2000 C512",
        "Frais bancaires|Agios;à la clôture du mois|février",
    ),
    _shape(
        "BQ EM loan", "", 12, 2, "D164:8500 D661:1500 C512", "Échéance d'emprunt;n° 1|n° 2|siège"
    ),
    _shape(
        "BQ TX levy",
        "",
        30,
        8,
        "D512:10000 C759",
        "Taxe pour frais de chambres;fraction reçue|régularisation",
    ),
    _shape(
        "PA BP payroll-5",
        "",
        20,
        4,
        "D6411:10000 D6451:2900 C431:1100 C437:300 C512",
        "Paie;permanents|vacataires|rappel d'août",
    ),
    _shape(
        "PA BP payroll-6",
        "",
        22,
        4,
        "D6411:10000 D6451:2800 D6453:1200 C431:4000 C437:1300 C421",
        "Paie;cadres|agents de maîtrise|employés|congés payés",
    ),
    _shape("OD OD wear-2a", "", 12, 2, "D6811:10000 C28183", "Dotation;matériel|périodique"),
    _shape("OD OD wear-2b", "", 8, 2, "D6811:10000 C28131", "Dotation;bâtiments|périodique"),
    _shape("OD OD wear-2c", "", 8, 1, "D6811:10000 C2805", "Dotation;logiciels|périodique"),
    _shape(
        "OD TV vat-3",
        "",
        10,
        10,
        "D44571:10000 C44566:6500 C44551",
        "Déclaration de TVA;CA3|régularisée",
    ),
)
OPENINGS: tuple[Shape, ...] = (
    _shape(
        "AN AN property", "", 0, 60, "D2131:10000 C28131:3500 C103", "À nouveau;immobilisations"
    ),
    _shape(
        "AN AN equipment",
        "",
        0,
        30,
        "D2183:5500 D2184:2500 D205:2000 C28183:2700 C2805:1100 C1068",
        "À nouveau;équipements et logiciels",
    ),
    _shape("AN AN cash", "", 0, 50, "D512:10000 C164:6000 C110", "À nouveau;trésorerie"),
    _shape("AN AN customer", "C", 0, 3, "D411:10000 C110", "À nouveau;créance client"),
    _shape("AN AN supplier", "S", 0, 3, "D110:10000 C401", "À nouveau;dette fournisseur"),
)
_RECHARGE = (
    "Refacturation;paie mutualisée|système d'information partagé|achats groupés|juriste détaché"
)
_SERVICE = "Prestation entre chambres;formation déléguée|étude économique|relais à l'international"
# In pairs: what one chamber books, then what its partner does.
INTERCOMPANY: tuple[Shape, ...] = (
    _shape("IC IC recharge-out", "P", 0, 4, "D451:10000 C7084", _RECHARGE),
    _shape("IC IC recharge-in", "P", 0, 4, "D6218:10000 C451", _RECHARGE),
    _shape("IC IC settle-out", "P", 0, 4, "D451:10000 C512", "Règlement entre chambres;émis"),
    _shape("IC IC settle-in", "P", 0, 4, "D512:10000 C451", "Règlement entre chambres;reçu"),
    _shape("IC IC advance-out", "P", 0, 8, "D181:10000 C512", "Avance de trésorerie;versée"),
    _shape("IC IC advance-in", "P", 0, 8, "D512:10000 C181", "Avance de trésorerie;reçue"),
    _shape("IC IC service-out", "P", 0, 4, "D411:12000 C7084:10000 C44571", _SERVICE),
    _shape("IC IC service-in", "P", 0, 4, "D6218:10000 D44566:2000 C401", _SERVICE),
)
ALL_SHAPES = SHAPES + OPENINGS + INTERCOMPANY
FIRST_OPENING = len(SHAPES)
FIRST_INTERCOMPANY = FIRST_OPENING + len(OPENINGS)


def named(name: str) -> int:
    """The number of the shape of that name."""
    return next(n for n, shape in enumerate(ALL_SHAPES) if shape.name == name)


def carries_partner(shape: Shape, root: str) -> bool:
    """Whether a line on that root names the third party in its auxiliary account."""
    if not shape.third:
        return False
    return root in THIRD_ROLES or (shape.third == "P" and root in FAMILIES)


def local_accounts(rank: int) -> list[tuple[str, str, str]]:
    """The chart of the chamber of that rank: (root, local account of 6 to 8 digits, label).

    Chambers divide the same roots in their own way, so that a mapping is needed.
    """
    width = 6 + rank % 3
    found = []
    for root, (label, divisions) in ROLES.items():
        for part in range(divisions):
            number = root + str(rank % 10) + (str(part + 1) if divisions > 1 else "")
            title = f"{label} {part + 1}" if divisions > 1 else label
            found.append((root, number.ljust(width, "0"), title))
    return found
