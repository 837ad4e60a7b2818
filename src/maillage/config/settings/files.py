"""For commands that read files and write files: no room, no database, no page.

What they share with the rest is where the data stands and in which language they speak.
"""

from maillage.config.settings.base import *  # noqa: F403

INSTALLED_APPS = []
LOGGING_CONFIG = None
"""Nothing of theirs is logged; what a library warns of goes to the console as it does anyway."""
