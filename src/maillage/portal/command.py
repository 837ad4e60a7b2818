"""The `maillage` command: Django's, with ours, and the settings of a real installation.

Commands that only read files start without the rooms, in half the time.
"""

from __future__ import annotations

import os
import sys

OF_FILES = ("ledger-check", "ledger-consolidate", "scheme-verify")
"""They ask no database."""


READER_LEFT = 141
"""What a shell gives a program whose reader left: 128 and the number of SIGPIPE."""


def main() -> None:
    """Run the command asked for. Where who reads it stops reading (`| head`), stop without a
    word."""
    try:
        try:
            _run()
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        # What is still to be written goes nowhere: Python would complain of it as it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(READER_LEFT)


def _run() -> None:
    arguments = ["maillage", *sys.argv[1:]]
    if arguments[1:2] and arguments[1] in OF_FILES:
        _of_files(arguments)
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.config.settings.prod")
    from django.core.management import execute_from_command_line

    execute_from_command_line(arguments)


def _of_files(arguments: list[str]) -> None:
    os.environ.update(DJANGO_SETTINGS_MODULE="maillage.config.settings.files")
    import django
    from django.core.management import load_command_class

    django.setup()
    load_command_class("maillage.portal", arguments[1]).run_from_argv(arguments)


if __name__ == "__main__":
    main()
