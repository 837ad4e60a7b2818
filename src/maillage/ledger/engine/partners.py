"""Whom a line of a book is with: which chamber stands behind what the book writes, and how one
knows. Values and their spelling; refuses to know files, books and accounts of the common chart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from maillage.kernel.money import NBSP, exact_euros

AUXILIARY, ACCOUNT, ENTRY, LABEL = "auxiliaire", "compte", "ecriture", "libelle"
SHARE = "partage"
MEANS = {
    AUXILIARY: "par le compte auxiliaire de la ligne",
    ACCOUNT: "par le compte local, qui désigne une chambre",
    ENTRY: "par la seule chambre de l’écriture",
    SHARE: "réparti selon les tiers de l’écriture",
    LABEL: "par le libellé",
}
"""How a line's partner is known, the surest first: the first that tells is kept."""

_CAPITALS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")

Whose = tuple[str, str]
"""The chamber whose book writes ("" for every book), and what it writes."""


def fold(number: str) -> str:
    """A third-party number as all its spellings compare: `reg` and ` REG` are one.

    Letters a to z alone are alike in either case: engines differ on the others.
    """
    return number.strip(" ").translate(_CAPITALS)


NUMBER_KIND, ACCOUNT_KIND, LABEL_KIND = "number", "account", "label"
KINDS = {
    NUMBER_KIND: "Compte auxiliaire",
    ACCOUNT_KIND: "Compte local",
    LABEL_KIND: "Mots d’un libellé",
}
"""What a book may write that stands for a chamber."""


@dataclass(frozen=True, slots=True)
class Attached:
    """What the book of chamber `holder` ("" for every book) writes that stands for `chamber`, ""
    for none: a third party that is no chamber, an account whose lines are inferred to face nobody.

    `kind`: one of `KINDS`.
    """

    holder: str
    kind: str
    written: str
    chamber: str

    @property
    def key(self) -> tuple[str, str, str]:
        """The same for all spellings of one thing: it stands for one chamber."""
        return self.holder, self.kind, fold(self.written)


class Known(NamedTuple):
    """What one book's writings stand for, as pairs in order; never the chamber of the book itself.

    `numbers`: folded auxiliary numbers; `accounts`: local accounts; `patterns`: words of labels.
    `never`: local accounts whose lines take no partner but their own; `implied`: numbers nobody
    attached, with the words that name their chamber; `refused`: those of them that somebody said to
    be no chamber, which holds where a book labels them otherwise; `denied`: numbers as the book
    writes them, with a label beside which they stand for nobody.
    """

    numbers: tuple[tuple[str, str], ...] = ()
    accounts: tuple[tuple[str, str], ...] = ()
    patterns: tuple[tuple[str, str], ...] = ()
    never: tuple[str, ...] = ()
    implied: tuple[tuple[str, str], ...] = ()
    refused: tuple[str, ...] = ()
    denied: tuple[tuple[str, str], ...] = ()

    def labelled(self, said: Labelled) -> Known:
        """The same, of which numbers tell nothing that their labels deny."""
        kept = tuple(pair for pair in self.numbers if fold(pair[0]) not in said.nobody)
        return self._replace(numbers=kept, implied=(), refused=(), denied=said.denied)


NOTHING = Known()


