"""The settings of the tests, and the app that only they have."""

from maillage.config.settings.test import *  # noqa: F403
from maillage.config.settings.test import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.registers.example"]
