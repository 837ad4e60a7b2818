"""For the tests: fast password hashes, static files served where they are, jobs done at once."""

import os
from pathlib import Path
from tempfile import gettempdir

os.environ.setdefault("MAILLAGE_HOME", str(Path(gettempdir()) / f"maillage-test-{os.getuid()}"))
os.environ.setdefault("SECRET_KEY", "only-for-tests")
os.environ.setdefault("LOG_REQUESTS", "0")

from maillage.config.settings.base import *  # noqa: F403
from maillage.config.settings.base import CACHES, DATABASES, STORAGES

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
EMAIL_DELIVERY = EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DATABASES["default"]["CONN_MAX_AGE"] = 0
CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
