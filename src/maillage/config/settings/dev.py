"""For those who work on Maillage: errors on the page, static files read where they are."""

from maillage.config.settings.base import *  # noqa: F403
from maillage.config.settings.base import STORAGES

DEBUG = True
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
