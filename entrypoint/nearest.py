"""Print the end of the sentence that refuses an input in ``steps/setup.sh``: which known value is nearest to it.

Run as a file on the host, so: standard library only, Python 3.9 and later.
"""

from __future__ import annotations

import sys
from pathlib import Path

if not __package__:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from reporter.shared.errors import did_you_mean

if __name__ == "__main__":
    print(did_you_mean(sys.argv[1], sys.argv[2:]) or ".")
