"""What may be found in a ledger, in words, and a bounded collection of it.

Every code is declared here with its gravity and where it comes from: `official` for the checks of
the tax administration's own tool, `ours` for those added. Knows no file and no query.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

KEPT = 1000
"""Findings kept per code; the others are counted."""


class Severity(StrEnum):
    REFUSED = "refused"
    """The file cannot be read: nothing is taken from it."""
    ERROR = "error"
    """Blocks the official check; what can be read is read."""
    WARNING = "warning"
    NOTE = "note"


SEVERITY_LABELS = {
    Severity.REFUSED: "Illisible",
    Severity.ERROR: "Bloquant",
    Severity.WARNING: "À vérifier",
    Severity.NOTE: "Remarque",
}
RANK = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of finding: what is wrong and what was expected, in French."""

    code: str
    severity: Severity
    title: str
    expected: str
    official: bool = False


def _codes(*rows: tuple[str, Severity, str, str, bool]) -> dict[str, Code]:
    return {row[0]: Code(*row) for row in rows}


_R, _E, _W, _N = Severity.REFUSED, Severity.ERROR, Severity.WARNING, Severity.NOTE
CODES: Mapping[str, Code] = _codes(
    ("file.empty", _R, "Fichier vide", "une ligne d’en-tête et des écritures", True),
    ("file.unreadable", _R,
     "Fichier que la machine ne laisse pas lire", "un fichier lisible", False),
    ("file.archive", _R, "Archive ou document, pas un FEC",
     "le fichier texte lui-même, décompressé", False),
    ("file.separator", _R, "Séparateur non admis", "une tabulation ou « | »", True),
    ("file.header", _R, "En-tête absent ou méconnaissable", "les noms des 18 champs", True),
    ("file.xml", _R,
     "XML illisible", "un document XML bien formé, sans déclaration d’entités", True),
    ("file.document", _R, "Document XML qui n’est pas un FEC",
     "les écritures d’un élément « comptabilite »", True),
    ("file.lines", _R, "Lignes vides ou trop courtes, par millions",
     "des lignes qui portent leurs champs", False),
    ("file.amounts", _R, "Montants hors de toute mesure",
     "des totaux de moins de 90 millions de milliards d’euros", False),
    ("file.size", _R,
     "Fichier trop volumineux", "un fichier sous la limite de l’installation", False),
    ("file.name", _E,
     "Nom de fichier non conforme", "SIREN, « FEC », date de clôture AAAAMMJJ", True),
    ("file.encoding", _W, "Caractères hors des jeux admis",
     "ASCII, ISO 8859-15 ou UTF-8", False),
    ("header.missing", _E, "Champ obligatoire absent de l’en-tête", "les 18 champs", True),
    ("header.absent", _W, "Champ attendu absent de l’en-tête", "les 18 champs", True),
    ("header.order", _W, "Champs dans un autre ordre", "l’ordre de l’article A47 A-1", False),
    ("header.twice", _W, "Champ nommé deux fois dans l’en-tête", "chaque champ une fois", False),
    ("header.case", _N, "Champs reconnus sous un autre nom", "l’orthographe officielle", False),
    ("header.quoted", _N, "Noms de champs entre guillemets", "les noms seuls", False),
    ("row.long", _W, "Ligne trop longue : sa fin est laissée",
     "une ligne de moins de 16 000 octets", False),
    ("row.blank", _W, "Ligne vide", "aucune ligne vide", False),
    ("row.broken", _E, "Retour à la ligne dans un champ, lu comme une espace",
     "une ligne par écriture", True),
    ("row.fields", _E, "Nombre de champs différent de l’en-tête",
     "autant de champs que l’en-tête, sans séparateur dans un champ", True),
    ("field.required", _E, "Champ obligatoire non renseigné", "une valeur", True),
    ("field.expected", _W, "Champ attendu non renseigné", "une valeur", True),
    ("date.format", _E, "Date que le contrôle officiel ne lit pas", "AAAAMMJJ", True),
    ("date.unreadable", _E, "Date illisible", "AAAAMMJJ", True),
    ("date.spelling", _W, "Date écrite autrement", "AAAAMMJJ", False),
    ("date.payment", _W, "Date de règlement illisible", "AAAAMMJJ", False),
    ("date.zone", _W, "Date avec un fuseau horaire", "une date ou une heure sans fuseau", False),
    ("date.calendar", _W, "Date qui n’existe pas", "un jour du calendrier", False),
    ("date.century", _W, "Année hors de 1900 à 2099", "une année de 1900 à 2099", True),
    ("date.outside", _W, "Date d’écriture hors de l’exercice",
     "une date de l’exercice clos à la date du nom du fichier", False),
    ("amount.format", _E, "Montant mal écrit", "des chiffres, une virgule, un signe au plus", True),
    ("amount.unreadable", _E, "Montant illisible, absent des totaux",
     "un nombre de moins de cent milliards", True),
    ("amount.exponent", _W, "Montant avec un exposant", "le nombre écrit en entier", False),
    ("amount.point", _E, "Point décimal", "une virgule décimale", True),
    ("amount.thousands", _E, "Séparateur de milliers", "des chiffres sans espace ni point", True),
    ("amount.decimals", _W, "Plus de deux décimales", "des euros et des centimes", False),
    ("amount.direction", _E, "Sens inconnu", "D ou C, +1 ou -1", True),
    ("amount.way", _E, "Sens « 1 », lu comme un débit", "D ou C, +1 ou -1", True),
    ("amount.comma", _E, "Virgule dans un montant XML", "un point décimal", True),
    ("amount.both", _W, "Débit et crédit tous deux non nuls", "un seul des deux", True),
    ("amount.neither", _W, "Débit et crédit tous deux nuls", "l’un des deux", True),
    ("account.digits", _W, "Numéro de compte sans trois chiffres en tête",
     "au moins trois chiffres, ceux du plan comptable général", True),
    ("account.labels", _W, "Plusieurs libellés pour un compte", "un libellé par compte", False),
    ("cell.padded", _N, "Espaces autour d’une valeur", "la valeur seule", False),
    ("cell.control", _W, "Caractère de contrôle", "du texte", False),
    ("cell.invisible", _W, "Caractère invisible, laissé de côté", "du texte qui se voit", False),
    ("cell.quoted", _W, "Valeur entre guillemets", "la valeur seule", False),
    ("axis.many", _N, "Colonne de trop de valeurs pour un axe analytique",
     "200 valeurs au plus", False),
    ("pair.auxiliary", _W, "Compte auxiliaire incomplet", "numéro et libellé, ou aucun", False),
    ("pair.lettering", _W, "Lettrage incomplet", "lettre et date, ou aucune", False),
    ("pair.currency", _W, "Devise incomplète", "montant et devise, ou aucun", False),
    ("siren.shape", _W, "Pas de SIREN possible dans le nom du fichier",
     "neuf chiffres devant « FEC »", False),
    ("siren.key", _W, "SIREN qui ne passe pas la clé de contrôle", "un SIREN valide", False),
    ("siren.other", _W, "SIREN d’une autre entité", "le SIREN de la chambre", False),
    ("closing.other", _W, "Exercice différent de celui attendu", "l’exercice choisi", False),
    ("closing.document", _E, "Date de clôture contraire au nom du fichier",
     "la même date dans le nom et dans le document", True),
    ("balance.file", _W,
     "Fichier déséquilibré", "total des débits égal à celui des crédits", False),
    ("balance.journal", _W, "Journal déséquilibré", "débits égaux aux crédits", False),
    ("balance.month", _W, "Mois déséquilibré", "débits égaux aux crédits", False),
    ("balance.entry", _W, "Écriture déséquilibrée", "débits égaux aux crédits", False),
    ("entry.one_line", _W, "Écriture d’une seule ligne", "au moins deux lignes", False),
    ("entry.key", _N, "Écritures reconnues à leur seul numéro",
     "des écritures équilibrées par journal et numéro", False),
    ("entry.twice", _W, "Lignes en double", "chaque ligne une fois", False),
    ("entry.settling", _W, "Écritures de solde des charges et des produits, laissées de côté",
     "un fichier sans elles, comme le veut l’article A47 A-1", False),
    ("result.nil", _W, "Charges ou produits tous soldés à zéro",
     "un fichier sans les écritures qui les soldent", False),
    ("year.long", _N, "Exercice de plus de douze mois", "vingt-quatre mois au plus", False),
    ("entry.dates", _W, "Écriture à plusieurs dates", "une date par écriture", False),
    ("number.gap", _W, "Rupture de numérotation", "des numéros qui se suivent", False),
    ("number.inversion", _W, "Numérotation contraire aux dates",
     "des numéros croissants avec les dates", False),
    ("opening.late", _W, "À-nouveau après d’autres écritures",
     "les écritures d’ouverture en tête", False),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found. `line` counts from 1, the heading being line 1; None: the whole file."""

    code: str
    line: int | None = None
    column: str = ""
    value: str = ""
    detail: str = ""

    @property
    def severity(self) -> Severity:
        return CODES[self.code].severity

    @property
    def title(self) -> str:
        return CODES[self.code].title

    @property
    def expected(self) -> str:
        return CODES[self.code].expected

    @property
    def where(self) -> str:
        """Where it stands, in words."""
        places = [f"ligne {self.line}"] if self.line else []
        places += [f"champ {self.column}"] if self.column else []
        return ", ".join(places) or "fichier"

    def __str__(self) -> str:
        held = f" « {self.value} »" if self.value else ""
        detail = f" ({self.detail})" if self.detail else ""
        return f"{self.where} : {self.title}{held}{detail} ; attendu : {self.expected}"


@dataclass(slots=True)
class Findings:
    """Findings in bounded memory: all are counted, the first KEPT of each code are kept."""

    counts: dict[str, int] = field(default_factory=dict)
    kept: dict[str, list[Finding]] = field(default_factory=dict)

    def add(self, finding: Finding, count: int = 1) -> None:
        """Keep one finding, which stands for `count` of its code."""
        self.add_all([finding], count)

    @staticmethod
    def unreadable(error: OSError) -> Findings:
        """What is said of a file that the machine does not let read."""
        found = Findings()
        found.add(Finding("file.unreadable", detail=type(error).__name__))
        return found

    def add_all(self, findings: Sequence[Finding], count: int) -> None:
        """Keep the first, in the order of the file, of `count` findings of one code."""
        if not findings:
            return
        code = findings[0].code
        self.counts[code] = self.counts.get(code, 0) + count
        kept = self.kept.setdefault(code, [])
        if len(kept) == KEPT and (findings[0].line or 0) >= (kept[-1].line or 0):
            return
        kept += findings
        kept.sort(key=lambda f: f.line or 0)
        del kept[KEPT:]

    def relocated(self, lines: Sequence[int]) -> Findings:
        """The same, where line n + 2 of what was read is line `lines[n]` of what was given."""

        def moved(finding: Finding) -> Finding:
            place = (finding.line or 0) - 2
            return replace(finding, line=lines[place]) if 0 <= place < len(lines) else finding

        kept = {code: [moved(f) for f in found] for code, found in self.kept.items()}
        return Findings(dict(self.counts), kept)

    def __iter__(self) -> Iterator[Finding]:
        """What is kept, the gravest first, then in the order of the file."""
        for code in sorted(self.kept, key=lambda c: (RANK[CODES[c].severity], c)):
            yield from sorted(self.kept[code], key=lambda f: f.line or 0)

    def __len__(self) -> int:
        return sum(self.counts.values())

    def __contains__(self, code: object) -> bool:
        return code in self.counts

    @property
    def worst(self) -> Severity | None:
        found = [CODES[code].severity for code in self.counts]
        return min(found, key=RANK.__getitem__) if found else None

    def by_severity(self) -> dict[Severity, int]:
        """How many of each gravity."""
        totals: dict[Severity, int] = {}
        for code, count in self.counts.items():
            severity = CODES[code].severity
            totals[severity] = totals.get(severity, 0) + count
        return totals
