"""What an installation runs, the demonstration included."""

import os

from maillage.config.environment import write_aside
from maillage.config.settings.base import *  # noqa: F403
from maillage.config.settings.base import HOME

FILE_UPLOAD_TEMP_DIR = HOME / "envois"
"""What is being sent, and all that is written for a moment: on the disk it will be kept on."""

os.umask(0o077)  # whatever is written of an installation is its owner's alone
write_aside(FILE_UPLOAD_TEMP_DIR)
