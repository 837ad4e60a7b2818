"""What an installation runs, the demonstration included."""

from maillage.config.settings.base import *  # noqa: F403
