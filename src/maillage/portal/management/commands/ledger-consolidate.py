"""`maillage ledger-consolidate`: the ledgers of a folder as one set of accounts."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from maillage.config.environment import load
from maillage.ledger.consolidated_tables import tables_of
from maillage.ledger.engine.chart import Chart, load_chart, shipped_texts
from maillage.ledger.engine.consolidation import Consolidation, consolidate_cubes
from maillage.ledger.engine.mapping import Mapping, Rule, check
from maillage.ledger.engine.partners import Partners
from maillage.ledger.engine.perimeter import Perimeter
from maillage.ledger.engine.survey import Survey, survey_all
from maillage.network.rules import siren_fault
from maillage.portal.management.base import MaillageCommand, counted
from maillage.portal.management.progress import bar
from maillage.sheets.writing import Table, to_workbook

WORDS = {"oui": True, "o": True, "1": True, "non": False, "n": False, "0": False, "": False}
SHOWN = 10
"""Findings of the whole told on the console."""
LEAST_MEMORY = 100
EXIT = {"refused": 4, "error": 3, "warning": 1, "note": 0}


class Command(MaillageCommand):
    help = (
        "Consolide les FEC d’un dossier : balance, compte de résultat, bilan, réciprocités.\n\n"
        "Exemple : maillage ledger-consolidate livres/ -o comptes.xlsx --chambers chambres.csv\n"
        "Le fichier des chambres a les colonnes siren;code;nom;auxiliaires (numéros séparés par "
        "des espaces, par lesquels les autres chambres la connaissent).\n"
        "Le fichier des règles a les colonnes prefixe;compte;chambre;exact ; sans lui, chaque "
        "compte va au compte du plan commun qui lui ressemble le plus par son numéro.\n"
        "Un seul exercice est consolidé : celui du plus grand nombre de fichiers, ou --year.\n"
        "Codes de retour : selon le plus grave, 0 rien ou des remarques, 1 à vérifier, "
        "3 bloquant, 4 illisible ; 2 appel incorrect."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="DOSSIER", help="Dossier des FEC (.txt, .xml).")
        parser.add_argument("-o", "--output", metavar="FICHIER", help="Classeur .xlsx à écrire.")
        parser.add_argument("--chambers", metavar="CSV", help="Chambres du périmètre.")
        parser.add_argument("--rules", metavar="CSV", help="Règles vers le plan commun.")
        parser.add_argument("--year", type=int, help="Exercice à consolider.")
        parser.add_argument("--memory", type=int, default=1000, help="Mémoire, en Mo (1000).")
        parser.add_argument("--again", action="store_true", help="Relire même ce qui est connu.")
        parser.add_argument("--json", action="store_true", help="Résultat en JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(options["folder"])
        paths = sorted(p for p in folder.glob("*") if p.suffix.lower() in (".txt", ".xml"))
        if not paths:
            raise CommandError(f"Aucun fichier .txt ou .xml dans « {folder} ».", returncode=2)
        if options["memory"] < LEAST_MEMORY:
            raise CommandError(f"--memory : {LEAST_MEMORY} Mo au moins.", returncode=2)
        output = _writable(options["output"]) if options["output"] else None
        chart = load_chart(*shipped_texts())
        chambers = _chambers(options["chambers"])
        rules = _rules(options["rules"], chart) if options["rules"] else None
        surveys = self._surveyed(paths, chambers, options)
        year = _year(surveys) if options["year"] is None else options["year"]
        held = [s for s in surveys if not s.refused and _closes(s) == year]
        if not held:
            whose = "" if options["year"] is None else f" de l’exercice {year}"
            self._refused(surveys)
            code = 4 if options["year"] is None else 2
            raise CommandError(f"Aucun fichier lisible{whose}.", returncode=code)
        codes = {siren: row["code"] for siren, row in chambers.items()}
        cubes = _cubes(held, codes)
        accounts = [(code, row.account) for code, cube in cubes.items() for row in cube]
        known = Partners.everywhere(
            {a: row["code"] for row in chambers.values() for a in row["auxiliaires"].split()}
        )
        mapping = Mapping(tuple(_nearest(chart, accounts) if rules is None else rules))
        result = consolidate_cubes(cubes, mapping, Perimeter(tuple(cubes), known))
        names = {row["code"]: row["nom"] for row in chambers.values()}
        if output:
            findings = [(s.path.name, f) for s in surveys for f in s.findings]
            _write(output, tables_of(result, chart, year, names, findings))
        if options["json"]:
            self.stdout.write(json.dumps(_summary(result, surveys, year), ensure_ascii=False))
        else:
            self._tell(result, surveys, held, year, options["output"])
        if code := _exit(result, surveys):
            raise SystemExit(code)

    def _surveyed(
        self, paths: Sequence[Path], chambers: dict[str, dict[str, str]], options: dict[str, Any]
    ) -> list[Survey]:
        partners = [a for row in chambers.values() for a in row["auxiliaires"].split()]
        cache = None if options["again"] else load().home / "livres-lus"
        done: list[Path] = []
        with bar(self.stderr, "Lecture") as follow:
            follow("", 0, len(paths))

            def tell(path: Path) -> None:
                done.append(path)
                follow(path.name, len(done), len(paths))

            return survey_all(
                paths, partners=partners, memory_mb=options["memory"], cache=cache, done=tell
            )

    def _refused(self, surveys: Sequence[Survey]) -> None:
        for survey in surveys:
            for finding in survey.findings:
                self.stdout.write(f"  {survey.path.name} : {finding}")

    def _tell(
        self, result: Consolidation, surveys: Sequence[Survey], held: Sequence[Survey], year: int,
        output: str | None,
    ) -> None:  # fmt: skip
        write = self.stdout.write
        lines = sum(row.lines for s in held for row in s.cube)
        files = counted(len(held), "fichier", "fichiers")
        write(f"{files}, {counted(lines, 'ligne', 'lignes')}, exercice {year}.")
        for survey in surveys:
            if survey not in held and not survey.refused:
                write(f"  {survey.path.name} : exercice {_closes(survey)}, laissé de côté")
            for code, count in sorted(survey.findings.counts.items()):
                first = survey.findings.kept[code][0]
                write(f"  {survey.path.name} : {count} × {first}")
        write(
            f"Comptes sans correspondance : {len(result.unmapped)}. "
            f"Réciprocités : {len(result.reciprocities)}, dont {len(result.differences)} en écart."
        )
        for finding in result.findings[:SHOWN]:
            write(f"  {finding}")
        if len(result.findings) > SHOWN:
            write(f"  et {len(result.findings) - SHOWN} autres, dans le classeur ou en --json")
        if output:
            write(f"Écrit : {output}")


def _writable(name: str) -> Path:
    """Where the workbook goes. Raises CommandError (2) where it cannot."""
    path = Path(name)
    if path.suffix.lower() != ".xlsx":
        raise CommandError(f"« {name} » : un nom en .xlsx est attendu.", returncode=2)
    if path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
        raise CommandError(f"« {name} » ne peut pas être écrit.", returncode=2)
    return path


def _write(path: Path, tables: Sequence[Table]) -> None:
    """In one step: a workbook already there is replaced whole or stays."""
    aside = path.with_name(f".{path.name}.en-cours")
    try:
        aside.write_bytes(to_workbook(tables, timezone.localdate()))
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise CommandError(f"Écriture de « {path} » : {error.strerror}.", returncode=2) from error


def _exit(result: Consolidation, surveys: Iterable[Survey]) -> int:
    """The code of the gravest, in the files or in what they are together."""
    codes = [EXIT[worst.value] for s in surveys if (worst := s.findings.worst)]
    return max([*codes, EXIT["warning"] if result.findings else 0], default=0)


def _closes(survey: Survey) -> int:
    """The year of the exercise: of its closing, else of its last month."""
    if survey.closing:
        return survey.closing.year
    return max((row.month.year for row in survey.cube if row.month), default=0)


def _cubes(surveys: Iterable[Survey], codes: dict[str, str]) -> dict[str, Any]:
    """Each book's cube by chamber: its code where the chamber is known, else its SIREN.

    Raises CommandError (2) where two files are of one chamber.
    """
    cubes: dict[str, Any] = {}
    files: dict[str, Path] = {}
    for survey in surveys:
        code = codes.get(survey.siren) or survey.siren or survey.path.stem
        if code in cubes:
            both = f"« {files[code].name} » et « {survey.path.name} »"
            raise CommandError(f"{both} sont de la même chambre ({code}).", returncode=2)
        cubes[code], files[code] = survey.cube, survey.path
    return cubes


def _year(surveys: Iterable[Survey]) -> int:
    """The year most of the files close, the latest where as many close another."""
    years = Counter(_closes(s) for s in surveys if not s.refused)
    return max(years, key=lambda year: (years[year], year), default=dt.date.min.year)


def _summary(result: Consolidation, surveys: Sequence[Survey], year: int) -> dict[str, Any]:
    return {
        "year": year,
        "files": [
            {
                "name": s.path.name,
                "counts": s.findings.counts,
                "findings": [asdict(f) | {"severity": f.severity} for f in s.findings],
            }
            for s in surveys
        ],
        "balances": [
            {"month": month, "account": account, "debit": debit, "credit": credit}
            for (month, account), (debit, credit) in sorted(
                result.balances(eliminated=True).items()
            )
        ],
        "unmapped": [{"entity": e, "account": a} for e, a in result.unmapped],
        "differences": [
            {"entity": r.entity, "partner": r.partner, "family": r.family.name,
             "cents": r.difference}
            for r in result.differences
        ],
    }  # fmt: skip


def _read(path: str, columns: set[str]) -> list[dict[str, str]]:
    """The rows of a small CSV file. Raises CommandError (2) where it cannot serve."""
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, delimiter=";")
            lost = columns - set(reader.fieldnames or ())
            if lost:
                names = ", ".join(sorted(lost))
                raise CommandError(f"« {path} » : colonnes absentes : {names}.", returncode=2)
            return [{k: v or "" for k, v in row.items() if k} for row in reader]
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"Lecture de « {path} » : {error}.", returncode=2) from error


def _chambers(path: str | None) -> dict[str, dict[str, str]]:
    if path is None:
        return {}
    rows = _read(path, {"siren", "code", "nom", "auxiliaires"})
    for row in rows:
        row |= {name: value.strip() for name, value in row.items()}
    wrong = [row["siren"] for row in rows if not row["siren"] or siren_fault(row["siren"])]
    if wrong:
        told = ", ".join(f"« {siren} »" for siren in wrong)
        raise CommandError(f"« {path} » : SIREN attendu, {told} donné.", returncode=2)
    for column in ("siren", "code", "auxiliaires"):
        named = Counter(word for row in rows for word in row[column].split())
        twice = [word for word, times in named.items() if times > 1]
        if twice:
            told = f"{column} donné deux fois : {', '.join(twice)}"
            raise CommandError(f"« {path} » : {told}.", returncode=2)
    return {row["siren"]: row for row in rows}


def _rules(path: str, chart: Chart) -> list[Rule]:
    """The rules of a file. Raises CommandError (2) where one of them cannot hold."""
    rules, faults = [], []
    for number, row in enumerate(_read(path, {"prefixe", "compte"}), 2):
        exact = row.get("exact", "").strip().lower()
        if exact not in WORDS:
            faults.append(f"ligne {number} : exact « {exact} », oui ou non attendu")
        rules.append(
            Rule(row["prefixe"].strip(), row["compte"].strip(), row.get("chambre", "").strip(),
                 exception=WORDS.get(exact, False))
        )  # fmt: skip
    faults += [str(f) for f in check(Mapping(tuple(rules)), chart) if f.severity == "error"]
    if faults:
        raise CommandError("\n  - ".join([f"« {path} » :", *faults]), returncode=2)
    return rules


def _nearest(chart: Chart, accounts: Iterable[tuple[str, str]]) -> list[Rule]:
    """Each local account to the account of the chart whose number begins it."""
    rules = []
    for account in sorted({account for _, account in accounts}):
        near = chart.nearest(account)
        if near is not None and len(near.number) > 1:
            rules.append(Rule(account, near.number, exception=True))
    return rules
