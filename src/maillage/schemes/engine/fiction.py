"""The words of the fictitious networks: regions, towns, processes, reasons. All invented.

Knows names only. Refuses to name any real place, chamber, person or identifier.
"""

from __future__ import annotations

from typing import NamedTuple

REGIONS: tuple[tuple[str, str], ...] = (
    ("des Monts-d’Ambre", "monts-d-ambre"),
    ("du Val-de-Brumelle", "val-de-brumelle"),
    ("des Terres-de-Nacre", "terres-de-nacre"),
    ("de la Côte-de-Givre", "cote-de-givre"),
    ("des Îles-Songeuses", "iles-songeuses"),
    ("du Haut-Safran", "haut-safran"),
    ("des Plaines-de-Jade", "plaines-de-jade"),
    ("du Pays-de-Sorbelune", "pays-de-sorbelune"),
    ("des Forêts-Cendrées", "forets-cendrees"),
    ("de la Baie-des-Mirages", "baie-des-mirages"),
    ("des Lacs-Vermeils", "lacs-vermeils"),
    ("du Plateau-d’Ivoire", "plateau-d-ivoire"),
    ("des Gorges-d’Encre", "gorges-d-encre"),
    ("de la Vallée-des-Échos", "vallee-des-echos"),
    ("des Collines-de-Velours", "collines-de-velours"),
    ("du Bocage-d’Onyx", "bocage-d-onyx"),
)
TOWN_HEADS = (
    "Castel", "Mont", "Roque", "Clair", "Pierre", "Ville", "Val", "Font", "Roche", "Grand",
    "Borde", "Tour", "Pont", "Combe",
)  # fmt: skip
TOWN_TAILS = (
    "brume", "songe", "jade", "givre", "cendre", "nacre", "safran", "velours", "mirage", "onyx",
    "vermeil", "écume",
)  # fmt: skip


class FictitiousProcess(NamedTuple):
    code: str
    name: str
    group: str
    region_only: bool = False


class FictitiousFunction(NamedTuple):
    code: str
    name: str
    description: str
    paths: tuple[str, ...]
    """Modes over the milestones, from which each process draws its own; the last one lasts."""
    processes: tuple[FictitiousProcess, ...]


_P = FictitiousProcess

AIMS = {
    "A": "Garder près des entreprises ce qui demande de les connaître une à une.",
    "C": "Réunir sur un projet borné des volontaires de plusieurs chambres.",
    "H": "Écrire la règle commune avant de changer d’outil, puis s’y tenir partout.",
    "M": "Mettre en commun les moyens là où aucune chambre n’en a assez seule.",
    "I": "Confier à un seul ce qui n’a pas à être refait dans chaque chambre.",
}
"""What a function expects of a mode, for its text."""