@dataclass(frozen=True)
class Partners:
    """Which chamber stands behind a number, a local account, words of a label, book by book.

    What one chamber's book says of a number wins over what is said for every book. Numbers are
    kept folded: `numbers[""]` answers in every spelling through `of`. `implied`: of the numbers of
    every book, those that nobody attached, being a chamber's code, with the words that name it.
    `denied`: by chamber, what its book labels otherwise, as `Known` has it.
    """

    numbers: Mapping[Whose, str] = field(default_factory=dict)
    accounts: Mapping[Whose, str] = field(default_factory=dict)
    patterns: Mapping[Whose, str] = field(default_factory=dict)
    implied: Mapping[str, str] = field(default_factory=dict)
    denied: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        folded = {(entity, fold(number)): to for (entity, number), to in self.numbers.items()}
        object.__setattr__(self, "numbers", folded)

    def __hash__(self) -> int:
        parts = (self.numbers, self.accounts, self.patterns, self.implied, self.denied)
        return hash(tuple(frozenset(part.items()) for part in parts))

    @classmethod
    def everywhere(cls, numbers: Mapping[str, str]) -> Partners:
        """The same numbers for every book: the codes and SIREN of chambers."""
        return cls({("", number): chamber for number, chamber in numbers.items()})

    def also(self, rows: Iterable[Attached]) -> Partners:
        """The same with what is attached, which wins over what is held."""
        numbers, accounts, patterns = dict(self.numbers), dict(self.accounts), dict(self.patterns)
        parts = {"number": numbers, "account": accounts, "label": patterns}
        for row in rows:
            written = fold(row.written) if row.kind == "number" else row.written
            parts[row.kind][row.holder, written] = row.chamber
        return replace(self, numbers=numbers, accounts=accounts, patterns=patterns)

    def attached(self, rows: Iterable[Attached]) -> Partners:
        """The same with what people attached: a number of every book is then implied no more."""
        told = list(rows)
        given = {fold(row.written) for row in told if row.kind == "number" and not row.holder}
        kept = {number: words for number, words in self.implied.items() if number not in given}
        return replace(self.also(told), implied=kept)

    def of(self, entity: str, number: str) -> str:
        """The chamber an auxiliary number of that chamber's book stands for, "" for none."""
        written = fold(number)
        found = self.numbers.get((entity, written), self.numbers.get(("", written), ""))
        return found if found != entity else ""

    def known_to(self, entity: str) -> Known:
        """What the book of one chamber can name."""
        numbers, accounts, patterns = (
            _told(part, entity) for part in (self.numbers, self.accounts, self.patterns)
        )
        refused = {
            number: to
            for number in self.implied
            if self.numbers.get((entity, number)) == ""
            and (to := self.numbers.get(("", number), "")) not in ("", entity)
        }
        numbers = tuple(sorted((*numbers, *refused.items())))
        held = dict(numbers)
        implied = (
            (number, words)
            for number, words in self.implied.items()
            if number in held and (number in refused or (entity, number) not in self.numbers)
        )
        never = {written for (whose, written), to in self.accounts.items()
                 if not to and whose in ("", entity)}  # fmt: skip
        never -= {written for written, _ in accounts}
        return Known(
            numbers,
            accounts,
            patterns,
            tuple(sorted(never)),
            tuple(sorted(implied)),
            tuple(sorted(refused)),
            self.denied.get(entity, ()),
        )

    def chambers(self) -> frozenset[str]:
        """Every chamber that something stands for."""
        parts = (self.numbers, self.accounts, self.patterns)
        return frozenset(chamber for part in parts for chamber in part.values()) - {""}


NOBODY = Partners()


def _told(part: Mapping[Whose, str], entity: str) -> tuple[tuple[str, str], ...]:
    """The pairs of one book: its own win over those of every book; itself is no partner."""
    found = {written: to for (whose, written), to in part.items() if not whose}
    found |= {written: to for (whose, written), to in part.items() if whose == entity}
    return tuple(sorted((w, to) for w, to in found.items() if w and to and to != entity))


# -- a number alone, and the label beside it ------------------------------------------------------


class Named(NamedTuple):
    """An auxiliary that may be a chamber, as a book writes and labels it; cents moved.

    `also`: the labels beside which the same number is a chamber's, with their amounts, in words.
    """

    number: str
    label: str
    debit: int
    credit: int
    also: str = ""


class Doubt(NamedTuple):
    """A third party of a book that a chamber's code alone tells, and whose label names another."""

    entity: str
    chamber: str
    number: str
    label: str
    debit: int
    credit: int
    also: str = ""


SILENT = frozenset(
    word
    for words in (
        "tiers client clients fournisseur fournisseurs debiteur crediteur divers auxiliaire",
        "compte comptes courant courants liaison reversement taxe refacturation siege general",
        "chambre chambres cci ccir ccit commerce industrie regionale regional territoriale",
        "territorial metropolitaine locale locales departementale consulaire reseau inter",
        "les des une sur pour avec aux libelle",
    )
    for word in words.split()
)
"""Words that name nobody: a label made of them alone leaves the number its meaning."""
LEAST = 3
ALIKE = 4
"""Letters of a word that counts, and by which one cut short is another's beginning."""


def plain(text: str) -> str:
    """A text in small letters, without accents."""
    apart = unicodedata.normalize("NFKD", text.lower())
    return "".join(c for c in apart if not unicodedata.combining(c))


def words_of(text: str) -> frozenset[str]:
    """The words of a text that name somebody, without accents, in small letters."""
    found = re.findall(r"[a-z0-9]+", plain(text))
    return frozenset(word for word in found if len(word) >= LEAST and word not in SILENT)


