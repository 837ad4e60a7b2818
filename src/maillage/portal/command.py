"""The `maillage` command: Django's, with ours, and the settings of a real installation."""

from __future__ import annotations

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.config.settings.prod")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["maillage", *sys.argv[1:]])


if __name__ == "__main__":
    main()