FUNCTIONS: tuple[FictitiousFunction, ...] = (
    FictitiousFunction(
        "finances",
        "Finances et comptabilité",
        "Tenir les comptes, préparer les budgets, éclairer les décisions.",
        ("ACH", "AHM", "HMM", "CHM", "HMI", "MMI", "AAC", "HHM", "MII", "MIM"),
        (
            _P("fin-fournisseurs", "Comptabilité fournisseurs", "Production comptable"),
            _P("fin-clients", "Comptabilité clients", "Production comptable"),
            _P("fin-generale", "Comptabilité générale et clôtures", "Production comptable"),
            _P("fin-personnel", "Comptabilité des frais de personnel", "Production comptable"),
            _P("fin-immobilisations", "Immobilisations et subventions", "Production comptable"),
            _P("fin-fiscalite", "Déclarations fiscales", "Production comptable"),
            _P("fin-tresorerie", "Trésorerie et placements", "Trésorerie"),
            _P("fin-banques", "Banques, caisses et régies", "Trésorerie"),
            _P("fin-budgets", "Préparation des budgets", "Pilotage"),
            _P("fin-controle", "Contrôle de gestion et tableaux de bord", "Pilotage"),
            _P("fin-consolidation", "Consolidation régionale", "Pilotage"),
            _P("fin-conseil", "Conseil financier aux directions", "Pilotage"),
        ),
    ),
    FictitiousFunction(
        "ressources-humaines",
        "Ressources humaines",
        "Administrer, recruter, former et accompagner les équipes.",
        ("AHI", "HII", "MII", "ACH", "AHH", "CHH", "AAH", "HHM", "III", "ACC"),
        (
            _P("rh-administration", "Administration du personnel", "Administration et paie", True),
            _P("rh-paie", "Paie", "Administration et paie", True),
            _P("rh-temps", "Temps et absences", "Administration et paie", True),
            _P("rh-masse-salariale", "Budget de masse salariale", "Administration et paie"),
            _P("rh-sirh", "Système d’information RH", "Administration et paie"),
            _P("rh-recrutement", "Recrutement", "Développement"),
            _P("rh-accueil", "Accueil des nouveaux collaborateurs", "Développement"),
            _P("rh-formation", "Plan de formation", "Développement"),
            _P("rh-competences", "Gestion des compétences", "Développement"),
            _P("rh-mobilite", "Mobilité et parcours", "Développement"),
            _P("rh-dialogue", "Dialogue social", "Relations sociales"),
            _P("rh-prevention", "Santé et prévention", "Relations sociales"),
        ),
    ),
    FictitiousFunction(
        "systemes-information",
        "Systèmes d’information",
        "Donner à tous des outils sûrs et partagés.",
        ("ACM", "AMM", "CMM", "MMI", "AMI", "MII", "CMI", "HMM", "ACH", "IIM"),
        (
            _P("si-gouvernance", "Schéma directeur et gouvernance", "Gouvernance"),
            _P("si-projets", "Conduite des projets", "Gouvernance"),
            _P("si-applications", "Portefeuille d’applications", "Gouvernance"),
            _P("si-securite", "Sécurité informatique", "Infrastructure"),
            _P("si-reseaux", "Réseaux et accès internet", "Infrastructure"),
            _P("si-serveurs", "Serveurs et hébergement", "Infrastructure"),
            _P("si-sauvegardes", "Sauvegardes et continuité", "Infrastructure"),
            _P("si-postes", "Postes de travail", "Services aux utilisateurs"),
            _P("si-telephonie", "Téléphonie", "Services aux utilisateurs"),
            _P("si-messagerie", "Messagerie et travail partagé", "Services aux utilisateurs"),
            _P("si-assistance", "Assistance aux utilisateurs", "Services aux utilisateurs"),
            _P("si-donnees", "Données et services numériques", "Services aux utilisateurs"),
        ),
    ),
    FictitiousFunction(
        "juridique-achats",
        "Juridique, marchés publics et achats",
        "Sécuriser les actes, acheter ensemble, servir les instances.",
        ("AAC", "ACC", "ACH", "AHH", "CHM", "HMM", "MII", "III", "AAA", "AHI"),
        (
            _P("jur-conseil", "Conseil juridique", "Juridique"),
            _P("jur-contentieux", "Suivi des contentieux", "Juridique"),
            _P("jur-donnees", "Protection des données personnelles", "Juridique"),
            _P("jur-interets", "Registre des représentants d’intérêts", "Juridique"),
            _P("jur-instances", "Secrétariat des instances", "Vie institutionnelle"),
            _P("jur-delegations", "Délégations et signatures", "Vie institutionnelle"),
            _P("jur-modeles", "Modèles d’actes et archives", "Vie institutionnelle"),
            _P("mp-passation", "Passation des marchés", "Marchés publics"),
            _P("mp-execution", "Exécution des marchés", "Marchés publics"),
            _P("ach-programmation", "Programmation des achats", "Achats"),
            _P("ach-nomenclature", "Nomenclature des achats", "Achats"),
            _P("ach-evaluation", "Évaluation des fournisseurs", "Achats"),
        ),
    ),
    FictitiousFunction(
        "communication",
        "Communication",
        "Faire connaître l’offre et porter une parole commune.",
        ("AAC", "ACH", "CHH", "AHH", "HHM", "CCH", "AHM", "HMM", "MMM", "HMH"),
        (
            _P("com-strategie", "Stratégie et marque", "Parole commune"),
            _P("com-influence", "Influence et éléments de langage", "Parole commune"),
            _P("com-presse", "Relations presse", "Parole commune"),
            _P("com-interne", "Communication interne", "Parole commune"),
            _P("com-sites", "Sites web", "Supports"),
            _P("com-reseaux", "Réseaux sociaux", "Supports"),
            _P("com-publications", "Publications", "Supports"),
            _P("com-rapport", "Rapport annuel d’activité", "Supports"),
            _P("com-creation", "Création graphique", "Supports"),
            _P("com-catalogue", "Catalogue de l’offre", "Offre et campagnes"),
            _P("com-campagnes", "Campagnes de publicité", "Offre et campagnes"),
            _P("com-evenements", "Événements", "Offre et campagnes"),
        ),
    ),
)

REASONS: dict[str, tuple[str, ...]] = {
    "A": (
        "Les volumes et les usages diffèrent trop d’un territoire à l’autre.",
        "La proximité avec les équipes locales prime.",
        "Aucun outil commun n’est encore disponible.",
    ),
    "C": (
        "Un groupe de travail régional partage ses pratiques chaque trimestre.",
        "Un projet commun mobilise les spécialistes de plusieurs chambres.",
        "Les chambres s’entraident lors des pointes d’activité.",
    ),
    "H": (
        "Une procédure commune a été écrite et s’applique dans toutes les chambres.",
        "Les mêmes indicateurs sont suivis partout.",
        "Un cadre de référence partagé évite les doubles saisies.",
    ),
    "M": (
        "Un centre de services partagés traite les demandes de toutes les chambres.",
        "L’outil et l’expertise sont réunis sur un seul site.",
        "Un groupement de moyens absorbe les départs non remplacés.",
    ),
    "I": (
        "Une seule équipe garantit la continuité et la sécurité.",
        "L’expertise est rare : elle est réunie en un seul lieu.",
        "La responsabilité juridique est portée par un seul acteur.",
    ),
    "-": ("La chambre n’exerce pas cette activité.",),
}


def chosen(processes: int) -> list[tuple[str, FictitiousProcess]]:
    """So many processes, shared between the functions, in the order of the functions."""
    share, more = divmod(processes, len(FUNCTIONS))
    return [
        (function.code, _variant(function.processes, place))
        for rank, function in enumerate(FUNCTIONS)
        for place in range(share + (rank < more))
    ]


def _variant(named: tuple[FictitiousProcess, ...], place: int) -> FictitiousProcess:
    turn, which = divmod(place, len(named))
    base = named[which]
    if not turn:
        return base
    return base._replace(code=f"{base.code}-{turn + 1}", name=f"{base.name} ({turn + 1})")
