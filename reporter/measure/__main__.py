"""Entry of ``python3 -I -B CHECKOUT/reporter/measure``: runs by path, with nothing installed.

The checkout is put on the import path of this process only; the user's command inherits nothing of it.
"""

import os
import sys

if sys.version_info < (3, 9):  # noqa: UP036 - whatever python3 is on the user's PATH runs this
    sys.stderr.write("error: measure needs Python 3.9 or later as python3; this is " + sys.version.split()[0] + "\n")
    sys.exit(2)

if not __package__:
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # noqa: PTH100, PTH120 - before any import of ours

from reporter.measure import orphans
from reporter.measure.command_line import NOT_ENDED, main

code = main(sys.argv[1:], os.environ, sys.stdout, sys.stderr)
sys.exit(NOT_ENDED if orphans.remain() else code)
