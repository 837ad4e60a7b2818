"""`maillage ledger-check`: read ledgers and say what is wrong in them, without keeping anything."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from maillage.kernel.money import exact_euros
from maillage.ledger.engine.duck import Progress
from maillage.ledger.engine.findings import (
    CODES,
    RANK,
    SEVERITY_LABELS,
    Finding,
    Findings,
    Severity,
)
from maillage.ledger.engine.ledger_reader import LedgerFile, read_ledger
from maillage.ledger.engine.scope import TWIN
from maillage.network.rules import siren_fault
from maillage.portal.management.base import MaillageCommand, counted
from maillage.portal.management.progress import bar

EXIT = {Severity.REFUSED: 4, Severity.ERROR: 3, Severity.WARNING: 1, Severity.NOTE: 0}


class Command(MaillageCommand):
    help = (
        "Lit des fichiers des écritures comptables (FEC) et dit ce qui n’y va pas, "
        "ligne à ligne.\n\n"
        "Exemple : maillage ledger-check 123456782FEC20251231.txt --json\n"
        "Rien n’est conservé ni modifié.\n"
        "Codes de retour : selon le plus grave, 0 rien ou des remarques, 1 à vérifier, "
        "3 bloquant, 4 illisible ; 2 appel incorrect."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FICHIER", help="Fichiers à lire.")
        parser.add_argument("--siren", default="", help="SIREN attendu dans le nom du fichier.")
        parser.add_argument("--shown", type=int, default=5, help="Constats détaillés par code (5).")
        parser.add_argument("--json", action="store_true", help="Résultat en JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        siren = options["siren"]
        if siren and (fault := siren_fault(siren)):
            raise CommandError(f"--siren : {fault}", returncode=2)
        paths = [Path(name) for name in options["files"]]
        for path in paths:
            if not path.is_file():
                raise CommandError(f"« {path} » n’est pas un fichier.", returncode=2)
        ledgers = []
        for path in paths:
            with bar(self.stderr, path.name) as follow:
                ledgers.append(_read(path, siren, follow))
        if options["json"]:
            found = [_told(ledger) for ledger in ledgers]
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))
        else:
            for ledger in ledgers:
                self._tell(ledger, options["shown"])
            for name, other in _twins(ledgers):
                self.stdout.write(f"{name} {TWIN} {other}")
        worst = [ledger.findings.worst for ledger in ledgers if ledger.findings.worst]
        code = EXIT[min(worst, key=RANK.__getitem__)] if worst else 0
        code = max(code, EXIT[Severity.WARNING] if _twins(ledgers) else 0)
        if code:
            raise SystemExit(code)

    def _tell(self, ledger: LedgerFile, shown: int) -> None:
        write = self.stdout.write
        write(f"{ledger.name}")
        if ledger.refused:
            write(f"  illisible : {next(iter(ledger.findings))}")
            return
        held = [counted(ledger.lines, "ligne", "lignes"), ledger.encoding]
        held += [counted(len(ledger.journals), "journal", "journaux")]
        held += [f"débits {exact_euros(ledger.debit)}", f"crédits {exact_euros(ledger.credit)}"]
        if ledger.missing:
            missing = counted(ledger.missing, "ligne manque", "lignes manquent")
            held.append(f"{missing} à ces totaux")
        write(f"  {', '.join(held)}")
        if not ledger.findings:
            write("  rien à signaler")
        groups: dict[str, list[Finding]] = {}
        for finding in ledger.findings:
            groups.setdefault(finding.code, []).append(finding)
        for code, group in groups.items():
            title = f"{SEVERITY_LABELS[CODES[code].severity]} : {CODES[code].title}"
            write(f"  {title} ({ledger.findings.counts[code]})")
            for finding in group[:shown]:
                write(f"    {finding}")


def _read(path: Path, siren: str, follow: Progress) -> LedgerFile:
    """One file read; refused where the machine does not let it be."""
    try:
        return read_ledger(path, siren=siren, progress=follow)
    except OSError as error:
        findings = Findings.unreadable(error)
        return LedgerFile(name=path.name, findings=findings, refused=True)


def _twins(ledgers: Sequence[LedgerFile]) -> list[tuple[str, str]]:
    """Files that hold the same content as one before, by name, with the name of that one."""
    met: dict[str, str] = {}
    return [
        (ledger.name, met[ledger.content])
        for ledger in ledgers
        if ledger.content and met.setdefault(ledger.content, ledger.name) != ledger.name
    ]


def _told(ledger: LedgerFile) -> dict[str, Any]:
    """A ledger as JSON, each finding with what its code means."""
    held = ledger.as_json()
    held["findings"]["kept"] = [
        row | {"severity": CODES[row["code"]].severity, "title": CODES[row["code"]].title,
               "expected": CODES[row["code"]].expected}
        for row in held["findings"]["kept"]
    ]  # fmt: skip
    return held
