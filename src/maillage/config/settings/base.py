"""What every installation shares. Secure by default; `dev` and `test` loosen, never `prod`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF

from maillage.config.environment import METRICS, load

ENVIRONMENT = load()
PACKAGE = Path(__file__).resolve().parent.parent.parent

SECRET_KEY = ENVIRONMENT.secret_key
DEBUG = False
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts

INSTALLED_APPS = [
    # Ours first: their templates replace those of the libraries.
    "maillage.kernel",
    "maillage.ui",
    "maillage.network",
    "maillage.people",
    "maillage.imports",
    "maillage.jobs",
    "maillage.exchange",
    "maillage.registers",
    "maillage.schemes",
    "maillage.ledger",
    "maillage.costing",
    "maillage.workspaces.finance",
    "maillage.workspaces.returns",
    "maillage.reports",
    "maillage.portal",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "csp",
    "lucide",
    "template_partials",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "maillage.ui.request_log.RequestLogMiddleware",
    "maillage.ui.metering.MeteringMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "maillage.ui.browser_cache.BrowserCacheMiddleware",
    "maillage.ui.refusals.BodyLimitMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "maillage.people.middleware.ActorMiddleware",
    "maillage.ui.refusals.RefusalMiddleware",
]

ROOT_URLCONF = "maillage.config.urls"
WSGI_APPLICATION = "maillage.config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "maillage.ui.context.frame",
                "maillage.portal.context.shell",
            ],
        },
    }
]

STYLESHEETS = ("schemes/modes.css", "schemes/grid.css", "portal/portal.css")
"""What rooms add to the stylesheets of every page: modes are shown from search to help."""

WAITS = 20
"""Seconds a writing waits for another one, then is refused."""
CONNECTS = 10
"""Seconds a database elsewhere has to answer who connects."""
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": WAITS,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}


def database(url: str, home: Path) -> dict[str, Any]:
    """The database: PostgreSQL where an address is given, else SQLite in `home`."""
    if url:
        given = environ.Env.db_url_config(url)
        options = {
            "options": f"-c lock_timeout={WAITS * 1000}",
            "connect_timeout": CONNECTS,
            **given.get("OPTIONS", {}),
        }
        kept = {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "OPTIONS": options}
        return {**given, **kept}
    home.mkdir(parents=True, exist_ok=True)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": home / "maillage.sqlite3",
        "CONN_MAX_AGE": 60,
        "OPTIONS": SQLITE_OPTIONS,
    }


DATABASES = {"default": database(ENVIRONMENT.database_url, ENVIRONMENT.home)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES: dict[str, dict[str, Any]] = {
    # Shared by every process: a limit on logging in would be doubled by a cache per process.
    "default": {
        "BACKEND": "maillage.people.shared_cache.SharedCache",
        "LOCATION": "shared_cache",
    },
    # One per process: bodies of pages, keyed by the version of what they show, and the frames
    # around them, a few kilobytes each, keyed by their reader.
    "pages": {
        "BACKEND": "maillage.ui.bounded_cache.BoundedCache",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 2000, "MAX_BYTES": 48_000_000},
        "TIMEOUT": 86400,
    },
    "frames": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "frames",
        "OPTIONS": {"MAX_ENTRIES": 2000},
        "TIMEOUT": 86400,
    },
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["maillage.people.backends.EmailBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
INSTALLATION_NAME = ENVIRONMENT.installation_name
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:home"
LOGOUT_REDIRECT_URL = "portal:home"
ACCOUNT_ADAPTER = "maillage.people.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "portal:home"
ACCOUNT_FORMS = {"login": "maillage.people.sign_in.SignIn"}
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
"""Nobody without an account is written to, see the adapter; the page does and answers alike."""
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/300s/key"}
"""Attempts to sign in that fail: by address of the network a minute, by account in five minutes."""

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
TIME_ZONE = ENVIRONMENT.installation_zone
USE_TZ = True
USE_I18N = True

STATIC_URL = "/statique/"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "maillage.ui.fonts.FontFinder",
]
STATIC_ROOT = ENVIRONMENT.home / "statique"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": ENVIRONMENT.home / "fichiers"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SESSION_ENGINE = "maillage.people.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 12
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.https
SECURE_SSL_REDIRECT = ENVIRONMENT.https
SECURE_REDIRECT_EXEMPT = [r"^sante/", r"^mesures/"]
SECURE_HSTS_SECONDS = 31536000 if ENVIRONMENT.https else 0
BEHIND_PROXY = ENVIRONMENT.trusted_proxy
if ENVIRONMENT.trusted_proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
CSRF_FAILURE_VIEW = "maillage.ui.refusals.csrf_failure"

FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 8_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
THREADS, CLIENT_SILENCE = ENVIRONMENT.threads, ENVIRONMENT.client_silence
HOME = ENVIRONMENT.home
UPLOAD_LIMIT = 20_000_000
"""Bytes of the largest file taken in."""
LEDGER_ROOT = ENVIRONMENT.home / "livres"
EXCHANGE_ROOT = ENVIRONMENT.home / "documents"
EXCHANGE_LIMIT = ENVIRONMENT.document_upload_limit
"""Bytes of the largest document."""
LARGE_UPLOADS = {
    r"/reseaux/[^/]+/finances/livres/": ENVIRONMENT.ledger_upload_limit,
    r"/editions/\d+/documents/": EXCHANGE_LIMIT,
}
"""Addresses that take more, and how much: their bodies go to disk while they come."""
METRICS_TOKEN = ENVIRONMENT.metrics_token
METRICS_FOLDER = ENVIRONMENT.home / METRICS
"""Where the processes of a server count, each in files of its own."""
BACKUP_FOLDER = ENVIRONMENT.backup_folder
BACKUP_KEEP = ENVIRONMENT.backup_keep
BACKUP_TO = ENVIRONMENT.backup_to
ANCHOR_TO, ANCHOR_TOKEN = ENVIRONMENT.anchor_to, ENVIRONMENT.anchor_token
ANCHORS_FROM = ENVIRONMENT.anchors_from
RETENTION = ENVIRONMENT.retention
LEDGER_ENGINE = ENVIRONMENT.ledger_engine
"""Where consolidations run: "duckdb", or the address of a Spark master."""

EMAIL_CONFIG = environ.Env.email_url_config(ENVIRONMENT.email_url)
vars().update(EMAIL_CONFIG)
EMAIL_DELIVERY, EMAIL_BACKEND = EMAIL_CONFIG["EMAIL_BACKEND"], "maillage.jobs.outbox.Outbox"
"""What mail leaves by, from a worker; and where it waits for it."""
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = ENVIRONMENT.mail_from

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {
            "()": "maillage.ui.request_log.TextLines",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
            "datefmt": "%Y-%m-%dT%H:%M:%S%z",
        },
        "json": {"()": "maillage.ui.request_log.JsonLines"},
    },
    "filters": {
        "numbered": {"()": "maillage.ui.request_log.Numbered"},
        "once": {"()": "maillage.ui.request_log.Once"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": ENVIRONMENT.log_format,
            "filters": ["numbered"],
        }
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django.request": {"filters": ["once"]},
        "maillage.requests": {"level": "INFO" if ENVIRONMENT.log_requests else "WARNING"},
    },
}
