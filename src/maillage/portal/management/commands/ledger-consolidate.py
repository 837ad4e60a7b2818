"""`maillage ledger-consolidate`: the ledgers of a folder as one set of accounts."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TypeVar

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from maillage.config.environment import load
from maillage.kernel.money import exact_euros
from maillage.kernel.period import french_date
from maillage.ledger.chamber_files import (
    Chamber,
    in_case_of,
    lost_by_rules,
    read_adjustment_file,
    read_chambers,
    read_partner_file,
    read_rule_file,
)
from maillage.ledger.consolidated_tables import (
    Whole,
    as_json,
    findings_table,
    tables_of,
)
from maillage.ledger.control_tables import compared_words, control_lines
from maillage.ledger.engine.adjustments import Entry, consolidated, opening, opens_on
from maillage.ledger.engine.chart import Chart, load_chart, shipped_texts
from maillage.ledger.engine.consolidation import consolidate_cubes
from maillage.ledger.engine.families import families_of
from maillage.ledger.engine.fec import said_by
from maillage.ledger.engine.mapping import Mapping as Rules
from maillage.ledger.engine.mapping import Rule
from maillage.ledger.engine.partners import Attached, Partners, fold
from maillage.ledger.engine.perimeter import Perimeter
from maillage.ledger.engine.scope import (
    ONE_EXERCISE,
    Source,
    partly_told,
    scope_findings,
)
from maillage.ledger.engine.survey import Survey, chamber_of, survey_all
from maillage.ledger.surveyed import (
    Surveyed,
    closes_in,
    code_of,
    moves_of,
    source_of,
)
from maillage.ledger.surveyed_rules import carried, names_in, nearest_rules
from maillage.portal.management.base import MaillageCommand, counted
from maillage.portal.management.progress import bar
from maillage.sheets.writing import Table, to_workbook

SHOWN = 10
"""Findings of the whole told on the console."""
LEAST_MEMORY = 100
EXIT = {"refused": 4, "error": 3, "warning": 1, "note": 0, "info": 0}


class Command(MaillageCommand):
    help = (
        "Consolide les FEC d’un dossier : balance, compte de résultat, bilan, réciprocités.\n\n"
        "Exemple : maillage ledger-consolidate livres/ -o comptes.xlsx --chambers chambres.csv\n"
        "Le fichier des chambres a les colonnes siren;code;nom;auxiliaires (numéros séparés par "
        "des espaces, par lesquels les autres chambres la connaissent).\n"
        "Une chambre a plusieurs SIREN dans la même cellule, ou sur plusieurs lignes.\n"
        "Le fichier des règles est celui qu’exporte la page « Correspondances », ou un CSV de "
        "colonnes prefixe;compte;chambre;exact ; sans lui, chaque "
        "compte va au compte du plan commun qui lui ressemble le plus par son numéro.\n"
        "Retraitements et partenaires sont les fichiers qu’exportent leurs pages.\n"
        "Un seul exercice est consolidé : celui du plus grand nombre de fichiers, ou --year.\n"
        "Un même contenu sous deux SIREN est consolidé, et dit d’abord : à vérifier.\n"
        "Codes de retour : selon le plus grave, 0 rien ou des remarques, 1 à vérifier, "
        "3 bloquant, 4 illisible ; 2 appel incorrect."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="DOSSIER", help="Dossier des FEC (.txt, .xml).")
        parser.add_argument("-o", "--output", metavar="FICHIER", help="Classeur .xlsx à écrire.")
        parser.add_argument("--chambers", metavar="CSV", help="Chambres du périmètre.")
        parser.add_argument(
            "--rules",
            metavar="CSV",
            help="Règles vers le plan commun, qui remplacent le rapprochement par le numéro.",
        )
        parser.add_argument("--adjustments", metavar="FICHIER", help="Retraitements, exportés.")
        parser.add_argument("--partners", metavar="FICHIER", help="Partenaires, exportés.")
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
        chambers = _given(options["chambers"], read_chambers) if options["chambers"] else []
        rules, entries, attached = _told(options, chart, chambers)
        by_siren = {siren: chamber.code for chamber in chambers for siren in chamber.sirens}
        partners = _partners(paths, chambers, by_siren).attached(attached)
        surveys = self._surveyed(paths, partners, by_siren, options)
        year = _year(surveys) if options["year"] is None else options["year"]
        held = [s for s in surveys if not s.refused and closes_in(s) == year]
        if not held:
            whose = "" if options["year"] is None else f" de l’exercice {year}"
            self._refused(surveys)
            code = 4 if options["year"] is None else 2
            raise CommandError(f"Aucun fichier lisible{whose}.", returncode=code)
        given = (chambers, rules, entries, partners)
        whole = _whole(surveys, held, given, chart, year)
        if output:
            found = [(s.path.name, f) for s in surveys for f in s.findings]
            _write(output, [*tables_of(whole), findings_table(found)])
        for finding in (*whole.more, *whole.twins):
            self.stderr.write(str(finding))
        if options["json"]:
            self.stdout.write(json.dumps(_summary(whole, surveys), ensure_ascii=False))
        else:
            self._tell(whole, surveys, held, options["output"])
        if code := _exit(whole, surveys):
            raise SystemExit(code)

    def _surveyed(
        self,
        paths: Sequence[Path],
        partners: Partners,
        codes: dict[str, str],
        options: dict[str, Any],
    ) -> list[Survey]:
        cache = None if options["again"] else load().home / "livres-lus"
        done: list[Path] = []
        with bar(self.stderr, "Lecture") as follow:
            follow("", 0, len(paths))

            def tell(path: Path) -> None:
                done.append(path)
                follow(path.name, len(done), len(paths))

            return survey_all(
                paths, partners=partners, codes=codes, memory_mb=options["memory"], cache=cache,
                beside=_beside(paths, codes), done=tell,
            )  # fmt: skip

    def _refused(self, surveys: Sequence[Survey]) -> None:
        for survey in surveys:
            for finding in survey.findings:
                self.stdout.write(f"  {survey.path.name} : {finding}")

    def _tell(
        self, whole: Whole, surveys: Sequence[Survey], held: Sequence[Survey], output: str | None
    ) -> None:
        write, result = self.stdout.write, whole.result
        lines = sum(row.lines for s in held for row in s.cube)
        files = counted(len(held), "fichier", "fichiers")
        write(f"{files}, {counted(lines, 'ligne', 'lignes')}, exercice {whole.year}.")
        for finding in whole.said():
            write(f"  {finding}")
        if part := partly_told(whole.sources).words:
            write(f"Exercice entier, {part}.")
        for survey in surveys:
            if survey not in held and not survey.refused:
                write(f"  {survey.path.name} : exercice {closes_in(survey)}, laissé de côté")
            for code, count in sorted(survey.findings.counts.items()):
                first = survey.findings.kept[code][0]
                write(f"  {survey.path.name} : {count} × {first}")
        control = whole.control
        write(f"Comptes sans correspondance : {len(result.unmapped)}. {compared_words(control)}")
        for words, taken, gap in control.lines:
            write(f"  {words} : éliminé {exact_euros(taken)}, écart {exact_euros(gap)}")
        if any(r.code == "intercompany.unnamed" for r in control.remarks):
            write(f"  reste sans chambre en face : {exact_euros(control.unnamed)}")
        told = [str(finding) for finding in result.findings]
        told += control_lines(control, whole.names, whole.stops)
        for words in told[:SHOWN]:
            write(f"  {words}")
        if len(told) > SHOWN:
            write(f"  et {len(told) - SHOWN} autres, dans le classeur ou en --json")
        if output:
            write(f"Écrit : {output}")


Read = TypeVar("Read")


def _beside(paths: Sequence[Path], codes: dict[str, str]) -> set[Path]:
    """The files of chambers of which another exercise is there."""
    exercises: dict[str, set[dt.date | None]] = {}
    for path in paths:
        exercises.setdefault(chamber_of(path.name, codes), set()).add(said_by(path.name).closing)
    return {path for path in paths if len(exercises[chamber_of(path.name, codes)]) > 1}


def _given(name: str, read: Callable[[Path], Read]) -> Read:
    """What a file of the call says. Raises CommandError (2) where it cannot serve."""
    try:
        return read(Path(name))
    except OSError as error:
        raise CommandError(f"Lecture de « {name} » : {error}.", returncode=2) from error
    except ValueError as fault:
        raise CommandError(f"« {name} » : {fault}", returncode=2) from fault


def _told(
    options: dict[str, Any], chart: Chart, chambers: Sequence[Chamber]
) -> tuple[list[Rule] | None, list[Entry], list[Attached]]:
    """What the exports given say: rules (None without them), adjustments, partners."""
    rules, entries, attached = options["rules"], options["adjustments"], options["partners"]
    named = {chamber.code: chamber.name for chamber in chambers}
    return (
        _given(rules, lambda path: read_rule_file(path, chart)) if rules else None,
        _given(entries, lambda path: read_adjustment_file(path, set(named), chart))
        if entries
        else [],
        _given(attached, lambda path: read_partner_file(path, named)) if attached else [],
    )


def _whole(
    surveys: Sequence[Survey],
    held: Sequence[Survey],
    given: tuple[Sequence[Chamber], Sequence[Rule] | None, Sequence[Entry], Partners],
    chart: Chart,
    year: int,
) -> Whole:
    """The books of an exercise as one, and what is told of each.

    `given`: chambers, rules (None: by the number), what is adjusted beside the books of every
    exercise, what books call each other.
    """
    chambers, rules, entries, partners = given
    codes = {siren: chamber.code for chamber in chambers for siren in chamber.sirens}
    names = {chamber.code: chamber.name or chamber.code for chamber in chambers}
    cubes = _cubes(held, codes)
    accounts = names_in(held, codes)
    usual = nearest_rules(chart, accounts)
    used = usual if rules is None else in_case_of(rules, names)
    families = families_of(chart, dt.date(max(year, 1), 12, 31))
    mapping = Rules(tuple(used))
    now = _surveyed_year(year, held, codes, (mapping, partners, chart), entries)
    sources = _sources(surveys, held, codes, names, partners)
    before = [s for s in surveys if not s.refused and closes_in(s) == year - 1]
    if rules is None and before:
        more = nearest_rules(chart, [*accounts, *names_in(before, codes)])
        mapping = Rules(tuple(more))
    files = [(code_of(s, codes), s.siren) for s in before]
    is_one = len(files) == len(set(files))  # else nobody can tell which of two is the book
    shared = (mapping, partners, chart)
    former = _surveyed_year(year - 1, before, codes, shared, entries) if is_one else None

    moves = moves_of(now, former, mapping, names, partly_told(sources))
    lost = carried(chart, accounts) if rules is None else lost_by_rules(used, usual, cubes)
    held_before = former.result if former and former.books else None
    return Whole(year, now.result, families, chart, names, sources, lost, moves, held_before)


def _sources(
    surveys: Sequence[Survey],
    held: Sequence[Survey],
    codes: dict[str, str],
    names: dict[str, str],
    partners: Partners,
) -> list[Source]:
    """What is told of each book, then of the chambers that have none."""
    found = [
        source_of(s, codes, names, "held" if s in held else "aside", surveys, partners)
        for s in surveys
        if not s.refused
    ]
    present = {source.chamber for source in found if source.state == "held"}
    absent = (code for code in names if code not in present)
    return found + [Source(code, names[code], state="absent") for code in absent]


def _surveyed_year(
    year: int,
    held: Sequence[Survey],
    codes: dict[str, str],
    given: tuple[Rules, Partners, Chart],
    entries: Sequence[Entry],
) -> Surveyed:
    """The books of an exercise as one. `entries`: what is adjusted, in every exercise."""
    mapping, partners, chart = given
    cubes = _cubes(held, codes)
    families = families_of(chart, dt.date(max(year, 1), 12, 31))
    opens: dict[str, dt.date] = {}
    for survey in held:
        code = code_of(survey, codes)
        day = opens_on(survey.closing, (row.month for row in survey.cube), max(year, 1))
        opens[code] = min(day, opens.get(code, day))
    beside = consolidated(((e.day, e.lines) for e in entries if e.year == year), opens)
    before = opening((e.lines for e in entries if e.year < year), opens, year)
    gathered = [(code_of(s, codes), s.entries) for s in held]
    perimeter = Perimeter(tuple(cubes), partners, families)
    books: dict[str, list[Survey]] = {}
    for survey in held:
        books.setdefault(code_of(survey, codes), []).append(survey)
    result = consolidate_cubes(cubes, mapping, perimeter, beside, gathered, before)
    return Surveyed(year, books, result)


def _partners(
    paths: Iterable[Path], chambers: Iterable[Chamber], codes: dict[str, str]
) -> Partners:
    """What books call each other: what names a chamber, and the SIREN of files of no chamber."""
    told = [chamber_of(path.name, codes) for path in paths]
    named = {number: chamber.code for chamber in chambers for number in chamber.numbers}
    names = {fold(c.code): " ".join((c.name, c.code, *c.sirens, *c.former)) for c in chambers}
    given = Partners.everywhere({code: code for code in told} | named)
    return replace(given, implied=names)


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


def _exit(whole: Whole, surveys: Iterable[Survey]) -> int:
    """The code of the gravest, in the files or in what they are together."""
    codes = [EXIT[worst.value] for s in surveys if (worst := s.findings.worst)]
    codes += [EXIT[f.severity] for f in (*scope_findings(whole.sources, whole.year), *whole.more)]
    remarks = whole.control.remarks
    said = any(EXIT[finding.severity] for finding in whole.said())
    together = whole.result.findings or said or remarks
    return max([*codes, EXIT["warning"] if together else 0], default=0)


def _cubes(surveys: Iterable[Survey], codes: dict[str, str]) -> dict[str, Any]:
    """Each book's cube by chamber: its code where the chamber is known, else its SIREN.

    A chamber of several SIREN has a book of each. Raises CommandError (2) where two files are of
    one SIREN, or of one name.
    """
    cubes: dict[str, Any] = {}
    files: dict[tuple[str, str], Survey] = {}
    for survey in surveys:
        code = code_of(survey, codes)
        if other := files.get((code, survey.siren)):
            raise CommandError(_of_one_chamber(code, other, survey), returncode=2)
        files[code, survey.siren] = survey
        cubes[code] = (*cubes.get(code, ()), *survey.cube)
    return cubes


def _of_one_chamber(code: str, one: Survey, other: Survey) -> str:
    told = f"« {one.path.name} » et « {other.path.name} » sont de la même chambre ({code})"
    if one.closing is None or other.closing is None or one.closing == other.closing:
        return f"{told}."
    days = " et le ".join(french_date(day) for day in sorted((one.closing, other.closing)))
    return f"{told}, clos le {days}. {ONE_EXERCISE}"


def _year(surveys: Iterable[Survey]) -> int:
    """The year most of the files close, the latest where as many close another."""
    years = Counter(closes_in(s) for s in surveys if not s.refused)
    return max(years, key=lambda year: (years[year], year), default=dt.date.min.year)


def _summary(whole: Whole, surveys: Sequence[Survey]) -> dict[str, Any]:
    files = [
        {
            "name": s.path.name,
            "counts": s.findings.counts,
            "findings": [asdict(f) | {"severity": f.severity} for f in s.findings],
        }
        for s in surveys
    ]
    return as_json(whole) | {"files": files}
