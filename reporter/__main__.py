"""``python -m reporter`` is ``benchverdict``."""

from reporter.cli import console_main

console_main()
