"""Which pages are photographed: who opens what, and the dozen held to a reference."""

from __future__ import annotations

from typing import NamedTuple

NETWORK = "/reseaux/{network}/"
FINANCES = NETWORK + "finances/"
READ, DRAFT, REAL = "/editions/{adopted}/", "/editions/{draft}/", "/editions/{real}/"
NOBODY = ""
ADMINISTRATOR, FINANCIAL, READER = (
    f"{name}@demo.maillage" for name in ("admin", "finances", "lecteur")
)


class Shot(NamedTuple):
    """A page as one account opens it: `address` names what `world.places` gives. A page `held` is
    compared with its reference."""

    name: str
    address: str
    account: str = FINANCIAL
    held: bool = False


SHOTS = (
    Shot("connexion", "/connexion/", NOBODY, held=True),
    Shot("accueil", "/", NOBODY),
    Shot("aide", "/aide/", NOBODY),
    Shot("composants", "/aide/composants/"),
    Shot("recherche", "/recherche/?q=paie", NOBODY),
    Shot("compte", "/compte/"),
    Shot("absente", "/reseaux/inconnu/", NOBODY),
    Shot("ma-page", NETWORK + "ma-page/"),
    Shot("reseau", NETWORK, NOBODY, held=True),
    Shot("fonction", NETWORK + "fonctions/finances/", NOBODY),
    Shot("processus", NETWORK + "processus/{process}/", NOBODY),
    Shot("journal", NETWORK + "journal/", ADMINISTRATOR),
    Shot("schema", NETWORK + "schema/", NOBODY),
    Shot("edition", REAL + "fiche/", NOBODY, held=True),
    Shot("cartographie-par-jalon", REAL, NOBODY, held=True),
    Shot("cartographie-par-chambre", REAL + "?lecture=chambres", NOBODY, held=True),
    Shot("trajectoire", REAL + "?lecture=trajectoire", NOBODY, held=True),
    Shot("cellule", READ + "cellule/{process}/{milestone}/{chamber}/", NOBODY),
    Shot("fiche-chambre", NETWORK + "chambres/{chamber}/", NOBODY, held=True),
    Shot("comparaison", READ + "comparer/{draft}/", READER),
    Shot("source", REAL + "source/", NOBODY),
    Shot("textes", DRAFT + "textes/", ADMINISTRATOR),
    Shot("enonces", DRAFT + "enonces/", ADMINISTRATOR),
    Shot("saisie", DRAFT + "saisie/", ADMINISTRATOR, held=True),
    Shot("constats", NETWORK + "constats/", READER),
    Shot("livret", READ + "livret/"),
    Shot("finances", FINANCES),
    Shot("livres", FINANCES + "livres/"),
    Shot("balance", FINANCES + "balance/?exercice=2025", held=True),
    Shot("bilan", FINANCES + "bilan/?exercice=2025", held=True),
    Shot("resultat", FINANCES + "resultat/?exercice=2025"),
    Shot("reciproques", FINANCES + "reciproques/"),
    Shot("correspondances", FINANCES + "correspondances/"),
    Shot("tableaux", FINANCES + "tableaux/?exercice=2025", held=True),
    Shot("calendrier", FINANCES + "calendrier/", held=True),
    Shot("budgets", FINANCES + "budgets/"),
    Shot("budget", FINANCES + "budgets/{budget}/"),
    Shot("atterrissage", FINANCES + "atterrissage/"),
    Shot("tresorerie", FINANCES + "tresorerie/"),
    Shot("investissements", FINANCES + "investissements/"),
    Shot("cles", FINANCES + "cles/"),
    Shot("couts", FINANCES + "couts/"),
)