HOUSE = frozenset(["cci", "ccir", "ccit", "chambre", "chambres", "consulaire"])
"""Words by which a label says that it names a chamber, whatever else it says."""
FORMS = frozenset(
    word
    for words in (
        "sarl sas sasu eurl sci snc scop scic gie association asso amicale syndicat societe ets",
        "etablissements entreprise mairie commune ville hotel restaurant cabinet garage",
    )
    for word in words.split()
)
"""Words that say what no chamber is."""


OF_ACCOUNTS = frozenset(
    word
    for words in (
        "pret prets emprunt emprunts interet interets couru courus dette dettes creance creances",
        "avance avances acompte acomptes facture factures parvenir recevoir etablir payer paye",
        "constate constatee avoir avoirs vente ventes achat achats prestation prestations service",
        "services mise disposition personnel tva deductible collectee subvention subventions quote",
        "part tfc ressource ressources fiscale fiscales loyer loyers honoraires frais cotisation",
        "cotisations contribution contributions convention refacturations reversements reverse",
        "remboursement remboursements versement versements depot depots caution cautionnement",
        "fourn four cli rattache rattaches charge charges produit produits autre autres mis",
        "participation tcci tccfe tccvae",
    )
    for word in words.split()
)
"""Words that say what an account is, and nobody."""


def names_another(label: str, names: str) -> bool:
    """Whether a label clearly names something else than what bears these names and SIREN.

    A word of the chamber among others is not its name: they may be a street, a valley, or another
    chamber's. It is beside words of accounts where the label says that it is a chamber's.
    """
    told = words_of(label)
    held = words_of(names) | {
        word for word in names.lower().split() if word in label.lower().split()
    }
    digits = re.sub(r"\s", "", label)
    if not told or any(w in digits for w in held if w.isdecimal() and len(w) > 8):
        return False
    others = {word for word in told - held if not any(_cut_short(word, one) for one in held)}
    if others == told:
        return True
    is_house = _says_house(label) and not told & FORMS
    told_apart = others - OF_ACCOUNTS if is_house else others
    return any(not word.isdecimal() for word in told_apart)


def _says_house(label: str) -> bool:
    return not HOUSE.isdisjoint(re.findall(r"[a-z]+", label.lower()))


def _cut_short(one: str, other: str) -> bool:
    """Whether one word is the other's beginning."""
    return min(len(one), len(other)) >= ALIKE and (one.startswith(other) or other.startswith(one))


def says_so(label: str, names: str) -> bool:
    """Whether a label says the chamber that bears these names, and nobody else."""
    told, held = words_of(label), words_of(names)
    is_named = any(word in held or any(_cut_short(word, one) for one in held) for word in told)
    return is_named and not names_another(label, names)


class Labelled(NamedTuple):
    """What the labels of a book say of the chambers that their number alone tells.

    `asked`: those whose label names something else, each label told; `nobody`: the numbers, folded,
    that stand for nobody in this book, for that or because somebody said so and no label of theirs
    says else; `denied`: labels beside which a number is nobody's that is a chamber's beside others.
    """

    asked: tuple[Named, ...] = ()
    nobody: frozenset[str] = frozenset()
    denied: tuple[tuple[str, str], ...] = ()


def doubted(known: Known, named: Iterable[Named]) -> Labelled:
    """Of the auxiliaries of a book, what is not to be taken for the chamber it may be."""
    words = dict(known.implied)
    by_number: dict[str, list[Named]] = {number: [] for number in known.refused}
    for row in named:
        if fold(row.number) in words:
            by_number.setdefault(fold(row.number), []).append(row)
    asked: list[Named] = []
    nobody, denied = set(), []
    for number, rows in by_number.items():
        is_refused = number in known.refused
        others = [row for row in rows if _is_another(row.label, words[number], is_refused)]
        if len(others) == len(rows):
            nobody.add(number)
        else:
            denied += [(row.number, row.label) for row in others]
        if not is_refused:
            also = f"{NBSP}; ".join(_told_of(row) for row in rows if row not in others)
            asked += [row._replace(also=also) for row in others]
    return Labelled(tuple(asked), frozenset(nobody), tuple(sorted(denied)))


def _told_of(row: Named) -> str:
    sides = f"débit {exact_euros(row.debit)}, crédit {exact_euros(row.credit)}"
    return f"«{NBSP}{row.label}{NBSP}»{NBSP}: {sides}"


def _is_another(label: str, names: str, is_refused: bool) -> bool:
    return not says_so(label, names) if is_refused else names_another(label, names)
