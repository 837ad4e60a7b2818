"""Every environment variable Maillage reads, typed, with its default. Read nowhere else."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import environ

VARIABLES: dict[str, str] = {
    "MAILLAGE_HOME": "Dossier des données : base, clé secrète, fichiers produits (./var).",
    "DATABASE_URL": "Base PostgreSQL (postgres://…) ; sans elle, SQLite dans MAILLAGE_HOME.",
    "INSTALLATION_NAME": "Nom de l’installation, dit dans les courriels (Maillage).",
    "INSTALLATION_ZONE": "Fuseau horaire de l’installation, nom tz (Europe/Paris).",
    "PORT": "Port du serveur (8000).",
    "HOST": "Adresse d’écoute (127.0.0.1).",
    "ALLOWED_HOSTS": "Noms d’hôte servis, séparés par des virgules (localhost,127.0.0.1,[::1]).",
    "HTTPS": "1 derrière un serveur HTTPS : cookies sûrs, HSTS, redirection (0).",
    "TRUSTED_PROXY": "1 si un mandataire de confiance fournit X-Forwarded-Proto et -For (0).",
    "SECRET_KEY": "Clé secrète ; sans elle, une clé est créée dans MAILLAGE_HOME.",
    "EMAIL_URL": "Serveur d’envoi des courriels (consolemail://).",
    "MAIL_FROM": "Expéditeur des courriels (Maillage <maillage@localhost>).",
    "WORKERS": "Processus du serveur (2).",
    "THREADS": "Requêtes auxquelles un processus répond à la fois, au plus (8).",
    "CLIENT_SILENCE": "Secondes au bout desquelles un client qui se tait est laissé (30).",
    "LOG_FORMAT": "Journal du serveur : text, ou json pour ce qui le recueille (text).",
    "LOG_REQUESTS": "1 pour une ligne par requête, 0 sinon (1).",
    "METRICS_TOKEN": "Jeton de qui lit /mesures/ (Prometheus) ; sans lui, rien n’est compté.",
    "BACKUP_FOLDER": "Dossier d’une sauvegarde chaque jour ; sans lui, aucune ne se fait seule.",
    "BACKUP_KEEP": "Sauvegardes gardées dans ce dossier (14).",
    "BACKUP_TO": "Clé publique age (age1…) ou SSH qui chiffre les sauvegardes.",
    "ANCHOR_TO": "Qui reçoit chaque jour l’ancre du journal : courriels, https://…/ancres/.",
    "ANCHOR_TOKEN": "Jeton présenté à l’autre installation qui garde cette ancre.",
    "ANCHORS_FROM": "Installations dont l’ancre est gardée ici : nom=jeton,nom=jeton.",
    "RETENTION": "Délais changés, en jours : reports.documents=90,jobs.tasks=7.",
    "MAILLAGE_LEDGER_ENGINE": "Moteur des consolidations : duckdb ou spark://hôte:port (duckdb).",
    "DOCUMENT_UPLOAD_LIMIT": "Octets d’un document lu à côté des cellules, au plus (50000000).",
    "LEDGER_UPLOAD_LIMIT": "Octets d’un dépôt de livres comptables, au plus (2000000000).",
}
METRICS = "mesures"
"""In the home, what the processes of a server count."""


@dataclass(frozen=True)
class Environment:
    home: Path
    database_url: str
    installation_name: str
    installation_zone: str
    port: int
    host: str
    allowed_hosts: list[str]
    https: bool
    trusted_proxy: bool
    secret_key: str
    email_url: str
    mail_from: str
    workers: int
    threads: int
    client_silence: int
    document_upload_limit: int
    ledger_upload_limit: int
    ledger_engine: str
    log_format: str
    log_requests: bool
    metrics_token: str
    backup_folder: str
    backup_keep: int
    backup_to: str
    anchor_to: list[str]
    anchor_token: str
    anchors_from: dict[str, str]
    retention: str


def _secret_key(home: Path) -> str:
    """Read the installation's key, or draw it once; the file is readable by its owner only."""
    path = home / "secret.key"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        home.mkdir(parents=True, exist_ok=True)
        key = secrets.token_urlsafe(64)
        try:
            path.touch(mode=0o600, exist_ok=False)
        except FileExistsError:
            return path.read_text().strip()
        path.write_text(key)
        return key


def write_aside(folder: Path) -> None:
    """Have whatever is written for a moment written there, by this process and those it starts; as
    the system does where the home takes nothing, which `serve` tells."""
    with suppress(OSError):
        folder.mkdir(mode=0o700, exist_ok=True)
        tempfile.tempdir = str(folder)
        os.environ.update(TMPDIR=str(folder))


def load() -> Environment:
    env = environ.Env()
    home = Path(env.str("MAILLAGE_HOME", default="var")).expanduser().resolve()
    return Environment(
        home=home,
        database_url=env.str("DATABASE_URL", default=""),
        installation_name=env.str("INSTALLATION_NAME", default="Maillage"),
        installation_zone=env.str("INSTALLATION_ZONE", default="Europe/Paris"),
        port=env.int("PORT", default=8000),
        host=env.str("HOST", default="127.0.0.1"),
        allowed_hosts=env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"]),
        https=env.bool("HTTPS", default=False),
        trusted_proxy=env.bool("TRUSTED_PROXY", default=False),
        secret_key=env.str("SECRET_KEY", default="") or _secret_key(home),
        email_url=env.str("EMAIL_URL", default="consolemail://"),
        mail_from=env.str("MAIL_FROM", default="Maillage <maillage@localhost>"),
        workers=env.int("WORKERS", default=2),
        threads=max(1, env.int("THREADS", default=8)),
        client_silence=max(1, env.int("CLIENT_SILENCE", default=30)),
        document_upload_limit=env.int("DOCUMENT_UPLOAD_LIMIT", default=50_000_000),
        ledger_upload_limit=env.int("LEDGER_UPLOAD_LIMIT", default=2_000_000_000),
        ledger_engine=env.str("MAILLAGE_LEDGER_ENGINE", default="duckdb"),
        log_format="json" if env.str("LOG_FORMAT", default="text") == "json" else "text",
        log_requests=env.bool("LOG_REQUESTS", default=True),
        metrics_token=env.str("METRICS_TOKEN", default=""),
        backup_folder=env.str("BACKUP_FOLDER", default=""),
        backup_keep=env.int("BACKUP_KEEP", default=14),
        backup_to=env.str("BACKUP_TO", default=""),
        anchor_to=env.list("ANCHOR_TO", default=[]),
        anchor_token=env.str("ANCHOR_TOKEN", default=""),
        anchors_from=env.dict("ANCHORS_FROM", default={}),
        retention=env.str("RETENTION", default=""),
    )
