"""`maillage ledger-consolidate`: the ledgers of a folder as one set of accounts."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from maillage.config.environment import load
from maillage.ledger.consolidated_tables import tables_of
from maillage.ledger.engine.chart import Chart, load_chart, shipped_texts
from maillage.ledger.engine.consolidation import Consolidation, consolidate_cubes
from maillage.ledger.engine.findings import RANK
from maillage.ledger.engine.mapping import Mapping, Rule
from maillage.ledger.engine.perimeter import Perimeter
from maillage.ledger.engine.survey import Survey, survey_all
from maillage.ledger.tables import to_workbook
from maillage.portal.management.base import MaillageCommand
from maillage.portal.management.progress import bar

EXIT = {"refused": 4, "error": 3, "warning": 1, "note": 0}


class Command(MaillageCommand):
    help = (
        "Consolide les FEC d'un dossier : balance, compte de résultat, bilan, réciprocités.\n\n"
        "Exemple : maillage ledger-consolidate livres/ -o comptes.xlsx --chambers chambres.csv\n"
        "Le fichier des chambres a les colonnes siren;code;nom;auxiliaires (numéros séparés par "
        "des espaces, par lesquels les autres chambres la connaissent).\n"
        "Le fichier des règles a les colonnes prefixe;compte;chambre;exact ; sans lui, chaque "
        "compte va au compte du plan commun qui lui ressemble le plus par son numéro.\n"
        "Codes de retour : selon le plus grave, 0 rien ou des remarques, 1 à vérifier, "
        "3 bloquant, 4 illisible ; 2 appel incorrect."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="DOSSIER", help="Dossier des FEC (.txt, .xml).")
        parser.add_argument("-o", "--output", metavar="FICHIER", help="Classeur .xlsx à écrire.")
        parser.add_argument("--chambers", metavar="CSV", help="Chambres du périmètre.")
        parser.add_argument("--rules", metavar="CSV", help="Règles vers le plan commun.")
        parser.add_argument("--memory", type=int, default=1000, help="Mémoire, en Mo (1000).")
        parser.add_argument("--again", action="store_true", help="Relire même ce qui est connu.")
        parser.add_argument("--json", action="store_true", help="Résultat en JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(options["folder"])
        paths = sorted(p for p in folder.glob("*") if p.suffix.lower() in (".txt", ".xml"))
        if not paths:
            raise CommandError(f"Aucun fichier .txt ou .xml dans « {folder} ».", returncode=2)
        chambers = _chambers(options["chambers"])
        surveys = self._surveyed(paths, chambers, options)
        codes = {siren: row["code"] for siren, row in chambers.items()}
        cubes = _cubes(surveys, codes)
        chart = load_chart(*shipped_texts())
        accounts = [(code, row.account) for code, cube in cubes.items() for row in cube]
        rules = _rules(options["rules"]) if options["rules"] else _nearest(chart, accounts)
        known = {a: row["code"] for row in chambers.values() for a in row["auxiliaires"].split()}
        perimeter = Perimeter(tuple(cubes), known)
        result = consolidate_cubes(cubes, Mapping(tuple(rules)), perimeter)
        names = {row["code"]: row["nom"] for row in chambers.values()}
        self._give(result, chart, surveys, names, options)

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

    def _give(
        self, result: Consolidation, chart: Chart, surveys: Sequence[Survey],
        names: dict[str, str], options: dict[str, Any],
    ) -> None:  # fmt: skip
        findings = [(s.path.name, f) for s in surveys for f in s.findings]
        year = _year(surveys)
        if options["output"]:
            tables = tables_of(result, chart, year, names, findings)
            Path(options["output"]).write_bytes(to_workbook(tables, timezone.localdate()))
        if options["json"]:
            self.stdout.write(json.dumps(_summary(result, surveys, year), ensure_ascii=False))
        else:
            self._tell(result, surveys, year, options["output"])
        worst = [w for s in surveys if (w := s.findings.worst)]
        code = EXIT[min(worst, key=RANK.__getitem__).value] if worst else 0
        if code:
            raise SystemExit(code)

    def _tell(
        self, result: Consolidation, surveys: Sequence[Survey], year: int, output: str | None
    ) -> None:
        lines = sum(row.lines for s in surveys for row in s.cube)
        self.stdout.write(f"{len(surveys)} fichiers, {lines} lignes, exercice {year}.")
        for survey in surveys:
            for code, count in sorted(survey.findings.counts.items()):
                first = survey.findings.kept[code][0]
                self.stdout.write(f"  {survey.path.name} : {count} × {first}")
        self.stdout.write(
            f"Comptes sans correspondance : {len(result.unmapped)}. "
            f"Réciprocités : {len(result.reciprocities)}, dont {len(result.differences)} en écart."
        )
        if output:
            self.stdout.write(f"Écrit : {output}")


def _cubes(surveys: Iterable[Survey], codes: dict[str, str]) -> dict[str, Any]:
    """Each readable book's cube by chamber: its code where the chamber is known, else its SIREN."""
    cubes: dict[str, Any] = {}
    for survey in surveys:
        code = codes.get(survey.siren) or survey.siren or survey.path.stem
        if not survey.refused:
            cubes[code] = (*cubes.get(code, ()), *survey.cube)
    return cubes


def _year(surveys: Iterable[Survey]) -> int:
    """The year most of the files close."""
    years = Counter(
        s.closing.year if s.closing else max((r.month.year for r in s.cube if r.month), default=0)
        for s in surveys
        if not s.refused
    )
    return years.most_common(1)[0][0] if years else dt.date.min.year


def _summary(result: Consolidation, surveys: Sequence[Survey], year: int) -> dict[str, Any]:
    return {
        "year": year,
        "files": [{"name": s.path.name, "counts": s.findings.counts} for s in surveys],
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
    return {row["siren"]: row for row in rows}


def _rules(path: str) -> list[Rule]:
    rows = _read(path, {"prefixe", "compte"})
    return [
        Rule(r["prefixe"], r["compte"], r.get("chambre", ""), exception=r.get("exact") == "oui")
        for r in rows
    ]


def _nearest(chart: Chart, accounts: Iterable[tuple[str, str]]) -> list[Rule]:
    """Each local account to the account of the chart whose number begins it."""
    rules = []
    for account in sorted({account for _, account in accounts}):
        near = chart.nearest(account)
        if near is not None and len(near.number) > 1:
            rules.append(Rule(account, near.number, exception=True))
    return rules
