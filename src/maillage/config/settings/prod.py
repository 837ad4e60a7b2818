"""What an installation runs, the demonstration included."""

import os
import tempfile
from contextlib import suppress

from maillage.config.settings.base import *  # noqa: F403
from maillage.config.settings.base import HOME

FILE_UPLOAD_TEMP_DIR = HOME / "envois"
"""What is being sent, and all that is written for a moment: on the disk it will be kept on."""

os.umask(0o077)  # whatever is written of an installation is its owner's alone
with suppress(OSError):  # a home that takes nothing is told by `serve`
    FILE_UPLOAD_TEMP_DIR.mkdir(mode=0o700, exist_ok=True)
    os.environ["TMPDIR"] = tempfile.tempdir = str(FILE_UPLOAD_TEMP_DIR)
